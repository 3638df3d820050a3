"""A model held against labelled replies: every figure that a report shows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classifier.assessment import (
    FORMAT,
    Assessment,
    Bin,
    Confusion,
    Curve,
    FieldEstimate,
    Load,
    Mistake,
    Provenance,
    Reliability,
    Slice,
    Uneven,
    Workload,
)  # fmt: skip
from classifier.decide import ACTIONS, PASSAGE, Result
from classifier.evaluate import Figures, Ratio, evaluate
from classifier.labeled import Labeled, truth
from classifier.lexicon import Matcher
from classifier.masking import Masker
from classifier.model import CRISIS, Model
from classifier.normalize import normalize
from classifier.policy import Policy
from classifier.scorer import Scorer
from classifier.thresholds import logit
from classifier.tokenizer import Tokenizer
from classifier.validate import nearly_same

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SHIFTS = tuple(round(-4 + 0.25 * i, 2) for i in range(33))
_POINTS = 50  # of a curve
_TENTHS = 10
_ENOUGH = 30  # positives from which on the reliability of one ground is shown
_SLICE = 10  # replies that a slice needs
_WORDS = 25  # identity words shown
_WORST = 20  # mistakes of a kind shown
_LENGTHS = ((10, "1-10"), (30, "11-30"), (80, "31-80"))  # most characters of a slice, and its name
_LONGER = "81-"


@dataclass(frozen=True)
class Field:
    """What is assumed of the desk: the true share of violations, replies a day, and how many of them people can read."""

    base_rate: float = 0.05
    replies_a_day: int = 1000
    reviews_a_day: tuple[int, ...] = (50, 100, 200)


@dataclass(frozen=True)
class _Decided:
    """Rows with their results, and the same as arrays."""

    rows: Sequence[Labeled]
    results: Sequence[Result]
    held: Bools  # (rows, grounds)
    scores: Floats  # (rows, grounds)

    @property
    def bad(self) -> Bools:
        return np.asarray(self.held.any(axis=1))

    @property
    def good(self) -> Bools:
        return np.array([r.harmless for r in self.rows], dtype=bool)

    @property
    def judged(self) -> "_Decided":
        """The rows whose grounds people have decided."""
        at = [i for i, r in enumerate(self.rows) if not r.undecided]
        return _Decided([self.rows[i] for i in at], [self.results[i] for i in at], self.held[at], self.scores[at])

    def acted(self, action: str) -> Bools:
        return np.array([r.decision.action == action for r in self.results], dtype=bool)


def assess(scorer: Scorer, rows: Sequence[Labeled], *, provenance: Provenance, suites: Sequence[tuple[str, Sequence[Labeled]]] = (), field: Field | None = None) -> Assessment:
    """Return the evaluation of a scorer on labelled rows and on behaviour suites (name, rows); `provenance` goes through unchanged."""
    field, policy = field or Field(), scorer.policy
    decided, full = _decide(scorer, rows)
    figures = evaluate(decided.results, rows, policy)
    loads = _loads(decided, scorer.model, full)
    judged = decided.judged
    near, uneven = _uniformity(judged, policy)
    cutoffs = (scorer.model.full_cutoffs if scorer.with_vectors else None) or scorer.model.fast_cutoffs if scorer.model else None
    return Assessment(
        format=FORMAT,
        provenance=provenance,
        grounds=tuple((g.id, g.clause, g.short) for g in policy.grounds),
        together=cutoffs.together if cutoffs and cutoffs.together < 1 else None,
        cutoffs=tuple(zip(cutoffs.lower, cutoffs.upper, strict=True)) if cutoffs else ((None, None),) * len(policy.ids),
        figures=figures,
        actions=tuple((a, int(decided.acted(a).sum())) for a in ACTIONS),
        estimate=estimate(figures, field.base_rate),
        workloads=workloads(loads, field),
        curves=_curves(judged, policy),
        reliability=_reliability(judged, policy),
        loads=loads,
        confusions=_confusions(judged, policy),
        suites=tuple(_slice(_decide(scorer, part)[0], "suite", name) for name, part in suites),
        slices=_slices(decided, scorer),
        named=sum(bool(r.reply.author_name or r.reply.author_handle) for r in rows),
        near_pairs=near,
        uneven=uneven,
        mistakes=_mistakes(decided, policy),
        rules_only=scorer.model.rules_only if scorer.model else policy.ids,
        settled_by_people=tuple(g.id for g in policy.grounds if g.settled_by == "person"),
    )


def _decide(scorer: Scorer, rows: Sequence[Labeled]) -> tuple[_Decided, Bools]:
    """Return the rows decided, and which of them the full stage decided."""
    results = scorer([r.reply for r in rows])
    held = truth(rows, scorer.policy.ids)
    return _Decided(rows, results, held, np.array([r.scores for r in results], dtype=np.float64).reshape(held.shape)), np.array([r.full for r in results], dtype=bool)


def estimate(figures: Figures, base_rate: float) -> FieldEstimate:
    """Return what the rates of a labelled set would give where a share `base_rate` of the replies are violations.

    precision = b s / (b s + (1 - b) w) for base rate b, violations suggested s and harmless replies suggested w (Bayes).
    """
    caught, wrong = figures.violations_suggested.value, figures.harmless_suggested.value
    kept, reviewed = figures.violations_kept.value, figures.harmless_reviewed.value
    if caught is None or wrong is None or kept is None or reviewed is None:
        return FieldEstimate(base_rate, None, None if wrong is None else 1000 * wrong, None, None)
    right, false = base_rate * caught, (1 - base_rate) * wrong
    return FieldEstimate(
        base_rate, right / (right + false) if right + false else None, 1000 * wrong, base_rate * (1 - kept) + (1 - base_rate) * (wrong + reviewed), 1000 * base_rate * kept
    )


def workloads(loads: Sequence[Load], field: Field) -> tuple[Workload, ...]:
    """Return for each number of reviews a day the misses at the largest load that fits; None where even the least does not."""
    out = []
    for reviews in field.reviews_a_day:
        best: float | None = None
        for load in loads:
            harmless, kept = load.harmless_read.value, load.violations_kept.value
            if harmless is None or kept is None:
                continue
            read = field.replies_a_day * (field.base_rate * (1 - kept) + (1 - field.base_rate) * harmless)
            if read <= reviews and (best is None or kept < best):
                best = kept
        out.append(Workload(reviews, field.replies_a_day, None if best is None else best * field.base_rate * field.replies_a_day, best))
    return tuple(out)


def _loads(decided: _Decided, model: Model | None, full: Bools) -> tuple[Load, ...]:
    """Return the trade of review load against misses: the review cut-offs, of single grounds and of all together, moved by the same step, rules and suggestions as they are."""
    if model is None or not len(decided.rows):
        return ()
    stages = [[*c.lower, c.together] for c in (model.fast_cutoffs, model.full_cutoffs or model.fast_cutoffs)]
    lower = np.where(full[:, None], *stages[::-1])
    scores = np.c_[decided.scores, [r.together for r in decided.results]]
    settled = np.array([r.decision.action == "suggest" or "crisis" in r.decision.signals or any(x.source != "model" and x.ground in r.decision.grounds for x in r.decision.reasons) for r in decided.results], dtype=bool)
    loads = []
    for shift in SHIFTS:
        moved = lower if shift == 0 else 1 / (1 + np.exp(-(logit(lower) + shift)))
        read = settled | ((scores >= moved) & (lower < 1)).any(axis=1)
        loads.append(Load(shift, Ratio.of(read, decided.good), Ratio.of(~read, decided.bad)))
    return tuple(loads)


def _curves(decided: _Decided, policy: Policy) -> tuple[Curve, ...]:
    from sklearn.metrics import precision_recall_curve

    curves = []
    for k, g in enumerate(policy.ids):
        positives = int(decided.held[:, k].sum())
        if positives >= 3:
            precision, recall, _ = precision_recall_curve(decided.held[:, k], decided.scores[:, k])
            best = {float(r): float(max(precision[recall == r])) for r in np.unique(recall)}  # at equal recall the highest precision counts
            reached = sorted(best)
            at = np.unique(np.linspace(0, len(reached) - 1, _POINTS).astype(int))
            curves.append(Curve(g, positives, tuple((round(reached[i], 4), round(best[reached[i]], 4)) for i in at)))
    return tuple(curves)


def _reliability(decided: _Decided, policy: Policy) -> tuple[Reliability, ...]:
    if not len(decided.rows):
        return (Reliability("any", 0.0, ()),)
    found = [reliability("any", np.array([r.together for r in decided.results]), decided.bad)]
    found += [reliability(g, decided.scores[:, k], decided.held[:, k]) for k, g in enumerate(policy.ids) if decided.held[:, k].sum() >= _ENOUGH]
    return tuple(found)


def reliability(ground: str, probability: Floats, true: Bools) -> Reliability:
    """Return how calibrated probabilities are: ten bins of equal width and the expected calibration error (Guo et al. 2017)."""
    tenth = np.minimum((probability * _TENTHS).astype(int), _TENTHS - 1)
    bins = [Bin(float(probability[tenth == b].mean()), Ratio.of(true, tenth == b)) for b in range(_TENTHS) if (tenth == b).any()]
    error = sum(abs(b.predicted - (b.observed.value or 0.0)) * b.observed.whole for b in bins) / max(len(true), 1)
    return Reliability(ground, float(error), tuple(bins))


def _confusions(decided: _Decided, policy: Policy) -> tuple[Confusion, ...]:
    counted: Counter[tuple[str, str]] = Counter()
    for row, result in zip(decided.rows, decided.results, strict=True):
        proposed = set(result.decision.grounds)
        for g in row.labels:
            if g in proposed:
                counted[g, g] += 1
            else:
                counted.update((g, p) for p in (proposed or {""}))
    order = {g: i for i, g in enumerate((*policy.ids, ""))}
    return tuple(Confusion(a, b, n) for (a, b), n in sorted(counted.items(), key=lambda item: (order[item[0][0]], order[item[0][1]])))


def _slice(decided: _Decided, kind: str, value: str, among: Bools | None = None) -> Slice:
    inside = np.ones(len(decided.rows), dtype=bool) if among is None else among
    danger = np.array([r.crisis for r in decided.rows], dtype=bool)
    marked = np.array(["crisis" in r.decision.signals for r in decided.results], dtype=bool)
    good, bad = decided.good & inside, decided.bad & inside
    return Slice(
        kind, value, int(inside.sum()), Ratio.of(decided.acted("suggest"), good), Ratio.of(decided.acted("review"), good),
        Ratio.of(decided.acted("suggest"), bad), Ratio.of(decided.acted("keep"), bad), Ratio.of(marked & decided.acted("review"), danger & inside),
    )  # fmt: skip


def _slices(decided: _Decided, scorer: Scorer) -> tuple[Slice, ...]:
    """Return the groups whose treatment a fairness check compares."""
    texts = [normalize(r.reply.text).text for r in decided.rows]
    matcher = Matcher(tuple(e for e in scorer.pack.lexicon if e.kind == "group"))
    words: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        for entry in {f.entry for f in matcher(text)[0]}:
            words.setdefault(entry.word, []).append(i)
    groups: dict[tuple[str, str], list[int]] = {("identity", "any"): sorted({i for at in words.values() for i in at})}
    frequent = sorted(words.items(), key=lambda item: (-len(item[1]), item[0]))[:_WORDS]
    groups.update({("identity", word): at for word, at in frequent})
    for i, (row, text) in enumerate(zip(decided.rows, texts, strict=True)):
        if row.register:
            groups.setdefault(("register", row.register), []).append(i)
        length = len(row.reply.text)
        groups.setdefault(("length", next((name for most, name in _LENGTHS if length <= most), _LONGER)), []).append(i)
        groups.setdefault(("language", _script(text)), []).append(i)
    out = []
    for (kind, value), at in groups.items():
        inside = np.zeros(len(texts), dtype=bool)
        inside[at] = True
        if len(at) >= _SLICE or value == "any":
            out.append(_slice(decided, kind, value, inside))
    blank = [replace(r, reply=r.reply._replace(author_name=None, author_handle=None)) for r in decided.rows]
    out += [_slice(decided, "names", "as_given"), _slice(_decide(scorer, blank)[0], "names", "blanked")]
    order = {k: i for i, k in enumerate(("identity", "register", "length", "language", "names"))}
    return tuple(sorted(out, key=lambda s: order[s.kind]))


def _script(text: str) -> str:
    """Return which script a text is mostly written in: kana make it Japanese."""
    if any("ぁ" <= c <= "ヿ" for c in text):
        return "japanese"
    counts = {
        "korean": sum("가" <= c <= "힣" or "ㄱ" <= c <= "ㅣ" for c in text), "han": sum("一" <= c <= "鿿" for c in text), "latin": sum("a" <= c <= "z" for c in text)
    }  # fmt: skip
    best = max(counts, key=lambda k: counts[k])
    return best if counts[best] else "marks"


def _uniformity(decided: _Decided, policy: Policy) -> tuple[int, tuple[Uneven, ...]]:
    """Return how many pairs of nearly equal texts there are, and those that were treated differently."""
    mask = Masker(Tokenizer(), account=policy.account)
    pairs = [(i, j, s) for i, j, s in nearly_same(decided.rows, decided.rows) if i < j]
    uneven = []
    for i, j, s in pairs:
        one, other = decided.results[i], decided.results[j]
        if one.decision.action != other.decision.action:
            texts = mask(one.reply.text), mask(other.reply.text)
            same = decided.rows[i].labels == decided.rows[j].labels
            uneven.append(Uneven(one.reply.id, other.reply.id, round(s, 3), (one.decision.action, other.decision.action), same, texts))
    return len(pairs), tuple(uneven)


def _mistakes(decided: _Decided, policy: Policy) -> tuple[Mistake, ...]:
    """Return the worst mistakes of each kind: those of which the model was surest, then those that a rule or the danger signal decided."""
    mask = Masker(Tokenizer(), account=policy.account)
    kinds = (
        ("wrong_suggestion", decided.acted("suggest") & decided.good, -1),
        ("missed", decided.acted("keep") & decided.bad, 1),
        ("wrong_review", decided.acted("review") & decided.good, -1),
    )
    out = []
    for kind, wrong, way in kinds:
        found = {i: _named(decided.results[i], decided.scores[i][decided.held[i]]) for i in np.flatnonzero(wrong).tolist()}
        at = sorted(found.items(), key=lambda item: (item[1] is None, way * (item[1] or 0.0), decided.results[item[0]].reply.id))
        for i, score in at[:_WORST]:
            r, decision = decided.results[i].reply, decided.results[i].decision
            decided_by = "model" if score is not None else "crisis" if CRISIS in decision.signals else "rule"
            words = tuple(dict.fromkeys(mask.part(r.text, x.start, x.end) for x in decision.reasons if x.words and x.start is not None and x.end is not None))
            labels = tuple(g for g in policy.ids if g in decided.rows[i].labels)
            out.append(Mistake(r.id, kind, mask(r.text), labels, decision.action, decision.grounds, words, decided_by, score))
    return tuple(out)


def _named(result: Result, of_held: Floats) -> float | None:
    """Return the model's score for the ground that it named, of a kept reply for the likeliest of those that it holds (`of_held`); None where a rule or the danger signal decided."""
    decision = result.decision
    if decision.action == "keep":
        return round(float(of_held.max()), 4)
    if CRISIS in decision.signals:
        return None
    return max((x.score for x in decision.reasons if x.source in ("model", PASSAGE) and x.ground in decision.grounds and x.score is not None), default=None)
