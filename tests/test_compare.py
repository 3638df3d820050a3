import csv
from dataclasses import replace

import numpy as np
import pytest
from exports import rows_of
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.compare import Comparison, Flip, compare, paired, write_flips
from classifier.errors import OutputError
from classifier.evaluate import evaluate
from classifier.labeled import Labeled, read_labeled
from classifier.model import load_model, shipped_folder
from classifier.policy import default_policy
from classifier.replies import Reply
from classifier.scorer import Scorer


@pytest.fixture(scope="module")
def found(small_built, small_data):
    rows = [r for r in read_labeled([small_data], default_policy()) if r.split != "train"]
    one, other = Scorer(load_model(shipped_folder()), fast=True), Scorer(small_built.trained.model, fast=True)
    return rows, compare(one, other, rows, {"some": rows[:20]}), compare(one, one, rows, {})


def test_a_model_against_itself_flips_nothing(found):
    rows, _, itself = found
    assert (itself.rows, itself.flips) == (len(rows), ())
    assert all(f.difference is None or (f.difference.difference, f.difference.low, f.difference.high) == (0, 0, 0) for f in itself.figures)


def test_flips_and_figures_agree(found):
    rows, comparison, _ = found
    bad = [r for r in rows if r.labels]
    by_name = {f.name: f for f in comparison.figures}
    kept = by_name["violations_kept"]
    moved = sum(1 for f in comparison.flips if not f.suite and f.row.labels and f.second == "keep") - sum(1 for f in comparison.flips if not f.suite and f.row.labels and f.first == "keep")
    assert kept.difference.difference == pytest.approx(moved / len(bad)) == pytest.approx(kept.second - kept.first)
    none = next(g for g in comparison.groups if (g.kind, g.value) == ("ground", "none"))
    assert none.better + none.worse <= none.net.rows
    assert {g.kind for g in comparison.groups} == {"ground", "register", "suite"}
    assert any(f.suite == "some" for f in comparison.flips) == any(not f.suite and f.row in rows[:20] for f in comparison.flips)


def test_danger_is_compared_as_evaluate_counts_it(found):
    rows = found[0]
    scorer = Scorer(load_model(shipped_folder()), fast=True)
    rows = [*rows, replace(next(r for r in rows if r.crisis), labels=frozenset({"defamation"}))]
    by_name = {f.name: f for f in compare(scorer, scorer, rows, {}).figures}
    figures = evaluate(scorer([r.reply for r in rows]), rows, default_policy())
    assert by_name["crisis_reviewed"].first == figures.crisis_reviewed.value > 0
    assert by_name["others_marked_crisis"].first == figures.others_marked_crisis.value > 0
    assert (by_name["crisis_reviewed"].difference.rows, by_name["others_marked_crisis"].difference.rows) == (figures.crisis_reviewed.whole, figures.others_marked_crisis.whole)


def test_rows_whose_grounds_are_undecided_are_no_harmless_ones(found):
    rows = found[0]
    scorer = Scorer(load_model(shipped_folder()), fast=True)
    more = [replace(r, labels=frozenset(), crisis=False, undecided=True) for r in rows[:30]]
    before, after = (compare(scorer, scorer, some, {}) for some in (rows, [*rows, *more]))
    assert [g for g in after.groups if g.kind == "ground"] == [g for g in before.groups if g.kind == "ground"]
    figures = [{f.name: f.first for f in c.figures} for c in (before, after)]
    assert {name for name in figures[0] if figures[0][name] != figures[1][name]} <= {"others_marked_crisis"}


def test_flips_are_written_without_texts(found, tmp_path):
    _, comparison, _ = found
    write_flips(tmp_path / "f.csv", comparison, "a", "b")
    assert [(r["id"], r["a"], r["b"]) for r in rows_of(tmp_path / "f.csv")] == [(f.row.reply.id, f.first, f.second) for f in comparison.flips]
    with pytest.raises(OutputError, match="could not be written"):
        write_flips(tmp_path / "gone" / "f.csv", comparison, "a", "b")


def test_no_cell_of_the_flips_is_a_formula(tmp_path):
    row = Labeled(Reply('=HYPERLINK("http://example.net","x")', "本文", file="@a.csv", row=2), frozenset({"+a", "b"}))
    write_flips(tmp_path / "f.csv", Comparison(1, (), (), (Flip(row, "-suite", "keep", "review", False),)), "=a", "＝b")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as lines:
        header, cells = csv.reader(lines)
    assert header == ["id", "file", "line", "suite", "labels", "'=a", "'＝b", "better"]
    assert cells == ["'" + row.reply.id, "'@a.csv", "2", "'-suite", "'+a|b", "keep", "review", "worse"]


@settings(max_examples=30)
@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=1, max_size=60))
def test_paired_intervals_hold_the_mean_and_mirror(values):
    array, clusters = np.array(values), [str(i) for i in range(len(values))]
    up, down = paired(array, clusters), paired(-array, clusters)
    assert up.low - 1e-9 <= up.difference <= up.high + 1e-9
    assert (down.difference, down.low, down.high) == pytest.approx((-up.difference, -up.high, -up.low))


def test_rows_of_one_parent_count_together():
    values = np.array([1.0] * 20 + [-1.0] * 20)
    apart = paired(values, [str(i) for i in range(40)])
    together = paired(values, ["a"] * 20 + ["b"] * 20)
    assert apart.high - apart.low < together.high - together.low
