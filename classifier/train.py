"""The training run: labelled replies to a calibrated model with cut-offs, the same numbers each time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from classifier.cutoffs import Choice, HeldOut, choose
from classifier.errors import DataError
from classifier.features import feature_names, head_mask, mixing_mask, rule_ids
from classifier.hashed import Hashed
from classifier.inputs import MANY, Inputs, inputs_of
from classifier.labeled import Labeled, truth
from classifier.messages import say
from classifier.mixing import NEVER, Mixing, pairs
from classifier.model import ANY, CRISIS, PACKAGES, Heads, Model, Stage, installed
from classifier.nearness import Nearness
from classifier.policy import Policy
from classifier.rules import NEEDS_PARENT, RulePack, unjudged
from classifier.thresholds import Upper

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Folds = Sequence[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]
"""Rows that teach and rows that are judged, by their places."""

WITHOUT_LEMMAS = ("other",)
"""Heads that see no lemmas: floods and junk have no words, and what a dictionary makes of them misleads."""


_PIECE = 1 << 20  # values that are multiplied at once


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run; chosen by experiment, see models/README.md."""

    strength: float = 0.025  # C of the support vector machines, the inverse of the L2 penalty
    feature_weight: float = 0.7  # of the features beside the n-grams
    vector_weight: float = 1.5
    rarest: int = 2  # an n-gram must stand in so many rows
    folds: int = 3
    doubtful_row: float = 0.5  # weight of rows whose label is not sure
    mixing: float = 0.003  # C of the second layer, the inverse of its L2 penalty
    own_score: float = 30.0  # by which a head's own raw score is multiplied there: its weight is hardly penalized
    fewest: int = 20  # positives that a head needs; with fewer the ground goes by rules alone
    seed: int = 20200302
    choice: Choice = field(default_factory=Choice)


@dataclass(frozen=True)
class Trained:
    """A model and what the run learned on the way."""

    model: Model
    upper: dict[str, tuple[Upper, ...]]  # stage to the upper cut-offs of the grounds
    held_out: HeldOut
    notes: dict[str, object]  # for the manifest


def train(
    rows: Sequence[Labeled], name: str, *, policy: Policy, pack: RulePack, recipe: Recipe | None = None, progress: Callable[[str], None] = lambda step: None
) -> Trained:
    """Return a model trained on the `train` rows, with cut-offs chosen on out-of-fold scores and on the `tune` rows.

    Rows of the `test` split are not touched. A ground with fewer positives than the recipe asks for gets no head: it goes
    by rules and people. Raises DataError where no ground has enough.
    """
    recipe = recipe or Recipe()
    heads = (*policy.ids, CRISIS, ANY)
    learn, tune = [r for r in rows if r.split == "train"], [r for r in rows if r.split == "tune"]
    held, learned = truth(learn, heads), learnable(rows, policy, recipe)
    progress(say("train.features", n=len(learn) + len(tune)))
    mine, other = (inputs_of(part, pack, policy.account) for part in (learn, tune))
    judged = np.concatenate([mine.judged, other.judged])
    weight = weights_of(learn, heads, recipe)
    folds = folds_of(learn, recipe)
    stages, scores = {}, {}
    for stage, full in (("fast", False), ("full", True)):
        if full and mine.vectors is None:
            continue
        fit = Fit(recipe, heads, learned, feature_names(rule_ids(pack)), full)
        logits = fit.out_of_fold(mine, held, weight, folds, partial(_told_of_fold, progress, stage, len(folds)))
        progress(say("train.final", stage=stage))
        final = fit.weights(mine, held, weight)
        mix = Mix(recipe, heads, learned, held, mine.judged, weight)
        stages[stage] = Stage.of(final, mix.fit(logits))
        mixed = mix.out_of_fold(logits, folds)
        if len(tune):
            mixed = np.concatenate([mixed, stages[stage].mixing.probabilities(logits_of(final, other))])
        scores[stage] = unjudged(mixed, judged, heads)
    # rows whose grounds are undecided teach the head of danger, and choose no cut-off
    plain = np.array([not (r.undecided or any(t.startswith("pair:") for t in r.tags)) for r in (*learn, *tune)], dtype=bool)
    sure = np.array([r.sure for r in (*learn, *tune)], dtype=bool)
    tuning = np.arange(len(plain)) >= len(learn)
    held_out = HeldOut(heads, {s: v[plain] for s, v in scores.items()}, truth([*learn, *tune], heads)[plain], tuning[plain], sure[plain], judged[plain])
    cutoffs, uppers = choose(held_out, policy, learned, recipe.choice)
    model = Model(
        name, policy.ids, heads, policy.edition.isoformat(), rule_ids(pack), stages["fast"], stages.get("full"), cutoffs["fast"], cutoffs.get("full"),
        tuple(g for g in policy.ids if g not in learned),
    )  # fmt: skip
    return Trained(model, uppers, held_out, _notes(rows, recipe, uppers, policy))


def learnable(rows: Sequence[Labeled], policy: Policy, recipe: Recipe) -> tuple[str, ...]:
    """Return the heads that the `train` rows can teach; raise DataError where there is no ground among them, or too few parents to cut folds by."""
    learn, heads = [r for r in rows if r.split == "train"], (*policy.ids, CRISIS, ANY)
    learned = tuple(h for h, n in zip(heads, truth(learn, heads).sum(axis=0), strict=True) if recipe.fewest <= n < len(learn))
    if not set(learned) & set(policy.ids):
        raise DataError(say("train.too_few", wanted=recipe.fewest))
    folds_of(learn, recipe)
    return learned


def weights_of(rows: Sequence[Labeled], heads: Sequence[str], recipe: Recipe) -> Floats:
    """Return how much each row counts for each head, (rows, heads): a doubtful one less, one whose grounds are undecided for danger alone."""
    weight = np.array([1.0 if r.sure else recipe.doubtful_row for r in rows])
    told = np.array([[h == CRISIS or not r.undecided for h in heads] for r in rows], dtype=bool)
    return np.asarray(weight[:, None] * told)


def _told_of_fold(progress: Callable[[str], None], stage: str, folds: int, fold: int) -> None:
    progress(say("train.fold", stage=stage, i=fold, n=folds))


def folds_of(learn: Sequence[Labeled], recipe: Recipe) -> Folds:
    """Return the folds (rows inside, rows outside), cut by parent; raise DataError where there are too few parents."""
    groups = [r.group for r in learn]
    if len(set(groups)) < recipe.folds:
        raise DataError(say("train.too_few_parents", found=len(set(groups)), wanted=recipe.folds))
    return list(GroupKFold(recipe.folds).split(np.zeros(len(learn)), groups=groups))


def logits_of(stage: Heads, inputs: Inputs) -> Floats:
    """Return the heads' raw scores, shape (rows, heads)."""
    return np.asarray(stage.logits(inputs.ngrams, inputs.full_features(stage.nearness), inputs.vectors, inputs.lemmas), dtype=np.float64)


@dataclass(frozen=True)
class _Counted:
    """Rows of hashed columns as heads see them: those that stand in several rows, weighted by how few (Spärck Jones 1972)."""

    rows: csr_matrix  # (rows, columns used)
    used: npt.NDArray[np.intp]
    idf: npt.NDArray[np.float32]

    @classmethod
    def of(cls, rows: csr_matrix, rarest: int) -> "_Counted":
        """Weigh these rows."""
        frequency = np.bincount(rows.indices, minlength=rows.shape[1])
        idf = np.where(frequency >= rarest, np.log((1 + rows.shape[0]) / (1 + frequency)), 0).astype(np.float32)
        commonest_first = np.argsort(-frequency, kind="stable")
        used = commonest_first[idf[commonest_first] > 0]
        return cls((rows @ diags(idf)).tocsc()[:, used].tocsr(), used, idf)

    def spread(self, fitted: Floats) -> Hashed:
        """Return the heads' weights, from (columns used, heads): document weights folded in, and as the model's file keeps them."""
        return Hashed.rounded(self.used.astype(np.uint32), fitted * self.idf[self.used, None])


class Fit:
    """Fits one head after the other on the same inputs: the fast stage on n-grams and features, the full one on sentence vectors and lemmas too."""

    def __init__(self, recipe: Recipe, heads: Sequence[str], learned: Sequence[str], names: Sequence[str], full: bool) -> None:
        self.recipe, self.heads, self.learned, self.full = recipe, heads, learned, full
        self.masks = [head_mask(names, h).astype(np.float32) * recipe.feature_weight for h in heads]

    def weights(self, inputs: Inputs, held: Bools, weight: Floats) -> Heads:
        """Return the weights of all heads; `weight` says how much each row counts for each, (rows, heads)."""
        grams = _Counted.of(inputs.ngrams, self.recipe.rarest)
        lemmas = _Counted.of(inputs.lemmas, self.recipe.rarest) if self.full else None
        vectors = inputs.vectors if self.full else None
        nearness = self._nearness(inputs, held, weight) if self.full else None
        parts = [grams.rows.shape[1], inputs.features.shape[1], lemmas.rows.shape[1] if lemmas else 0, 0 if vectors is None else vectors.shape[1]]
        blocks = [grams.rows, inputs.full_features(nearness), *([lemmas.rows] if lemmas else []), *([] if vectors is None else [_sparse(vectors * np.float32(self.recipe.vector_weight))])]
        rows = hstack(blocks, format="csr")
        del blocks
        taught = self._taught(held, weight)
        tasks = [delayed(_head)(rows, self._sees(k, parts), held[:, k], weight[:, k], self.recipe) for k in taught]
        # in processes, since liblinear's random numbers are one stream for all threads; few rows are not worth starting them
        found = dict(zip(taught, Parallel(n_jobs=2 if len(held) >= MANY else 1)(tasks), strict=True))
        never = np.append(np.zeros(sum(parts)), NEVER)
        fitted = np.array([found.get(k, never) for k in range(len(self.heads))]).T
        of_grams, of_features, of_lemmas, of_vectors, bias = np.split(fitted, np.cumsum(parts))
        return Heads(
            grams.spread(of_grams), (of_features * np.array(self.masks).T).astype(np.float32),
            None if vectors is None else (of_vectors * self.recipe.vector_weight).astype(np.float32), bias[0].astype(np.float32),
            lemmas.spread(of_lemmas) if lemmas else None, nearness,
        )  # fmt: skip

    def out_of_fold(self, inputs: Inputs, held: Bools, weight: Floats, folds: Folds, progress: Callable[[int], None] = lambda fold: None) -> Floats:
        """Return the raw scores of rows by heads that did not see them, (rows, heads); `progress` is called with the number of each fold."""
        found = np.zeros(held.shape)
        for i, (inside, outside) in enumerate(folds, 1):
            progress(i)
            found[outside] = logits_of(self.weights(inputs.take(inside), held[inside], weight[inside]), inputs.take(outside))
        return found

    def _sees(self, k: int, parts: Sequence[int]) -> Floats:
        """Return by what a head multiplies each column of n-grams, features, lemmas and dimensions: zero where it may not look."""
        grams, _, lemmas, dimensions = parts
        return np.concatenate([np.ones(grams), self.masks[k], np.full(lemmas, float(self.heads[k] not in WITHOUT_LEMMAS)), np.ones(dimensions)])

    def _taught(self, held: Bools, weight: Floats) -> list[int]:
        """Return the places of the heads that these rows can teach: a fold may hold none of a rare ground, or nothing else."""
        counted = weight > 0
        return [k for k, h in enumerate(self.heads) if h in self.learned and (held & counted)[:, k].any() and (~held & counted)[:, k].any()]

    def _nearness(self, inputs: Inputs, held: Bools, weight: Floats) -> Nearness | None:
        """Return how near replies lie to their posts, learned from those without a ground; None without sentence vectors."""
        if inputs.vectors is None or inputs.posts is None:
            return None
        ground = self.heads.index(ANY)
        tied = np.flatnonzero((inputs.posts.of >= 0) & ~held[:, ground] & (weight[:, ground] > 0))
        return Nearness.of(inputs.vectors[tied], inputs.posts.take(tied))


def _sparse(vectors: npt.NDArray[np.float32]) -> csr_matrix:
    """Return vectors as rows of a sparse matrix, with all of their places: looking for zeros would take several times the memory."""
    number, dimensions = vectors.shape
    return csr_matrix((vectors.ravel(), np.tile(np.arange(dimensions, dtype=np.int32), number), np.arange(0, vectors.size + 1, dimensions)), shape=vectors.shape)


def _head(rows: csr_matrix, sees: Floats, held: Bools, weight: Floats, recipe: Recipe) -> npt.NDArray[np.float64]:
    """Return the weights of one head and its bias, which sees each column of the rows multiplied by `sees`.

    A linear support vector machine with squared hinge loss, which ranks better here than logistic regression. The rows are
    multiplied here, where the head is fitted, and piece by piece: rows for each head would not fit into memory.
    """
    values = rows.data.astype(np.float64)
    for i in range(0, len(values), _PIECE):
        values[i : i + _PIECE] *= sees[rows.indices[i : i + _PIECE]]
    seen = csr_matrix((values, rows.indices, rows.indptr), shape=rows.shape)
    model = LinearSVC(C=recipe.strength, dual=True, tol=5e-2, random_state=recipe.seed, max_iter=5000)
    model.fit(seen, held, sample_weight=weight)
    return np.append(model.coef_[0], model.intercept_)


@dataclass(frozen=True)
class Mix:
    """Fits the second layer: for each head a logistic regression of the truth on the raw scores that may tell of it, out of fold, and their products.

    Its own raw score is free, as in Platt's calibration (1999); all else is held near zero, so that few rows learn little from it.
    """

    recipe: Recipe
    heads: Sequence[str]
    learned: Sequence[str]
    held: Bools  # (rows, heads)
    judged: Bools
    weight: Floats  # (rows, heads)

    def fit(self, logits: Floats) -> Mixing:
        """Return the layer for raw scores of all rows, (rows, heads)."""
        return self._fit(logits, np.arange(len(logits)))

    def out_of_fold(self, logits: Floats, folds: Folds) -> Floats:
        """Return the probabilities of rows by layers that did not see them, (rows, heads)."""
        found = np.zeros(logits.shape)
        for inside, outside in folds:
            found[outside] = self._fit(logits[inside], inside).probabilities(logits[outside])
        return found

    def _fit(self, logits: Floats, rows: npt.NDArray[np.intp]) -> Mixing:
        silent = Mixing.of_nothing(logits)
        terms = silent.terms(logits)
        mean, spread = terms.mean(axis=0), terms.std(axis=0)
        spread[spread == 0] = 1.0
        terms = ((terms - mean) / spread).astype(np.float32)
        weights, offset = silent.weights.copy(), silent.offset.copy()
        taught = [k for k, h in enumerate(self.heads) if h in self.learned]
        tasks = []
        for k in taught:
            used = np.flatnonzero(self._usable(k))
            seen = self.judged[rows] if self.heads[k] in NEEDS_PARENT else np.ones(len(rows), dtype=bool)
            tasks.append(delayed(_told)(terms, used, k, self.held[rows, k] & seen, self.weight[rows, k] * seen, self.recipe))
        for k, (used, found, bias) in zip(taught, Parallel(n_jobs=2 if len(rows) >= MANY else 1)(tasks), strict=True):
            weights[used, k] = found / spread[used]
            offset[k] = bias - mean[used] @ weights[used, k]
        return replace(silent, weights=weights, offset=offset)

    def _usable(self, k: int) -> Bools:
        """Return which terms may tell of a head: those of which every score may."""
        may = np.concatenate([[True], mixing_mask(self.heads)[:, k] & np.isin(self.heads, self.learned)])
        return np.asarray(may[pairs(len(self.heads))].all(axis=1))


def _told(terms: npt.NDArray[np.float32], used: npt.NDArray[np.intp], head: int, held: Bools, weight: Floats, recipe: Recipe) -> tuple[npt.NDArray[np.intp], Floats, float]:
    """Return the terms used, their weights and the bias for one head; no weights and NEVER where the rows that count hold nothing to tell apart."""
    if not held.any() or held[weight > 0].all():
        return used, np.zeros(len(used)), NEVER
    seen = terms[:, used]
    own = used == head  # the terms of one score stand first, in the order of the heads
    seen[:, own] *= recipe.own_score
    model = LogisticRegression(C=recipe.mixing, solver="newton-cholesky", max_iter=100).fit(seen, held, sample_weight=weight)
    found = np.asarray(model.coef_[0], dtype=np.float64)
    found[own] *= recipe.own_score
    return used, found, float(model.intercept_[0])


def _notes(rows: Sequence[Labeled], recipe: Recipe, uppers: dict[str, tuple[Upper, ...]], policy: Policy) -> dict[str, object]:
    return {
        "recipe": asdict(recipe),
        "rows": {s: sum(r.split == s for r in rows) for s in ("train", "tune", "test")},
        "positives": {g: sum(g in r.labels for r in rows if r.split == "train") for g in policy.ids},
        "items": {g.id: g.text for g in policy.grounds},
        "versions": {p: installed(p) for p in PACKAGES if installed(p)},
        "upper": {s: {g: asdict(u) for g, u in zip(policy.ids, us, strict=True)} for s, us in uppers.items()},
    }
