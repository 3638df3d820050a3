"""The card says what a model learned from, what it cannot do, and whether it passed the criticism gate."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from exports import rows_of

from classifier.card import Learned, cards
from classifier.policy import default_policy
from classifier.screen import show_built
from classifier.suites import Gate
from classifier.thresholds import Upper

POLICY = default_policy()
N = len(POLICY.ids)


def test_the_card_says_what_is_not_attainable(small_built) -> None:
    upper = (Upper(0.9, 100, 100), Upper(None, 10, 12, False, 70), Upper(None, 10, 12), *[Upper(0.95, 90, 91, True)] * (N - 3))
    model = replace(small_built.trained.model, rules_only=("privacy",))
    learned = Learned({"train": 5, "tune": 2, "test": 1}, dict.fromkeys(POLICY.ids, 7), upper, "earlier")
    found = cards(model, policy=POLICY, learned=learned, assessment=None, gate=Gate(3, (("criticism", "c-1"),)))
    text, japanese = found["en"], found["ja"]
    assert "| illegal | 7 | " in text and "| 100 of 100 right | - | - | - |" in text
    assert "not attainable: at least 70 more rows wanting that score so high, all of them right |" in text
    assert "not attainable: at the shared cut-off only 10 of 12 right" in text
    assert "shared by all grounds" in text
    assert "| privacy | 7 | - | 0.950 | rules and people alone" in text
    assert "Criticism gate (3 harmless rows, none may be suggested): FAILED: 1 harmless rows suggested (c-1)." in text
    assert "The heads are those of the model earlier" in text
    assert "must not be used" in text and "On the test part" not in text
    assert "| 法令違反 (illegal) | 7 | " in japanese and "| 100 行中 100 行が正しい | - | - | - |" in japanese
    assert "達成できない(高い点数が付き、すべて正しい行が、少なくともあと 70 行必要)" in japanese
    assert "不合格。1 行を措置候補にしました(c-1)。" in japanese
    assert "してはならない使い方" in japanese and "試験用の行での成績" not in japanese


def test_what_is_wanting_for_all_grounds_together_is_said_once(small_built, capsys) -> None:
    upper = (Upper(0.9, 100, 100), *[Upper(None, 0, 0, True, 6077)] * (N - 1))
    found = cards(small_built.trained.model, policy=POLICY, learned=Learned({"train": 5, "tune": 2, "test": 1}, {}, upper), assessment=None)
    for text, told in ((found["en"], "in all, not for each, at least 6077 more labelled rows"), (found["ja"], "合わせて少なくともあと 6077 行必要")):
        assert (text.count(told), text.count("6077")) == (1, 1)
    trained = replace(small_built.trained, upper=dict.fromkeys(small_built.trained.upper, upper))
    show_built(replace(small_built, trained=trained), Path("models/small"))
    assert capsys.readouterr().out.count("6077") == 1


def test_the_card_of_a_measured_model_holds_its_figures(small_built, few_suites: Path) -> None:
    text = small_built.cards["en"]
    assert f"harmless replies suggested: {small_built.assessment.figures.harmless_suggested}" in text
    assert "expected calibration error of the any-ground probability: 0." in text
    assert "at a base rate of 5% (an estimate)" in text
    assert "reading 100 of 1000 replies a day (an estimate)" in text
    assert f"| distress | {len(rows_of(few_suites / 'distress.csv'))} |" in text


def test_both_languages_tell_the_same_figures(small_built) -> None:
    english, japanese = (Counter(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", t))) for t in small_built.cards.values())
    assert english.total() > 100
    assert english == japanese
