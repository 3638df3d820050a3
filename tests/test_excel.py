"""Workbooks: which sheets are read, where their headings stand, and what is told of the others."""

import zipfile

import openpyxl
import pytest
import xlsxwriter
from exports import read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.errors import InputError
from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.replies import WHOLE_SHEET
from classifier.score import score
from classifier.scorer import Scorer

ID = "1577318900085186562"


def book_of(path, **sheets):
    """Write a workbook with openpyxl: sheet titles to their rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_read_workbook_passes_over_sheets_without_a_text_column(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["集計", 1])
    sheet = book.create_sheet("返信")
    sheet.append([])
    sheet.append(["ポストID", "本文", "投稿日時", "備考"])
    sheet.append([ID, "=1+1", None, 3])
    sheet["B3"].data_type = "s"  # a text, no formula
    sheet.append([])
    sheet.append(["2", None, None, 4])
    sheet.append(["3", "欄外", None, None, None, "メモ"])
    book.save(tmp_path / "a.xlsx")
    replies, bad = read(tmp_path / "a.xlsx")
    assert [(r.id, r.text, r.row, r.extra) for r in replies] == [
        (ID, "=1+1", 3, (("備考", "3"),)),
        ("3", "欄外", 6, (("備考", ""), ("column 6", "メモ"))),
    ]
    assert [(b.row, b.reason.partition(";")[0]) for b in bad] == [(5, "no text"), (WHOLE_SHEET, "it has no header '本文' as the sheet 返信 has")]


FORMULAS = [
    ("=CONCATENATE(\"お前\",\"死ね\")", "お前死ね", "お前死ね"),
    ("=A2&\"=1\"", "=1+1", "=1+1"),
    ("=LOVE", "#NAME?", None),
    ("=LOVE", 0, None),
    ("=1=1", True, None),
    ("=LOVE", "", None),
]


@pytest.mark.parametrize(("formula", "result", "text"), FORMULAS, ids=["text", "text-like-a-formula", "error", "number", "truth", "nothing"])
def test_a_formula_gives_the_text_that_it_results_in_or_is_rejected(tmp_path, formula, result, text):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["id", "text", "name"], ["1", None, "=LOVE"], ["2", formula, "花子"]]):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell) if cell is not None else sheet.write_formula(row, column, formula, None, result)
        sheet.write_formula(3, 1, formula, None, result)
        if text:
            sheet.write_array_formula("B5:B5", f"{{{formula}}}", None, result)
    replies, bad = read(tmp_path / "a.xlsx")
    whole = [(r.id, r.text, r.row) for r in replies if r.row != 3]
    assert [(r.text, r.author_name) for r in replies if r.row == 3] == [(formula, "花子")]  # a text
    if text is None:
        assert whole == []
        assert [(b.row, b.reason.partition(",")[0], formula in b.raw) for b in bad] == [(n, "the text is a formula", True) for n in (2, 4)]
    else:
        assert (whole, bad) == ([("1", text, 2), ("a.xlsx:4", text, 4), ("a.xlsx:5", text, 5)], [])


def test_a_formula_without_any_result_is_rejected_and_counted(tmp_path):
    book_of(tmp_path / "a.xlsx", 返信=[["id", "text"], ["1", "=CONCATENATE(\"お前\",\"死ね\")"], ["2", "電波"]])
    counts = score([tmp_path / "a.xlsx"], tmp_path / "out.jsonl", Scorer(None))
    assert (counts.replies, counts.rejected) == (1, 1)
    assert "CONCATENATE" in (tmp_path / "out.jsonl.rejected.csv").read_text(encoding="utf-8-sig")


def test_a_formula_that_results_in_no_text_leaves_a_row_blank(tmp_path):
    book_of(tmp_path / "a.xlsx", 返信=[["id", "text"], ["1", "電波"], [None, "=IF(A3=\"\",\"\",A3)"], ["3", "圏外"]])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b'<c r="B3"><f>' in parts[sheet]
    parts[sheet] = parts[sheet].replace(b'<c r="B3"><f>', b'<c r="B3" t="str"><f>')  # as Excel saves it
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    replies, bad = read(tmp_path / "a.xlsx")
    assert ([(r.id, r.text, r.row) for r in replies], bad) == ([("1", "電波", 2), ("3", "圏外", 4)], [])


def test_read_workbook_rejects_numbers_that_excel_rounds(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    for row, (ident, text) in enumerate([("id", "text"), (int(ID), "a"), (1234567, "b"), (ID, "c"), (10**16 + 1, "d")]):
        sheet.write(row, 0, ident)
        sheet.write(row, 1, text)
    book.close()
    replies, bad = read(tmp_path / "a.xlsx")
    assert [(r.id, r.text) for r in replies] == [("1234567", "b"), (ID, "c")]
    assert [b.row for b in bad] == [2, 5]
    assert "1.57731890008519E+18" in bad[0].reason


def test_read_workbook_without_text_column_shows_its_headers(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["番号", "コメント"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match=r"--column text=.*番号, コメント"):
        read(tmp_path / "a.xlsx")


def test_read_workbook_joins_rich_text_and_leaves_phonetic_guides_out(tmp_path):
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>text</t></si>'
        '<si><r><t>総務省</t></r><r><t xml:space="preserve"> です</t></r>'
        '<rPh sb="0" eb="3"><t>ソウム</t></rPh></si></sst>'
    )
    with xlsxwriter.Workbook(tmp_path / "old.xlsx") as book:
        book.add_worksheet().write_column(0, 0, ["text", "x"])
    with zipfile.ZipFile(tmp_path / "old.xlsx") as old, zipfile.ZipFile(tmp_path / "new.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, strings if name == "xl/sharedStrings.xml" else old.read(name))
    assert [r.text for r in read(tmp_path / "new.xlsx")[0]] == ["総務省 です"]


# --- workbooks of several sheets


def test_read_workbook_takes_every_sheet_with_the_same_text_column(tmp_path):
    rows = [["本文", "備考"], ["一", "x"], [None, "y"]]
    path = book_of(tmp_path / "a.xlsx", 注意=[["社外秘"]], 十月=rows, 空=[], 十一月=[["備考", "本文"], ["z", "二"], ["w", None]], 集計=[["件数", 2]])
    replies, bad = read(path)
    assert [(r.id, r.text, r.row, r.sheet, r.place, r.extra) for r in replies] == [
        ("a.xlsx:2", "一", 2, "", "a.xlsx", (("備考", "x"),)),
        ("a.xlsx [十一月]:2", "二", 2, "十一月", "a.xlsx [十一月]", (("備考", "z"),)),
    ]
    assert [(b.place, b.row) for b in bad] == [("a.xlsx", 3), ("a.xlsx [十一月]", 3), ("a.xlsx [注意]", WHOLE_SHEET), ("a.xlsx [集計]", WHOLE_SHEET)]


def test_read_workbook_tells_of_sheets_that_it_passes_over(tmp_path):
    path = book_of(tmp_path / "a.xlsx", 十月=[["id", "本文", "投稿者名"], ["1", "一", "佐藤"]], 更新履歴=[["日付", "内容", "名前", "URL"], ["10/1", "作成", "甲", ""]], 写し=[["id", "本文", "投稿者名"], ["1", "一", "佐藤"]])
    book = openpyxl.load_workbook(path)
    book["写し"].sheet_state = "hidden"
    book.save(path)
    replies, bad = read(path)
    assert [(r.id, r.sheet) for r in replies] == [("1", "")]
    assert [(b.sheet, b.row, b.reason.split(";")[0]) for b in bad] == [("更新履歴", WHOLE_SHEET, "it has no header '本文' as the sheet 十月 has"), ("写し", WHOLE_SHEET, "it is hidden")]


@pytest.mark.parametrize("kept", [0, 0.5, 0.9], ids=["all", "half", "end"])
@pytest.mark.parametrize("damaged", [1, 2])
def test_a_damaged_sheet_costs_no_reply_of_the_others(tmp_path, damaged, kept):
    months = {"十月": [["id", "本文"], ["1", "一"]], "十一月": [["id", "本文"], ["2", "二"]]}
    path = book_of(tmp_path / "a.xlsx", **months)
    broken = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[: int(len(content) * kept)] if name.endswith(f"sheet{damaged}.xml") else content)
    replies, bad = read(broken)
    assert [r.id for r in replies] == [str(3 - damaged)]
    assert [(b.sheet, b.whole_sheet, b.decisive, "damaged" in b.reason) for b in bad] == [([*months][damaged - 1], True, True, True)]


def test_a_sheet_of_which_the_part_is_missing_is_told_of(tmp_path):
    path = book_of(tmp_path / "a.xlsx", 十月=[["id", "本文"], ["1", "一"]], 十一月=[["id", "本文"], ["2", "二"]])
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            if not name.endswith("sheet2.xml"):
                new.writestr(name, old.read(name))
    replies, bad = read(tmp_path / "b.xlsx")
    assert [r.id for r in replies] == ["1"] and [(b.sheet, b.decisive) for b in bad] == [("十一月", True)]


def test_damage_below_the_headings_names_the_sheet(tmp_path):
    path = book_of(tmp_path / "a.xlsx", 十月=[["id", "本文"], ["1", "一"]], 十一月=[["id", "本文"], *([n, "二"] for n in range(500))])
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[:-2000] if name.endswith("sheet2.xml") else content)
    with pytest.raises(InputError, match="the sheet 十一月 is damaged"):
        read(tmp_path / "b.xlsx")


COPY = ["返信ID", "返信本文", "決定", "備考"]


@pytest.mark.parametrize(
    ("rows", "decisive"),
    [
        ([COPY, ["1", "一", "非表示", None]], True),
        ([["控え"], COPY, ["1", "一", "非表示", None]], True),
        ([["返信ID", "決定"], ["1", "対応しない"]], True),
        ([COPY, ["1", "一", None, "決まらない"]], False),
    ],
    ids=["copy", "below-a-title", "without-texts", "nothing-decided"],
)
def test_a_copy_of_a_result_sheet_is_told_of_and_what_was_decided_there_counts(tmp_path, rows, decisive):
    own = [["返信ID", "返信本文", "決定"], ["1", "一", None]]
    _, bad = read(book_of(tmp_path / "a.xlsx", 措置候補=own, 要確認=own, 該当なし=own[:1], 写し=rows, 打合せ=[["日付", "議題", "決定"], ["10/1", "写し", "済"]]))
    assert [(b.sheet, b.decisive) for b in bad] == [("写し", decisive)]


def test_read_workbook_takes_the_rows_of_a_later_sheet_where_the_first_has_none(tmp_path):
    path = book_of(tmp_path / "a.xlsx", 十月=[["id", "text"]], 十一月=[["id", "text"], ["1", "一"]])
    assert [(r.id, r.sheet) for r in read(path)[0]] == [("1", "十一月")]
    with pytest.raises(InputError, match="no rows"):
        read(book_of(path, 十月=[["text"]], 十一月=[["text"]]))


def test_read_workbook_with_many_sheets_keeps_their_order(tmp_path):
    days = {f"{day}日": [["text"], *([f"{day}-{n}"] for n in range(120))] for day in range(1, 13)}
    replies, _ = read(book_of(tmp_path / "a.xlsx", **days))
    assert [r.text for r in replies] == [f"{day}-{n}" for day in range(1, 13) for n in range(120)]
    assert len({r.id for r in replies}) == len(replies)


@pytest.mark.parametrize("months", [["十月", "十一月"], ["十一月", "十月"]], ids=["later", "earlier"])
def test_read_workbook_names_the_sheet_that_lacks_a_named_column(tmp_path, months):
    sheets = {"十月": [["番号", "本文"], ["1", "一"]], "十一月": [["No", "本文"], ["2", "二"]]}
    path = book_of(tmp_path / "a.xlsx", **{month: sheets[month] for month in months}, メモ=[["何か"]])
    items = read_replies([path], options=ReadOptions({"id": "番号"}))
    with pytest.raises(InputError, match=r"a\.xlsx: the sheet 十一月 .*'番号' for --column id=番号.*No, 本文"):
        next(items)  # before the first reply
    assert len(read(path)[0]) == 2


def test_read_workbook_names_the_sheet_that_has_two_rows_of_headings(tmp_path):
    book_of(tmp_path / "a.xlsx", 十月=[["返信ID", "本文"], ["1", "一"]], 十一月=[["返信ID", "本文", "投稿者", None], [None, None, "名前", "アカウント"], ["2", "二", "甲", "a"]])
    with pytest.raises(InputError, match=r"a\.xlsx \[十一月\]: headings stand in two rows \(1 and 2\)"):
        read(tmp_path / "a.xlsx")


def test_read_workbook_takes_the_sheets_that_have_the_text_column_named(tmp_path):
    rows = [["番号", "コメント"], ["1", "一"]]
    path = book_of(tmp_path / "a.xlsx", 更新履歴=[["日付", "内容"], ["6/1", "作成"]], 十月=rows, 十一月=rows)
    assert [(r.id, r.sheet) for r in read(path, columns={"text": "コメント", "id": "番号"})[0]] == [("1", ""), ("1", "十一月")]


def test_read_workbook_keeps_to_the_three_sheets_of_a_result_workbook(tmp_path):
    rows = [["返信ID", "本文"], ["1", "一"]]
    result = {"措置候補": rows, "要確認": [["返信ID", "本文"], ["2", "二"]], "該当なし": [["返信ID", "本文"]], "写し": rows, "集計": [["仕分け結果"], ["項目", "内容"], ["合計", "2"]]}
    replies, bad = read(book_of(tmp_path / "a.xlsx", **result))
    assert [(r.id, r.sheet) for r in replies] == [("1", "措置候補"), ("2", "要確認")]
    assert [(b.sheet, b.row, "move it to a file of its own" in b.reason) for b in bad] == [("写し", WHOLE_SHEET, True)]
    notes = book_of(tmp_path / "b.xlsx", メモ=[["内容"], ["覚え書き"]], **result)
    assert [(r.id, r.sheet) for r in read(notes, columns={"id": "返信ID"})[0]] == [("1", "措置候補"), ("2", "要確認")]
    result["要確認"] = [["6月分"], *result["要確認"]]
    with pytest.raises(InputError, match=r"sheet 要確認 .*6月分"):
        read(book_of(tmp_path / "a.xlsx", **result))


# --- titles above the headings

HEADINGS = ["ポストID", "本文", "投稿日時", "備考"]
REPLIES = [["1", "一", "2025-10-01", "x"], [None, "二", None, None], ["3", None, None, "y"], ["4", "四", None, 5]]


def without_rows(path, shift=0, **options):
    replies, bad = read(path, **options)
    assert all(r.id == f"{r.place}:{r.row}" or r.id in "14" for r in replies)
    return [(*r._replace(id=r.id.split(":")[0], row=r.row - shift),) for r in replies], [(*b._replace(row=b.row - shift),) for b in bad]


def could_be_headings(row):
    filled = [cell for cell in row if cell not in (None, " ")]
    return "返信" in filled and len(filled) > 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    titles=st.lists(st.lists(st.sampled_from(["総務省 返信一覧", "2025年10月", "返信", None, " ", 7]), max_size=3), max_size=9).filter(lambda titles: not could_be_headings(next(filter(any, titles), []))),
    library=st.sampled_from([openpyxl, xlsxwriter]),
)
def test_titles_above_the_headings_change_nothing_but_row_numbers(tmp_path, titles, library):
    path = tmp_path / "a.xlsx"
    book_of(path, 返信=[HEADINGS, *REPLIES])
    plain = without_rows(path)
    if library is openpyxl:
        book_of(path, 返信=[*titles, HEADINGS, *REPLIES])
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for row, cells in enumerate([*titles, HEADINGS, *REPLIES]):
                sheet.write_row(row, 0, cells)
    assert without_rows(path, shift=len(titles)) == plain


def test_a_merged_title_stands_above_headings_that_the_user_names(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "返信一覧（10月）")
        sheet.write_row(2, 0, ["番号", "コメント", "担当"])
        sheet.write_row(3, 0, ["7", "ありがとう", "佐藤"])
    replies, _ = read(tmp_path / "a.xlsx", columns={"text": "コメント", "id": "番号"})
    assert [(r.id, r.text, r.row, r.extra) for r in replies] == [("7", "ありがとう", 4, (("担当", "佐藤"),))]
    with pytest.raises(InputError, match=r"delete those rows.*headings: 番号, コメント, 担当$"):
        read(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match=r"'No' for --column id=No.*番号, コメント"):
        read(tmp_path / "a.xlsx", columns={"text": "コメント", "id": "No"})


@pytest.mark.parametrize(
    "rows",
    [
        [["番号", "コメント", "種別"], ["1", "一", "返信"]],
        [[None, "コメント", "種別"], [0, "一", "返信"]],
        [["番号", "コメント"], ["A-1", "返信"]],
        [["No", "返信コメント", "種別", None], ["R-001", "一", "返信", "佐藤"]],
        [["No", "返信コメント", "種別", None], ["@taro", "一", "ﾘﾌﾟﾗｲ", "佐藤"]],
        [["No", "返信コメント", "種別", None], ["R-001", "税金の無駄", "返信", "リンク"]],
        [["題"], *([["注"]] * 9), ["id", "text"], ["1", "一"]],
        [["題", "部", "課"], ["No", "text"], ["1", "一"]],
    ],
    ids=["kind", "kind-beside-a-number", "text", "kind-in-a-wider-row", "kind-beside-a-handle", "kind-beside-another-heading", "eleventh-row", "title-as-wide"],
)
def test_a_row_is_taken_for_headings_only_below_titles(tmp_path, rows):
    with pytest.raises(InputError, match="no column with the text"):
        read(book_of(tmp_path / "a.xlsx", 返信=rows))


def test_a_text_heading_that_is_a_kind_too_is_found_below_a_title(tmp_path):
    assert [r.text for r in read(book_of(tmp_path / "a.xlsx", 返信=[["10月"], ["No", "返信", "対応"], ["い", "一", None]]))[0]] == ["一"]


@pytest.mark.parametrize("title", ["返信", "返信内容", "本文"])
def test_a_title_that_could_be_a_heading_is_none_above_headings(tmp_path, title):
    replies, bad = read(book_of(tmp_path / "a.xlsx", 返信=[[title], [], ["ポストID", "本文", "日時"], [ID, "一", "2025"]]))
    assert [(r.id, r.text, r.row) for r in replies] == [(ID, "一", 4)] and not bad


def test_a_table_on_the_cover_sheet_is_passed_over_and_a_titled_month_is_read(tmp_path):
    cover = [["返信一覧"], ["項目", "内容"], ["期間", "10月から11月"]]
    path = book_of(tmp_path / "a.xlsx", 表紙=cover, 九月=[["九月分"], ["No", "本文"], ["い", "九"]], 十月=[["No", "本文"], ["ろ", "十"]])
    replies, bad = read(path)
    assert [(r.id, r.text) for r in replies] == [("a.xlsx [九月]:3", "九"), ("a.xlsx:2", "十")]
    assert [b.sheet for b in bad] == ["表紙"]
