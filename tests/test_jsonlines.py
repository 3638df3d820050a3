"""JSON Lines with columns of ours."""

import json

from exports import read, written

ID = "1577318900085186562"


def test_read_jsonl_takes_our_columns_and_aliases(tmp_path):
    lines = [
        {"id": int(ID), "text": "a", "urls": ["https://example.com/1"], "labels": ["illegal"], "split": "dev"},
        {"本文": "b", "ユーザー名": "@x", "リンク": "https://example.com/2 https://example.com/3"},
        {"id": 1.57e18, "text": "c"},
        {"id": "4", "text": None},
        {"id": "5", "text": "\ud83d"},
    ]
    content = "\n".join(json.dumps(line) for line in lines) + '\n{"id": "6", \n\n[1]\n{"id": "7", "text": "last"}'
    replies, bad = read(written(tmp_path, content, "a.jsonl"))
    assert [(r.id, r.text) for r in replies] == [(ID, "a"), ("a.jsonl:2", "b"), ("5", "\ufffd"), ("7", "last")]
    assert replies[0].extra == (("labels", '["illegal"]'), ("split", "dev"))
    assert replies[0].urls == ("https://example.com/1",)
    assert (replies[1].author_handle, len(replies[1].urls)) == ("x", 2)
    assert [(b.row, b.reason.split(";")[0]) for b in bad] == [
        (3, "the id 1.57e+18 was rounded by a spreadsheet"),
        (4, "no text"),
        (6, "not valid JSON"),
        (8, "not a JSON object"),
    ]
