"""How far two samples lie apart: divergences, each held against random re-splits of the pooled replies, and shares with intervals."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from classifier.evaluate import Ratio

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]

DRAWS = 200
"""Random re-splits behind a divergence."""
CHANCE = 0.01
"""A divergence is more than chance where at most this share of the re-splits (the real split counted in) reaches it."""

_BATCH = 25  # re-splits at a time, so that a large vocabulary fits into memory


@dataclass(frozen=True)
class Divergence:
    """A measure of how far two samples lie apart, and what it is where they do not."""

    name: str
    value: float
    by_chance: float  # mean over random re-splits of the pooled replies: finite samples always differ
    threshold: float  # what calls for action: by_chance plus the floor, and no less than 99 % of the re-splits
    p: float  # share of the re-splits that reach the value, the real split counted in

    @property
    def beyond(self) -> bool:
        """Tell whether the value calls for action: more than chance, and large enough to matter."""
        return self.p <= CHANCE and self.value >= self.threshold


@dataclass(frozen=True)
class Change:
    """A share in the old replies and in the new ones."""

    name: str
    kind: str  # reached or suggested, for a ground; shape, for what replies look like
    old: Ratio
    new: Ratio
    difference: float  # new less old
    low: float  # 95 % interval of the difference (Newcombe 1998, method 10: from Wilson's score intervals)
    high: float
    p: float  # Fisher's exact test
    corrected: float  # the same after Holm (1979), over all shares that are compared together


def against_chance(name: str, measure: Callable[[npt.NDArray[np.bool_]], Floats], old: int, new: int, *, floor: float, seed: int) -> Divergence:
    """Return a divergence held against DRAWS random re-splits; `measure` maps splits, (splits, replies) with True for old, to values."""
    real = np.arange(old + new)[None, :] < old
    value = float(measure(real)[0])
    chance = np.random.default_rng(seed)
    drawn: list[float] = []
    while len(drawn) < DRAWS:
        drawn += measure(chance.permuted(np.repeat(real, min(_BATCH, DRAWS - len(drawn)), axis=0), axis=1)).tolist()
    by_chance = float(np.mean(drawn))
    reached = (1 + sum(d >= value - 1e-12 for d in drawn)) / (1 + DRAWS)
    return Divergence(name, value, by_chance, max(by_chance + floor, float(np.quantile(drawn, 1 - CHANCE))), reached)


def jensen_shannon(counts: "csr_matrix") -> Callable[[npt.NDArray[np.bool_]], Floats]:
    """Return the measure of the Jensen-Shannon divergence to base 2 (Lin 1991), 0 for equal and 1 for nothing shared, of counts (replies, kinds)."""
    whole = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
    turned = counts.T.tocsr().astype(np.float64)

    def measure(splits: npt.NDArray[np.bool_]) -> Floats:
        left = np.asarray(turned @ splits.T.astype(np.float64)).T
        return np.asarray(_parts(left, whole - left).sum(axis=1))

    return measure


def contributions(counts: "csr_matrix", old: int) -> Floats:
    """Return what each kind adds to the divergence of the first `old` replies from the others; below zero where it became rarer."""
    left, right = (np.asarray(part.sum(axis=0), dtype=np.float64).ravel() for part in (counts[:old], counts[old:]))
    p, q = left / max(left.sum(), 1), right / max(right.sum(), 1)
    return np.asarray(np.where(q >= p, 1, -1) * _parts(left[None], right[None])[0])


def _parts(left: Floats, right: Floats) -> Floats:
    p, q = (side / np.maximum(side.sum(axis=1, keepdims=True), 1) for side in (left, right))
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((np.where(p > 0, p * np.log2(p / middle), 0) + np.where(q > 0, q * np.log2(q / middle), 0)) / 2)


def rise_of_mean(values: Floats) -> Callable[[npt.NDArray[np.bool_]], Floats]:
    """Return the measure of how much larger the mean of a value is in the new replies."""

    def measure(splits: npt.NDArray[np.bool_]) -> Floats:
        n = splits.sum(axis=1)
        old = splits @ values
        return np.asarray((values.sum() - old) / np.maximum(len(values) - n, 1) - old / np.maximum(n, 1))

    return measure


def stability(scores: Floats) -> Callable[[npt.NDArray[np.bool_]], Floats]:
    """Return the measure of the population stability index of scores over the deciles of the old ones (Siddiqi 2006)."""

    def measure(splits: npt.NDArray[np.bool_]) -> Floats:
        return np.array([sum((b - a) * math.log(b / a) for a, b in zip(*_smooth(*tenths(scores[s], scores[~s])), strict=True)) for s in splits])

    return measure


def tenths(old: Floats, new: Floats) -> tuple[list[int], list[int]]:
    """Return how many old and new scores lie in each tenth of the old ones; equal scores stay together, so that there may be fewer than ten."""
    edges = np.unique(np.quantile(old, np.linspace(0, 1, 11)[1:-1]))
    counted = [np.bincount(np.searchsorted(edges, side, side="right"), minlength=len(edges) + 1) for side in (old, new)]
    return counted[0].tolist(), counted[1].tolist()


def _smooth(*sides: Sequence[int]) -> list[list[float]]:
    """Return shares, half a reply added to each part so that none is empty."""
    return [[(n + 0.5) / (sum(side) + 0.5 * len(side)) for n in side] for side in sides]


def change(name: str, kind: str, old: Ratio, new: Ratio) -> Change:
    """Return how a share changed, not yet corrected for other comparisons."""
    from scipy.stats import fisher_exact

    (p1, l1, u1), (p2, l2, u2) = _wilson(old), _wilson(new)
    d = p2 - p1
    low, high = d - math.hypot(p2 - l2, u1 - p1), d + math.hypot(u2 - p2, p1 - l1)
    p = float(fisher_exact([[old.part, old.whole - old.part], [new.part, new.whole - new.part]]).pvalue)
    return Change(name, kind, old, new, d, low, high, p, p)


def _wilson(ratio: Ratio, z: float = 1.959964) -> tuple[float, float, float]:
    n, p = ratio.whole, ratio.part / ratio.whole
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return p, max(middle - half, 0.0), min(middle + half, 1.0)


def holm(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes with their tests corrected for one another (Holm 1979)."""
    corrected, worst = {}, 0.0
    for rank, i in enumerate(sorted(range(len(changes)), key=lambda i: (changes[i].p, i))):
        worst = max(worst, min(1.0, changes[i].p * (len(changes) - rank)))
        corrected[i] = worst
    return tuple(replace(c, corrected=corrected[i]) for i, c in enumerate(changes))
