import csv

import numpy as np
import openpyxl
import pytest

from classifier.errors import DataError
from classifier.labeled import Labeled, counts, load_labeled, read_labeled, truth
from classifier.policy import default_policy
from classifier.replies import Reply

POLICY = default_policy()
COLUMNS = ("id", "text", "parent_text", "parent_id", "author_name", "labels", "signals", "split", "sure", "writer", "register", "tags")
GOOD = [
    {"id": "1", "text": "電波が弱い", "parent_text": "お知らせ甲", "parent_id": "10", "split": "train", "writer": "W1", "register": "plain", "tags": "criticism|5g"},
    {"id": "2", "text": "登録はこちら", "parent_text": "お知らせ乙", "parent_id": "20", "labels": "commercial|malware", "split": "tune", "sure": "false"},
    {"id": "3", "text": "もう死にたい", "parent_text": "お知らせ丙", "parent_id": "30", "signals": "inquiry|crisis", "split": "test", "sure": "true"},
]


def write(path, *rows, columns=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({"id": str(i), **r} for i, r in enumerate(rows, 1))
    return path


def test_read_labeled_reads_labels_signals_and_all_else(tmp_path):
    one, two, three = read_labeled([write(tmp_path / "d.csv", *GOOD)], POLICY)
    assert (one.labels, one.crisis, one.split, one.sure) == (frozenset(), False, "train", True)
    assert (one.writer, one.register, one.tags) == ("W1", "plain", ("criticism", "5g"))
    assert (one.reply.text, one.reply.parent_text, one.reply.row) == ("電波が弱い", "お知らせ甲", 2)
    assert (two.labels, two.split, two.sure) == (frozenset({"commercial", "malware"}), "tune", False)
    assert (three.crisis, three.split, three.sure) == (True, "test", True)


def test_only_the_labels_must_be_there(tmp_path):
    path = write(tmp_path / "d.csv", {"text": "電波が弱い", "labels": ""}, columns=("id", "text", "labels"))
    (row,) = read_labeled([path], POLICY)
    assert row == Labeled(row.reply, frozenset())
    with pytest.raises(DataError, match=r"e\.csv: there is no column 'labels'"):
        read_labeled([write(tmp_path / "e.csv", *GOOD, columns=("id", "text", "split"))], POLICY)


@pytest.mark.parametrize("value", ["false", "FALSE", "0", "no"])
def test_a_row_may_be_unsure(tmp_path, value):
    (row,) = read_labeled([write(tmp_path / "d.csv", {**GOOD[0], "sure": value})], POLICY)
    assert not row.sure


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param({"text": "甲", "labels": "spam"}, r"unknown ground 'spam'\. Known: illegal, .*other\.", id="ground"),
        pytest.param({"text": "甲", "labels": "privacy| malware"}, "unknown ground ' malware'", id="blank-in-a-ground"),
        pytest.param({"text": "甲", "split": "dev"}, r"unknown split 'dev'\. Known: train, tune, test\.", id="split"),
        pytest.param({"text": "", "labels": "privacy"}, "no text", id="no-text"),
        pytest.param({"text": "登録はこちら", "parent_text": "お知らせ乙", "parent_id": "20", "labels": "commercial", "split": "tune"}, r"the same text has other labels at .*d\.csv:3", id="contradiction"),
        pytest.param({"text": "甲", "parent_text": "お知らせ丙", "parent_id": "30", "split": "train"}, r"its parent post stands in split 'train' here and in 'test' at .*d\.csv:4", id="parent-in-two-splits"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(tmp_path, row, message):
    path = write(tmp_path / "d.csv", *GOOD, row)
    with pytest.raises(DataError, match=rf"1 problem\(s\); nothing was done.*\n.*d\.csv, line 5: {message}"):
        read_labeled([path], POLICY)


def test_a_post_in_two_splits_is_named_once_for_all_its_replies(tmp_path):
    rows = [{"text": f"返信{i}", "parent_text": "お知らせ", "parent_id": "9", "split": "test" if i else "train"} for i in range(5)]
    with pytest.raises(DataError, match=r"1 problem\(s\).*\n.*d\.csv, line 3: its parent post stands in split 'test' here"):
        read_labeled([write(tmp_path / "d.csv", *rows)], POLICY)


def test_rows_of_two_files_are_held_against_each_other(tmp_path):
    first = write(tmp_path / "a.csv", *GOOD)
    second = write(tmp_path / "b.csv", {**GOOD[1], "labels": "malware"}, {**GOOD[0], "text": "ほか", "split": "test"})
    with pytest.raises(DataError, match=r"2 problem\(s\)") as error:
        read_labeled([first, second], POLICY)
    _, contradiction, leak = str(error.value).split("\n")
    assert "b.csv, line 2" in contradiction and "a.csv:3" in contradiction
    assert "b.csv, line 3" in leak and "a.csv:2" in leak


def test_the_first_twenty_problems_are_told_and_all_are_counted(tmp_path):
    path = write(tmp_path / "d.csv", *({"text": f"返信{i}", "labels": "spam"} for i in range(30)))
    with pytest.raises(DataError, match=r"30 problem\(s\)") as error:
        read_labeled([path], POLICY)
    assert str(error.value).count("unknown ground") == 20
    assert "line 2:" in str(error.value) and "line 22:" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"parent_text": "お知らせ丁", "parent_id": "40"}, id="another-parent"),
        pytest.param({"author_name": "総務省公式"}, id="another-author"),
        pytest.param({"text": "登録はこちら!"}, id="another-text"),
    ],
)
def test_other_labels_are_no_contradiction_in_other_surroundings(tmp_path, change):
    rows = read_labeled([write(tmp_path / "d.csv", *GOOD, {**GOOD[1], "labels": "", **change})], POLICY)
    assert [r.labels for r in rows[1::2]] == [frozenset({"commercial", "malware"}), frozenset()]


def test_the_same_text_with_and_without_danger_is_a_contradiction(tmp_path):
    with pytest.raises(DataError, match="the same text"):
        read_labeled([write(tmp_path / "d.csv", *GOOD, {**GOOD[2], "signals": ""})], POLICY)


@pytest.mark.parametrize(("later", "problems"), [("非表示,誹謗中傷,危機あり", 0), ("対応しない,,危機あり", 0), ("対応しない,,危機なし", 1), ("対応しない,,", 1)])
@pytest.mark.parametrize("turned", [False, True], ids=["undecided-first", "decided-first"])
def test_what_was_handed_on_and_decided_later_is_no_contradiction(tmp_path, later, problems, turned):
    rows = ["甲,上席へ,,危機あり", f"甲,{later}"]
    (tmp_path / "d.csv").write_text("\n".join(["本文,決定,決定した項目,危機の確認", *rows[:: -1 if turned else 1]]), encoding="utf-8")
    assert len(load_labeled([tmp_path / "d.csv"], POLICY).problems) == problems


def test_an_undecided_row_hides_no_contradiction_of_decided_ones(tmp_path):
    rows = ["甲,上席へ,,危機なし", "甲,非表示,誹謗中傷,", "甲,対応しない,,"]
    (tmp_path / "d.csv").write_text("\n".join(["本文,決定,決定した項目,危機の確認", *rows]), encoding="utf-8")
    assert len(load_labeled([tmp_path / "d.csv"], POLICY).problems) == 1


@pytest.mark.parametrize(
    ("reply", "writer", "group"),
    [
        pytest.param(Reply("1", "a", parent_id="10", parent_text="P"), "W", "10", id="id-of-the-parent"),
        pytest.param(Reply("1", "a", parent_text="P"), "W", "P", id="text-of-the-parent"),
        pytest.param(Reply("1", "a"), "W", "W", id="writer"),
        pytest.param(Reply("1", "a"), "", "1", id="itself"),
    ],
)
def test_group_is_what_must_stay_together(reply, writer, group):
    assert Labeled(reply, frozenset(), writer=writer).group == group


ROWS = [
    Labeled(Reply("1", "a"), frozenset({"privacy", "illegal"})),
    Labeled(Reply("2", "b"), frozenset(), crisis=True),
    Labeled(Reply("3", "c"), frozenset({"privacy"}), crisis=True),
]


def test_truth_has_a_row_a_reply_and_a_column_a_head():
    held = truth(ROWS, ("privacy", "crisis", "other"))
    assert held.dtype == np.bool_
    assert held.tolist() == [[True, False, False], [False, True, False], [True, True, False]]
    assert truth([], ("privacy", "crisis")).shape == (0, 2)


def test_counts_names_each_ground_and_none():
    assert counts(ROWS) == {"privacy": 2, "illegal": 1, "": 1}


def test_a_workbook_that_the_desk_has_filled_in_is_labelled_data(tmp_path):
    """Scored by us, decided in Excel, read as labels: hidden rows with their ground, rows left alone; the others are passed over."""
    from openpyxl import load_workbook

    from classifier.score import score
    from classifier.scorer import Scorer

    export = tmp_path / "返信.csv"
    texts = ["お前みたいな寄生虫はタヒね", "登録で5千円もらえる https://a.example.com/ 招待コードA", "電波が弱いです", "今日は寒いですね", "おはようございます"]
    export.write_text("id,text\n" + "".join(f"{i},{t}\n" for i, t in enumerate(texts)), encoding="utf-8")
    book = tmp_path / "結果.xlsx"
    score([export], book, Scorer(None))
    decisions = {"0": ("非表示", "誹謗中傷"), "1": ("非表示", "広告・営利、無関係"), "2": ("対応しない", ""), "3": ("保留", ""), "4": ("", "")}
    workbook = load_workbook(book)
    for sheet in workbook.worksheets[:3]:
        header = {c.value: c.column for c in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            decision, ground = decisions[str(sheet.cell(row, header["返信ID"]).value)]
            sheet.cell(row, header["決定"]).value, sheet.cell(row, header["決定した項目"]).value = decision, ground
    workbook.save(book)
    rows = {r.reply.id: r for r in read_labeled([book], POLICY)}
    assert {i: r.labels for i, r in rows.items()} == {"0": {"defamation"}, "1": {"commercial", "off_topic"}, "2": frozenset()}
    assert rows["0"].reply.text == texts[0]
    sheet = workbook[(wrong := rows["2"].reply).sheet]
    header = {c.value: c.column for c in sheet[1]}
    sheet.cell(wrong.row, header["決定した項目"]).value = "誹謗中傷"
    workbook.save(book)
    with pytest.raises(DataError, match=rf"結果\.xlsx \[{wrong.sheet}\], line {wrong.row}: "):
        read_labeled([book], POLICY)


def test_a_result_workbook_without_its_heading_of_decisions_is_told_of_it(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "要確認"
    for row in (["本文", "決定(済)", "決定した項目"], ["電波が弱いです", "対応しない", None]):
        book.active.append(row)
    book.save(tmp_path / "結果.xlsx")
    with pytest.raises(DataError, match=r"結果\.xlsx.*: there is no column 'labels', and none with the heading 決定\."):
        read_labeled([tmp_path / "結果.xlsx"], POLICY)


def test_decisions_in_a_copied_sheet_of_a_result_workbook_are_not_passed_over(tmp_path):
    rows = [["本文", "決定", "決定した項目"], ["電波が弱いです", "対応しない", None]]
    book = openpyxl.Workbook()
    for title in ("措置候補", "要確認", "該当なし", "要確認 (2)"):
        sheet = book.create_sheet(title)
        for row in rows[: 1 if title == "措置候補" else 2]:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "結果.xlsx")
    with pytest.raises(DataError, match=r"結果\.xlsx \[要確認 \(2\)\]: decisions may stand in this sheet, but it was not read"):
        read_labeled([tmp_path / "結果.xlsx"], POLICY)
    book.remove(book["要確認 (2)"])
    book.save(tmp_path / "結果.xlsx")
    assert [r.reply.text for r in read_labeled([tmp_path / "結果.xlsx"], POLICY)] == ["電波が弱いです"] * 2


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
@pytest.mark.parametrize("times", [1, 2], ids=["scored", "scored-twice"])
def test_signals_of_a_result_file_are_labels_only_where_a_person_gave_them(tmp_path, suffix, times):
    from classifier.score import score
    from classifier.scorer import Scorer

    danger = "もう死にたい"
    assert "crisis" in Scorer(None)([Reply("1", danger)])[0].decision.signals
    columns = ("id", "text", "labels", "signals")
    file = write(tmp_path / "d.csv", {"text": danger}, {"text": "電波が弱い", "signals": "crisis"}, {"text": "登録はこちら", "labels": "commercial"}, columns=columns)
    for i in range(times):
        score([file], file := tmp_path / f"result{i}{suffix}", Scorer(None))
    rows = read_labeled([file], POLICY)
    assert [(r.reply.text, r.crisis, r.labels) for r in rows] == [(danger, False, frozenset()), ("電波が弱い", True, frozenset()), ("登録はこちら", False, {"commercial"})]


def test_hidden_for_what_is_no_ground_is_named(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("本文,決定,決定した項目\n甲,非表示,なにか\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"d\.csv, line 2: 決定した項目 is 'なにか', and not all of that is an item of the policy"):
        read_labeled([path], POLICY)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("甲,非表示,誹謗中傷、誹謗,,", "決定した項目 is '誹謗中傷、誹謗', and not all of that is an item of the policy"),
        ("甲,非表示,,,", "decided as 非表示, but 決定した項目 is empty"),
        ("甲,非表示にする,,,", "決定 is '非表示にする'"),
        ("甲,,誹謗中傷,,", "決定した項目 is filled in"),
        ("甲,対応しない,誹謗中傷,,", "決定した項目 is filled in"),
        ("甲,対応しない,,,たぶん", "危機の確認 is 'たぶん'"),
        ("甲,,誹謗中傷,危機のおそれ,危機あり", "決定した項目 is filled in"),
    ],
    ids=["unknown item", "no item", "unknown decision", "no decision", "contradiction", "unknown danger", "danger and no decision"],
)
def test_what_contradicts_itself_in_a_workbook_is_named(tmp_path, cells, message):
    path = tmp_path / "d.csv"
    path.write_text(f"本文,決定,決定した項目,信号,危機の確認\n{cells}\n", encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_labeled([path], POLICY)


def test_a_decided_reply_that_was_marked_for_danger_teaches_nothing(tmp_path):
    path = tmp_path / "d.csv"
    marked = ("対応しない,,危機のおそれ", "非表示,誹謗中傷,長文、危機のおそれ", "非表示,,危機のおそれ", "非表示,なにか,危機のおそれ", ",誹謗中傷,危機のおそれ", "済,,危機のおそれ")
    rows = "".join(f"もう消えたいです{i},{cells}\n" for i, cells in enumerate(marked))
    path.write_text(f"本文,決定,決定した項目,信号\n{rows}電波が弱い,対応しない,,\n", encoding="utf-8")
    assert [r.reply.text for r in read_labeled([path], POLICY)] == ["電波が弱い"]


def test_what_people_say_of_danger_is_learned(tmp_path):
    path = tmp_path / "d.csv"
    rows = {
        "見付けた,対応しない,,,危機あり": (set(), True),
        "決めずに見付けた,,,,危機あり": (set(), True),
        "引き継いだ,上席へ,,危機のおそれ,危機あり": (set(), True),
        "両方,非表示,プライバシー侵害,危機のおそれ、長文, 危機あり ": ({"privacy"}, True),
        "誤り,対応しない,,危機のおそれ,危機なし": (set(), False),
        "誤りで違反,非表示,誹謗中傷,危機のおそれ,危機なし": ({"defamation"}, False),
        "空欄,対応しない,,,": (set(), False),
        "項目は決めていない,上席へ,誹謗中傷,,危機あり": (set(), True),
        "保留した,保留,,危機のおそれ,危機なし": (set(), False),
        "決めていない,,,危機のおそれ,危機なし": (set(), False),
        "保留,保留,,,": None,
        "確かめていない,保留,,危機のおそれ, ": None,
        "書いていない,,,危機のおそれ,": None,
    }
    undecided = {"決めずに見付けた", "引き継いだ", "項目は決めていない", "保留した", "決めていない"}
    path.write_text("\n".join(["本文,決定,決定した項目,信号,危機の確認", *rows]), encoding="utf-8")
    found = load_labeled([path], POLICY)
    assert {r.reply.text: (r.labels, r.crisis) for r in found.sound()} == {row.split(",")[0]: said for row, said in rows.items() if said}
    assert {r.reply.text for r in found.sound() if r.undecided} == undecided
    assert {r.reply.text for r in found.sound() if r.harmless} == {"誤り", "空欄"}
    assert found.passed_over == {"handed_on": ["d.csv:12"], "danger": ["d.csv:13"], "undecided": ["d.csv:14"]}
    assert found.notes()[-1].startswith("5 rows count for danger alone")


def test_split_and_sureness_are_read_in_any_case_and_with_blanks(tmp_path):
    path = write(tmp_path / "d.csv", {"text": "甲", "split": " Test ", "sure": " FALSE"}, columns=("id", "text", "labels", "split", "sure"))
    assert [(r.split, r.sure) for r in read_labeled([path], POLICY)] == [("test", False)]


@pytest.mark.parametrize(("column", "value"), [("signals", "danger"), ("sure", "maybe")])
def test_an_unknown_signal_or_sureness_is_named(tmp_path, column, value):
    path = write(tmp_path / "d.csv", {"text": "甲", column: value}, columns=("id", "text", "labels", column))
    with pytest.raises(DataError, match=f"d\\.csv, line 2: .*'{value}'"):
        read_labeled([path], POLICY)


def test_a_sheet_of_notes_beside_labelled_replies_stops_nothing(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "text", "labels"])
    book.active.append(["1", "電波が弱い", ""])
    notes = book.create_sheet("凡例")
    notes.append(["項目", "内容"])
    notes.append(["other", "その他"])
    book.save(tmp_path / "a.xlsx")
    assert [r.reply.id for r in read_labeled([tmp_path / "a.xlsx"], default_policy())] == ["1"]
