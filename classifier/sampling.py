"""Which scored replies people should label next, so that a model learns most from the same work (active learning)."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from classifier.decide import NEVER_PROPOSED, Result
from classifier.labeled import Labeled
from classifier.messages import say
from classifier.model import ANY, Cutoffs
from classifier.policy import Policy
from classifier.thresholds import logit
from classifier.validate import SIMILAR, bare

Floats = npt.NDArray[np.float64]

AUDIT = 60
"""Kept replies that are drawn by chance: with no violation among 60 drawn, fewer than 5 % of all kept replies are violations,
with 95 % confidence (the rule of three, Hanley and Lippman-Hand 1983)."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A reply for people to label, and why it was picked."""

    result: Result
    reason: str  # audit: by chance among the kept; uncertain: near a review cut-off, of a ground or of all together; rare: likely of a ground with few examples; copy: nothing else was left
    ground: str | None = None  # the ground that it was picked for, ANY for all together; None for audit
    distance: float | None = None  # of its score for the ground, or for all together, from the review cut-off, on the logit scale; below zero under it; None without a cut-off

    @property
    def why(self) -> str:
        """The reason in a sentence, in the language in use."""
        ground = say("explain.together") if self.ground == ANY else self.ground
        return say(f"sampling.{self.reason}", ground=ground, distance="-" if self.distance is None else f"{self.distance:+.2f}")


@dataclass(frozen=True)
class Mixture:
    """What a sample is made of."""

    random_share: float = 0.2  # of the sample, drawn by chance from the kept replies
    least_audit: int = AUDIT  # and never fewer
    rare: float = 0.5  # of the others, those picked for grounds with few positives


@dataclass(frozen=True)
class Known:
    """What people have labelled so far."""

    positives: Mapping[str, int] = field(default_factory=dict)  # ground to the number of its examples; none where it is missing
    texts: Sequence[str] = ()  # nothing nearly the same as one of these teaches much

    @classmethod
    def of(cls, rows: Sequence[Labeled], policy: Policy) -> "Known":
        """Return what labelled rows tell."""
        return cls({g: sum(g in r.labels for r in rows) for g in policy.ids}, [r.reply.text for r in rows])


def sample(
    results: Sequence[Result], n: int, *, policy: Policy, cutoffs: Cutoffs, known: Known | None = None, mixture: Mixture | None = None, seed: int = 20200302
) -> list[Picked]:
    """Return `n` of the scored replies (all where there are fewer), those first that people should label first.

    Reposts and the account's own posts are left out; of equal ids one counts. The rule:

    1. audit: a simple random sample of the kept replies, copies among them as often as they came in, so that the misses can
       be estimated from it. Its size is `random_share` of n, and at least `least_audit` where n is that large, n // 2 where it
       is smaller; all kept replies where there are fewer.
    2. uncertain: of the other places a share 1 - `rare`. All grounds together take a turn for every ground that has no lower
       review cut-off than they have (there its own only names it), the other grounds one each; each takes the reply whose score
       lies nearest to the cut-off on the logit scale (uncertainty sampling, Lewis and Gale 1994, around the decision that people see).
    3. rare: the remaining places. The grounds take turns in proportion to 1 / sqrt(1 + positives known), each takes the reply
       that is as likely its own as not: one against which a rule holds the ground before others, then by nearness of the score to
       one half. A rare ground's scores seldom come so far, so that its likeliest replies are taken, where its examples
       are found (Attenberg and Provost 2010); of a ground that is known well the surest replies teach nothing new. A ground
       without a learned head for which no rule speaks either has no turn: nothing would guide it.

    How much faster a model learns so than from replies picked by chance, `simulation` measures.

    In 2 and 3 a text that is nearly one already picked or known (the same, or a Jaccard similarity of character trigrams of
    `validate.SIMILAR` and more) is passed over; such copies come last, where nothing else is left. Ties end in the reply's id,
    chance is a hash of seed and id: the order of `results` changes nothing.

    `cutoffs` are those of the stage that scored (`model.full_cutoffs`, or `model.fast_cutoffs`).
    """
    known, mixture = known or Known(), mixture or Mixture()
    open_ = sorted({r.reply.id: r for r in sorted(results, key=lambda r: r.reply.text, reverse=True) if r.reply.kind not in NEVER_PROPOSED}.values(), key=lambda r: r.reply.id)
    n = min(max(n, 0), len(open_))
    if not n:
        return []
    picking = _Picking(open_, policy, cutoffs, _Texts(known.texts))
    picking.audit(_audit_size(n, mixture), seed)
    places = n - len(picking.picked)
    scores = np.array([r.scores for r in open_], dtype=np.float64)
    logits, cuts = logit(scores), _review_cutoffs(cutoffs)
    near = [np.argsort(np.abs(logit(s) - logit(np.array(c))), kind="stable") for s, c in zip([*scores.T, np.array([r.together for r in open_])], cuts, strict=True)]
    usable = _turns_of(cuts)
    if any(usable):
        picking.take_turns("uncertain", near, usable, places - round(mixture.rare * places))
    held = np.array([[g in r.decision.grounds and any(x.ground == g and x.source != "model" for x in r.decision.reasons) for g in policy.ids] for r in open_], dtype=bool)
    likely = [np.lexsort((np.abs(logits[:, k]), ~held[:, k])) for k in range(len(policy.ids))]
    speaks = np.asarray((logits > logit(np.zeros(1))).any(axis=0) | held.any(axis=0))
    turns = [1 / math.sqrt(1 + known.positives.get(g, 0)) if speaks[k] or not speaks.any() else 0.0 for k, g in enumerate(policy.ids)]
    picking.take_turns("rare", likely, turns, n - len(picking.picked))
    picking.fill(near, usable, n)
    return picking.picked


def _review_cutoffs(cutoffs: Cutoffs) -> tuple[float, ...]:
    """Return the review cut-offs of the grounds and, last, that of all together; 1 and more where there is none."""
    return (*cutoffs.lower, cutoffs.together)


def _turns_of(cuts: Sequence[float]) -> list[float]:
    """Return how many turns each of the review cut-offs has, those of the grounds and, last, that of all together."""
    *grounds, together_from = cuts
    own = [1.0 if c < min(together_from, 1) else 0.0 for c in grounds]
    return [*own, max(len(grounds) - sum(own), 1.0) if together_from < 1 else 0.0]


def _audit_size(n: int, mixture: Mixture) -> int:
    least = mixture.least_audit if n >= mixture.least_audit else n // 2
    return min(n, max(least, math.ceil(mixture.random_share * n)))


def _drawn(seed: int, reply_id: str) -> bytes:
    """Return what orders replies by chance: the same for an id in every run with the seed."""
    return hashlib.blake2b(f"{seed} {reply_id}".encode("utf-8", "replace"), digest_size=16).digest()


class _Texts:
    """Texts seen so far; tells which other ones are nearly one of them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._plain: set[str] = set()
        self._sizes: list[int] = []
        self._holders: dict[str, list[int]] = {}  # trigram to the texts that hold it
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """Take a text in."""
        plain = bare(text)
        if plain not in self._plain:
            self._plain.add(plain)
            grams = _trigrams(plain)
            for g in grams:
                self._holders.setdefault(g, []).append(len(self._sizes))
            self._sizes.append(len(grams))

    def hold(self, text: str) -> bool:
        """Tell whether a text is nearly one that was taken in."""
        plain = bare(text)
        if plain in self._plain:
            return True
        grams = _trigrams(plain)
        shared: dict[int, int] = {}
        for g in grams:
            for place in self._holders.get(g, ()):
                shared[place] = shared.get(place, 0) + 1
        return any(s >= SIMILAR * (len(grams) + self._sizes[place] - s) for place, s in shared.items())


def _trigrams(plain: str) -> set[str]:
    return {plain[i : i + 3] for i in range(len(plain) - 2)}


class _Picking:
    """Picks replies one after the other, each once."""

    def __init__(self, results: Sequence[Result], policy: Policy, cutoffs: Cutoffs, texts: _Texts) -> None:
        self.results, self.policy, self.cutoffs, self.texts = results, policy, cutoffs, texts
        self.picked: list[Picked] = []
        self._taken: set[int] = set()  # places in results
        self._copies: set[int] = set()

    def audit(self, size: int, seed: int) -> None:
        """Pick kept replies by chance."""
        kept = [i for i, r in enumerate(self.results) if r.decision.action == "keep"]
        for i in sorted(kept, key=lambda i: (_drawn(seed, self.results[i].reply.id), i))[:size]:
            self._pick(i, "audit", None)

    def take_turns(self, reason: str, orders: Sequence[npt.NDArray[np.intp]], weights: Sequence[float], count: int) -> None:
        """Pick up to `count` replies that are no copies; the grounds take turns in proportion to weights, each down its own order."""
        self._turns(reason, orders, weights, count, lambda i: not self._is_copy(i))

    def fill(self, orders: Sequence[npt.NDArray[np.intp]], weights: Sequence[float], size: int) -> None:
        """Pick copies until there are `size` replies."""
        self._turns("copy", orders, weights if any(weights) else [1.0] * len(weights), size - len(self.picked), lambda i: True)

    def _turns(self, reason: str, orders: Sequence[npt.NDArray[np.intp]], weights: Sequence[float], count: int, wanted: Callable[[int], bool]) -> None:
        queues = {k: iter(order.tolist()) for k, order in enumerate(orders) if weights[k] > 0}
        credit = dict.fromkeys(queues, 0.0)
        while count > 0 and queues:
            for k in queues:
                credit[k] += weights[k]
            k = max(queues, key=lambda k: credit[k])  # of equals the first in the policy's order
            credit[k] -= sum(weights[j] for j in queues)
            i = next((i for i in queues[k] if i not in self._taken and wanted(i)), None)
            if i is None:
                del queues[k]
                continue
            self._pick(i, reason, k)
            count -= 1

    def _is_copy(self, i: int) -> bool:
        if i not in self._copies and self.texts.hold(self.results[i].reply.text):
            self._copies.add(i)
        return i in self._copies

    def _pick(self, i: int, reason: str, k: int | None) -> None:
        self._taken.add(i)
        result = self.results[i]
        self.texts.add(result.reply.text)
        ground, distance = None, None
        if k is not None:
            ground = (*self.policy.ids, ANY)[k]
            if (cutoff := _review_cutoffs(self.cutoffs)[k]) < 1:
                score = result.together if ground == ANY else result.scores[k]
                at, cut = logit(np.array([score, cutoff]))
                distance = round(float(at - cut), 4)
        self.picked.append(Picked(result, reason, ground, distance))
