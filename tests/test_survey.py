import csv

import pytest

from classifier import survey as first_pass
from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.score import score
from classifier.scorer import Scorer
from classifier.survey import survey


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["id", "text"], ["1", "電波が弱い"], ["2", ""], ["1", "電波が弱い"], ["4", "電波が弱い"]])
    return path


def test_survey_counts_texts_and_ids_that_come_in_again(source):
    seen = survey([source], ReadOptions())
    assert (seen.total, list(seen.repeated.values()), len(seen.twice)) == (3, [], 1)  # of three equal texts, two are one reply


def test_many_people_who_send_the_same_words_do_not_repeat_themselves(tmp_path):
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        text = "増税に反対します。大臣は辞任してください"
        csv.writer(out).writerows([["id", "text", "author_handle"], *([str(i), text, f"citizen_{i}"] for i in range(5)), *([str(i), text, "one_alone"] for i in range(5, 9))])
    counts = score([path], tmp_path / "out.jsonl", Scorer(None))
    assert counts.signals["repeated"] == 4
    assert counts.grounds["other", "review"] == 4


def test_a_reply_that_stands_in_three_exports_is_not_repeated(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("id,text,author_handle\n7,料金が高すぎるので下げてください,taro\n", encoding="utf-8")
    counts = score([path, path, path], tmp_path / "out.jsonl", Scorer(None))
    assert (counts.again, counts.signals["repeated"]) == (2, 0)


def test_ids_that_came_in_before_are_counted(source, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "r.csv").write_text("text\n一\n二\n", encoding="utf-8")
    assert score([tmp_path / "x" / "r.csv", tmp_path / "y" / "r.csv"], tmp_path / "rows.jsonl", Scorer(None)).again == 0  # row numbers
    assert score([source], tmp_path / "out.jsonl", Scorer(None)).again == 1
    assert score([source, source], tmp_path / "two.jsonl", Scorer(None)).again == 4


def test_a_small_input_is_held_and_a_large_one_is_read_again(source, monkeypatch):
    assert survey([source], ReadOptions()).items == list(read_replies([source]))
    monkeypatch.setattr(first_pass, "_HELD", 600)
    assert survey([source], ReadOptions()).items is None


def test_held_or_read_again_the_result_is_the_same(source, tmp_path, monkeypatch):
    written = []
    for room in (first_pass._HELD, 0):
        monkeypatch.setattr(first_pass, "_HELD", room)
        counts = score([source], tmp_path / "out.jsonl", Scorer(None))
        written.append(((counts.replies, counts.rejected), (tmp_path / "out.jsonl").read_bytes(), (tmp_path / "out.jsonl.rejected.csv").read_bytes()))
    assert written[0] == written[1]
    assert written[0][0] == (3, 1)
