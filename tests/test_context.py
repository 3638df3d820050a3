import pytest

from classifier.alignment import Alignment
from classifier.context import Author, look_at_author, observe
from classifier.replies import Reply

POST = "【お知らせ】光ファイバ整備の補助金の申請期限は3月31日までです。上限は50万円です。詳しくは https://www.soumu.go.jp/a をご覧ください。"

@pytest.mark.parametrize(
    ("name", "handle", "flags"),
    [
        pytest.param("電波ファン", "denpa_fan", set(), id="anyone"),
        pytest.param("〇〇サポート窓口", "abc", {"mark"}, id="mark"),
        pytest.param("総務省を応援する人", "abc", {"body"}, id="body"),
        pytest.param("ドコモ公式サポート", "abc", {"mark", "body", "both"}, id="mark-and-body"),
        pytest.param("ﾄﾞｺﾓ公式", "abc", {"mark", "body", "both"}, id="half-width"),
        pytest.param("花子", "docomo_help", {"handle_mark"}, id="handle-of-an-office"),
        pytest.param("花子", "MIC_1CT", {"look_alike", "handle_mark"}, id="handle-with-a-digit"),
        pytest.param("花子", "@MlC_ICT", {"look_alike", "handle_mark"}, id="handle-with-an-l"),
        pytest.param("花子", "mic_ict_jp", {"look_alike", "handle_mark"}, id="handle-with-more"),
        pytest.param("花子", "nic_1ct", {"look_alike"}, id="handle-with-another-letter"),
        pytest.param("花子", "mitic", set(), id="handle-of-another"),
        pytest.param("総務省 ICTツイート", "abc", {"body", "look_alike"}, id="name-of-the-account"),
        pytest.param("総務省ICTツイ一ト", "", {"body", "look_alike"}, id="nearly-the-name"),
        pytest.param("総務省ICTツイート", "MIC_ICT", {"body", "handle_mark"}, id="the-account-itself"),
        pytest.param("", "taro", set(), id="no-name"),
        pytest.param("august", "abc", set(), id="no-carrier-inside-a-word"),
    ],
)
def test_look_at_author_flags(name, handle, flags):
    author = look_at_author(name, handle, "MIC_ICT")
    assert author.known
    assert {f for f in ("mark", "body", "both", "handle_mark", "look_alike") if getattr(author, f)} == flags


def test_an_author_who_is_not_known_has_no_flags():
    assert observe([Reply("1", "あ")])[0].author == Author()
    assert observe([Reply("1", "あ", author_handle="mic_1ct")])[0].author.look_alike


def test_look_at_author_goes_by_the_account_of_the_policy():
    assert look_at_author("花子", "k0toba_city", "kotoba_city").look_alike
    assert not look_at_author("花子", "MIC_1CT", "kotoba_city").look_alike


def test_observe_keeps_order_and_counts_repeats():
    replies = [Reply(str(i), f"返信{i}") for i in range(5)]
    assert [o.reply.id for o in observe(replies)] == list("01234")
    assert [o.repeats for o in observe(replies)] == [1] * 5
    assert [o.repeats for o in observe(replies, repeats=[1, 4, 1, 2, 1])] == [1, 4, 1, 2, 1]
    assert observe([]) == []


def test_without_a_parent_nothing_is_judged_against_it():
    for parent in (None, ""):
        o = observe([Reply("1", POST, parent_text=parent)])[0]
        assert not o.judged_against_parent
        assert o.alignment == Alignment()
