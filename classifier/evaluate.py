"""Decisions against labels: counts that add up, and ratios with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv
from sklearn.metrics import average_precision_score

from classifier.decide import ACTIONS, Result
from classifier.labeled import Labeled
from classifier.policy import Policy

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Ratio:
    """A share with its counts and 95 % interval (exact binomial, Clopper and Pearson 1934); None where the whole is empty.

    Raises ValueError where the part is none of the whole.
    """

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} of {self.whole}")

    @classmethod
    def of(cls, part: Bools, whole: Bools) -> Self:
        """Return the share of the rows of `whole` that are `part` too, both (rows,)."""
        return cls(int((part & whole).sum()), int(whole.sum()))

    @property
    def value(self) -> float | None:
        """The share."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The lower and upper end of the interval."""
        if not self.whole:
            return None
        low = betaincinv(self.part, self.whole - self.part + 1, 0.025) if self.part else 0.0
        high = betaincinv(self.part + 1, self.whole - self.part, 0.975) if self.part < self.whole else 1.0
        return float(low), float(high)

    def __str__(self) -> str:
        if self.value is None or self.interval is None:
            return "-"
        low, high = self.interval
        return f"{self.value:.1%} ({self.part} of {self.whole}, {low:.1%} to {high:.1%})"


@dataclass(frozen=True)
class GroundFigures:
    """How one ground did."""

    ground: str
    positives: int
    average_precision: float | None  # None under three positives
    suggested: Ratio  # of its positives, those suggested with this ground
    caught: Ratio  # of its positives, those not kept
    precision: Ratio  # of the replies suggested with this ground, those that hold it


@dataclass(frozen=True)
class Figures:
    """How a set of decisions did against its labels. Writers in danger count neither as violations nor as harmless."""

    replies: int
    violations_suggested: Ratio
    violations_kept: Ratio
    harmless_suggested: Ratio
    harmless_reviewed: Ratio
    suggested_right: Ratio  # of the suggested replies, those that hold a ground at all
    crisis_reviewed: Ratio
    others_marked_crisis: Ratio
    macro_average_precision: float | None
    grounds: tuple[GroundFigures, ...]


def evaluate(results: Sequence[Result], labeled: Sequence[Labeled], policy: Policy) -> Figures:
    """Return the figures of `results` (one a labelled reply, in the same order). Rows whose grounds are undecided count for danger alone."""
    danger = np.array([row.crisis for row in labeled], dtype=bool)
    marked = np.array(["crisis" in r.decision.signals for r in results], dtype=bool)
    to_people = np.array([r.decision.action == "review" for r in results], dtype=bool)
    replies = len(labeled)
    results, labeled = [r for r, row in zip(results, labeled, strict=True) if not row.undecided], [row for row in labeled if not row.undecided]
    held = np.array([[g in row.labels for g in policy.ids] for row in labeled], dtype=bool).reshape(len(labeled), len(policy.ids))
    scores = np.array([r.scores for r in results]).reshape(held.shape)
    suggested, reviewed, kept = (np.array([r.decision.action == a for r in results], dtype=bool) for a in ACTIONS)
    bad = np.asarray(held.any(axis=1))
    good: Bools = np.array([row.harmless for row in labeled], dtype=bool)
    grounds = tuple(_ground(k, g, held, scores, results) for k, g in enumerate(policy.ids))
    known = [g.average_precision for g in grounds if g.average_precision is not None]

    return Figures(
        replies,
        Ratio.of(suggested, bad),
        Ratio.of(kept, bad),
        Ratio.of(suggested, good),
        Ratio.of(reviewed, good),
        Ratio.of(bad, suggested),
        Ratio.of(marked & to_people, danger),
        Ratio.of(marked, ~danger),
        float(np.mean(known)) if known else None,
        grounds,
    )


def _ground(k: int, ground: str, held: Bools, scores: npt.NDArray[np.float64], results: Sequence[Result]) -> GroundFigures:
    proposed = np.array([r.decision.action == "suggest" and ground in r.decision.grounds for r in results], dtype=bool)
    kept = np.array([r.decision.action == "keep" for r in results], dtype=bool)
    true = held[:, k]
    n = int(true.sum())
    precision = float(average_precision_score(true, scores[:, k])) if n >= 3 else None
    return GroundFigures(
        ground,
        n,
        precision,
        Ratio.of(proposed, true),
        Ratio.of(~kept, true),
        Ratio.of(true, proposed),
    )
