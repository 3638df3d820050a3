"""The batch run on real files: every reply gets one result, bad rows are put aside, the same input gives the same bytes."""

import csv
import gc
import json
import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from exports import rows_of
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from pyarrow import parquet

from classifier.errors import InputError, OutputError
from classifier.headers import ReadOptions
from classifier.policy import default_policy
from classifier.readers import read_replies
from classifier.replies import Reply, chunks
from classifier.score import score
from classifier.scorer import Scorer


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.default(fast=True)


def write_csv(path: Path, header: list[str], *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return path


def run(scorer: Scorer, source: Path, output: Path, **more) -> list[dict]:
    score([source], output, scorer, version="1", **more)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_every_result_says_all_that_is_promised(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", "text", "いいね"], ["1790000000000000001", "@MIC_ICT お前みたいな寄生虫はタヒね", "3"], ["2", "電波が弱いです", "0"])
    bad, good = run(scorer, source, tmp_path / "out.jsonl")
    assert (bad["id"], bad["action"]) == ("1790000000000000001", "suggest")
    assert "defamation" in bad["grounds"]
    assert list(bad["scores"]) == list(default_policy().ids)
    assert bad["measures"][0] == "非表示"
    assert bad["いいね"] == "3"
    assert {"signals", "priority", "model", "policy", "text_sha256"} <= set(bad)
    for reason in bad["reasons"]:
        if reason["start"] is not None:
            assert bad["text"][reason["start"] : reason["end"]] == reason["words"]
    assert (good["action"], good["grounds"], good["reasons"]) == ("keep", [], [])


def test_bad_rows_are_put_aside_and_cost_no_neighbor(tmp_path, scorer) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "一つ目です"}\n{broken\n{"text": ""}\n{"text": "二つ目です"}\n', encoding="utf-8")
    counts = score([source], tmp_path / "out.jsonl", scorer)
    assert (counts.replies, counts.rejected) == (2, 2)
    rows = rows_of(tmp_path / "out.jsonl.rejected.csv")
    assert [(r["file"], r["line"]) for r in rows] == [("in.jsonl", "2"), ("in.jsonl", "3")]
    assert all(r["reason"] for r in rows)


def test_a_clean_run_takes_an_old_file_of_rejects_away(tmp_path, scorer) -> None:
    old = write_csv(tmp_path / "out.jsonl.rejected.csv", ["ファイル", "行番号", "理由", "元の行"], ["in.csv", "2", "本文がありません", ","])
    run(scorer, write_csv(tmp_path / "in.csv", ["text"], ["電波"]), tmp_path / "out.jsonl")
    assert not old.exists()


def test_a_file_of_others_in_the_place_of_the_rejects_stops_the_run(tmp_path, scorer) -> None:
    source, other = write_csv(tmp_path / "in.csv", ["text"], ["電波"]), write_csv(tmp_path / "out.jsonl.rejected.csv", ["日付", "件数"], ["6月1日", "3"])
    with pytest.raises(OutputError, match=r"out\.jsonl\.rejected\.csv: .*another file stands in its place"):
        score([source], tmp_path / "out.jsonl", scorer)
    assert other.read_text(encoding="utf-8").startswith("日付,件数")
    assert not (tmp_path / "out.jsonl").exists()


def test_equal_ids_are_both_kept_and_told_apart(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", "text"], ["7", "一つ目"], ["8", "別"], ["7", "二つ目"], ["7", "三つ目"])
    assert [r["id"] for r in run(scorer, source, tmp_path / "out.jsonl")] == ["7", "8", "7#2", "7#3"]


def test_posts_are_joined_by_parent_or_conversation(tmp_path, scorer) -> None:
    posts = write_csv(tmp_path / "posts.csv", ["id", "text"], ["100", "5Gの整備について"], ["200", "国勢調査のお願い"])
    source = write_csv(
        tmp_path / "in.csv",
        ["id", "text", "parent_id", "conversation_id"],
        ["1", "うちはまだ圏外", "100", ""],
        ["2", "いつまでですか", "", "200"],
        ["3", "それで？", "", "999"],
    )
    rows = run(scorer, source, tmp_path / "out.jsonl", posts=[posts])
    assert [r["parent_text"] for r in rows] == ["5Gの整備について", "国勢調査のお願い", None]
    assert rows[2]["scores"]["off_topic"] == rows[2]["scores"]["alteration"] == 0


def test_ids_of_posts_that_a_spreadsheet_has_rounded_are_counted(tmp_path, scorer) -> None:
    posts = write_csv(tmp_path / "posts.csv", ["id", "text"], ["1790000000000000123", "5Gの整備について"])
    source = write_csv(
        tmp_path / "in.csv",
        ["id", "text", "conversation_id"],
        ["1", "うちはまだ圏外", "1.79E+18"],
        ["2", "いつまでですか", "1.79E18"],
        ["3", "それで？", "1790000000000000123"],
        ["4", "ほかの話", "1790000000000000777"],
    )
    counts = score([source], tmp_path / "out.jsonl", scorer, posts=[posts])
    assert (counts.joined, counts.missing["parent_text"], counts.post_ids.rounded) == (1, 3, 2)
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [r["conversation_id"] for r in rows] == [None, None, "1790000000000000123", "1790000000000000777"]


def test_posts_with_rounded_ids_are_told_also_where_no_posts_were_named(tmp_path, run_here) -> None:
    write_csv(tmp_path / "in.csv", ["id", "text", "parent_id"], ["1", "うちはまだ圏外", "1.79E+18"], ["2", "それで？", "5"])
    told = run_here("score", "in.csv", "-o", "out.csv", "--model", "none", cwd=tmp_path)
    assert "In 1 of them the id of the post was rounded by a spreadsheet" in told.stdout
    assert "1.79E+18" in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_ids_of_posts_that_all_end_in_zeros_are_told(tmp_path, run_here) -> None:
    rows = [[str(i), f"{i} 件目の返信", f"17900000000000{i}0000"] for i in range(3)]
    write_csv(tmp_path / "in.csv", ["id", "text", "conversation_id"], *rows)
    write_csv(tmp_path / "one.csv", ["id", "text", "conversation_id"], *rows, ["9", "丸められていない", "1790000000000000123"])
    told = [run_here("score", name, "-o", "out.csv", "--model", "none", cwd=tmp_path).stdout for name in ("in.csv", "one.csv")]
    assert ["the id of the post was rounded by a spreadsheet" in out for out in told] == [True, False]


def test_posts_keep_their_ids_where_those_of_the_export_are_left_out(tmp_path, scorer) -> None:
    posts = write_csv(tmp_path / "posts.csv", ["id", "text"], ["100", "5Gの整備について"])
    source = write_csv(tmp_path / "in.csv", ["id", "text", "parent_id"], ["1.57E+18", "うちはまだ圏外", "100"])
    rows = run(scorer, source, tmp_path / "out.jsonl", posts=[posts], options=ReadOptions({"id": ""}))
    assert [(r["id"], r["parent_text"]) for r in rows] == [("in.csv:2", "5Gの整備について")]


def test_without_a_parent_nothing_goes_to_review_for_that_alone(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["text"], ["今日のお昼はカレーでした"])
    assert run(scorer, source, tmp_path / "out.jsonl")[0]["action"] == "keep"
    assert score([source], tmp_path / "out.jsonl", scorer).missing["parent_text"] == 1


def test_texts_that_come_in_again_and_again_are_marked(tmp_path, scorer) -> None:
    text = "この投稿を見た人は今すぐ拡散してください"
    source = write_csv(tmp_path / "in.csv", ["text"], *[[text]] * 4, ["電波が弱い"])
    rows = run(scorer, source, tmp_path / "out.jsonl")
    assert ["repeated" in r["signals"] for r in rows] == [True] * 4 + [False]
    assert {r["action"] for r in rows[:4]} <= {"review", "suggest"}


def test_rules_alone_decide_and_say_so(tmp_path) -> None:
    rows = run(Scorer(None), write_csv(tmp_path / "in.csv", ["text"], ["お前みたいな寄生虫はタヒね"], ["電波が弱い"]), tmp_path / "out.jsonl")
    assert [r["model"] for r in rows] == ["none", "none"]
    assert all("rules_only" in r["signals"] for r in rows)
    assert rows[0]["action"] in ("review", "suggest")
    assert (rows[1]["action"], set(rows[1]["scores"].values())) == ("keep", {0.0})


def test_the_same_input_gives_the_same_bytes(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["text"], ["お前は寄生虫だ"], ["電波"], ["副業で月50万円 https://a.example.net"])
    run(scorer, source, tmp_path / "a.jsonl")
    run(scorer, source, tmp_path / "b.jsonl")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_nothing_is_written_where_there_is_nothing_to_read(tmp_path, scorer) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("{broken\n{broken too\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"in\.jsonl: no post can be read; 2 lines"):
        score([source], tmp_path / "out.jsonl", scorer)
    assert [p.name for p in tmp_path.iterdir()] == ["in.jsonl"]


def test_the_input_is_never_overwritten(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["text"], ["電波"])
    with pytest.raises(OutputError, match="files to read"):
        score([source], source, scorer)
    assert source.read_text(encoding="utf-8").splitlines() == ["text", "電波"]


def test_a_result_workbook_can_be_scored_again(tmp_path, scorer) -> None:
    texts = ["お前みたいな寄生虫はタヒね", "=1+1", "5Gで人が死ぬって本当なの？ソースは？", "ありがとう"]
    source = write_csv(tmp_path / "in.csv", ["id", "text"], *[[f"179000000000000000{i}", t] for i, t in enumerate(texts)])
    score([source], tmp_path / "out.xlsx", scorer, version="1")
    again = [r for r in read_replies([tmp_path / "out.xlsx"]) if isinstance(r, Reply)]
    assert {r.id: r.text for r in again} == {f"179000000000000000{i}": t for i, t in enumerate(texts)}


def test_replies_on_which_people_have_decided_are_counted(tmp_path, run_here) -> None:
    write_csv(tmp_path / "in.csv", ["text", "決定"], ["電波が弱い", "対応しない"], ["ありがとう", ""])
    told = run_here("score", "in.csv", "-o", "out.xlsx", "--model", "none", cwd=tmp_path)
    assert (told.returncode, "decided on 1 of these replies" in told.stdout + told.stderr) == (0, True)
    told = run_here("score", "in.csv", "-o", "out.csv", "--model", "none", cwd=tmp_path)
    assert "decided on" not in told.stdout + told.stderr and "対応しない" in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_a_named_column_is_used(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["番号", "コメント"], ["5", "電波が弱い"])
    rows = run(scorer, source, tmp_path / "out.jsonl", options=ReadOptions(columns={"text": "コメント", "id": "番号"}))
    assert (rows[0]["id"], rows[0]["text"]) == ("5", "電波が弱い")


def test_a_workbook_with_decisions_is_never_overwritten(tmp_path, scorer) -> None:
    source, target = write_csv(tmp_path / "in.csv", ["text"], ["お前みたいな寄生虫はタヒね"]), tmp_path / "out.xlsx"
    score([source], target, scorer)
    score([source], target, scorer)
    book = openpyxl.load_workbook(target)
    sheet = book["措置候補"]
    column = next(c.column for c in sheet[1] if c.value == "決定")
    sheet.cell(2, column).value = "非表示"
    book.save(target)
    with pytest.raises(OutputError, match="holds decisions"):
        score([source], target, scorer)
    assert openpyxl.load_workbook(target)["措置候補"].cell(2, column).value == "非表示"


def test_posts_and_old_rejects_that_are_read_are_never_overwritten(tmp_path, scorer) -> None:
    source, posts = write_csv(tmp_path / "in.csv", ["text"], ["電波"]), write_csv(tmp_path / "posts.csv", ["id", "text"], ["1", "お知らせ"])
    with pytest.raises(OutputError, match=r"posts\.csv is one of the files to read"):
        score([source], posts, scorer, posts=[posts])
    repaired = write_csv(tmp_path / "out.jsonl.rejected.csv", ["text"], ["電波"])
    with pytest.raises(OutputError, match="files to read"):
        score([repaired], tmp_path / "out.jsonl", scorer)
    assert repaired.exists()


def test_where_every_row_is_rejected_the_first_reason_is_told(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", "text"], ["1.57E+18", "電波"])
    with pytest.raises(InputError, match=r"1 rejected rows.*in\.csv:2: .*1\.57E\+18"):
        score([source], tmp_path / "out.jsonl", scorer)


def test_names_that_tell_equal_ids_apart_are_new(tmp_path, scorer) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", "text"], ["1", "一"], ["1", "二"], ["1#2", "三"])
    assert [r["id"] for r in run(scorer, source, tmp_path / "out.jsonl")] == ["1", "1#3", "1#2"]


def test_replies_come_two_thousand_at_a_time_and_fewer_where_they_are_long() -> None:
    short, long = [Reply(str(i), "電波が弱い") for i in range(4300)], [Reply(str(i), "あ" * 10_000) for i in range(65)]
    assert [len(c) for c in chunks(short)] == [2000, 2000, 300]
    assert [len(c) for c in chunks(long)] == [30, 30, 5]
    assert [r for c in chunks(short + long) for r in c] == short + long


def test_no_more_replies_are_taken_than_a_chunk_holds() -> None:
    taken = iter([Reply("1", "あ" * 400_000), Reply("2", "い")])
    assert [r.id for r in next(chunks(taken))] == ["1"]
    assert next(taken).id == "2"


def titled(path: Path, sheet: str) -> None:
    """Put a title above the header of a sheet, as people do in Excel."""
    book = openpyxl.load_workbook(path)
    book[sheet].insert_rows(1)
    book[sheet]["A1"] = "6月分 確認済"
    book.save(path)


def test_a_sheet_of_a_result_workbook_is_never_passed_over(scorer: Scorer, tmp_path: Path) -> None:
    source, result = write_csv(tmp_path / "in.csv", ["id", "text"], ["1", "お前みたいな寄生虫はタヒね"], ["2", "電波が弱い"]), tmp_path / "result.xlsx"
    score([source], result, scorer)
    titled(result, "措置候補")
    with pytest.raises(InputError, match=r"result.xlsx: the sheet 措置候補 .*6月分 確認済.*row 1"):
        score([result], tmp_path / "again.xlsx", scorer)
    assert not (tmp_path / "again.xlsx").exists()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_files_of_others_are_not_written_over(scorer: Scorer, tmp_path: Path, suffix: str) -> None:
    source, other = write_csv(tmp_path / "in.csv", ["id", "text"], ["1", "電波が弱い"]), tmp_path / f"other{suffix}"
    if suffix == ".parquet":
        parquet.write_table(pa.table({"id": ["1"]}), other)
    else:
        other.write_text('{"id": "1", "text": "甲"}\n' if suffix == ".jsonl" else "id,text\n1,甲\n", encoding="utf-8")
    before = other.read_bytes()
    with pytest.raises(OutputError, match=rf"other\{suffix} is no result file of this program"):
        score([source], other, scorer)
    assert other.read_bytes() == before
    other.write_bytes(b"")  # an empty file holds nothing that could be lost
    for _ in range(2):  # nor does a result of ours that can be made again
        assert score([source], other, scorer).replies == 1


def test_workbooks_that_would_be_lost_are_not_written_over(scorer: Scorer, tmp_path: Path) -> None:
    source, result = write_csv(tmp_path / "in.csv", ["id", "text"], ["1", "電波が弱い"]), tmp_path / "result.xlsx"
    score([source], result, scorer)
    score([source], result, scorer)  # an undecided one of ours
    book = openpyxl.load_workbook(result)
    sheet = book["該当なし"]
    place = next(c.column for c in sheet[1] if c.value == "決定")
    sheet.cell(2, place).value = "対応しない"
    book.save(result)
    titled(result, "該当なし")
    with pytest.raises(OutputError, match="holds decisions"):
        score([source], result, scorer)
    other = tmp_path / "ledger.xlsx"
    openpyxl.Workbook().save(other)
    before = other.read_bytes()
    with pytest.raises(OutputError, match=r"ledger.xlsx is no result file of this program"):
        score([source], other, scorer)
    assert other.read_bytes() == before
    with pytest.raises(OutputError, match="this is a folder"):
        score([source], tmp_path, scorer)


def renamed(book: openpyxl.Workbook) -> None:
    next(c for c in book["該当なし"][1] if c.value == "決定").value = "決定(課長)"


def with_column(book: openpyxl.Workbook) -> None:
    book["該当なし"].cell(1, 30).value = "課長決裁"


def with_cell_beyond(book: openpyxl.Workbook) -> None:
    book["該当なし"].cell(2, 30).value = "済"


def with_row(book: openpyxl.Workbook) -> None:
    book["投稿者別"]["C4"] = "山田さんに確認中"


def with_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("課内メモ")["A1"] = "6月分"


def with_note_on_counts(book: openpyxl.Workbook) -> None:
    book["集計"]["H3"] = "課長へ報告済み"


def with_comment(book: openpyxl.Workbook) -> None:
    book["該当なし"]["B2"].comment = Comment("要相談", "課長")


def with_picture(book: openpyxl.Workbook) -> None:
    book["該当なし"].add_chart(BarChart(), "B5")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (renamed, "the headings of the sheet 該当なし: 決定\\(課長\\)"),
        (with_column, "the headings of the sheet 該当なし: 課長決裁"),
        (with_cell_beyond, "row 2 of the sheet 該当なし"),
        (with_row, "row 4 of the sheet 投稿者別"),
        (with_sheet, "the sheet 課内メモ"),
        (with_note_on_counts, "row 3 of the sheet 集計"),
        (with_comment, "comments"),
        (with_picture, "comments, pictures"),
    ],
)
def test_a_workbook_that_people_have_added_to_is_not_written_over(tmp_path, change: Callable[[openpyxl.Workbook], None], found: str) -> None:
    source, target = write_csv(tmp_path / "in.csv", ["id", "text", "author_handle"], ["1", "電波が弱い", "a"], ["2", "お前を殺しに行く", "b"], ["3", "お前を殺しに行く", "b"]), tmp_path / "out.xlsx"
    score([source], target, Scorer(None))
    book = openpyxl.load_workbook(target, rich_text=True)
    book.save(target)
    score([source], target, Scorer(None))  # over one that was saved as it was
    book = openpyxl.load_workbook(target)
    change(book)
    book.save(target)
    before = target.read_bytes()
    with pytest.raises(OutputError, match=rf"out\.xlsx is a result workbook to which something was added \({found}"):
        score([source], target, Scorer(None))
    assert target.read_bytes() == before


def carried(path: Path) -> dict[str, dict[str, object]]:
    """What stands at the right edge of a result workbook, by the ids of the replies."""
    found = {}
    for sheet in openpyxl.load_workbook(path).worksheets[:3]:
        header, *rows = sheet.iter_rows(values_only=True)
        found |= {row[header.index("返信ID")]: dict(zip(header[header.index("行") + 1 :], row[header.index("行") + 1 :], strict=True)) for row in rows}
    return found


def filled_in(path: Path, **cells: str) -> None:
    """Write into cells of the first filled row of a result workbook, by their headings."""
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book.worksheets[:3] if s.max_row > 1)
    header = [c.value for c in sheet[1]]
    for name, value in cells.items():
        place = header.index(name) if name in header else len(header)
        sheet.cell(1, place + 1).value = name
        sheet.cell(2, place + 1).value = value
    book.save(path)


def test_a_workbook_carries_the_columns_of_the_export_that_are_not_ours(tmp_path) -> None:
    header = ["受付番号", "id", "text", "備考", "空欄", "担当", "担当", "種別"]
    rows = [["0012", "1", "電波が弱い", "=1+1", "", "山田", "係長", "苦情"], ["00123456789012345678", "2", "お前を殺しに行く", "", "", "", "", ""]]
    source, target = write_csv(tmp_path / "in.csv", header, *rows), tmp_path / "out.xlsx"
    score([source], target, Scorer(None))
    first = {"元：受付番号": "0012", "元：備考": "=1+1", "元：担当": "山田", "元：担当_2": "係長", "元：種別": "苦情"}
    assert carried(target) == {"1": first, "2": {**dict.fromkeys(first), "元：受付番号": "00123456789012345678"}}
    score([source], target, Scorer(None))  # over one to which nobody has added anything


def test_what_stood_in_cells_of_a_workbook_stands_so_again(tmp_path) -> None:
    book = openpyxl.Workbook()
    for row in (["本文", "受付日", "受付", None, "写し"], ["電波が弱い", date(2025, 5, 6), datetime(2025, 5, 6, 14, 30), "名なし", "2025-02-30T00:00:00"]):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    score([tmp_path / "in.xlsx"], tmp_path / "out.xlsx", Scorer(None))
    (found,) = carried(tmp_path / "out.xlsx").values()
    assert found == {"元：受付日": datetime(2025, 5, 6), "元：受付": datetime(2025, 5, 6, 14, 30), "元：4列目": "名なし", "元：写し": "2025-02-30T00:00:00"}
    score([tmp_path / "in.xlsx"], tmp_path / "out.xlsx", Scorer(None))  # over one to which nobody has added anything


def test_a_reply_that_an_earlier_run_told_apart_from_its_double_does_not_repeat_itself(tmp_path) -> None:
    source = write_csv(tmp_path / "in.csv", ["id", "text", "author_handle"], *[["1234567", "電波が弱い", "a"]] * 3)
    assert score([source], tmp_path / "out.xlsx", Scorer(None)).signals["repeated"] == 0
    assert score([tmp_path / "out.xlsx"], tmp_path / "again.xlsx", Scorer(None)).signals["repeated"] == 0


def test_a_heading_that_no_workbook_can_hold_is_mended(tmp_path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "1", "本文": "電波が弱い", "\\ud83d": "x", "a\\u0001": "y"}\n', encoding="utf-8")
    assert score([source], tmp_path / "out.xlsx", Scorer(None)).replaced >= 2
    assert carried(tmp_path / "out.xlsx") == {"1": {"元：\ufffd": "x", "元：a\ufffd": "y"}}


def test_more_columns_than_a_workbook_holds_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("classifier.workbook.MOST_CARRIED", 3)
    source = write_csv(tmp_path / "in.csv", ["text", "a", "b", "c", "d"], ["電波が弱い", "1", "2", "3", "4"])
    with pytest.raises(OutputError, match=r"More than 3 other columns .* \.csv"):
        score([source], tmp_path / "out.xlsx", Scorer(None))
    assert not (tmp_path / "out.xlsx").exists()


def test_results_scored_again_and_again_keep_what_people_wrote_apart(tmp_path) -> None:
    score([write_csv(tmp_path / "in.csv", ["id", "text", "備考", "優先度"], ["1", "お前を殺しに行く", "役所の備考", "A"])], tmp_path / "0.xlsx", Scorer(None))
    for n, decision in enumerate(("保留", "上席へ")):
        filled_in(tmp_path / f"{n}.xlsx", 決定=decision, 備考=f"机の備考{n}")
        run = score([tmp_path / f"{n}.xlsx"], tmp_path / f"{n + 1}.xlsx", Scorer(None))
        assert run.decided == 1 and {"決定", "備考"} <= run.unused.keys() and not {"番号", "判定の理由", "行"} & run.unused.keys()
    assert carried(tmp_path / "2.xlsx")["1"] == {
        **{"元：備考": "役所の備考", "元：備考_2": "机の備考0", "元：備考_3": "机の備考1"},
        **{"元：優先度": "A", "元：決定": "保留", "元：決定_2": "上席へ"},
    }  # and nothing of what the program itself tells in every workbook


def test_a_result_file_scored_again_carries_what_is_not_told_anew(tmp_path) -> None:
    score([write_csv(tmp_path / "in.csv", ["id", "text", "担当"], ["1", "電波が弱い", "山田"])], tmp_path / "out.csv", Scorer(None))
    score([tmp_path / "out.csv"], tmp_path / "out.xlsx", Scorer(None))
    assert carried(tmp_path / "out.xlsx") == {"1": {"元：担当": "山田"}}


@pytest.mark.parametrize("word", ["決定", "備考", "決定した項目", "危機の確認"])
def test_a_word_of_our_headings_in_the_exports_cells_hides_no_decision(tmp_path, word: str) -> None:
    rows = [["1", "電波が弱い", word], ["2", "電波が弱いです", ""], ["3", "料金が高いです", ""]]
    source, target = write_csv(tmp_path / "in.csv", ["id", "text", "状態"], *rows), tmp_path / "out.xlsx"
    score([source], target, Scorer(None))
    score([source], target, Scorer(None))  # and is none itself
    book = openpyxl.load_workbook(target)
    sheet = book["該当なし"]
    sheet.cell(4, [c.value for c in sheet[1]].index("決定") + 1).value = "対応しない"
    book.save(target)
    with pytest.raises(OutputError, match="decisions that people have filled in"):
        score([source], target, Scorer(None))


@pytest.mark.parametrize(
    ("added", "found"),
    [({"元：担当": "佐藤が対応済み"}, "cells of the sheet 該当なし under headings marked 元："), ({"元：課長決裁": "承認"}, "headings of the sheet 該当なし: 元：課長決裁"), ({"課長決裁": "承認"}, "headings of the sheet 該当なし: 課長決裁")],
)
def test_what_people_write_into_or_beside_the_carried_columns_is_not_written_over(tmp_path, added: dict[str, str], found: str) -> None:
    source, target = write_csv(tmp_path / "in.csv", ["id", "text", "担当"], ["1", "電波が弱い", ""], ["2", "電波が弱いです", "山田"]), tmp_path / "out.xlsx"
    score([source], target, Scorer(None))
    filled_in(target, **added)
    with pytest.raises(OutputError, match=f"something was added .*{found}"):
        score([source], target, Scorer(None))


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl", ".parquet"])
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_regular_file_is_not_replaced_also_through_a_link(tmp_path, suffix: str, kind: str) -> None:
    source, there, link = write_csv(tmp_path / "in.csv", ["text"], ["電波"]), tmp_path / "there", tmp_path / f"out{suffix}"
    if kind == "pipe":
        os.mkfifo(there)
    else:
        there.mkdir()
    link.symlink_to(there)
    mode = there.stat().st_mode
    with pytest.raises(OutputError, match=rf"out\{suffix}: this is {'no regular file' if kind == 'pipe' else 'a folder'}"):
        score([source], link, Scorer(None))
    assert (there.stat().st_mode, link.readlink()) == (mode, there)
    rejects = tmp_path / f"new{suffix}.rejected.csv"
    rejects.symlink_to(there)
    with pytest.raises(OutputError, match=r"rejected\.csv: this is"):
        score([source], tmp_path / f"new{suffix}", Scorer(None))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["in.csv", "there", link.name, rejects.name])


PASSWORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le").ljust(4000, b"\0")


def damaged(path: Path, how: str) -> Path:
    """Write a result workbook in which people have decided, and which can no longer be read."""
    book = openpyxl.Workbook()
    for row in [["返信本文", "決定"], *([f"本文{n}", "非表示" if n == 299 else None] for n in range(300))]:
        book.active.append(row)
    book.save(path)
    if how == "flipped":
        raw = bytearray(path.read_bytes())
        start = raw.find(b"xl/worksheets/sheet1.xml") + 200
        raw[start : start + 50] = bytes(b ^ 0xFF for b in raw[start : start + 50])
        path.write_bytes(raw)
        return path
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml" if how == "cut" else "xl/workbook.xml"
    parts[name] = parts[name][: len(parts[name]) // 2]
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


@pytest.mark.parametrize("what", ["password", "text", "cut", "flipped", "index"])
def test_a_workbook_that_cannot_be_read_is_not_written_over(tmp_path, what: str) -> None:
    source, target = write_csv(tmp_path / "in.csv", ["text"], ["電波"]), tmp_path / "out.xlsx"
    if what in ("password", "text"):
        target.write_bytes(PASSWORD if what == "password" else "覚え書き".encode())
    else:
        damaged(target, what)
    before = target.read_bytes()
    with pytest.raises(OutputError, match=r"out\.xlsx cannot be read: .*Choose another name with -o"):
        score([source], target, Scorer(None))
    assert target.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in.csv", "out.xlsx"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_csv_in_which_people_have_decided_is_not_written_over(tmp_path, encoding: str) -> None:
    source, target = write_csv(tmp_path / "in.csv", ["id", "text"], ["1", "電波"], ["2", "圏外"]), tmp_path / "out.csv"
    for decision in ("", "非表示"):
        score([source], target, Scorer(None), version="1")  # over the one with the column still empty, too
        with target.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
        with target.open("w", encoding=encoding, newline="") as out:
            csv.writer(out).writerows([[*header[:-1], "決定", header[-1]], *([*row[:-1], decision if row[0] == "2" else "", row[-1]] for row in rows)])
    before = target.read_bytes()
    with pytest.raises(OutputError, match=r"out\.csv holds decisions"):
        score([source], target, Scorer(None))
    assert target.read_bytes() == before


def test_a_run_leaves_the_collector_as_it_was(tmp_path) -> None:
    source, before = write_csv(tmp_path / "in.csv", ["text"], ["電波"]), (gc.get_freeze_count(), gc.get_threshold())
    score([source], tmp_path / "out.jsonl", Scorer(None))
    assert (gc.get_freeze_count(), gc.get_threshold()) == before
    with pytest.raises(InputError):
        score([write_csv(tmp_path / "bad.csv", ["id", "text"], ["1.57E+18", "電波"])], tmp_path / "out.jsonl", Scorer(None))
    assert (gc.get_freeze_count(), gc.get_threshold()) == before


def test_sheets_that_are_read_and_that_are_not_are_told(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "十月"
    for sheet, rows in ((book.active, [["id", "本文"], ["1", "一"]]), (book.create_sheet("十一月"), [["id", "本文"], ["2", "二"]]), (book.create_sheet("メモ"), [["ただのメモ"]])):
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    for name in ("out.jsonl", "out.csv", "out.parquet"):
        counts = score([tmp_path / "a.xlsx"], tmp_path / name, Scorer(None))
        assert (counts.replies, counts.rejected, counts.sheets, [u.sheet for u in counts.unread]) == (2, 0, {"a.xlsx [十一月]"}, ["メモ"])
        assert [(r.id, dict(r.extra).get("file")) for r in read_replies([tmp_path / name]) if isinstance(r, Reply)] == [("1", "a.xlsx"), ("2", "a.xlsx [十一月]")]
