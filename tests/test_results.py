"""Writers of results: every format holds every column, and a failed run leaves the target alone."""

import json
import os
import resource
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest
from exports import rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.decide import Decision, Reason, Result
from classifier.errors import OutputError
from classifier.policy import default_policy
from classifier.readers import read_replies
from classifier.replies import COLUMNS, Reply
from classifier.results import SUFFIXES, open_writer

POLICY = default_policy()
SHA = "0" * 64


def result(text="お前は寄生虫だ", *, action="suggest", reply=None, **changes):
    """One result; a suggestion with a rule and a model behind it."""
    reply = reply or Reply(
        id="1745678901234567890",
        text=text,
        parent_text="お知らせ",
        parent_id="1745000000000000000",
        conversation_id="1745000000000000000",
        author_name="たろう",
        author_handle="taro",
        created_at="2024-01-03T08:15:01.000Z",
        urls=("https://example.com/a", "https://example.com/b"),
        file="replies.csv",
        row=2,
    )
    reasons = (
        Reason("defamation", "defamation.dehumanise", None, None, 3, 6, text[3:6]),
        Reason("defamation", "model", 0.98765432, 0.91),
    )
    decision = Decision("suggest", ("defamation",), ("repeated",), 9, reasons, ("非表示", "Xへ報告"))
    if action != "suggest":
        decision = Decision(action)
    scores = tuple(0.98765432 if ground == "defamation" else 0.00004 for ground in POLICY.ids)
    fields = {"scores": scores, "model": "default", "policy": "2020-03-02", "text_sha256": SHA}
    return Result(reply, decision, **fields | changes)


def write(path, *chunks):
    with open_writer(path, policy=POLICY, version="1.2.3") as writer:
        for chunk in chunks:
            writer.write(chunk)
    return writer.replaced


def test_jsonl_holds_every_key_in_order(tmp_path):
    path = tmp_path / "out.jsonl"
    assert write(path, [result()]) == 0
    line = json.loads(path.read_bytes())
    assert list(line) == [
        *("id", "action", "grounds", "scores", "together", "signals", "priority", "reasons", "measures", "model", "policy"),
        *("text_sha256", "text", "parent_text", "parent_id", "reply_to_text", "conversation_id", "author_name"),
        *("author_handle", "created_at", "urls", "kind", "file", "row"),
    ]
    assert list(line["scores"]) == list(POLICY.ids)
    assert line["scores"]["defamation"] == 0.9877
    assert line["scores"]["illegal"] == 0.0
    keys = ("ground", "source", "score", "cutoff", "start", "end", "words")
    assert line["reasons"] == [
        dict(zip(keys, ("defamation", "defamation.dehumanise", None, None, 3, 6, "寄生虫"), strict=True)),
        dict(zip(keys, ("defamation", "model", 0.98765432, 0.91, None, None, ""), strict=True)),
    ]
    assert (line["grounds"], line["signals"], line["priority"]) == (["defamation"], ["repeated"], 9)
    assert line["measures"] == ["非表示", "Xへ報告"]
    assert line["urls"] == ["https://example.com/a", "https://example.com/b"]
    assert (line["row"], line["reply_to_text"], line["text_sha256"]) == (2, None, SHA)


def test_jsonl_extra_columns_never_take_our_names(tmp_path):
    extra = (("likes", "3"), ("action", "x"), ("action", "y"), ("scores", "z"), ("action_2", "q"))
    path = tmp_path / "out.jsonl"
    write(path, [result(reply=Reply("1", "text", extra=extra), action="keep")])
    line = json.loads(path.read_bytes())
    assert line["action"] == "keep"
    assert [line[k] for k in ("likes", "action_2", "action_3", "scores_2", "action_2_2")] == ["3", "x", "y", "z", "q"]


def test_jsonl_halves_of_pairs_are_replaced_and_counted(tmp_path):
    path = tmp_path / "out.jsonl"
    odd = result("お前は寄\ud83d虫", reply=None)
    plain = result("x", action="keep")
    assert write(path, [plain, odd, plain]) == 2  # in the text and in the words of the reason
    lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert lines[1]["text"] == "お前は寄\ufffd虫"
    assert lines[1]["reasons"][0]["words"] == "寄\ufffd虫"
    assert list(lines[1]) == list(lines[0])
    assert lines[1]["scores"]["defamation"] == 0.9877


def test_jsonl_keeps_order_over_chunks(tmp_path):
    path = tmp_path / "out.jsonl"
    results = [result(reply=Reply(str(n), "text"), action="keep") for n in range(7)]
    write(path, results[:3], [], results[3:])
    assert [json.loads(line)["id"] for line in path.read_bytes().splitlines()] == list("0123456")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_the_score_of_all_grounds_together_is_written(tmp_path, suffix):
    """By it kept replies can be ranked; where nothing was scored there is none."""
    path = tmp_path / f"out{suffix}"
    write(path, [result(any_ground=0.123456), result(), result(scores=())])
    if suffix == ".csv":
        found = [float(row["together"]) if row["together"] else None for row in rows_of(path)]
    elif suffix == ".parquet":
        found = pq.read_table(path)["together"].to_pylist()
    else:
        found = [json.loads(line)["together"] for line in path.read_bytes().splitlines()]
    assert found[:2] == [pytest.approx(0.1235), pytest.approx(0.9877, abs=1e-3)] and found[2] is None


def test_csv_is_made_for_excel(tmp_path):
    path = tmp_path / "out.csv"
    assert write(path, [result("=1+1 寄生虫"), result("x", action="keep")]) == 0
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid,action,grounds,score_illegal,")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 3
    first, second = rows_of(path)
    assert list(first)[-1] == "reply_classifier"
    assert first["reply_classifier"] == "1.2.3"
    assert first["text"] == "'=1+1 寄生虫"
    assert first["score_defamation"] == "0.9877"
    assert first["reasons"] == "defamation:defamation.dehumanise:1 寄 / defamation:model:0.9877"
    assert (first["grounds"], first["signals"], first["measures"]) == ("defamation", "repeated", "非表示、Xへ報告")
    assert (second["action"], second["grounds"], second["reasons"], second["priority"]) == ("keep", "", "", "99")


def test_csv_extra_columns_that_come_late_get_a_column(tmp_path):
    path = tmp_path / "out.csv"
    early = Reply("1", 'a "quoted"\r\nline\rand, comma', extra=(("likes", "3"), ("=evil", "@x")))
    late = Reply("2", "b", extra=(("views", "9"), ("likes", "4"), ("reply_classifier", "0.1")))
    write(path, [result(reply=early, action="keep")], [result(reply=late, action="keep")])
    first, second = rows_of(path)
    assert list(first)[-5:] == ["likes", "'=evil", "views", "reply_classifier_2", "reply_classifier"]
    assert [first[k] for k in ("likes", "'=evil", "views", "reply_classifier")] == ["3", "'@x", "", "1.2.3"]
    assert [second[k] for k in ("likes", "'=evil", "views", "reply_classifier_2")] == ["4", "", "9", "0.1"]
    assert first["text"] == early.text
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_csv_control_characters_are_replaced_and_counted(tmp_path):
    path = tmp_path / "out.csv"
    assert write(path, [result(reply=Reply("1", "a\x00b\x1bc\td\ne\ud800"), action="keep")]) == 3
    assert rows_of(path)[0]["text"] == "a\ufffdb\ufffdc\td\ne\ufffd"


def test_parquet_has_typed_columns_and_a_row_group_for_each_chunk(tmp_path):
    path = tmp_path / "out.parquet"
    odd = Reply("2", "x\udc00", urls=("a\ud800",), extra=(("n", "\ud800"),))
    assert write(path, [result()], [result(reply=odd, action="keep"), result()]) == 3
    with pq.ParquetFile(path) as file:
        assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [1, 2]
        assert file.schema_arrow.metadata[b"reply_classifier"] == b"1.2.3"
        types = {field.name: str(field.type) for field in file.schema_arrow}
        rows = file.read().to_pylist()
    assert types["score_defamation"] == "float"
    assert types["grounds"].startswith("list<")
    assert types["extra"].startswith("map<string, string")
    assert rows[0]["score_defamation"] == pytest.approx(0.98765432, abs=1e-7)
    assert rows[0]["grounds"] == ["defamation"]
    assert rows[0]["reasons"][0] == {
        **{"ground": "defamation", "source": "defamation.dehumanise", "score": None, "cutoff": None},
        **{"start": 3, "end": 6, "words": "寄生虫"},
    }
    assert (rows[1]["text"], rows[1]["urls"], rows[1]["extra"]) == ("x\ufffd", ["a\ufffd"], [("n", "\ufffd")])
    assert rows[1]["parent_text"] is None


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_writer_without_results_leaves_a_whole_file(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    assert write(path) == 0
    if suffix == ".jsonl":
        assert path.read_bytes() == b""
    elif suffix == ".csv":
        assert path.read_bytes().count(b"\n") == 1
    elif suffix == ".parquet":
        assert pq.read_table(path).num_rows == 0
    else:
        assert path.read_bytes().startswith(b"PK")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_failed_run_leaves_the_target_and_no_other_file(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"before")
    with pytest.raises(KeyError, match="lost"), open_writer(path, policy=POLICY, version="1") as writer:
        writer.write([result()])
        assert path.read_bytes() == b"before"
        raise KeyError("lost")
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_full_disk_is_an_output_error(tmp_path, suffix):
    path = tmp_path / f"out{suffix}"
    path.write_bytes(b"before")
    texts = [os.urandom(3000).hex() for _ in range(100)]  # about 600 kB, hard to compress
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
    try:
        with pytest.raises(OutputError, match="could not be written"):
            write(path, [result(reply=Reply("1", text), action="keep") for text in texts])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_locked_target_is_an_output_error(tmp_path, monkeypatch):
    def refuse(source: object, target: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "out.csv"
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match="Close it if it is open in Excel"):
        write(path, [result()])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.txt", r"one of: \.jsonl, \.csv, \.parquet, \.xlsx"),
        ("out", r"one of: \.jsonl"),
        ("missing/out.csv", "there is no folder"),
        ("folder.csv", "this is a folder"),
    ],
)
def test_open_writer_says_why_it_cannot_write(tmp_path, name, words):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputError, match=words):
        write(tmp_path / name, [])


def test_open_writer_takes_any_case_and_follows_links(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "out.JSONL"
    link.symlink_to(tmp_path / "real" / "target.jsonl")
    write(link, [result()])
    assert link.is_symlink()
    assert orjson.loads((tmp_path / "real" / "target.jsonl").read_bytes())["id"] == "1745678901234567890"


# A reader strips ids and handles, takes an empty cell for nothing, and rejects a blank text.
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
RISKY = st.builds(
    "".join, st.lists(st.sampled_from([*"=+-@'\"\t\r\n,|;＝ a_x", "_x000D_", "\x00", "\x1f"]), max_size=8)
)
TEXTS = (ANY | RISKY).filter(lambda text: text.strip("\ufeff \t\r\n") and not text.isspace())


@settings(max_examples=150)
@given(texts=st.lists(st.tuples(TEXTS, TEXTS | st.none(), TEXTS | st.none()), min_size=1, max_size=4))
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_replies_read_again_are_the_same(suffix, texts, tmp_path_factory):
    path = tmp_path_factory.mktemp("out") / f"out{suffix}"
    unfit = {n: "\ufffd" for n in range(32) if chr(n) not in "\t\r\n"} if suffix == ".csv" else {}
    replies = [
        Reply(str(10**18 + n), text, parent_text=parent, author_name=name, author_handle=f"user{n}", kind="quote")
        for n, (text, parent, name) in enumerate(texts)
    ]
    write(path, [result(reply=reply, action="keep") for reply in replies])
    again = list(read_replies([path]))
    for old, new in zip(replies, again, strict=True):
        for column in COLUMNS:
            value = getattr(old, column)
            assert getattr(new, column) == (value.translate(unfit) if isinstance(value, str) else value)


def test_writers_give_the_same_bytes_for_the_same_results(tmp_path: Path):
    for suffix in (".jsonl", ".csv", ".parquet"):
        for name in "ab":
            write(tmp_path / (name + suffix), [result()], [result("x", action="keep")])
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
