"""X API v2 exports: pages, stream lines, flattened posts, and what is no post."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import xapi
from classifier.errors import InputError
from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.replies import Rejected, Reply

USERS = [
    {"id": "1", "name": "総務省", "username": "MIC_ICT"},
    {"id": "2", "name": "花子", "username": "hana"},
    {"id": "3", "name": "太郎", "username": "taro"},
]
ROOT = {
    "id": "100",
    "text": "【お知らせ】5Gの整備",
    "author_id": "1",
    "conversation_id": "100",
    "edit_history_tweet_ids": ["100"],
}
MIDDLE = {
    "id": "101",
    "text": "@MIC_ICT 遅い",
    "author_id": "2",
    "conversation_id": "100",
    "referenced_tweets": [{"type": "replied_to", "id": "100"}],
}
REPLY = {
    "id": "102",
    "text": "@hana @MIC_ICT 同感 &amp; https://t.co/a https://t.co/b",
    "author_id": "3",
    "conversation_id": "100",
    "created_at": "2024-01-01T00:00:00.000Z",
    "referenced_tweets": [{"type": "replied_to", "id": "101"}],
    "entities": {
        "urls": [
            {"url": "https://t.co/a", "expanded_url": "https://sho.rt/1", "unwound_url": "https://example.com/long"},
            {"url": "https://t.co/b", "expanded_url": "https://twitter.com/taro/status/102/photo/1"},
        ]
    },
}


def post(ident="5", **fields):
    base = {"id": ident, "text": "本文", "author_id": "3", "conversation_id": ident, "edit_history_tweet_ids": [ident]}
    return base | fields


def page(*posts, tweets=(), **more):
    return {"data": list(posts), "includes": {"users": USERS, "tweets": list(tweets)}, "meta": {}} | more


def read(tmp_path, *values, name="api.jsonl", account="MIC_ICT", text=None):
    path = tmp_path / name
    content = text if text is not None else "\n".join(json.dumps(v, ensure_ascii=False) for v in values)
    path.write_text(content, encoding="utf-8")
    items = list(read_replies([path], options=ReadOptions(account=account)))
    return [i for i in items if isinstance(i, Reply)], [i for i in items if isinstance(i, Rejected)]


FLAT_REPLY = REPLY | {
    "author": USERS[2],
    "referenced_tweets": [{"type": "replied_to", **MIDDLE, "author": USERS[1]}],
}


@pytest.mark.parametrize(
    ("values", "parent"),
    [
        ([page(REPLY, tweets=[MIDDLE, ROOT])], True),
        ([page(ROOT, MIDDLE, REPLY)], True),
        (
            [{"data": REPLY, "includes": {"users": USERS, "tweets": [MIDDLE, ROOT]}, "matching_rules": [{"id": 1}]}],
            True,
        ),
        ([[page(REPLY, tweets=[MIDDLE, ROOT])]], True),
        ([FLAT_REPLY], False),
        ([[FLAT_REPLY]], False),
    ],
    ids=["includes", "same-page", "stream", "array-of-pages", "flat", "array-of-posts"],
)
def test_reply_has_author_parent_and_links(tmp_path, values, parent):
    replies, rejected = read(tmp_path, *values)
    assert rejected == []
    reply = replies[-1]
    assert reply == Reply(
        id="102",
        text=REPLY["text"],
        parent_text=ROOT["text"] if parent else None,
        parent_id="100",
        reply_to_text=MIDDLE["text"],
        conversation_id="100",
        author_name="太郎",
        author_handle="taro",
        created_at="2024-01-01T00:00:00.000Z",
        urls=("https://example.com/long", "https://twitter.com/taro/status/102/photo/1"),
        kind="reply",
        file="api.jsonl",
        row=reply.row,
    )


@pytest.mark.parametrize("indent", [None, 2], ids=["one-line", "pretty"])
@pytest.mark.parametrize("wrap", [lambda p: p, lambda p: [p]], ids=["page", "array"])
def test_whole_json_files_are_read(tmp_path, indent, wrap):
    text = json.dumps(wrap(page(ROOT, MIDDLE, REPLY)), indent=indent, ensure_ascii=False)
    replies, _ = read(tmp_path, text=text, name="api.json")
    assert [r.id for r in replies] == ["100", "101", "102"]


def test_pages_as_lines_keep_their_line(tmp_path):
    replies, _ = read(tmp_path, page(ROOT), page(MIDDLE), page(REPLY))
    assert [(r.id, r.row) for r in replies] == [("100", 1), ("101", 2), ("102", 3)]
    assert replies[1].parent_text is None


def test_parent_is_found_by_another_version_of_an_edited_post(tmp_path):
    edited = ROOT | {"id": "99", "text": "直した", "edit_history_tweet_ids": ["98", "99"], "conversation_id": "98"}
    replies, _ = read(tmp_path, page(edited, MIDDLE | {"conversation_id": "98"}))
    assert (replies[0].parent_id, replies[0].kind) == (None, "own")
    assert replies[1].parent_text == "直した"


def test_reply_to_the_root_has_no_other_post_that_is_answered(tmp_path):
    replies, _ = read(tmp_path, page(MIDDLE, tweets=[ROOT]))
    assert (replies[0].parent_text, replies[0].reply_to_text) == (ROOT["text"], None)


@pytest.mark.parametrize(("author", "answered"), [("1", None), ("2", "続きの投稿"), ("9", "続きの投稿")], ids=["account", "other", "unknown"])
@pytest.mark.parametrize("account", ["MIC_ICT", "@mic_ict"])
def test_only_the_post_of_another_user_is_one_that_is_answered(tmp_path, author, answered, account):
    second = post("103", text="続きの投稿", author_id=author, conversation_id="100", referenced_tweets=[{"type": "replied_to", "id": "100"}])
    reply = post("104", author_id="3", conversation_id="100", referenced_tweets=[{"type": "replied_to", "id": "103"}])
    (found,), _ = read(tmp_path, page(reply, tweets=[ROOT, second]), account=account)
    assert (found.parent_text, found.reply_to_text) == (ROOT["text"], answered)


KINDS = [
    ("own", post(author_id="1"), ()),
    ("own", post(author_id="1", referenced_tweets=[{"type": "retweeted", "id": "9"}]), ()),
    ("repost", post(text="RT @hana: 切れた…", referenced_tweets=[{"type": "retweeted", "id": "9"}]), ()),
    (
        "reply",
        post(conversation_id="9", referenced_tweets=[{"type": "quoted", "id": "7"}, {"type": "replied_to", "id": "9"}]),
        (),
    ),
    ("quote", post(referenced_tweets=[{"type": "quoted", "id": "9"}]), ()),
    ("post", post(text="RT @hana: 手で書いた"), ()),
    ("post", post(), ()),
]


@pytest.mark.parametrize(("kind", "value", "tweets"), KINDS, ids=[f"{n}-{k[0]}" for n, k in enumerate(KINDS)])
def test_kind_tells_what_a_post_is(tmp_path, kind, value, tweets):
    assert read(tmp_path, page(value, tweets=tweets))[0][0].kind == kind


def test_kind_own_takes_the_account_from_the_options(tmp_path):
    replies, _ = read(tmp_path, page(post(author_id="1"), post("6")), account="@Taro")
    assert [r.kind for r in replies] == ["post", "own"]


def test_repost_has_the_full_text_and_links_of_the_original(tmp_path):
    original = post("9", text="全文です", entities={"urls": [{"expanded_url": "https://example.com/x"}]})
    value = post(text="RT @hana: 全…", referenced_tweets=[{"type": "retweeted", "id": "9"}])
    (reply,), _ = read(tmp_path, page(value, tweets=[original]))
    assert (reply.text, reply.urls) == ("全文です", ("https://example.com/x",))


def test_long_posts_have_the_whole_text(tmp_path):
    note = {"text": "長" * 600, "entities": {"urls": [{"expanded_url": "https://example.com/n"}]}}
    (reply,), _ = read(tmp_path, page(post(text="長…", note_tweet=note)))
    assert (reply.text, reply.urls) == ("長" * 600, ("https://example.com/n",))


def test_withheld_post_without_author_name_stays(tmp_path):
    value = post(text="account withheld", author_id="7", withheld={"country_codes": ["JP"]})
    (reply,), _ = read(tmp_path, page(value))
    assert (reply.text, reply.author_name, reply.author_handle) == ("account withheld", None, None)


def test_errors_and_broken_lines_are_rejected_with_the_reason(tmp_path):
    error = {"title": "Not Found Error", "detail": "Could not find tweet", "resource_id": "9"}
    text = "\n".join(
        [
            json.dumps(page(post("1"), errors=[error])),
            '{"data": {"id": "2"',
            json.dumps({"title": "ConnectionException", "detail": "closed", "type": "about:blank"}),
            json.dumps(page({"id": "8", "username": "x", "name": "X"}, post("3"), post("4", text=""))),
            json.dumps({"data": post("5")}),
        ]
    )
    replies, rejected = read(tmp_path, text=text)
    assert [r.id for r in replies] == ["1", "3", "5"]
    assert [(r.row, r.reason) for r in rejected] == [
        (1, "an error of the X API: Not Found Error: Could not find tweet"),
        (2, "not valid JSON"),
        (3, "an error of the X API: ConnectionException: closed"),
        (4, "a user, not a post"),
        (4, "no text"),
    ]
    assert json.loads(rejected[0].raw) == error


def test_array_of_lines_that_was_cut_off_keeps_its_posts(tmp_path):
    lines = [json.dumps(post(str(n))) for n in range(3)]
    text = "[" + ",\n".join(lines) + ',\n{"id": "9", "te'
    replies, rejected = read(tmp_path, text=text, name="a.json")
    assert [r.id for r in replies] == ["0", "1", "2"]
    assert [r.row for r in rejected] == [4]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([{"data": USERS}], "holds 3 users"),
        ([{"data": USERS[:1], "includes": {"tweets": [ROOT]}}], "holds 1 users"),
        ([{"id": "1", "action": "delete", "reason": "deleted", "created_at": "x"}] * 2, "holds 2 compliance records"),
        ([{"meta": {"result_count": 0}}], "no post at all"),
        ([{"errors": [{"title": "Unauthorized", "detail": "x"}]}], "1 error messages"),
        (["text", 3], "2 lines are not valid"),
        ([{"foo": 1, "bar": 2}], r"--column text=.*foo, bar"),
    ],
    ids=["users", "users-with-pinned", "compliance", "empty-page", "errors", "no-objects", "other"],
)
def test_file_without_posts_says_what_it_holds(tmp_path, values, message):
    with pytest.raises(InputError, match=message):
        read(tmp_path, *values)


FIELDS = [
    *("id", "text", "data", "includes", "errors", "users", "tweets", "referenced_tweets", "entities", "urls", "author"),
    *("note_tweet", "edit_history_tweet_ids", "conversation_id", "type", "author_id", "title", "detail", "username"),
]
SCALARS = st.sampled_from([None, True, 1, 1.5, "", "x", "9", "\ud83d", [], {}])
API_LIKE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(FIELDS), API_LIKE, max_size=6))
def test_any_object_gives_replies_or_rejected_rows(value):
    where = xapi.Place("a.json", 1, "MIC_ICT")
    for item in [*xapi.page_items(value, where), xapi.single_item(value, xapi.kind_of(value), where)]:
        assert (isinstance(item, Reply) and item.text.strip()) or isinstance(item[1], Rejected)
