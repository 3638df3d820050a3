"""How much faster a model learns from the replies that `sampling` picks than from replies picked by chance: a replay on labelled rows."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from classifier.context import observe
from classifier.decide import Decision, Result
from classifier.errors import DataError
from classifier.features import feature_names, features, head_mask, rule_ids
from classifier.hashed import Hashed
from classifier.labeled import Labeled, truth
from classifier.messages import say
from classifier.model import Cutoffs
from classifier.ngrams import ngrams
from classifier.policy import Policy, default_policy
from classifier.reading import mask
from classifier.rules import RulePack, default_pack
from classifier.sampling import Known, Mixture, sample
from classifier.thresholds import share_cutoff, together

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

STRATEGIES = ("rule", "random")
_CUT = 20200302  # seed of the held-out part and of the pool: they stay as they are, only starts and picks are repeated
_FOLDS = 3
_STRENGTH, _FEATURE_WEIGHT = 10.0, 0.5  # C of the light heads, and the weight of their features: logistic regressions take others than the support vector machines of train.Recipe
_RAREST = 2  # an n-gram must stand in so many rows
_MISSES = 0.08  # of the violations labelled so far; of so few, the much smaller share that cutoffs.Choice asks would be none, and the lowest single score would be the cut-off
_FEWEST = 3  # positives that calibration, and an average precision, need


@dataclass(frozen=True)
class Replay:
    """The settings of a simulation."""

    pool: int = 4000  # rows that may be picked
    violations: float | None = 0.1  # share of violations in the pool, as an account may have it; None: as the rows have it
    held_out: float = 0.3  # share of the parent posts whose rows measure
    start: int = 500  # rows picked by chance that both strategies begin with
    rounds: int = 6
    per_round: int = 200
    seeds: tuple[int, ...] = (1, 2, 3)
    load: float = 0.1  # share of the harmless held-out replies that people read
    mixture: Mixture = field(default_factory=Mixture)


@dataclass(frozen=True)
class Spread:
    """A figure over the seeds."""

    mean: float
    low: float  # the least
    high: float  # the most


@dataclass(frozen=True)
class Point:
    """What was reached with so many labels."""

    labels: int
    average_precision: Spread  # mean over the grounds with three positives and more, on the held-out rows
    kept: Spread  # of the held-out violations, those that are kept where people read the share `load` of the harmless replies
    violations: Spread  # violations among the labels


@dataclass(frozen=True)
class LearningCurve:
    """The points of one strategy."""

    strategy: str  # rule or random
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Simulation:
    """Both strategies from the same starts."""

    replay: Replay
    pool: int  # rows
    held_out: int
    curves: tuple[LearningCurve, ...]
    saved: Spread  # labels that the rule needs fewer to reach what chance reaches at the end; below zero where it needs more

    def of(self, strategy: str) -> LearningCurve:
        """Return the curve of a strategy."""
        return next(c for c in self.curves if c.strategy == strategy)


def simulate(rows: Sequence[Labeled], replay: Replay | None = None, *, policy: Policy | None = None, pack: RulePack | None = None, progress: Callable[[str], None] = lambda step: None) -> Simulation:
    """Return the learning curves of both strategies over labelled rows, the same numbers each time.

    A share of the parent posts is held out with all rows that hang on them, and measures; of the other rows a pool is drawn. From
    `start` rows picked by chance, each round trains light heads (n-grams and features, one logistic regression a ground,
    calibrated out of fold), scores what is left of the pool, and labels `per_round` further rows: those that `sample` picks, its
    audit part included, or as many picked by chance. Rows of writers in danger and minimal pairs are left out: the first are no
    question of grounds, the second come by twos. The held-out rows keep their own share of violations, so that rare
    grounds can be measured. Raises DataError where the rows are too few for the settings.

    >>> simulate(rows).saved.mean  # doctest: +SKIP
    """
    replay, policy = replay or Replay(), policy or default_policy()
    ground = _field(rows, replay, policy, pack or default_pack())
    runs: dict[str, list[list[tuple[int, float, float, int]]]] = {s: [] for s in STRATEGIES}
    for i, seed in enumerate(replay.seeds, 1):
        for strategy in STRATEGIES:
            progress(say("sampling.replay", strategy=strategy, i=i, n=len(replay.seeds)))
            runs[strategy].append(_run(ground, replay, strategy, seed))
    curves = tuple(LearningCurve(s, tuple(_point(at) for at in zip(*runs[s], strict=True))) for s in STRATEGIES)
    saved = [_saved(mine, chance) for mine, chance in zip(runs["rule"], runs["random"], strict=True)]
    return Simulation(replay, len(ground.pool), len(ground.held_out), curves, _spread(saved))


@dataclass(frozen=True)
class _Field:
    """Rows as numbers, and which of them may be picked and which measure."""

    rows: Sequence[Labeled]
    policy: Policy
    held: Bools  # (rows, grounds)
    ngrams: "csr_matrix"
    features: tuple["csr_matrix", ...]  # one matrix for each kind of columns that heads see
    which: tuple[int, ...]  # ground to its matrix of features
    pool: Rows
    held_out: Rows


def _field(rows: Sequence[Labeled], replay: Replay, policy: Policy, pack: RulePack) -> _Field:
    from scipy.sparse import diags

    rows = sorted((r for r in rows if not (r.crisis or r.undecided) and not any(t.startswith("pair:") for t in r.tags)), key=lambda r: r.reply.id)
    chance = np.random.default_rng(_CUT)
    groups = sorted({r.group for r in rows})
    apart = {groups[i] for i in chance.permutation(len(groups))[: round(replay.held_out * len(groups))]}
    outside = np.array([r.group in apart for r in rows], dtype=bool)
    bad = np.array([bool(r.labels) for r in rows], dtype=bool)
    pool = _pool(chance.permutation(np.flatnonzero(~outside)), bad, replay)
    held_out = np.flatnonzero(outside)
    if len(pool) < replay.start + replay.rounds * replay.per_round or not bad[held_out].any() or bad[held_out].all():
        raise DataError(say("sampling.too_few", pool=len(pool), held_out=len(held_out), wanted=replay.start + replay.rounds * replay.per_round))
    used = [*(rows[i] for i in pool), *(rows[i] for i in held_out)]
    observed = observe([r.reply for r in used], account=policy.account)
    texts = [mask(o.text) for o in observed]
    grams = ngrams(texts)
    grams.sum_duplicates()
    columns, names = features(observed, pack(observed), pack), feature_names(rule_ids(pack))
    masks = [tuple(head_mask(names, g).tolist()) for g in policy.ids]
    kinds = sorted(set(masks))
    views = tuple((columns @ diags(np.array(m, dtype=np.float32) * _FEATURE_WEIGHT)).tocsr() for m in kinds)
    return _Field(used, policy, truth(used, policy.ids), grams, views, tuple(kinds.index(m) for m in masks), np.arange(len(pool)), np.arange(len(pool), len(used)))


def _pool(drawn: Rows, bad: Bools, replay: Replay) -> Rows:
    """Return the first rows of `drawn` that make a pool with the share of violations that is asked for, as large as they allow."""
    if replay.violations is None:
        return drawn[: replay.pool]
    share, wrong, good = replay.violations, drawn[bad[drawn]], drawn[~bad[drawn]]
    size = int(min(replay.pool, len(wrong) / max(share, 1e-9), len(good) / max(1 - share, 1e-9)))
    n = round(share * size)
    return np.concatenate([wrong[:n], good[: size - n]])


def _run(field: _Field, replay: Replay, strategy: str, seed: int) -> list[tuple[int, float, float, int]]:
    """Return labels, average precision, share of violations kept and violations labelled, at the start and after each round."""
    chance = np.random.default_rng(seed)
    labeled = chance.permutation(field.pool)[: replay.start]
    found = []
    for r in range(replay.rounds + 1):
        heads = _Heads(field, labeled, seed)
        found.append((len(labeled), *_measure(heads.scores(field.held_out), field.held[field.held_out], replay.load), int(field.held[labeled].any(axis=1).sum())))
        if r < replay.rounds:
            rest = np.setdiff1d(field.pool, labeled)
            picked = chance.permutation(rest)[: replay.per_round] if strategy == "random" else _by_rule(field, heads, labeled, rest, replay, seed + r)
            labeled = np.concatenate([labeled, picked])
    return found


def _by_rule(field: _Field, heads: "_Heads", labeled: Rows, rest: Rows, replay: Replay, seed: int) -> Rows:
    ids = field.policy.ids
    place = {str(i): i for i in rest.tolist()}
    results = []
    for i, scores in zip(rest.tolist(), heads.scores(rest).round(6).tolist(), strict=True):
        grounds = tuple(ids[k] for k in heads.cutoffs.reached(scores, float(together(np.array(scores)))))
        results.append(Result(field.rows[i].reply._replace(id=str(i)), Decision("review" if grounds else "keep", grounds), tuple(scores), "replay", field.policy.edition.isoformat(), ""))
    known = Known.of([field.rows[i] for i in labeled], field.policy)
    picked = sample(results, replay.per_round, policy=field.policy, cutoffs=heads.cutoffs, known=known, mixture=replay.mixture, seed=seed)
    return np.array([place[p.result.reply.id] for p in picked], dtype=np.intp)


class _Heads:
    """Light heads over some rows, calibrated, with a review cut-off for each ground."""

    def __init__(self, field: _Field, rows: Rows, seed: int) -> None:
        from sklearn.linear_model import LogisticRegression

        self.field, held = field, field.held[rows]
        self._weights = _fitted(field, rows, seed)
        fold = np.random.default_rng(seed).permutation(len(rows)) % _FOLDS
        out_of_fold = np.zeros(held.shape)
        for f in range(_FOLDS):
            out_of_fold[fold == f] = _logits(field, _fitted(field, rows[fold != f], seed), rows[fold == f])
        self._slope, self._offset = np.ones(held.shape[1]), np.zeros(held.shape[1])
        for k in np.flatnonzero(held.sum(axis=0) >= _FEWEST):
            # few positives: a weak prior keeps the slope of a ground that is told apart without error finite
            model = LogisticRegression(C=1.0, random_state=seed).fit(out_of_fold[:, k : k + 1], held[:, k])
            self._slope[k], self._offset[k] = model.coef_[0, 0], model.intercept_[0]
        scores = self._calibrated(out_of_fold)
        least = share_cutoff(together(scores), np.asarray(held.any(axis=1)), _MISSES)
        self.cutoffs = Cutoffs((least,) * held.shape[1], (None,) * held.shape[1], (1.0, 1.0), 0.0, together=least)

    def scores(self, rows: Rows) -> Floats:
        """Return calibrated probabilities, (rows, grounds)."""
        return self._calibrated(_logits(self.field, self._weights, rows))

    def _calibrated(self, logits: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-np.clip(logits * self._slope + self._offset, -30, 30))))


@dataclass(frozen=True)
class _Weights:
    ngrams: Hashed  # with the heads of the grounds
    features: Floats
    bias: Floats


def _fitted(field: _Field, rows: Rows, seed: int) -> _Weights:
    """Return the weights of one logistic regression a ground, in the dual form: few rows, many columns."""
    from scipy.sparse import diags, hstack
    from sklearn.linear_model import LogisticRegression

    grams, held = field.ngrams[rows], field.held[rows]
    frequency = np.bincount(grams.indices, minlength=grams.shape[1])
    used = np.flatnonzero(frequency >= _RAREST)
    idf = np.log((1 + len(rows)) / (1 + frequency[used]))
    left = (grams.tocsc()[:, used] @ diags(idf)).tocsr()
    inputs = [hstack([left, view[rows]]).tocsr() for view in field.features]
    of_ngrams, of_features = np.zeros((len(used), held.shape[1]), dtype=np.float32), np.zeros((field.features[0].shape[1], held.shape[1]))
    bias = np.full(held.shape[1], -30.0)
    for k in np.flatnonzero(held.any(axis=0) & ~held.all(axis=0)):
        model = LogisticRegression(C=_STRENGTH, solver="liblinear", dual=True, random_state=seed, tol=0.01, max_iter=300)
        model.fit(inputs[field.which[k]], held[:, k])
        of_ngrams[:, k], of_features[:, k] = model.coef_[0][: len(used)] * idf, model.coef_[0][len(used) :]
        bias[k] = model.intercept_[0]
    return _Weights(Hashed(used.astype(np.uint32), of_ngrams), of_features, bias)


def _logits(field: _Field, weights: _Weights, rows: Rows) -> Floats:
    logits = np.asarray(weights.ngrams.logits(field.ngrams[rows]), dtype=np.float64) + weights.bias
    for j, view in enumerate(field.features):
        mine = [k for k, which in enumerate(field.which) if which == j]
        logits[:, mine] += view[rows] @ weights.features[:, mine]
    return logits


def _measure(scores: Floats, held: Bools, load: float) -> tuple[float, float]:
    """Return the macro average precision, and the share of violations kept where the share `load` of the harmless rows is read."""
    from sklearn.metrics import average_precision_score

    known = [k for k in range(held.shape[1]) if held[:, k].sum() >= _FEWEST]
    precision = float(np.mean([average_precision_score(held[:, k], scores[:, k]) for k in known]))
    highest, bad = scores.max(axis=1), held.any(axis=1)
    return precision, float((highest[bad] < np.quantile(highest[~bad], 1 - load)).mean())


def _saved(mine: Sequence[tuple[int, float, float, int]], chance: Sequence[tuple[int, float, float, int]]) -> float:
    """Return how many labels fewer than chance the rule needs for the average precision that chance ends with.

    Between two points the curve is taken as straight; where the rule never comes so far, its last gain is carried on.
    """
    goal, end = chance[-1][1], chance[-1][0]
    for (a, low, *_), (b, high, *_) in pairwise(mine):
        if high >= goal:
            return end - (a if low >= goal else a + (b - a) * (goal - low) / (high - low))
    gain = (mine[-1][1] - mine[0][1]) / max(mine[-1][0] - mine[0][0], 1)
    return -(goal - mine[-1][1]) / gain if gain > 0 else -math.inf


def _point(at: Sequence[tuple[int, float, float, int]]) -> Point:
    return Point(at[0][0], *(_spread([x[i] for x in at]) for i in (1, 2, 3)))


def _spread(values: Sequence[float]) -> Spread:
    return Spread(float(np.mean(values)), float(min(values)), float(max(values)))
