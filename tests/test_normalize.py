import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifier.characters import EVERY_STEP
from classifier.normalize import normalize

AWKWARD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(list("しね死タヒ氏4ねコマ○〇◯*x&;ampltgt@＠_.-・ 　\n\r\u200bｶﾞﾊﾟ゛゜ーwwwwァロ口力カаеоdhttps://t.co/ex\ud800\udc00")),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("@MIC_ICT ﾊﾞｶ &amp; ｱﾎ", "バカ & アホ"),
        ("@MIC_ICT @someone 電波が弱い", "電波が弱い"),
        ("@MIC_ICTありがとう", "ありがとう"),
        ("&amp;lt;重要&amp;gt;", "<重要>"),
        ("Ｗｉ-Ｆｉ　つながらない", "wi-fi つながらない"),
        ("I’m fine ‘so far’", "i'm fine 'so far'"),
        ("ウ゛ァー", "ヴァー"),
        ("あ゛あ゛", "ああ"),
        ("見て https://www.soumu.go.jp/a?b=1 です", "見て 〈url〉 です"),
        ("hxxps://evil[.]example[.]com/a に注意", "〈defanged〉 に注意"),
        ("写真です pic.twitter.com/AbC123", "写真です"),
        ("@foo さんと話した @bar_baz さん", "さんと話した 〈at〉 さん"),
        ("taro@example.com まで", "taro@example.com まで"),
        ("すごーーーーーい", "すごーーーい"),
        ("死\u200bね", "死ね"),
        ("\ufeff電\u00ad波", "電波"),
        ("行末  \r\n\r\n  次", "行末\n次"),
    ],
)
def test_normalize_makes_forms_uniform(raw: str, expected: str) -> None:
    assert normalize(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("タヒね", "死ね"),
        ("ﾀﾋね", "死ね"),
        ("さっさと氏ね", "さっさと死ね"),
        ("お前氏ねよ", "お前死ねよ"),
        ("4ね", "死ね"),
        ("し ね", "しね"),
        ("死 ね", "死ね"),
        ("こ・ろ・す・ぞ", "ころすぞ"),
        ("マ◯コ", "マんコ"),
        ("ガ○ジかよ", "ガイジかよ"),
        ("Ⓢⓗⓘⓝⓔ", "shine"),
        ("ＫＩＬＬ уоu", "kill you"),
        ("闇 バ イ ト 募集", "闇バイト 募集"),
        ("見れないﾃﾞ.ﾌﾞ.ｽが", "見れないデブスが"),
        ("このク♯ズ♯が", "このクズが"),
        ("しｗねｗよ", "しねよ"),
        ("な-ま-け者", "なまけ者"),
        ("お前は\u202eねし\u202cよ", "お前はしねよ"),
        ("一家 市 ネ 。", "一家 死ね 。"),
        ("会長コ□ス", "会長コロス"),
        ("課長を○してやる", "課長を殺してやる"),
        ("くたばr", "くたばれ"),
        ("はよ死ne", "はよ死ね"),
        ("🔕えろや", "消えろや"),
        ("ダ二どもめ", "ダニどもめ"),
        ("チ ∃ ン は", "チョンは"),
        ("局長、しﾞね", "局長、しね"),
        ("∪ね", "しね"),
    ],
)
def test_normalize_undoes_disguises(raw: str, expected: str) -> None:
    assert normalize(raw).text == expected


@pytest.mark.parametrize("raw", ["タヒチ旅行に行きたい", "4ねんせいの息子", "田中氏ねえ", "3.5と4.0", "シネマを見た", "市ね、", "障害児の支援", "米軍基地外の騒音", "○○ね", "2024/4/4ね", "横浜市ねえ", "市ネット", "感じね、", "二ダ二三", "書類に○をして", "該当を○してください", "∃と∀", "死nanka", "さっき消えrow", "え、、と、、ね"])
def test_normalize_leaves_innocent_look_alikes_alone(raw: str) -> None:
    assert normalize(raw).text == raw


@pytest.mark.parametrize(
    ("raw", "urls", "expected"),
    [
        ("圏外です https://t.co/abc", (), "圏外です"),
        ("圏外です https://t.co/abc", ("https://twitter.com/a/status/1/photo/1",), "圏外です"),
        ("圏外です\n  https://t.co/abc  https://t.co/def ", (), "圏外です"),
        ("圏外です" + " " * 5_000 + "https://t.co/abc です", (), "圏外です 〈url〉 です"),
        ("見て https://t.co/abc", ("https://shop.example.com/x",), "見て 〈url〉"),
        ("見て https://t.co/abc https://t.co/def", ("https://shop.example.com/x", "https://x.com/a/status/1/video/1"), "見て 〈url〉"),
        ("https://t.co/abc", (), "〈url〉"),
    ],
)
def test_normalize_tells_pictures_from_links(raw: str, urls: tuple[str, ...], expected: str) -> None:
    assert normalize(raw, urls).text == expected


@given(AWKWARD | st.text(st.sampled_from(list("お前しねよ電波…。!?（）「」・ \nabc12～〜→¥")), max_size=30))
def test_the_short_way_for_plain_texts_gives_what_the_long_way_gives(raw: str) -> None:
    short = normalize(raw).text
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("classifier.characters.calls", lambda texts: np.full(len(texts), EVERY_STEP))
        assert normalize(raw).text == short


@given(AWKWARD)
@example("ﾟ始まり")
@example("か゛゛")
@example("ᄀ\u1161\u11a8")
def test_normalize_is_idempotent_and_accepts_any_text(raw: str) -> None:
    once = normalize(raw).text
    assert normalize(once).text == once


@given(AWKWARD, st.data())
def test_normalize_offsets_point_at_the_raw_text(raw: str, data: st.DataObject) -> None:
    n = normalize(raw)
    start = data.draw(st.integers(0, len(n.text)))
    end = data.draw(st.integers(start, len(n.text)))
    left, right = n.span(start, end)
    assert 0 <= left <= right <= len(raw)
    if end > start:
        assert right > left
        wider = n.span(max(start - 1, 0), min(end + 1, len(n.text)))
        assert wider[0] <= left and right <= wider[1]


@given(st.text(st.characters(categories=("Lo",), min_codepoint=0x4E00, max_codepoint=0x9FBF), max_size=30), st.text(alphabet="電波通信料金", min_size=1, max_size=8))
def test_normalize_span_finds_the_very_word_behind_a_mention(before: str, word: str) -> None:
    raw = f"@MIC_ICT {before}&amp;{word}"
    n = normalize(raw)
    at = n.text.rindex("&") + 1
    start, end = n.span(at, len(n.text))
    assert raw[start:end] == word
