"""The criticism gate, as a function."""

import csv
import re
from importlib import resources

import pytest

from classifier.errors import DataError
from classifier.policy import default_policy, parse_policy
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


def test_a_row_that_cannot_be_read_makes_no_smaller_gate(tmp_path):
    for name in GATE:
        suite(tmp_path, name, ["電波が弱い", "回線が遅い"])
    with (tmp_path / "criticism.csv").open("a", encoding="utf-8") as out:
        out.write("criticism-2,料金が高い,,extra\ncriticism-3,説明が足りない,spam\n")
    with pytest.raises(DataError, match=r"2 problem\(s\); nothing was done\. Correct:\n(?s:.*)criticism\.csv, line 4: (?s:.*)criticism\.csv, line 5: unknown ground 'spam'"):
        read_suites(tmp_path, default_policy())


def test_labels_of_a_ground_that_left_the_policy_are_no_problem(tmp_path):
    text = resources.files("classifier").joinpath("policy.toml").read_text(encoding="utf-8")
    head, *grounds = text.split("[[ground]]\n")
    fewer = "[[ground]]\n".join([re.sub(r'"other", *', "", head), *(g for g in grounds if 'id = "other"' not in g)])
    for name in GATE:
        suite(tmp_path, name, ["電波が弱い"])
    (tmp_path / "mixed.csv").write_text("id,text,labels\n1,あああああああ,other\n", encoding="utf-8")
    (row,) = read_suites(tmp_path, parse_policy(fewer, "p.toml"))["mixed"]
    assert (row.labels, row.dropped) == (frozenset(), {"other"})


def test_a_missing_suite_is_named(tmp_path):
    suite(tmp_path, "criticism", ["電波が弱い"])
    with pytest.raises(DataError, match=r"the suite 'identity' is missing \(identity\.csv\)"):
        read_suites(tmp_path, default_policy())
