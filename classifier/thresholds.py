"""Cut-offs between keep, review and suggest, and the bounds behind them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Targets:
    """What is asked of the cut-offs."""

    precision: float = 0.95  # of the suggested replies, the share that holds the ground
    misses: float = 0.02  # of the violations, the share that may end in keep
    confidence: float = 0.95  # with which the precision must hold


@dataclass(frozen=True)
class Upper:
    """The upper cut-off of one ground, from which on it is suggested; None where the target is not attainable."""

    cutoff: float | None
    right: int  # rows at or above it that hold the ground
    above: int  # rows at or above it
    pooled: bool = False  # chosen over all rare grounds together
    wanting: int = 0  # labelled rows above the cut-off that are wanting before the target can be shown


def precision_bound(right: int, above: int, confidence: float) -> float:
    """Return the lower bound of a precision seen as `right` of `above`, one-sided, exact (Clopper and Pearson 1934)."""
    if right == 0:
        return 0.0
    return float(beta.ppf(1 - confidence, right, above - right + 1))


def rows_without_error(precision: float, confidence: float) -> int:
    """Return how many rows without an error show a precision: 59 for 0.95 and 149 for 0.98 at 0.95 confidence."""
    return int(np.ceil(np.log(1 - confidence) / np.log(precision)))


def upper_cutoff(scores: Floats, truth: Bools, targets: Targets) -> Upper:
    """Return the lowest score from which on the precision reaches the target with the stated confidence.

    `scores` and `truth` have one entry a row; equal scores stand or fall together.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, held = scores[order], np.cumsum(truth[order])
    last_of_score = np.append(ranked[1:] != ranked[:-1], True)
    best = Upper(None, 0, 0)
    for i in np.flatnonzero(last_of_score):
        right, above = int(held[i]), int(i) + 1
        if right / above >= targets.precision and precision_bound(right, above, targets.confidence) >= targets.precision:
            best = Upper(float(ranked[i]), right, above)
    return best


def upper_cutoffs(scores: Floats, truth: Bools, targets: Targets, closed: Sequence[bool]) -> tuple[Upper, ...]:
    """Return the upper cut-off of every ground; grounds too rare to show the target share one over calibrated scores.

    `scores` and `truth` are (rows, grounds); `closed` marks grounds that are never suggested. The shared cut-off is taken
    over each row's scores of the rare grounds together; where even it is not attainable, the ground has none.
    """
    single = [upper_cutoff(scores[:, k], truth[:, k], targets) for k in range(scores.shape[1])]
    rare = [k for k, u in enumerate(single) if u.cutoff is None and not closed[k]]
    if rare:
        pool = upper_cutoff(scores[:, rare].ravel(), truth[:, rare].ravel(), targets)
        for k in rare:
            above = scores[:, k] >= pool.cutoff if pool.cutoff is not None else np.zeros(len(scores), dtype=bool)
            right, n = int(truth[above, k].sum()), int(above.sum())
            # a ground that is worse than the pool that speaks for it stays out
            usable = pool.cutoff is not None and right >= targets.precision * n
            wanting = max(rows_without_error(targets.precision, targets.confidence) - n, 1)
            single[k] = Upper(pool.cutoff if usable else None, right, n, usable, 0 if usable else wanting)
    return tuple(Upper(None, u.right, u.above) if closed[k] else u for k, u in enumerate(single))


def lower_cutoff(scores: Floats, truth: Bools, misses: float) -> float:
    """Return the one lower cut-off for all grounds: the highest at which the share of violations kept stays under `misses`.

    `scores` are calibrated, (rows, grounds), so that one value means the same for every ground; a violation is caught when
    any ground reaches it. The highest such value sends the fewest replies to review.
    """
    return share_cutoff(scores.max(axis=1), truth.any(axis=1), misses)


def share_cutoff(scores: Floats, truth: Bools, misses: float) -> float:
    """Return the highest score that all but a share `misses` of the true rows reach; 1 where none is true."""
    held = np.sort(scores[truth])
    if not len(held):
        return 1.0
    return float(held[min(int(np.floor(misses * len(held))), len(held) - 1)])
