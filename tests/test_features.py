import numpy as np
import pytest
from test_links import PAIRS

from classifier.checks import CHECK_RULES
from classifier.context import observe
from classifier.features import feature_names, features, head_mask, rule_ids, with_meaning
from classifier.replies import Reply
from classifier.rules import default_pack

PACK = default_pack()
NAMES = feature_names(rule_ids(PACK))
POST = "【お知らせ】光ファイバ整備の補助金の申請期限は3月31日までです。上限は50万円です。"


def rows(*replies, repeats=()):
    observed = observe(list(replies), repeats=repeats)
    return features(observed, PACK(observed), PACK)


def named(reply, **more):
    """The columns of one reply that are not 0, by name."""
    row = rows(Reply("1", reply, **more)).toarray()[0]
    return {NAMES[i]: float(row[i]) for i in np.flatnonzero(row)}


def group(columns, name):
    return {c for c in columns if c.startswith(f"{name}:")}


def test_feature_names_stand_once_and_follow_the_rules():
    assert len(set(NAMES)) == len(NAMES)
    assert rule_ids(PACK) == (*(r.id for r in PACK.rules), *CHECK_RULES)
    assert [n for n in NAMES if n.startswith("rule:")] == [f"rule:{r}" for r in rule_ids(PACK)]
    assert feature_names(("other.x",))[-2:] == ("rule:other.x", "ground:other")


def test_features_have_one_row_a_reply_and_one_column_a_name():
    matrix = rows(Reply("1", "電波が弱い"), Reply("2", ""), Reply("3", "ありがとう"))
    assert matrix.shape == (3, len(NAMES))
    assert matrix.dtype == np.float32
    assert rows().shape == (0, len(NAMES))


def test_a_row_does_not_hang_on_its_company():
    texts = ["バカとしか言えない", "090-1234-5678", "https://bit.ly/x", POST, "", "草草草", "闇バイト募集中、即日で払います"]
    replies = [Reply(str(i), t, parent_text=POST) for i, t in enumerate(texts)]
    together = rows(*replies).toarray()
    assert np.array_equal(rows(*replies[::-1]).toarray()[::-1], together)
    for i, reply in enumerate(replies):
        assert np.array_equal(rows(reply).toarray()[0], together[i])


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param("はい", {"shape:length": np.log1p(2) / 5, "shape:short": 1, "shape:hiragana": 1}, id="short"),
        pytest.param("料金が3万円も!", {"shape:money": 1, "shape:exclamation": 1 / 3, "shape:digits": 1 / 8}, id="money"),
        pytest.param("一\n二\n三", {"shape:lines": 2 / 6, "shape:kanji": 3 / 5, "shape:marks": 2 / 5}, id="lines"),
        pytest.param("〈at〉は#電波 の#光 で「はい」?", {"shape:hashtags": 2 / 5, "shape:quotes": 1, "shape:question": 1 / 2, "shape:mentions": 1 / 5}, id="marks"),
        pytest.param("😀😀", {"shape:emoji": 2 / 5, "shape:no_words": 1}, id="emoji"),
        pytest.param("大草原だ草", {"shape:laugh": 1}, id="laugh"),
        pytest.param("タヒね", {"shape:disguised": 1}, id="disguised"),
        pytest.param("https://bit.ly/a https://bit.ly/b", {"links:shortener": 2}, id="links"),
        pytest.param("沢渡の携帯は090-1234-5678だ", {"rule:privacy.phone": 1, "ground:privacy": 1}, id="rule"),
    ],
)
def test_features_of_a_text(text, columns):
    found = named(text)
    assert {c: found.get(c) for c in columns} == pytest.approx(columns, abs=1e-6)


def test_a_bad_word_near_a_person_is_told_from_one_that_is_far():
    near, far = named("お前はバカだ"), named("お前は電波の話をしているつもりなのか、バカ")
    assert "near:abuse:person" in near and "near:abuse:person" not in far
    assert near["sum:abuse"] == far["sum:abuse"] == pytest.approx(1 / 3)


def test_words_are_counted_up_to_three():
    counted = [named("バカ、" * n).get("words:abuse:1", 0.0) for n in (0, 1, 2, 3, 9)]
    assert counted == pytest.approx([0, 1, 2**0.5, 3**0.5, 3**0.5])


def test_the_parent_has_columns_only_where_it_is_known():
    assert group(named("夕飯はカレー"), "parent") == set()
    assert group(named("夕飯はカレー", parent_text=POST), "parent") == {"parent:shared_none"}
    changed = named(POST.replace("50万円", "90万円"), parent_text=POST)
    assert changed["parent:numbers"] == pytest.approx(1 / 3) and changed["parent:copy_changed"] == 1
    assert "parent:exact" not in changed
    exact = named(POST, parent_text=POST)
    assert exact["parent:exact"] == exact["parent:covered"] == 1 and "parent:copy_changed" not in exact


def test_figures_of_the_post_and_others_have_their_own_columns():
    told = named("50万円と20万円と30万円ですか", parent_text=POST)
    assert told["parent:known_figures"] == pytest.approx(1 / 3) and told["parent:new_figures"] == pytest.approx(2 / 3)
    assert "parent:all_figures_known" not in told
    assert named("50万円ですか", parent_text=POST)["parent:all_figures_known"] == 1


def test_wrong_quotations_have_their_own_columns():
    assert "parent:quoted" in named("「上限は50万円」ですか", parent_text=POST)
    told = named("「上限は20万円」ですか", parent_text=POST)
    assert "parent:quoted" not in told and told["parent:misquoted_half"] == 1 and told["parent:misquoted_figures"] == 0.5


def test_the_author_has_columns_only_where_it_is_known():
    assert group(named("はい"), "author") == set()
    assert group(named("はい", author_name="花子", author_handle="hanako"), "author") == set()
    assert group(named("はい", author_name="ドコモ公式サポート"), "author") == {"author:mark", "author:body", "author:both"}


@pytest.mark.parametrize(
    ("ground", "author", "parent"),
    [
        pytest.param("impersonation", True, True, id="impersonation"),
        pytest.param("alteration", False, True, id="alteration"),
        pytest.param("off_topic", False, True, id="off_topic"),
        pytest.param("defamation", False, False, id="defamation"),
        pytest.param("crisis", False, False, id="crisis"),
    ],
)
def test_head_mask_closes_author_and_parent_to_grounds_that_need_neither(ground, author, parent):
    mask = dict(zip(NAMES, head_mask(NAMES, ground).tolist(), strict=True))
    of_author = {n for n in mask if n.startswith("author:")} | {"rule:impersonation.look_alike"}
    of_parent = {n for n in mask if n.startswith(("parent:", "meaning:"))} | {"rule:alteration.changed_post"}
    assert {mask[n] for n in of_author} == {author}
    assert {mask[n] for n in of_parent} == {parent}
    assert {v for n, v in mask.items() if n not in of_author | of_parent} == {True}


def test_meaning_is_filled_in_where_there_is_a_post_and_changes_nothing_else():
    plain = rows(Reply("1", "はい", parent_text=POST), Reply("2", "いいえ"), Reply("3", "猫", parent_text=POST))
    told = with_meaning(plain, np.array([[0.6, 0.2], [np.nan, np.nan], [0.1, 0.7]], dtype=np.float32)).toarray()
    at = [i for i, n in enumerate(NAMES) if n.startswith("meaning:")]
    assert told[:, at] == pytest.approx(np.array([[1.2, 1.44, 0, 0.4, 0.16, 0.6], [0, 0, 0, 0, 0, 0], [0.2, 0.04, 0.6, 1.4, 1.96, 0]]), abs=1e-6)
    assert not plain.toarray()[:, at].any()
    assert np.array_equal(np.delete(told, at, axis=1), np.delete(plain.toarray(), at, axis=1))


@pytest.mark.parametrize(("name", "one", "other"), PAIRS)
def test_another_host_of_the_class_gives_the_same_row(name, one, other):
    texts = ["登録は https://{}/x からどうぞ", "https://{}/"]
    a, b = (rows(*(Reply("1", t.format(host), parent_text=POST) for t in texts)).toarray() for host in (one, other))
    assert np.array_equal(a, b)
    assert a[0, NAMES.index(f"links:{name}")] == 1


@pytest.mark.parametrize("text", ["@MIC_ICT {} 電波が弱い", "昨日 {} と {} に会った", "{}の中の人ですか"])
def test_another_handle_gives_the_same_row(text):
    a, b = (rows(Reply("1", text.replace("{}", h), author_handle=h[1:], author_name="花子")).toarray() for h in ("@taro_1", "@kotoba_no_mori"))
    assert np.array_equal(a, b)


def test_another_name_of_the_same_look_gives_the_same_row():
    a, b = (rows(Reply("1", "登録をどうぞ", author_name=n)).toarray() for n in ("花子", "すみれの庭"))
    assert np.array_equal(a, b)


def test_every_kind_of_personal_data_has_its_column():
    assert named("みずほ銀行 中野支店 普通 1234567 沢渡花子")["rule:privacy.account"] == 1
