"""The shipped records of the rules are what the shipped data give."""

from pathlib import Path

from classifier.labeled import read_labeled
from classifier.policy import default_policy
from classifier.rules import default_pack, measure_rules, shipped_records

DATA = Path(__file__).parents[1] / "data" / "replies.csv"


def test_shipped_records_are_measured_on_the_shipped_data() -> None:
    rows = read_labeled([DATA], default_policy())
    assert measure_rules(default_pack(), [(r.reply, r.labels, r.crisis) for r in rows]) == shipped_records()
