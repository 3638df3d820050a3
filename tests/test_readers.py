"""What a file is, and that no file at all ends in anything but replies, rejected rows or one clear error."""

import csv
import io
import json
import sys
import tracemalloc
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.errors import ClassifierError, InputError
from classifier.headers import ReadOptions
from classifier.readers import read_posts, read_replies, spool_stdin
from classifier.replies import Rejected, Reply

SUFFIXES = [".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".parquet", ".txt", ""]
ANY_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet(**columns):
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), out)
    return out.getvalue()


def archive(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(name, "id,text\n1,a\n")
    return out.getvalue()


GOOD = {
    "csv": "id,text\n1,返信です\n".encode(),
    "cp932": "id,本文\n1,返信です\n".encode("cp932"),
    "utf-16": "id\ttext\n1\t返信です\n".encode("utf-16"),
    "jsonl": '{"id": "1", "text": "返信です"}\n'.encode(),
    "json": '\ufeff[\n {"id": "1",\n "text": "返信です"}\n]'.encode(),
    "xlsx": workbook(["id", "text"], ["1", "返信です"]),
    "parquet": parquet(id=["1"], text=["返信です"]),
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize("form", GOOD)
@pytest.mark.parametrize("suffix", [".txt", "", ".dat"])
def test_read_replies_recognizes_files_by_content(tmp_path, form, suffix):
    (tmp_path / f"export{suffix}").write_bytes(GOOD[form])
    assert [(r.id, r.text) for r in read_replies([tmp_path / f"export{suffix}"])] == [("1", "返信です")]


def test_read_replies_takes_a_workbook_by_any_name(tmp_path):
    (tmp_path / "export.csv").write_bytes(GOOD["xlsx"])
    assert [r.text for r in read_replies([str(tmp_path / "export.csv")])] == ["返信です"]


def test_read_replies_keeps_the_order_of_files(tmp_path):
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text(f"text\n{name}-1\n{name}-2\n", encoding="utf-8")
    items = list(read_replies([tmp_path / "b.csv", tmp_path / "a.csv"]))
    assert [r.id for r in items] == ["b.csv:2", "b.csv:3", "a.csv:2", "a.csv:3"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.jsonl", b" \n\n", "is empty"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "PNG"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 50, "JPEG"),
        ("a.pdf", b"%PDF-1.7\n", "PDF"),
        ("a.csv.gz", b"\x1f\x8b\x08\0", "gzip"),
        ("a.xls", OLE, r"\.xls\)"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.zip", archive("replies.csv"), "archive"),
        ("a.xlsx", archive("xl/workbook.xml"), "damaged"),
        ("a.xlsx", GOOD["xlsx"][:-200], "damaged"),
        ("a.xlsx", b"id,text\n1,a\n", r"back to \.csv"),
        ("a.xlsx", "番号,本文\n1,あ\n".encode("cp932"), r"back to \.csv"),
        ("a.xlsx", b"id\0text\xff\n", "damaged"),
        ("~$a.xlsx", b"\x05yamada" + b" " * 158, r"without ~\$"),
        ("a.ods", archive("content.xml"), "OpenDocument"),
        ("a.xlsx", archive("content.xml"), "OpenDocument"),
        ("a.xls", b"\n<html><table><tr><td>text</td></tr></table></html>", "a web page"),
        ("a.xls", b"\xef\xbb\xbf<!DOCTYPE html>\n<table>", "a web page"),
        ("a.xlsx", b'<?xml version="1.0"?><Workbook/>', "a web page"),
        ("a.parquet", GOOD["parquet"][:40], "Parquet file is damaged"),
        ("a.parquet", b"id,text\n", "Parquet file is damaged"),
        ("a.parquet", parquet(foo=[1]), r"--column text=.*foo"),
        ("a.parquet", parquet(text=pa.array([], pa.string())), "no rows"),
        ("a.csv", bytes(range(256)) * 20, "not a text file"),
        ("a.bin", b"\0\1\2\3\4\5\6" * 100, "not a text file"),
        ("a.xlsx", workbook(["id", "text"]), "no rows"),
    ],
)
def test_read_replies_says_what_a_file_is_that_it_cannot_read(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        list(read_replies([tmp_path / name]))
    assert str(error.value).startswith(name)


@pytest.mark.parametrize(("name", "message"), [("", "folder"), ("none.csv", "no such file"), ("a\0b", "no such file")])
def test_read_replies_folder_or_missing_file_is_an_error(tmp_path, name, message):
    with pytest.raises(InputError, match=message):
        list(read_replies([tmp_path / name]))


@pytest.mark.parametrize("suffix", SUFFIXES)
@ANY_FILE
@given(content=st.binary(max_size=300))
def test_any_bytes_give_rows_or_one_error(tmp_path, suffix, content):
    assert_rows_or_error(tmp_path / f"any{suffix}", content)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".txt"])
@ANY_FILE
@given(body=st.text(st.sampled_from('ab1,;\t"\n\r\0{}[]:あ\ud83d\x1b\ufeff'), max_size=60), junk=st.binary(max_size=4))
def test_any_text_gives_rows_or_one_error(tmp_path, suffix, body, junk):
    content = b"id,text\n" + body.encode("utf-8", "surrogatepass") + junk
    assert_rows_or_error(tmp_path / f"any{suffix}", content)


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
@ANY_FILE
@given(data=st.data())
def test_any_damage_gives_rows_or_one_error(tmp_path, form, data):
    content = bytearray(GOOD[form])
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert_rows_or_error(tmp_path / f"any.{form}", bytes(content))


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]
)
@ANY_FILE
@given(data=st.data())
def test_any_damage_inside_a_workbook_gives_rows_or_one_error(tmp_path, part, data):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD["xlsx"])) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = bytearray(old.read(name))
            if name == part:
                start = data.draw(st.integers(0, len(content) - 1))
                content[start : start + data.draw(st.integers(1, 20))] = data.draw(st.binary(max_size=5))
            new.writestr(name, bytes(content))
    assert_rows_or_error(tmp_path / "any.xlsx", out.getvalue())


def assert_rows_or_error(path, content):
    path.write_bytes(content)
    try:
        items = list(read_replies([path]))
    except ClassifierError as error:
        assert path.name in str(error)
        return
    for item in items:
        if isinstance(item, Reply):
            assert item.text.strip() and item.id
            assert item.text.encode() and item.row >= 1
        else:
            assert isinstance(item, Rejected) and item.reason
            assert item.raw.encode() is not None


def test_deep_json_is_a_rejected_row(tmp_path):
    (tmp_path / "a.jsonl").write_text("[" * 100_000 + '\n{"id": "1", "text": "ok"}\n', encoding="utf-8")
    items = list(read_replies([tmp_path / "a.jsonl"]))
    assert [type(item).__name__ for item in items] == ["Rejected", "Reply"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_memory_stays_flat(tmp_path, form):
    path = tmp_path / f"long.{form}"
    rows = [(str(n), f"返信 {n} " + "あ" * 60) for n in range(60_000)]
    if form == "csv":
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([("id", "text"), *rows])
    elif form == "jsonl":
        path.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in rows), encoding="utf-8")
    else:
        pyarrow.parquet.write_table(pa.table({"id": [r[0] for r in rows], "text": [r[1] for r in rows]}), path)
    del rows
    tracemalloc.start()
    count = sum(1 for _ in read_replies([path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 8_000_000


# --- the account's own posts, and standard input


def test_read_posts_gives_the_account_s_posts(tmp_path):
    (tmp_path / "posts.csv").write_text(
        "ポストID,本文,アカウント\n10,お知らせ,@mic_ict\n11,返信,taro\n", encoding="cp932"
    )
    (tmp_path / "more.jsonl").write_text('{"id": 12, "text": "二つ目"}\n', encoding="utf-8")
    assert read_posts([tmp_path / "posts.csv", tmp_path / "more.jsonl"], ReadOptions()).texts == {
        "10": "お知らせ",
        "12": "二つ目",
    }


def test_read_posts_without_the_account_s_posts_is_an_error(tmp_path):
    (tmp_path / "posts.csv").write_text("id,text,username\n10,a,taro\n", encoding="utf-8")
    with pytest.raises(InputError, match="no posts of @MIC_ICT"):
        read_posts([tmp_path / "posts.csv"], ReadOptions())


def test_read_posts_without_posts_but_with_rejected_rows_names_the_first(tmp_path):
    rows = "".join(f"15700000000000{i}0000,お知らせ\n" for i in range(3))
    (tmp_path / "posts.csv").write_text(f"id,text\n{rows}", encoding="utf-8")
    message = r"^posts\.csv: none of its 3 rows .*The first: posts\.csv:2: the id 1570000000000000000 ends in 0000.*rounded"
    with pytest.raises(InputError, match=message):
        read_posts([tmp_path / "posts.csv"], ReadOptions())


def test_posts_cannot_go_by_row_numbers(tmp_path):
    (tmp_path / "posts.csv").write_text("id,text\n1.57E+18,お知らせ\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"posts\.csv: posts need their ids"):
        read_posts([tmp_path / "posts.csv"], ReadOptions({"posts.csv:id": ""}))
    with pytest.raises(InputError, match="no reply can find this post") as error:
        read_posts([tmp_path / "posts.csv"], ReadOptions({"id": ""}))
    assert "--column" not in str(error.value)


def test_read_posts_counts_the_rows_that_it_leaves_out(tmp_path):
    (tmp_path / "posts.csv").write_text("id,text\n10,お知らせ\n1.57E+18,丸められた\n12,\n", encoding="utf-8")
    posts = read_posts([tmp_path / "posts.csv"], ReadOptions())
    assert (posts.texts, posts.rejected) == ({"10": "お知らせ"}, 2)
    assert posts.first.startswith("posts.csv:3: the id 1.57E+18")


def test_read_posts_names_the_rows_of_the_file_that_holds_none(tmp_path):
    (tmp_path / "a.csv").write_text("id,text\n10,お知らせ\n11,\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("id,text\n,\"\"\n1.57E+18,丸められた\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"^b\.csv: none of its 1 rows .*The first: b\.csv:3: the id 1\.57E\+18"):
        read_posts([tmp_path / "a.csv", tmp_path / "b.csv"], ReadOptions())


def test_read_posts_of_another_account_is_no_matter_of_bad_rows(tmp_path):
    (tmp_path / "posts.csv").write_text("id,text,username\n10,a,soumu\n11,,soumu\n", encoding="utf-8")
    with pytest.raises(InputError, match="no posts of @MIC_ICT"):
        read_posts([tmp_path / "posts.csv"], ReadOptions())


def test_read_posts_needs_no_column_that_is_named_for_the_replies(tmp_path):
    (tmp_path / "posts.csv").write_text("番号,投稿文\n10,お知らせ\n", encoding="utf-8")
    named = {"id": "番号", "text": "投稿文", "parent_id": "in_reply_to_status_id"}
    assert read_posts([tmp_path / "posts.csv"], ReadOptions(named)).texts == {"10": "お知らせ"}
    with pytest.raises(InputError, match=r"^posts\.csv: no header '無い列'"):
        read_posts([tmp_path / "posts.csv"], ReadOptions(named | {"posts.csv:parent_id": "無い列"}))
    with pytest.raises(InputError, match=r"^posts\.csv: no column with the text"):
        read_posts([tmp_path / "posts.csv"], ReadOptions(named | {"text": "無い列"}))


def test_read_posts_takes_named_columns_that_are_there_and_usual_ones_that_are_not(tmp_path):
    (tmp_path / "posts.csv").write_text("id,本文,分類\n1,お知らせ,自アカウント\n", encoding="utf-8")
    named = {"text": "コメント", "kind": "分類", "author_handle": ""}
    assert read_posts([tmp_path / "posts.csv"], ReadOptions(named)).texts == {"1": "お知らせ"}


@pytest.mark.parametrize("form", GOOD)
def test_standard_input_is_read_like_a_file(monkeypatch, form):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD[form])))
    path = spool_stdin()
    assert path.read_bytes() == GOOD[form]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD[form])))
    assert [(r.text, r.file) for r in read_replies(["-"])] == [("返信です", "stdin")]
    assert [r.text for r in read_replies([path])] == ["返信です"]
    path.unlink()
    path.parent.rmdir()
