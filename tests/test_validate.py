"""Labelled data before training: every problem is named with file and line."""

import csv

import openpyxl
import pytest

from classifier.labeled import read_labeled
from classifier.messages import speaking
from classifier.policy import default_policy
from classifier.validate import nearly_same, validate

POLICY = default_policy()
LONG = "光回線の工事の日取りが三回も変わって、仕事を休んで待っていたのに誰も来ませんでした"


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ("id", "text", "parent_text", "labels", "split"))
        writer.writeheader()
        writer.writerows({"id": str(i), **r} for i, r in enumerate(rows))
    return path


def test_a_text_that_nearly_stands_in_another_split_is_named(tmp_path):
    path = write(tmp_path / "d.csv", [{"text": LONG, "parent_text": "甲", "split": "train"}, {"text": LONG + "。", "parent_text": "乙", "split": "test"}, {"text": "短い", "parent_text": "丙", "split": "tune"}])
    (error,) = validate([path], POLICY, fewest=20).errors
    assert error == "d.csv, line 3: nearly the same text as d.csv:2, which stands in split 'train' (here 'test'). Keep both in one split, or take one out."


def test_tuning_and_test_rows_are_held_against_each_other(tmp_path):
    path = write(tmp_path / "d.csv", [{"text": LONG, "parent_text": "甲", "split": "tune"}, {"text": "@MIC_ICT " + LONG, "parent_text": "乙", "split": "test"}])
    (error,) = validate([path], POLICY, fewest=20).errors
    assert "line 3" in error and "d.csv:2" in error and "'tune'" in error


@pytest.mark.parametrize("text", ["草", "ありがとうございます。"], ids=["one", "short"])
def test_short_texts_may_stand_in_several_splits(tmp_path, text):
    path = write(tmp_path / "d.csv", [{"text": text, "parent_text": "甲", "split": "train"}, {"text": text, "parent_text": "乙", "split": "test"}])
    assert validate([path], POLICY, fewest=20).errors == ()


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    rows = [{"text": "甲", "labels": "spam"}, {"text": "", "labels": ""}, {"text": LONG, "parent_text": "a", "labels": "privacy"}, {"text": LONG, "parent_text": "a", "labels": ""}, {"text": "乙", "split": "dev"}]
    errors = validate([write(tmp_path / "d.csv", rows)], POLICY, fewest=20).errors
    assert [e.partition(":")[0] for e in errors] == ["d.csv, line 2", "d.csv, line 3", "d.csv, line 6", "d.csv, line 5"]


def test_what_is_wanting_is_a_warning(tmp_path):
    checked = validate([write(tmp_path / "d.csv", [{"text": "甲", "labels": "privacy"}])], POLICY, fewest=2)
    assert checked.errors == ()
    assert "privacy: 1 positives in the training part, 2 wanted. It will go by rules and people alone." in checked.warnings
    with speaking("ja"):  # in the words of the workbook
        told = [w.partition(":")[0] for w in validate([tmp_path / "d.csv"], POLICY, fewest=2).warnings]
    assert told[:16] == [*(g.short for g in POLICY.grounds), "危機のおそれ"]
    assert [w[:30] for w in checked.warnings[-2:]] == ["No row has the split 'tune': t", "No row has the split 'test': t"]


def test_posts_whose_ids_a_spreadsheet_has_rounded_are_not_taken_for_one(tmp_path):
    book = openpyxl.Workbook()
    for row in [["id", "text", "parent_id", "labels", "split"], *([f"19000000000000{n:05}", f"本文{n}", 1900000000000000000 + 1000 * n, "", split] for n, split in enumerate(["train", "tune", "test"]))]:
        book.active.append(row)
    book.save(tmp_path / "d.xlsx")
    checked = validate([tmp_path / "d.xlsx"], POLICY, fewest=0)
    assert (checked.errors, [r.reply.parent_id for r in checked.rows]) == ((), [None] * 3)
    assert [w.partition(":")[0] for w in checked.warnings] == ["Of 3 rows a spreadsheet has rounded the id of the post (1.57E+18, or 0000 at the end)"]
    assert validate([write(tmp_path / "d.csv", [{"text": t, "split": s} for t, s in zip("甲乙丙", ("train", "tune", "test"), strict=True)])], POLICY, fewest=0).warnings == ()


def test_labels_of_removed_items_are_set_aside_with_a_warning(tmp_path):
    from dataclasses import replace

    edition = replace(POLICY, grounds=tuple(g for g in POLICY.grounds if g.id != "other"))
    checked = validate([write(tmp_path / "d.csv", [{"text": "甲", "labels": "other|privacy"}])], edition, fewest=0)
    assert checked.rows[0].labels == {"privacy"}
    assert checked.warnings[0].startswith("1 labels of 'other' are left out")


def test_nearly_same_is_jaccard_over_trigrams(tmp_path):
    rows = read_labeled([write(tmp_path / "d.csv", [{"text": "あいうえおかきくけこさしすせそ"}, {"text": "あいうえおかきくけこさしすせそたち"}])], POLICY)
    ((i, j, similar),) = [p for p in nearly_same(rows, rows) if p[0] < p[1]]
    assert (i, j) == (0, 1)
    assert similar == pytest.approx(13 / 15)


def test_the_shipped_data_are_fine(small_data):
    checked = validate([small_data], POLICY, fewest=1)
    assert (checked.errors, checked.warnings) == ((), ())


def test_repeated_rows_and_ids_are_counted_in_warnings(tmp_path):
    rows = [{"id": "7", "text": "甲", "parent_text": "お知らせ"}] * 3 + [{"id": "8", "text": "甲", "parent_text": "別"}, {"id": "8", "text": "乙"}, {"id": "9", "text": "丙"}]
    checked = validate([write(tmp_path / "d.csv", rows)], POLICY, fewest=0)
    assert checked.errors == ()
    assert [w.split(":")[0].split(".")[0] for w in checked.warnings[:2]] == ["2 rows repeat another one", "2 ids stand in more than one row"]
    single = validate([write(tmp_path / "e.csv", rows[2:4] + rows[5:])], POLICY, fewest=0)
    assert not any("repeat" in w or "ids stand" in w for w in single.warnings)
