import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.checks import CHECK_RULES, CHECKS, MANY_MENTIONS, MANY_REPEATS, Hit, check_all
from classifier.context import observe
from classifier.personal import KINDS
from classifier.policy import default_policy
from classifier.replies import Reply

POST = "【お知らせ】光ファイバ整備の補助金の申請期限は3月31日までです。上限は50万円です。詳しくは https://www.soumu.go.jp/a をご覧ください。"


def check(name, text, *, repeats=1, **more):
    answer = CHECKS[name](observe([Reply("1", text, **more)], repeats=[repeats])[0])
    return None if answer is None else [h.rule for h in answer]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        pytest.param("沢渡の携帯は090-1234-5678だ", ["privacy.phone"], id="phone"),
        pytest.param("連絡は taro.sawatari@example.com へ", ["privacy.mail"], id="mail"),
        pytest.param("総務省の代表は03-5253-5111です", [], id="published-number"),
        pytest.param("090-XXXX-XXXX", [], id="masked"),
        pytest.param("番号は4111111111111111です", ["privacy.card"], id="card"),
        pytest.param("番号は4111111111111112です", [], id="no-card"),
        pytest.param("電波が弱い", [], id="none"),
    ],
)
def test_personal_data_of_private_persons(text, rules):
    assert check("personal_data", text) == rules


def test_personal_data_says_where():
    o = observe([Reply("1", "沢渡の携帯は090-1234-5678だ")])[0]
    (hit,) = CHECKS["personal_data"](o)
    assert o.text[hit.start : hit.end] == "090-1234-5678"


@pytest.mark.parametrize(
    ("name", "text", "rules"),
    [
        pytest.param("executable_link", "更新 https://a.example.com/up.apk を", ["malware.executable_link"], id="program"),
        pytest.param("executable_link", "hxxps://a.example.com/up.apk に注意", [], id="program-defanged"),
        pytest.param("executable_link", "https://a.example.com/up", [], id="page"),
        pytest.param("executable_link", "絶対踏むな https://a.example.com/up.apk", [], id="program-warned-of"),
        pytest.param("executable_link", "母が入れてしまいました https://a.example.com/up.apk", [], id="program-of-a-victim"),
        pytest.param("executable_link", "Do not open this https://a.example.com/up.apk", [], id="program-warned-of-in-english"),
        pytest.param("look_alike_link", "https://soumu-go-jp.example.com へ", ["malware.look_alike_link"], id="look-alike"),
        pytest.param("look_alike_link", "soumu-go-jp[.]example[.]com に注意", [], id="look-alike-defanged"),
        pytest.param("look_alike_link", "https://www.soumu.go.jp/a へ", [], id="the-real-one"),
        pytest.param("lone_link", "https://a.example.com/x", ["other.lone_link"], id="lone"),
        pytest.param("lone_link", "@MIC_ICT https://bit.ly/x !!", ["other.lone_link"], id="lone-with-marks"),
        pytest.param("lone_link", "https://t.me/x https://mega.nz/y", ["other.lone_link"], id="two-lone"),
        pytest.param("lone_link", "https://www.soumu.go.jp/x", [], id="lone-official"),
        pytest.param("lone_link", "https://www.asahi.com/x", [], id="lone-news"),
        pytest.param("lone_link", "https://x.com/a/status/1", [], id="lone-social"),
        pytest.param("lone_link", "これ https://a.example.com/x", [], id="with-a-word"),
        pytest.param("lone_link", "pic.twitter.com/AbC123", [], id="picture"),
        pytest.param("lone_link", "@MIC_ICT https://t.co/abc", [], id="unexpanded"),
        pytest.param("lone_link", "", [], id="nothing"),
        pytest.param("flood", "税金返せ" * 8, ["other.flood"], id="phrase-over-and-over"),
        pytest.param("flood", "あ" * 30, ["other.flood"], id="character-over-and-over"),
        pytest.param("flood", "うわああああああ " + "税金返せ" * 12, ["other.flood"], id="after-a-shorter-run"),
        pytest.param("flood", "あ" * 10, [], id="short"),
        pytest.param("flood", "w" * 40, [], id="laughter"),
        pytest.param("flood", "笑笑" * 20, [], id="laughter-in-kanji"),
        pytest.param("flood", "電波が届かない理由を教えてください、田舎なので困っています" + "お" * 25, [], id="less-than-half"),
        pytest.param("flood", "ありがとうございます。とても助かりました。またお願いします。", [], id="plain"),
        pytest.param("flood", "a8f3k29d0s8f7g6h5j4k3l2m1n0", ["other.junk"], id="junk"),
        pytest.param("flood", "extraordinarilylongwordwithoutdigits", [], id="a-long-word"),
        pytest.param("flood", "型番はa8f3k29d0s8f7g6h5j4k3l2mですが、この機器は技適の対象になりますか?教えてください", [], id="a-code-in-a-question"),
        pytest.param("mass_tagging", "見て " + " ".join(f"@user{i}" for i in range(MANY_MENTIONS)), ["other.mass_tagging"], id="many-handles"),
        pytest.param("mass_tagging", "見て " + " ".join(f"@user{i}" for i in range(MANY_MENTIONS - 1)), [], id="few-handles"),
        pytest.param("mass_tagging", " ".join(f"@user{i}" for i in range(9)) + " 電波が弱いです", [], id="automatic-handles"),
        pytest.param(
            "mass_tagging", "次の皆さんの意見が参考になりました、電波行政の課題がよく分かりますので、お時間のあるときにぜひ一度読んでみてください、よろしくお願いします: " + " ".join(f"@user{i}" for i in range(5)), [], id="many-words"
        ),
    ],
)
def test_checks_of_the_text(name, text, rules):
    assert check(name, text) == rules


@pytest.mark.parametrize(
    ("text", "repeats", "rules"),
    [
        pytest.param("今すぐ登録して給付金をもらおう", MANY_REPEATS, ["other.repeated"], id="long-and-often"),
        pytest.param("今すぐ登録して給付金をもらおう", MANY_REPEATS - 1, [], id="not-often"),
        pytest.param("ありがとう", 50, [], id="thanks"),
    ],
)
def test_repeated_counts_longer_texts_only(text, repeats, rules):
    assert check("repeated", text, repeats=repeats) == rules


@pytest.mark.parametrize(
    ("author", "rules"),
    [
        pytest.param({}, None, id="not-known"),
        pytest.param({"author_name": "花子"}, [], id="anyone"),
        pytest.param({"author_handle": "MIC_1CT"}, ["impersonation.look_alike"], id="look-alike"),
        pytest.param({"author_handle": "MIC_ICT", "author_name": "総務省ICTツイート"}, [], id="the-account"),
    ],
)
def test_look_alike_author(author, rules):
    assert check("look_alike_author", "こんにちは", **author) == rules


@pytest.mark.parametrize(
    ("text", "urls", "spans"),
    [
        pytest.param("更新は https://soumu-go-jp.example.com/a から", (), [(4, 9)], id="in-the-text"),
        pytest.param("更新はこちら", ("https://soumu-go-jp.example.com/a",), [(0, 6)], id="beside-it"),
    ],
)
def test_a_bad_link_is_what_is_shown(text, urls, spans):
    (o,) = observe([Reply("1", text, urls=urls)])
    assert [(h.start, h.end) for h in CHECKS["look_alike_link"](o)] == spans


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param(POST.replace("3月31日", "4月30日"), True, id="date"),
        pytest.param(POST.replace("50万円", "500万円"), True, id="sum"),
        pytest.param(POST.replace("50万円です", "ありません"), True, id="negation"),
        pytest.param(POST.replace("www.soumu.go.jp", "join.example.com"), True, id="link"),
        pytest.param(POST, False, id="exact"),
        pytest.param("「" + POST + "」って、3月だと間に合わない人が2割はいますよね", False, id="exact-with-comment"),
        pytest.param("つまり4月30日まで待てってことね", False, id="a-joke"),
        pytest.param("申請期限は3月31日までですか?うちは5月に工事です", False, id="a-question"),
        pytest.param("光ファイバ、欲しい", False, id="no-copy"),
    ],
)
def test_changed_post(text, changed):
    rules = check("changed_post", text, parent_text=POST)
    assert set(rules) == ({"alteration.changed_post"} if changed else set())


def test_changed_post_cannot_run_without_the_post():
    assert check("changed_post", POST) is None


def test_changed_post_points_at_what_was_changed():
    o = observe([Reply("1", POST.replace("50万円", "80万円"), parent_text=POST)])[0]
    assert CHECKS["changed_post"](o) == [Hit("alteration.changed_post", "alteration", o.text.index("80"), o.text.index("80") + 1)]


def test_check_rules_names_every_kind_of_personal_data():
    assert {r for r in CHECK_RULES if r.startswith("privacy.")} == {f"privacy.{kind}" for kind in KINDS}


def test_check_rules_are_named_after_a_ground_and_stand_once():
    assert len(set(CHECK_RULES)) == len(CHECK_RULES)
    assert {r.partition(".")[0] for r in CHECK_RULES} <= set(default_policy().ids)


phrases = st.text(st.characters(codec="utf-8") | st.sampled_from("あいう12@. "), min_size=1, max_size=12)


@given(st.lists(st.tuples(st.text("電波が弱い、a.@ ", max_size=40), phrases, st.integers(1, 12), st.text("電波が弱い。7f ", max_size=40)), min_size=1, max_size=4))
def test_all_checks_together_miss_no_flood(parts):
    observed = observe([Reply("1", before + phrase * times + after) for before, phrase, times, after in parts])
    together = [[h for h in checked.hits if h.rule in ("other.flood", "other.junk")] for checked in check_all(observed)]
    assert together == [CHECKS["flood"](o) for o in observed]


@pytest.mark.parametrize(("one", "other"), [("https://a.example", "https://a-much-longer-host-name.of-some-place.example"), ("@ab", "@a_much_longer_handle")])
def test_flood_does_not_hang_on_the_length_of_a_host_or_handle(one, other):
    texts = [f"@MIC_ICT {x} " + "税金返せ" * 7 for x in (one, other)]
    assert check("flood", texts[0]) == check("flood", texts[1])
