"""Cut-offs between keep, review and suggest, and the bounds behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

DIGITS = 6
"""Decimals of a score: what cut-offs were chosen from is what is compared with them."""
_LIKELY = 0.5  # a ground's own score from which on it may be put forward with the help of the head for any ground

_SURELY = 0.95  # confidence with which a ground must be worse than the targets ask before it loses the cut-off that all share
_TELLING = 30  # rows from which on the errors of a ground tell more than that it has few rows
_STARTS, _APART, _STEP = 6, 1.5, 1.15  # starting points, how far apart they lie, and growth of the tries from each


@dataclass(frozen=True)
class Targets:
    """What is asked of the cut-offs."""

    precision: float = 0.95  # of the suggested replies, the share that holds a ground at all: a harmless one must not be put forward
    confidence: float = 0.95  # with which that precision must hold
    naming: float = 0.9  # of the replies suggested for a ground, the share that holds this very ground (as seen, without a bound)
    misses: float = 0.02  # of the violations, the share that may end in keep


@dataclass(frozen=True)
class Upper:
    """The upper cut-off of one ground, from which on it is suggested; None where the target is not attainable."""

    cutoff: float | None
    right: int  # rows at or above it that hold a ground
    above: int  # rows at or above it
    pooled: bool = False  # chosen, or not attainable, over all grounds together
    wanting: int = 0  # labelled rows, all right and of high scores, without which the target cannot be shown (where `pooled`, of all grounds together); 0 where those at hand show that it is not reached


def precision_bound(right: int, above: int, confidence: float) -> float:
    """Return the lower bound of a precision seen as `right` of `above`, one-sided, exact (Clopper and Pearson 1934)."""
    if right == 0:
        return 0.0
    return float(betaincinv(right, above - right + 1, 1 - confidence))


def rows_without_error(precision: float, confidence: float) -> int:
    """Return how many rows without an error show a precision: 59 for 0.95 and 149 for 0.98 at 0.95 confidence."""
    return int(np.ceil(np.log(1 - confidence) / np.log(precision)))


def rows_wanting(right: Bools, targets: Targets) -> int:
    """Return how many more rows are wanting at the least before `upper_cutoff` can show the precision, were all of them right and scored high.

    `right` tells of each row, by falling score, whether it holds a ground. With e errors among them the precision takes n(e) rows, and at hand
    are those before the next error: what is wanting is the least of the differences over e.
    """
    doubt, false = (1 - targets.confidence) / _STARTS, 1 - targets.precision
    at_hand = np.append(np.flatnonzero(~right), len(right))
    errors = np.arange(len(at_hand))
    promising = errors / false - at_hand < _starts(targets)[0] - at_hand[0]  # it takes more than errors / false rows
    errors, at_hand = errors[promising], at_hand[promising]
    low, high = errors.astype(float), np.ceil((2 * errors - 8 * np.log(doubt)) / false)  # enough by Chernoff's bound
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = betainc(middle - errors, errors + 1, targets.precision) <= doubt
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return max(int((high - at_hand).min()), 1)


def upper_cutoff(scores: Floats, named: Bools, violation: Bools, targets: Targets) -> Upper:
    """Return a low score of a ground from which on its suggestions reach the targets.

    `scores`, `named` (the row holds this ground) and `violation` (it holds one at all) have one entry a row. The share of
    violations must reach the precision with the stated confidence, that of the ground itself the share for naming.
    Trying every score and keeping the lowest that passes would break the confidence: so the scores are tried from the top
    down, in steps, until the first that fails (fixed sequence testing: Bauer 1991; Angelopoulos et al. 2021, Learn then
    Test), from six fixed starting points that share the confidence among them. Equal scores stand or fall together.
    """
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    right, of_ground = np.cumsum(violation[order]), np.cumsum(named[order])
    best = Upper(None, 0, 0)
    for start in _starts(targets):
        size = float(start)
        while size <= len(order):
            n = int(np.searchsorted(-ranked, -ranked[int(size) - 1], side="right"))  # with all of equal score
            seen = int(right[n - 1])
            if precision_bound(seen, n, 1 - (1 - targets.confidence) / _STARTS) < targets.precision:
                break
            if of_ground[n - 1] >= targets.naming * n and n > best.above:
                best = Upper(float(ranked[n - 1]), seen, n)
            size = max(size * _STEP, n + 1)
    return best


def _starts(targets: Targets) -> tuple[int, ...]:
    """Return the sizes at which the tries begin: the least that can pass without an error, and each half as much again."""
    least = rows_without_error(targets.precision, 1 - (1 - targets.confidence) / _STARTS)
    return tuple(int(least * _APART**i) for i in range(_STARTS))


def upper_cutoffs(scores: Floats, truth: Bools, targets: Targets, closed: Sequence[bool], own: Mapping[int, Targets] = MappingProxyType({})) -> tuple[Upper, ...]:
    """Return the upper cut-off of every ground: one for all together, and for a ground that reaches the targets by itself from a lower score on its own.

    `scores` and `truth` are (rows, grounds); `closed` marks grounds that are never suggested; `own` holds the targets of
    single grounds (by place), which then stand on their own. The shared cut-off is taken over each row's highest score among the
    others: it is of all suggestions that the targets speak. A ground that is surely worse than they ask has no part in it.
    """
    violation = np.asarray(truth.any(axis=1))
    single = [upper_cutoff(scores[:, k], truth[:, k], violation, own.get(k, targets)) for k in range(scores.shape[1])]
    for k, asked in own.items():
        if single[k].cutoff is None:
            single[k] = Upper(None, 0, 0, wanting=rows_wanting(violation[np.argsort(-scores[:, k], kind="stable")], asked))
    shared = [k for k in range(len(closed)) if not closed[k] and k not in own]
    if shared:
        highest = scores[:, shared].argmax(axis=1)
        named = truth[np.arange(len(truth)), np.array(shared)[highest]]
        best = scores[:, shared].max(axis=1)
        pool = upper_cutoff(best, named, violation, targets)
        if pool.cutoff is None:
            pool = Upper(None, 0, 0, pooled=True, wanting=rows_wanting(violation[np.argsort(-best, kind="stable")], targets))
        for k in shared:
            part = _of_pool(pool, scores[:, k], truth[:, k], violation, targets)
            own_cutoff = single[k].cutoff
            if own_cutoff is None or (part.cutoff is not None and part.cutoff < own_cutoff):
                single[k] = part
    return tuple(Upper(None, u.right, u.above) if closed[k] else u for k, u in enumerate(single))


def _of_pool(pool: Upper, scores: Floats, named: Bools, violation: Bools, targets: Targets) -> Upper:
    """Return the shared cut-off for a ground, or none where the ground is surely worse than the targets ask."""
    if pool.cutoff is None:
        return pool
    above = scores >= pool.cutoff
    right, of_ground, n = int(violation[above].sum()), int(named[above].sum()), int(above.sum())

    def shows(more: int) -> bool:
        """Tell whether the ground may share the cut-off, with so many more rows above it that are right."""
        surely_worse = 1 - precision_bound(n - right, n + more, _SURELY) < targets.precision
        return n + more > 0 and not surely_worse and of_ground + more >= targets.naming * (n + more)

    if shows(0):
        return Upper(pool.cutoff, right, n, pooled=True)
    if n >= _TELLING and 1 - precision_bound(n - right, n, _SURELY) < targets.precision:
        return Upper(None, right, n)  # more rows like these would not help
    return Upper(None, right, n, wanting=next(more for more in count(1) if shows(more)))


def together(scores: Floats) -> Floats:
    """Return the score of all grounds together, shape (rows,), from calibrated scores (rows, grounds): the probability that any holds, were they independent.

    It ranks replies for people better than the highest score does: a reply of which several grounds are half likely is seldom
    harmless. As a probability it runs high, since grounds are not independent; the highest score is the better calibrated one.
    """
    return np.asarray(1 - np.prod(1 - scores, axis=-1))


def pooled(scores: Floats, any_ground: Floats | None) -> Floats:
    """Return the score of all grounds together, shape (rows,), with DIGITS decimals, where a head of its own says how likely any ground is.

    A logarithmic opinion pool (Genest and Zidek 1986) of `together` and that head, two to one: each errs where the other does not.
    It is never below the score of the likeliest ground. Without that head (None) it is `together`.
    """
    if any_ground is None:
        return together(scores).round(DIGITS)
    found = 1 / (1 + np.exp(-(2 * logit(together(scores)) + logit(any_ground)) / 3))
    return np.asarray(np.maximum(found, scores.max(axis=-1, initial=0.0))).round(DIGITS)


def forward(scores: Floats, any_ground: Floats | None) -> Floats:
    """Return the scores by which grounds are put forward, (rows, grounds), with DIGITS decimals, where a head of its own says how likely any ground is.

    A logarithmic opinion pool (Genest and Zidek 1986) of each ground's score and that head's, one to one: the first knows which ground it
    would be, the second better knows harmless replies that repeat bad words, of victims and critics above all. A ground that is not itself more
    likely than not keeps its own score, however sure it is that some ground holds. Without that head (None) they all do.
    """
    if any_ground is None:
        return np.asarray(scores).round(DIGITS)
    found = 1 / (1 + np.exp(-(logit(scores) + logit(any_ground)[..., None]) / 2))
    return np.asarray(np.where(scores >= _LIKELY, found, np.minimum(found, scores))).round(DIGITS)


def logit(p: Floats) -> Floats:
    """Return the log odds of probabilities, held within what scores of DIGITS decimals can tell from none and all."""
    clipped = np.clip(p, 10.0**-DIGITS, 1 - 10.0**-DIGITS)
    return np.asarray(np.log(clipped / (1 - clipped)))


def share_cutoff(scores: Floats, truth: Bools, misses: float) -> float:
    """Return a score that all but a share `misses` of the true rows reach; 1 where none is true.

    It lies between the rows between which the share falls, so that it moves evenly with the share: where it is set there are
    few true rows, and far apart. Where not even one row may be missed it is the lowest score of all.
    """
    held = np.sort(scores[truth])
    return float(np.interp(misses * len(held) - 1, np.arange(len(held)), held)) if len(held) else 1.0
