import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.alignment import align, align_all
from classifier.context import observe
from classifier.normalize import normalize
from classifier.replies import Reply

POST = "【お知らせ】光ファイバ整備の補助金の申請期限は3月31日までです。上限は50万円です。詳しくは https://www.soumu.go.jp/a をご覧ください。"
PHRASES = st.sampled_from(
    ["【お知らせ】", "光ファイバの補助金は", "申請は3月31日まで", "上限は50万円です。", "対象外の地域は", "ありません。", "ご覧ください。", "電波の利用には", "免許が必要です。", "1,200局", "ない", "ください", "10月1日", "\n"]
)


def look(text, post=POST, **more):
    return observe([Reply("1", text, parent_text=post, **more)])[0]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param("3月31日", "4月30日", {"numbers"}, id="date"),
        pytest.param("3月", "13月", {"numbers"}, id="digit-added"),
        pytest.param("50万円", "80万円", {"numbers"}, id="sum"),
        pytest.param("50万円", "五十万円", {"words"}, id="written-out"),
        pytest.param("50万円", "六十万円", {"numbers"}, id="written-out-and-changed"),
        pytest.param("の補助金", "の非補助金", {"negation"}, id="negation-added"),
        pytest.param("整備の補助金", "撤去の補助金", {"words"}, id="word"),
        pytest.param("www.soumu.go.jp", "join.example.com", {"link"}, id="link"),
        pytest.param("www.soumu.go.jp/a", "www.soumu.go.jp/b", set(), id="another-page-of-the-class"),
    ],
)
def test_align_tells_what_a_copy_changed(old, new, found):
    assert old in POST
    a = look(POST.replace(old, new)).alignment
    assert a.covered > 0.5 and a.copied > 0.5
    assert {f for f in ("numbers", "negation", "words", "link") if getattr(a, f)} == found


NEGATIONS = [
    pytest.param("開始します", "中止します", id="called-off"),
    pytest.param("公開です", "非公開です", id="not-public"),
    pytest.param("無料です", "無料ではないです", id="dewa-nai"),
]
SPLIT_NEGATIONS = [
    pytest.param("使えます", "使えません", id="masen"),
    pytest.param("対象です", "対象ではありません", id="dewa-arimasen"),
    pytest.param("誰でも使える", "誰でも使えない", id="plain-form"),
    pytest.param("必要です", "不要です", id="not-necessary"),
]


def negated(yes, no):
    before, after = (f"総務省からのお知らせです。来月から新しい窓口は{x}。詳しくは総合通信局まで。" for x in (yes, no))
    return look(after, before).alignment, look(before, after).alignment


@pytest.mark.parametrize(("yes", "no"), NEGATIONS)
def test_align_tells_that_a_negation_was_added_or_dropped(yes, no):
    for a in negated(yes, no):
        assert a.negation and not a.exact


@pytest.mark.parametrize(("yes", "no"), SPLIT_NEGATIONS)
def test_align_tells_that_a_part_of_a_word_negates(yes, no):
    for a in negated(yes, no):
        assert a.negation and not a.exact


@pytest.mark.parametrize(("old", "new"), [("三千円", "五千円"), ("千九百八十円", "千九百七十円"), ("三十分", "四十分"), ("三月", "十三月"), ("1.10版", "1.1版")])
def test_align_tells_that_a_written_out_number_was_changed(old: str, new: str) -> None:
    post, reply = (f"総務省からのお知らせです。料金や時間は{x}になりました。詳しくは総合通信局まで。" for x in (old, new))
    assert look(reply, post).alignment.numbers == 1
    assert look(post, post).alignment.numbers == 0


@pytest.mark.parametrize(
    "own",
    [
        pytest.param("って言いながら、受付は10月からと聞きましたが総務省からのお知らせは来ていません。", id="words-of-the-post-again"),
        pytest.param("→うちは5月からしか使えませんでした。", id="own-figures-and-negation"),
        pytest.param("\n反対です。2年も待てません。", id="below"),
    ],
)
def test_align_takes_the_writers_own_words_beside_a_copy_for_no_change(own: str) -> None:
    post = "総務省からのお知らせです。受付は3月から新しい窓口で始まります。お問い合わせは総合通信局まで。"
    for reply in (post + own, own + "\n" + post, post[:30] + own):
        a = look(reply, post).alignment
        assert not a.changed
        assert a.copied < 1


def test_align_points_at_the_change():
    o = look(POST.replace("50万円", "90万円"))
    assert [o.text[s:e] for s, e in o.alignment.changes] == ["9"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(POST, id="whole"),
        pytest.param("引用します「" + POST + "」これの意味は?", id="within-a-comment"),
        pytest.param("@MIC_ICT " + POST.replace("【", "\n【"), id="other-blanks"),
        pytest.param(POST.replace("50", "５０"), id="other-width"),
    ],
)
def test_align_finds_no_change_in_an_exact_quotation(text):
    a = look(text).alignment
    assert a.exact and a.covered == 1.0
    assert (a.numbers, a.negation, a.words, a.link, a.changes) == (0, False, 0, False, ())


@given(st.lists(PHRASES, min_size=2, max_size=8).map("".join))
def test_align_finds_no_change_in_a_copy(post):
    a = align(normalize(post).text, post)
    assert (a.numbers, a.negation, a.words, a.link, a.changes) == (0, False, 0, False, ())
    if normalize(post).text and a.copied:
        assert (a.copied, a.covered, a.shared) in ((1.0, 1.0, 1.0), (1.0, 1.0, 0.0))


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        pytest.param("補助金の申請期限はいつ?", True, id="on-the-subject"),
        pytest.param("今夜の夕飯", False, id="off-the-subject"),
        pytest.param("はい", False, id="no-content"),
    ],
)
def test_align_measures_shared_content_without_a_copy(text, shared):
    a = look(text).alignment
    assert (a.shared > 0) is shared
    assert (a.numbers, a.changes, a.exact) == (0, (), False)


@pytest.mark.parametrize(
    ("text", "quoted", "misquoted", "figures"),
    [
        pytest.param("「上限は50万円です」って少ない", True, False, 0, id="right"),
        pytest.param("「補助金の申請期限は、3月31日まで」ね", True, False, 0, id="right-but-for-a-comma"),
        pytest.param("「申請期限は3月31日までです。上限は90万円です」だって", False, True, 1, id="figure"),
        pytest.param("『整備の補助金の申請期限はありません』と書いてある", False, True, 0, id="other-words"),
        pytest.param("＞補助金の申請期限は5月31日までです\nふーん", False, True, 1, id="line-after-a-sign"),
        pytest.param("「上限は50万円です」「上限は90万円です」どっち?", True, True, 1, id="both"),
        pytest.param("母は「もう遅いから寝なさい」と言う", False, False, 0, id="words-of-others"),
        pytest.param("上限は90万円です", False, False, 0, id="no-quotation"),
        pytest.param("「。。。。。。、、」上限は50万円", False, False, 0, id="no-words"),
        pytest.param("「上限は90万円です", False, False, 0, id="not-closed"),
    ],
)
def test_align_tells_right_from_wrong_quotations(text: str, quoted: bool, misquoted: bool, figures: int) -> None:
    found = look(text).alignment
    assert (found.quoted, found.misquoted > 0, found.misquoted_figures) == (quoted, misquoted, figures)


NOTICE = "手続は無料です。申込みは3月11日まで、対象は小学3年生以上です。外国籍の方も含みます。代理の方は申込みの対象外です。"


@pytest.mark.parametrize(
    ("text", "swapped", "opposites"),
    [
        pytest.param("小学5年生から", 1, 0, id="another-year"),
        pytest.param("4月21日まで", 2, 0, id="another-date"),
        pytest.param("3月11日まで", 0, 0, id="the-same-date"),
        pytest.param("50人が応募", 0, 0, id="what-the-post-does-not-count"),
        pytest.param("手続は有料、小学3年生以下", 0, 2, id="opposites"),
        pytest.param("無料だったのが有料に", 0, 0, id="both-words"),
        pytest.param("対象外かあ", 0, 0, id="the-longer-word-of-the-post"),
        pytest.param("外国籍の方は含みません", 0, 1, id="negation"),
    ],
)
def test_align_counts_other_figures_of_the_same_kind_and_opposites(text: str, swapped: int, opposites: int) -> None:
    found = look(text, NOTICE).alignment
    assert (found.swapped_figures, found.opposites) == (swapped, opposites)


def test_align_keeps_the_nearest_of_several_wrong_quotations() -> None:
    near, far = "「申請期限は4月30日までです」", "「上限は百億万円だそうですよ」"
    assert look(near + far).alignment.misquoted == look(far + near).alignment.misquoted == look(near).alignment.misquoted > 0.5


def test_align_takes_an_unexpanded_link_for_no_change():
    quoted = "これ「" + POST.replace("https://www.soumu.go.jp/a", "https://t.co/abc") + "」ですか"
    assert not look(quoted).alignment.link


@pytest.mark.parametrize(
    ("text", "new", "known"),
    [
        pytest.param("窓口は七月一日から、月額1980円だそうです", 0, 3, id="all-of-the-post"),
        pytest.param("窓口は7月2日から、月額千九百八十円", 1, 2, id="one-changed"),
        pytest.param("窓口はどこですか", 0, 0, id="none"),
        pytest.param("2千円あれば十分", 1, 0, id="enough-is-no-figure"),
        pytest.param("1千9百80円で二〇二六年", 1, 1, id="kanji-after-figures-and-year"),
        pytest.param("0.198万円を10:30に、1.2.3版で", 2, 1, id="myriads-times-and-versions"),
        pytest.param("1億0千万円", 1, 0, id="zero-in-the-middle"),
        pytest.param("十分間と千円、百万人", 3, 0, id="tens-and-myriads-alone"),
        pytest.param("7.1が7.10に", 2, 0, id="versions-keep-their-zeros"),
        pytest.param("数億円、何万人、〇〇円、〇月、万歳", 0, 0, id="no-number"),
        pytest.param("٩( ᐛ )و 火事は११०番", 0, 0, id="digits-of-other-scripts"),
        pytest.param("9" * 2_000_000, 1, 0, id="endless"),
        pytest.param("一〇" * 500_000, 0, 0, id="endless-kanji"),
    ],
)
def test_figures_of_the_post_are_told_from_others(text: str, new: int, known: int) -> None:
    found = align(normalize(text).text, "【お知らせ】窓口は7月1日から。月額1,980円です。")
    assert (found.new_figures, found.known_figures) == (new, known)


@given(st.lists(st.tuples(st.lists(PHRASES, max_size=6).map("".join), st.sampled_from([None, "", " ", POST, "ない", "電波の利用には免許が必要です。上限は50万円です。"])), max_size=8))
def test_a_batch_is_aligned_as_its_replies_one_by_one(pairs):
    texts, posts = [normalize(text).text for text, _ in pairs], [post for _, post in pairs]
    assert align_all(texts, posts, [()] * len(texts)) == [align(text, post) if post else align_all([text], [None], [()])[0] for text, post in zip(texts, posts, strict=True)]


def test_a_batch_of_unequal_parts_is_refused():
    with pytest.raises(ValueError, match="2 texts, 1 posts"):
        align_all(["あ", "い"], [POST], [(), ()])
