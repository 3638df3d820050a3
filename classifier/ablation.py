"""What each part of the model adds: the heads trained again without it, on the same rows, measured on the tuning part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags

from classifier.errors import DataError
from classifier.features import feature_names, rule_ids
from classifier.inputs import Inputs, inputs_of
from classifier.labeled import Labeled, truth
from classifier.messages import say
from classifier.model import ANY, CRISIS
from classifier.policy import Policy
from classifier.rules import RulePack, unjudged
from classifier.thresholds import pooled, together
from classifier.train import Fit, Mix, Recipe, folds_of, logits_of, weights_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_GROUPS = {
    "rules": ("rule", "ground"), "lexicon": ("words", "near", "sum", "hidden"), "parent features": ("parent",), "author features": ("author",),
    "link classes": ("links",), "odd spelling": ("spelling",), "shape": ("shape",),
}  # fmt: skip
_LOAD = 0.1  # share of the harmless replies that go to review where misses are compared
_DRAWS, _SEED = 200, 20200302


@dataclass(frozen=True)
class Part:
    """How the heads do without one part; differences are to all parts together, with 95 % intervals by bootstrap over parent posts."""

    without: str  # "" for all parts together
    macro_average_precision: float
    precision_change: tuple[float, float, float] | None  # difference, low, high
    kept: float  # share of the violations kept where one in ten harmless replies goes to review
    kept_change: tuple[float, float, float] | None


def ablate(rows: Sequence[Labeled], *, policy: Policy, pack: RulePack, recipe: Recipe | None = None, progress: Callable[[str], None] = lambda step: None) -> list[Part]:
    """Return how the heads do with all parts, with the second layer on top and without each part, trained on the `train` rows and measured on the `tune` rows.

    One logistic regression calibrates all heads alike, on the rows that are measured (it changes no order within a ground, and lets grounds
    be put together), and no cut-off is chosen: it is the parts that are compared. Raises DataError without tuning rows.
    """
    recipe = recipe or Recipe()
    learn, tune = [r for r in rows if r.split == "train"], [r for r in rows if r.split == "tune"]
    if not tune or not any(r.labels for r in tune):
        raise DataError(say("ablation.no_tune"))
    heads = (*policy.ids, CRISIS, ANY)
    held = truth(learn, heads)
    learned = tuple(h for h, n in zip(heads, held.sum(axis=0), strict=True) if n >= recipe.fewest)
    weight = weights_of(learn, heads, recipe)
    names = feature_names(rule_ids(pack))
    everything = inputs_of([*learn, *tune], pack, policy.account)
    inside, outside = np.arange(len(learn)), np.arange(len(learn), len(learn) + len(tune))
    measured = _Measure(tune, policy)

    shown = [k for k, h in enumerate(heads) if h != CRISIS]

    def logits(inputs: Inputs, full: bool) -> Floats:
        return logits_of(Fit(recipe, heads, learned, names, full).weights(inputs.take(inside), held, weight), inputs.take(outside))

    def scores(log_odds: Floats) -> Floats:
        return unjudged(_calibrated(log_odds[:, shown], np.c_[measured.held, measured.bad]), everything.judged[outside], policy.ids)

    full = everything.vectors is not None
    raw = logits(everything, full)
    complete = scores(raw)
    progress(say("ablation.second_layer"))
    mine = everything.take(inside)
    apart = Fit(recipe, heads, learned, names, full).out_of_fold(mine, held, weight, folds_of(learn, recipe))
    mixed = scores(Mix(recipe, heads, learned, held, mine.judged, weight).fit(apart).log_odds(raw))
    alone = np.c_[complete[:, :-1], together(complete[:, :-1])]
    whole = measured.drawn(complete)
    parts = [
        Part("", whole[0, 0], None, whole[0, 1], None), measured.part("nothing, and the second layer on top", mixed, whole), measured.part("head for any ground", alone, whole),
    ]  # fmt: skip
    for name, inputs, still_full in _variants(everything, names):
        progress(say("ablation.without", part=name))
        parts.append(measured.part(name, scores(logits(inputs, still_full)), whole))
    return parts


def _calibrated(logits: Floats, held: Bools) -> Floats:
    """Return probabilities, shape (rows, heads), by one slope and offset for all heads."""
    from sklearn.linear_model import LogisticRegression

    scale = LogisticRegression(C=1e4).fit(logits.reshape(-1, 1), held.ravel())
    found: Floats = scale.predict_proba(logits.reshape(-1, 1))[:, 1].reshape(logits.shape)
    return found


def _variants(everything: Inputs, names: Sequence[str]) -> list[tuple[str, Inputs, bool]]:
    """Return the inputs without each part: name, inputs, whether it is still the full stage."""
    full, nothing = everything.vectors is not None, csr_matrix(everything.ngrams.shape, dtype=np.float32)
    variants = [
        ("sentence vectors", replace(everything, vectors=None, posts=None), True), ("nearness to the post", replace(everything, posts=None), True),
        ("lemmas", replace(everything, lemmas=nothing), True), ("the full stage", everything, False),
    ] if full else []  # fmt: skip
    variants.append(("character n-grams", replace(everything, ngrams=nothing), full))
    for name, groups in _GROUPS.items():
        kept = np.array([n.partition(":")[0] not in groups for n in names], dtype=np.float32)
        variants.append((name, replace(everything, features=(everything.features @ diags(kept)).tocsr()), full))
    return variants


class _Measure:
    """The tuning rows, and how scores do on them."""

    def __init__(self, tune: Sequence[Labeled], policy: Policy) -> None:
        self.held = truth(tune, policy.ids)
        self.bad = np.asarray(self.held.any(axis=1))
        self.good = np.array([r.harmless for r in tune], dtype=bool)
        groups = {g: i for i, g in enumerate(dict.fromkeys(r.group for r in tune))}
        of = np.array([groups[r.group] for r in tune])
        members = [np.flatnonzero(of == i) for i in range(len(groups))]
        random = np.random.default_rng(_SEED)
        self.draws = [np.concatenate([members[i] for i in random.integers(0, len(members), len(members))]) for _ in range(_DRAWS)]

    def drawn(self, scores: Floats) -> Floats:
        """Return macro average precision and share kept, (1 + draws, 2): of all rows, then of each draw."""
        return np.array([(self._precision(scores, at), self._kept(scores, at)) for at in (np.arange(len(self.bad)), *self.draws)])

    def part(self, name: str, scores: Floats, complete: Floats) -> Part:
        """Return the figures of a part beside those of all parts, which `drawn` gave."""
        own = self.drawn(scores)
        return Part(name, own[0, 0], _change(own[:, 0] - complete[:, 0]), own[0, 1], _change(own[:, 1] - complete[:, 1]))

    def _precision(self, scores: Floats, at: npt.NDArray[np.intp]) -> float:
        from sklearn.metrics import average_precision_score

        held = self.held[at]
        found = [average_precision_score(held[:, k], scores[at, k]) for k in range(held.shape[1]) if held[:, k].sum() >= 3]
        return float(np.mean(found)) if found else float("nan")

    def _kept(self, scores: Floats, at: npt.NDArray[np.intp]) -> float:
        likely = pooled(scores[at, :-1], scores[at, -1])
        cutoff = np.quantile(likely[self.good[at]], 1 - _LOAD)
        return float((likely[self.bad[at]] < cutoff).mean())


def _change(differences: Floats) -> tuple[float, float, float]:
    """Return the difference on all rows, which comes first, and its interval by those of the draws."""
    told = differences[1:][~np.isnan(differences[1:])]  # a draw of few rows may hold no ground three times
    low, high = np.quantile(told, (0.025, 0.975)) if len(told) else (np.nan, np.nan)
    return float(differences[0]), float(low), float(high)


def ablation_table(parts: Sequence[Part], data: Sequence[str]) -> str:
    """Return the parts as a Markdown page."""
    lines = [
        "# What each part adds", "",
        f"The heads trained on the `train` rows of {', '.join(data)} without one part, measured on the `tune` rows. Differences are to all parts together;",
        "intervals are 95 %, by bootstrap over parent posts. All heads are calibrated alike. Kept: violations kept where one in ten harmless replies goes to review.", "",
        "| without | macro average precision | difference | kept | difference |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for p in parts:
        changes = [("-" if c is None else f"{c[0]:+.3f} ({c[1]:+.3f} to {c[2]:+.3f})") for c in (p.precision_change, p.kept_change)]
        lines.append(f"| {p.without or '(nothing: all parts)'} | {p.macro_average_precision:.3f} | {changes[0]} | {p.kept:.1%} | {changes[1]} |")
    return "\n".join(lines) + "\n"
