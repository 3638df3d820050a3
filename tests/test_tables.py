"""Rounded ids, Parquet; and in every format what comes in is what was written."""

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter
from exports import read, table, written
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from classifier.cells import MARK, protect
from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.replies import COLUMNS
from classifier.tables import PostIds

ID = "1577318900085186562"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_an_error_value_of_excel_is_no_reply(tmp_path, suffix):
    path = table(tmp_path / f"a{suffix}", ["id", "text", "note"], ["1", "#N/A", ""], ["2", "#REF!", ""], ["3", "#電波", "#N/A"], ["4", "#N/A と出ます", ""])
    replies, bad = read(path)
    assert [(r.id, r.text) for r in replies] == [("3", "#電波"), ("4", "#N/A と出ます")]
    assert [b.reason.partition(";")[0] for b in bad] == [f"instead of the text there is an error of Excel ({error})" for error in ("#N/A", "#REF!")]


@pytest.mark.parametrize(
    ("idents", "kept"),
    [
        ([ID, "1.57E+18", ID], [0, 2]),
        ([f"157731890008{n}0000"[:15] + "0000" for n in (511, 522, 533)], []),
        ([f"157731890008{n}0000"[:15] + "0000" for n in (511, 522)], [0, 1]),
        ([f"157731890008{n}0000"[:15] + "0000" for n in (511, 522, 533)] + [ID], [0, 1, 2, 3]),
        ([f'"=""{ID}"""', f"'{ID}"], [0, 1]),
    ],
    ids=["float", "all-end-in-zeros", "only-two", "one-does-not", "excel-text"],
)
def test_rounded_ids_are_rejected_row_by_row(tmp_path, idents, kept):
    replies, bad = read(written(tmp_path, "id,text\n" + "".join(f"{i},t{n}\n" for n, i in enumerate(idents))))
    assert [r.text for r in replies] == [f"t{n}" for n in kept]
    assert len(bad) == len(idents) - len(kept)
    assert all("text" in b.reason for b in bad)


@pytest.mark.parametrize(("cell", "kept"), [("1.9E+18", None), ("1.90000000000000E+18", None), ("'1900000000000000001", "1900000000000000001"), ("", None)])
@pytest.mark.parametrize("column", ["parent_id", "conversation_id"])
def test_a_rounded_id_of_a_post_is_left_out_and_can_be_looked_up(tmp_path, column, cell, kept):
    write_csv(tmp_path / "a.csv", [["id", "text", {"parent_id": "元の投稿ID", "conversation_id": "会話ID"}[column], "備考"], ["1", "本文", cell, "x"]])
    (reply,), bad = read(tmp_path / "a.csv")
    assert (getattr(reply, column), bad) == (kept, [])
    lost = kept is None and cell != ""
    ids = PostIds()
    ids.add(reply)
    assert (reply.extra, ids.rounded) == ((("備考", "x"), *([(column, cell)] if lost else [])), int(lost))


@pytest.mark.parametrize(("heading", "cell", "read_as"), [
    ("返信先", f" {ID}", (None, ID)), ("返信先", f"'{ID}", (None, ID)), ("返信先", "1.9E+18", (None, None)), ("in_reply_to_status_id", ID, (None, ID)), ("返信先", "料金のお知らせ", ("料金のお知らせ", None)), ("返信先", "2025", ("2025", None)),
])  # fmt: skip
def test_a_column_of_what_is_answered_may_hold_ids_of_posts(tmp_path, heading, cell, read_as):
    write_csv(tmp_path / "a.csv", [["id", "text", heading], ["1", "本文", cell]])
    (reply,), bad = read(tmp_path / "a.csv")
    assert ((reply.reply_to_text, reply.parent_id), bad) == (read_as, [])
    assert (heading in dict(reply.headings).get("reply_to_text", "")) == (read_as[0] is not None)
    assert dict(reply.extra).get("parent_id") == (cell if read_as == (None, None) else None)


def test_rounded_ids_in_a_long_file_are_all_rejected(tmp_path):
    ids = [f"{157731890008518 + n}0000" for n in range(2500)]
    replies, bad = read(written(tmp_path, "id,text\n" + "".join(f"{i},t\n" for i in ids) + f"{ID},good\n"))
    assert [r.text for r in replies] == ["good"]
    assert len(bad) == 2500


@pytest.mark.parametrize("ident", ["1.57E+18", "1577318900085180000"], ids=["float", "ends-in-zeros"])
def test_rounded_ids_may_be_left_out_for_row_numbers(tmp_path, ident):
    path = written(tmp_path, "id,text\n" + f"{ident},t\n" * 3)
    items = list(read_replies([path], options=ReadOptions({"id": ""})))
    assert [(r.id, r.extra) for r in items] == [(f"{path.name}:{n}", (("id", ident),)) for n in (2, 3, 4)]


# --- Parquet


def test_read_parquet_keeps_ids_and_rejects_rounded_ones(tmp_path):
    table = pa.table({"id": pa.array([int(ID), None]), "本文": ["a", "b"], "urls": [["https://example.com"], []]})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    replies, bad = read(tmp_path / "a.parquet")
    assert [(r.id, r.text, r.urls, r.row) for r in replies] == [
        (ID, "a", ("https://example.com",), 1),
        ("a.parquet:2", "b", (), 2),
    ]
    pyarrow.parquet.write_table(pa.table({"id": [1.57e18, 2.0], "text": ["a", "b"]}), tmp_path / "b.parquet")
    replies, bad = read(tmp_path / "b.parquet")
    assert ([r.id for r in replies], [b.row for b in bad]) == (["2"], [1])


# --- write, then read

RISKY = st.sampled_from(
    ["=1+1", "@SUM(A1)", "'=x", "''", "\tタブ", "a\nb", "x\r\ny", '"q"', "あ" * 5000, "_x000D_", "-5", "1,2;3"]
)
NO_SURROGATES = st.characters(exclude_categories=["Cs"])


def write_csv(path: Path, rows, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)


def write_marked(path: Path, rows):
    write_csv(path, [[*map(protect, row), MARK if n == 0 else "1.0"] for n, row in enumerate(rows)], "utf-8-sig")


def write_xlsx(path: Path, rows):
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)


def write_xlsx_inline(path: Path, rows):
    options = {"constant_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)


def write_jsonl(path: Path, rows):
    path.write_text("".join(json.dumps(dict(zip(rows[0], row, strict=True))) + "\n" for row in rows[1:]))


def write_parquet(path: Path, rows):
    columns = list(zip(*rows[1:], strict=True))
    pyarrow.parquet.write_table(pa.table(dict(zip(rows[0], columns, strict=True))), path)


WRITERS = {
    "plain.csv": write_csv,
    "wide.csv": lambda path, rows: write_csv(path, rows, "utf-16"),
    "plain.tsv": lambda path, rows: write_csv(path, rows, delimiter="\t"),
    "marked.csv": write_marked,
    "shared.xlsx": write_xlsx,
    "inline.xlsx": write_xlsx_inline,
    "lines.jsonl": write_jsonl,
    "table.parquet": write_parquet,
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(
        st.one_of(RISKY, st.text(NO_SURROGATES, min_size=1, max_size=40)).filter(lambda text: text.strip()),
        min_size=1,
        max_size=5,
    )
)
@example(texts=["\0", "\0"])  # half of the bytes are zero, and yet this is no UTF-16
@example(texts=["\x1f\x1f\x08"] * 2)  # controls and little else, and yet this is a text file
def test_write_then_read_is_identity(tmp_path, name, texts):
    rows = [["id", "text", "note"], *([f"r{n}", text, text] for n, text in enumerate(texts))]
    WRITERS[name](tmp_path / name, rows)
    replies, bad = read(tmp_path / name)
    assert bad == []
    assert [r.text for r in replies] == texts
    assert [r.extra for r in replies] == [(("note", text),) for text in texts]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "a\nb\tc", "あ" * 5000])
def test_openpyxl_workbooks_come_back(tmp_path, text):
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append([text])
    book.active["A2"].data_type = "s"  # a text, no formula
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx")[0][0].text == text


def test_unmarked_csv_keeps_apostrophes(tmp_path):
    write_csv(tmp_path / "a.csv", [["text", "n"], ["'=1", "1"]])
    assert read(tmp_path / "a.csv")[0][0].text == "'=1"


def test_every_column_of_a_reply_comes_back(tmp_path):
    values = {column: f"{column} の値" for column in COLUMNS} | {
        "id": ID,
        "urls": "https://example.com",
        "kind": "quote",
    }
    values |= {"parent_id": "11", "conversation_id": "12", "author_handle": "taro"}
    write_marked(tmp_path / "a.csv", [list(values), list(values.values())])
    (reply,), _ = read(tmp_path / "a.csv")
    assert {column: getattr(reply, column) for column in COLUMNS} == values | {"urls": ("https://example.com",)}
    assert reply.extra == ()
