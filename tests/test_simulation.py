"""The replay of active learning on labelled rows: same numbers each time, both strategies from the same start."""

from functools import cache
from pathlib import Path

import pytest

from classifier.errors import DataError
from classifier.labeled import Labeled, read_labeled
from classifier.policy import default_policy
from classifier.simulation import Replay, Simulation, simulate

DATA = Path(__file__).parents[1] / "data" / "replies.csv"
SMALL = Replay(pool=2000, violations=0.1, start=300, rounds=3, per_round=200, seeds=(1, 2, 3, 4, 5, 6), held_out=0.2)  # with two seeds chance may win by chance


@cache
def rows() -> list[Labeled]:
    return read_labeled([DATA], default_policy())[::4]


@cache
def found() -> Simulation:
    return simulate(rows(), SMALL)


def test_both_strategies_start_alike_and_use_the_same_number_of_labels() -> None:
    rule, chance = found().of("rule"), found().of("random")
    assert rule.points[0] == chance.points[0]
    assert [p.labels for p in rule.points] == [p.labels for p in chance.points] == [300, 500, 700, 900]
    assert found().pool == 2000


def test_the_rule_finds_more_violations_and_learns_faster_than_chance() -> None:
    rule, chance = found().of("rule").points[-1], found().of("random").points[-1]
    assert rule.violations.mean > chance.violations.mean
    assert rule.average_precision.mean > chance.average_precision.mean
    assert found().saved.mean > 0


def test_the_same_rows_give_the_same_curves_in_any_order() -> None:
    small = Replay(pool=300, start=100, rounds=1, per_round=70, seeds=(3,), held_out=0.2)
    assert simulate(rows()[::-1], small) == simulate(rows(), small)


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(DataError, match="needs 900 rows to pick from"):
        simulate(rows()[:200], SMALL)
