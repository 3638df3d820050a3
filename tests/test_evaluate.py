from dataclasses import replace

import pytest

from classifier.decide import Decision, Result
from classifier.evaluate import Ratio, evaluate
from classifier.labeled import Labeled
from classifier.policy import default_policy
from classifier.replies import Reply

POLICY = default_policy()
N = len(POLICY.ids)


def row(labels: str, action: str, grounds: str = "", crisis: bool = False, signals: tuple[str, ...] = ()) -> tuple[Labeled, Result]:
    reply = Reply("1", "x")
    scores = tuple(0.9 if g in grounds.split() else 0.1 for g in POLICY.ids)
    decision = Decision(action, tuple(grounds.split()), signals)
    return Labeled(reply, frozenset(labels.split()), crisis), Result(reply, decision, scores, "m", "2020-03-02", "")


ROWS = [
    row("defamation", "suggest", "defamation"),
    row("defamation", "suggest", "obscenity"),
    row("defamation obscenity", "review", "defamation"),
    row("privacy", "keep"),
    row("", "keep"),
    row("", "review", "privacy"),
    row("", "suggest", "privacy"),
    row("", "review", crisis=True, signals=("crisis",)),
    row("", "keep", crisis=True),
]


def test_counts_add_up_and_writers_in_danger_stand_apart() -> None:
    labeled, results = zip(*ROWS, strict=True)
    figures = evaluate(results, labeled, POLICY)
    assert figures.violations_suggested == Ratio(2, 4)
    assert figures.violations_kept == Ratio(1, 4)
    assert figures.harmless_suggested == Ratio(1, 3)
    assert figures.harmless_reviewed == Ratio(1, 3)
    assert figures.suggested_right == Ratio(2, 3)
    assert figures.crisis_reviewed == Ratio(1, 2)
    assert figures.others_marked_crisis == Ratio(0, 7)
    defamation = figures.grounds[POLICY.ids.index("defamation")]
    assert (defamation.positives, defamation.suggested, defamation.caught, defamation.precision) == (3, Ratio(1, 3), Ratio(3, 3), Ratio(1, 1))
    assert figures.grounds[POLICY.ids.index("privacy")].average_precision is None


def test_rows_whose_grounds_are_undecided_count_for_danger_alone() -> None:
    more = [row("", "suggest", "defamation"), row("", "review", crisis=True, signals=("crisis",)), row("", "review", signals=("crisis",))]
    before, after = (evaluate([r for _, r in rows], [r for r, _ in rows], POLICY) for rows in (ROWS, [*ROWS, *((replace(r, undecided=True), d) for r, d in more)]))
    assert (after.crisis_reviewed, after.others_marked_crisis, after.replies) == (Ratio(2, 3), Ratio(1, 9), len(ROWS) + 3)
    assert replace(after, crisis_reviewed=before.crisis_reviewed, others_marked_crisis=before.others_marked_crisis, replies=before.replies) == before


def test_nothing_gives_nothing_and_no_error() -> None:
    figures = evaluate([], [], POLICY)
    assert (figures.replies, figures.macro_average_precision, figures.harmless_suggested.value) == (0, None, None)
    assert str(figures.harmless_suggested) == "-"


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (Ratio(0, 290), "0.0% (0 of 290, 0.0% to 1.3%)"),
        (Ratio(5, 10), "50.0% (5 of 10, 18.7% to 81.3%)"),
        (Ratio(10, 10), "100.0% (10 of 10, 69.2% to 100.0%)"),
    ],
)
def test_a_ratio_carries_its_exact_interval(ratio: Ratio, text: str) -> None:
    assert str(ratio) == text
