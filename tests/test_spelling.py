"""Odd spelling, by kind, and what is spelled as usual."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier import spelling
from classifier.normalize import normalize, normalize_all
from classifier.spelling import KINDS, odd_spelling


def kinds(text):
    return odd_spelling([normalize(text)])[0]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("はやく き え て", "spaced"),
        ("担当が ば か", "spaced"),
        ("税・金・泥・棒", "signs"),
        ("この㋗㋜が", "enclosed"),
        ("電話のﾊﾞｶども", "half_width"),
        ("あいつ○ね", "mask"),
        ("ク●ども", "mask"),
        ("ブ◇(◇はタ)だ", "hint"),
        ("みんなしネばよい", "mixed_kana"),
        ("バ力親が", "look_alike"),
        ("第ニ回の抽選", "look_alike"),
        ("明日🔪すから", "emoji"),
        ("この🐷が", "emoji"),
        ("しㄋや", "script"),
        ("𝓕𝓧を教えます", "script"),
        ("か\u200bた\u200bわ", "invisible"),
        ("役所に k-o-r-o-s-u と書く", "syllables"),
        ("B A C C A R A T の秘訣", "syllables"),
        ("入口は kesu▲example▲test です", "host"),
        ("kensaku、example、test で検索", "host"),
        ("全部d1eでいい", "leet"),
        ("担当は kiero や", "romaji"),
    ],
)
def test_each_kind_is_told(text, kind):
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "5Gの基地局が増えて、家でもよくつながるようになりました。",
        "〇〇県〇〇市の話ですよね?",
        "マイナンバーカードの更新、平日しか行けないのは困ります!",
        "光回線とテレビのセットは来月まで(予定)",
        "総務省の発表 https://www.soumu.go.jp/menu/ を読んだ",
        "@MIC_ICT お疲れさまです😊",
        "NHKのBSとWi-Fiルーター、iPhone 15 でも使えますか",
        "(´Д｀)ｗｗｗ",
        "",
    ],
)
def test_usual_writing_has_none(text):
    assert kinds(text) == {}


def test_places_are_counted_and_all_kinds_are_named():
    assert kinds("㋐㋑㋒が") == {"enclosed": 3}
    assert set(kinds("し ね、ﾊﾞｶ、ク●")) == {"spaced", "half_width", "mask"} <= set(KINDS)


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("しね死バ力カのは○●〇。、 　・.-_abkoros1ｼﾈ㋛🐷\u200bㄋ@/:"), max_size=20), max_size=6))
def test_a_batch_is_told_as_each_text_by_itself_and_the_call_forgets_nothing(texts):
    normalized = normalize_all(texts, [()] * len(texts))
    everything = sum(bit for bit, _ in spelling._PATTERNS.values() if bit)
    assert odd_spelling(normalized) == [odd_spelling([n])[0] for n in normalized]
    assert odd_spelling(normalized) == [spelling._odd(n, everything | 4095) for n in normalized]
