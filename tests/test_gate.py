"""The criticism gate, as a function."""

import csv

import pytest

from classifier.errors import DataError
from classifier.policy import default_policy
from classifier.scorer import Scorer
from classifier.suites import GATE, gate, read_suites, shipped_suites


def suite(folder, name, texts):
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["id", "text", "labels"], *[[f"{name}-{i}", t, ""] for i, t in enumerate(texts)]])


def test_the_shipped_suites_are_found():
    suites = read_suites(shipped_suites(), default_policy())
    assert set(GATE) < set(suites)
    assert len(suites["criticism"]) >= 600


def test_a_suggested_row_fails_the_gate(tmp_path):
    for name in GATE:
        suite(tmp_path, name, ["電波が弱い"])
    scorer = Scorer.default(fast=True)
    assert gate(scorer, read_suites(tmp_path, default_policy())).passed
    suite(tmp_path, "identity", ["電波が弱い", "お前みたいな寄生虫はタヒね"])
    found = gate(scorer, read_suites(tmp_path, default_policy()))
    assert (found.passed, found.rows, found.suggested) == (False, 4, (("identity", "identity-1"),))


def test_a_missing_suite_is_named(tmp_path):
    suite(tmp_path, "criticism", ["電波が弱い"])
    with pytest.raises(DataError, match=r"the suite 'identity' is missing \(identity\.csv\)"):
        read_suites(tmp_path, default_policy())
