"""Two models on the same labelled replies, row by row: what flips, for whom it got better and for whom worse."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.cells import protect
from classifier.decide import Decision, Result
from classifier.labeled import Labeled
from classifier.scorer import Scorer
from classifier.whole import write_whole

Floats = npt.NDArray[np.float64]

_DRAWS, _SEED = 2000, 20200302
_FOR_VIOLATIONS = {"keep": 0, "review": 1, "suggest": 2}
_FOR_HARMLESS = {"suggest": 0, "review": 1, "keep": 2}


@dataclass(frozen=True)
class Paired:
    """A mean difference, second model less first, over the same rows; 95 % interval by bootstrap over parent posts (Efron 1979)."""

    rows: int
    difference: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Tell whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Figure:
    """A share of both models, and their difference; None where no row counts."""

    name: str  # violations_kept and so on
    first: float | None
    second: float | None
    difference: Paired | None


@dataclass(frozen=True)
class Group:
    """Rows of one ground, register or suite: how many decisions got better and worse."""

    kind: str  # ground, register, suite
    value: str
    better: int
    worse: int
    net: Paired  # better less worse, per row


@dataclass(frozen=True)
class Flip:
    """A row that the two models decide differently."""

    row: Labeled
    suite: str  # "" for the data
    first: str  # action
    second: str
    better: bool | None  # None where neither is better: both right, or the same rank


@dataclass(frozen=True)
class Comparison:
    """What `models compare` tells."""

    rows: int
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]
    flips: tuple[Flip, ...]


def compare(first: Scorer, second: Scorer, rows: Sequence[Labeled], suites: Mapping[str, Sequence[Labeled]]) -> Comparison:
    """Return how two models differ on labelled rows and on behaviour suites."""
    everything = [(r, "") for r in rows] + [(r, name) for name, part in suites.items() for r in part]
    one, other = (scorer([r.reply for r, _ in everything]) for scorer in (first, second))
    change = np.array([_rank(r, b) - _rank(r, a) for (r, _), a, b in zip(everything, one, other, strict=True)], dtype=np.float64)
    at: dict[tuple[str, str], list[int]] = {}
    for i, (row, suite) in enumerate(everything):
        if suite:
            at.setdefault(("suite", suite), []).append(i)
            continue
        for g in sorted(row.labels) or ([] if row.undecided else ["none"]):
            at.setdefault(("ground", g), []).append(i)
        if row.register:
            at.setdefault(("register", row.register), []).append(i)
    clusters = [r.group for r, _ in everything]
    groups = []
    for (kind, value), where in sorted(at.items()):
        sign = np.sign(change[where])
        net = paired(sign, [clusters[i] for i in where])
        groups.append(Group(kind, value, int((sign > 0).sum()), int((sign < 0).sum()), net))
    flips = tuple(
        Flip(row, suite, a.decision.action, b.decision.action, None if c == 0 else bool(c > 0))
        for (row, suite), a, b, c in zip(everything, one, other, change, strict=True)
        if a.decision.action != b.decision.action
    )
    n = len(rows)
    return Comparison(n, _figures(rows, one[:n], other[:n]), tuple(groups), flips)


def paired(differences: Floats, clusters: Sequence[str]) -> Paired:
    """Return the mean of paired differences with its interval; rows of one cluster are drawn together."""
    names = {c: i for i, c in enumerate(dict.fromkeys(clusters))}
    place = np.array([names[c] for c in clusters], dtype=np.intp)
    sums, sizes = np.bincount(place, differences, len(names)), np.bincount(place, minlength=len(names))
    drawn = np.random.default_rng(_SEED).integers(0, len(names), (_DRAWS, len(names)))
    means = sums[drawn].sum(axis=1) / np.maximum(sizes[drawn].sum(axis=1), 1)
    low, high = np.quantile(means, (0.025, 0.975))
    return Paired(len(differences), float(differences.mean()), float(low), float(high))


def _rank(row: Labeled, result: Result) -> int:
    action = result.decision.action
    if row.crisis:
        return 0 if action == "keep" else 1 + ("crisis" in result.decision.signals)
    if row.undecided:
        return 0
    return (_FOR_VIOLATIONS if row.labels else _FOR_HARMLESS)[action]


def _figures(rows: Sequence[Labeled], one: Sequence[Result], other: Sequence[Result]) -> tuple[Figure, ...]:
    bad = [i for i, r in enumerate(rows) if r.labels]
    danger = [i for i, r in enumerate(rows) if r.crisis]
    others = [i for i, r in enumerate(rows) if not r.crisis]
    good = [i for i, r in enumerate(rows) if r.harmless]
    asked: tuple[tuple[str, list[int], Callable[[Decision], bool]], ...] = (
        ("violations_suggested", bad, lambda d: d.action == "suggest"),
        ("violations_kept", bad, lambda d: d.action == "keep"),
        ("harmless_suggested", good, lambda d: d.action == "suggest"),
        ("harmless_reviewed", good, lambda d: d.action == "review"),
        ("crisis_reviewed", danger, lambda d: "crisis" in d.signals),
        ("others_marked_crisis", others, lambda d: "crisis" in d.signals),
    )
    figures = []
    for name, at, counts in asked:
        if not at:
            figures.append(Figure(name, None, None, None))
            continue
        a, b = (np.array([counts(results[i].decision) for i in at], dtype=np.float64) for results in (one, other))
        figures.append(Figure(name, float(a.mean()), float(b.mean()), paired(b - a, [rows[i].group for i in at])))
    return tuple(figures)


def write_flips(path: Path, found: Comparison, first: str, second: str) -> None:
    """Write the rows that flip as CSV for Excel, protected against formulas: where each stands, its labels, both actions, better or worse; no text, so that it may be passed on."""
    header = ["id", "file", "line", "suite", "labels", first, second, "better"]
    rows = [[f.row.reply.id, f.row.reply.place, str(f.row.reply.row), f.suite, "|".join(sorted(f.row.labels)), f.first, f.second, {True: "better", False: "worse", None: "same"}[f.better]] for f in found.flips]
    table = io.StringIO(newline="")
    csv.writer(table).writerows([map(protect, row) for row in (header, *rows)])
    write_whole({path: table.getvalue()}, encoding="utf-8-sig")
