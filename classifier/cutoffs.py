"""Cut-offs from held-out scores: what training keeps of them, so that other targets need no new training."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from classifier.model import ANY, CRISIS, Cutoffs
from classifier.policy import Policy
from classifier.targets import Asked, OwnTargets
from classifier.thresholds import DIGITS, Targets, Upper, forward, pooled, share_cutoff, upper_cutoffs

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MARKS = "tuning", "sure", "answering"
"""What `HeldOut` tells of each row, in the order of its fields."""
_FEWEST = 500
"""Rows of a kind by which a share of one or two in a hundred can be told."""


@dataclass(frozen=True)
class HeldOut:
    """Scores of labelled rows by heads that did not see them: the training rows out of fold, then the tuning rows.

    Rows of minimal pairs are left out: each is the twin of another, and a field never sees such rows in that number.
    """

    heads: tuple[str, ...]  # the grounds, then CRISIS and ANY
    scores: Mapping[str, Floats]  # stage to calibrated probabilities, (rows, heads)
    held: Bools  # (rows, heads)
    tuning: Bools  # (rows,): in the tuning part
    sure: Bools  # (rows,): a careful reader would not decide otherwise
    answering: Bools  # (rows,): the account's post is known

    def to_bytes(self) -> bytes:
        """Return the content of the file that a model folder keeps; it holds numbers only, no text and no id."""
        buffer = io.BytesIO()
        scores = {f"scores_{stage}": s.round(DIGITS).astype(np.float32) for stage, s in self.scores.items()}
        marks = {name: getattr(self, name).astype(np.uint8) for name in _MARKS}
        np.savez_compressed(buffer, allow_pickle=False, held=np.packbits(self.held, axis=1), **marks, **scores)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, heads: Sequence[str]) -> "HeldOut":
        """Return what `to_bytes` wrote for these heads; raise ValueError, KeyError or OSError where it is something else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            held = np.unpackbits(arrays["held"], axis=1)[:, : len(heads)].astype(bool)
            scores = {name.removeprefix("scores_"): arrays[name].astype(np.float64) for name in arrays.files if name.startswith("scores_")}
            return cls(tuple(heads), scores, held, *(arrays[name].astype(bool) for name in _MARKS))

    def of(self, heads: Sequence[str]) -> "HeldOut":
        """Return the same rows for other heads: what was not scored scores zero and holds nowhere."""

        def columns(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
            return np.stack([values[:, self.heads.index(h)] if h in self.heads else np.zeros(len(values), dtype=values.dtype) for h in heads], axis=1)

        return replace(self, heads=tuple(heads), scores={s: np.asarray(columns(v), dtype=np.float64) for s, v in self.scores.items()}, held=np.asarray(columns(self.held), dtype=bool))


@dataclass(frozen=True)
class Choice:
    """The settings by which cut-offs are chosen; why these: see models/README.md."""

    asked: Asked = field(default_factory=lambda: Asked(Targets(precision=0.991, misses=0.01, confidence=0.99), {"off_topic": OwnTargets(misses=0.045)}))
    settled_misses: float = 1.0  # part of the misses that the fast stage may cause before the full one sees a reply
    alone: float = 2.0  # times as many misses the fast stage may cause where it decides alone (`--fast`), so that it does not send twice as much to people
    crisis_alarms: tuple[float, float] = (0.0415, 0.02)  # share of other replies that the crisis head may mark: of all rows without their post, and of the life-like ones with it
    crisis_doubts: tuple[float, float] = (0.092, 0.06)  # share of the same that the full stage sees because danger is not ruled out
    sentence: float = 0.5  # a sentence of a long reply that by itself more likely than not holds a ground calls for a person
    enough_to_tune: int = 100  # violations in the tuning part from which on it alone sets the lower cut-off


def choose(held_out: HeldOut, policy: Policy, learned: Sequence[str], choice: Choice) -> tuple[dict[str, Cutoffs], dict[str, tuple[Upper, ...]]]:
    """Return for each stage the cut-offs, and what stands behind the upper ones.

    The upper ones are chosen over all rows whose label is sure, the lower ones over those whose mixture is like that of an
    account: the tuning part where it holds enough violations. Heads that are not among the `learned` ones reach no cut-off.
    """
    stages = held_out.of((*policy.ids, CRISIS, ANY)).scores
    misses = {stage: choice.asked.all.misses * (choice.alone if stage == "fast" and len(stages) > 1 else 1.0) for stage in stages}
    found = {stage: _choose(scores.round(DIGITS), held_out, policy, learned, choice, misses[stage]) for stage, scores in stages.items()}
    return {s: c for s, (c, _) in found.items()}, {s: u for s, (_, u) in found.items()}


def _choose(scores: Floats, held_out: HeldOut, policy: Policy, learned: Sequence[str], choice: Choice, misses: float) -> tuple[Cutoffs, tuple[Upper, ...]]:
    n, asked = len(policy.ids), choice.asked
    held = held_out.of((*policy.ids, CRISIS)).held
    grounds, crisis, truth = scores[:, :n], scores[:, n], held[:, :n]
    violation = np.asarray(truth.any(axis=1))
    tuning = held_out.tuning
    lifelike = tuning if violation[tuning].sum() >= choice.enough_to_tune else np.ones(len(scores), dtype=bool)
    known = [k for k, g in enumerate(policy.ids) if g in learned]
    closed = [g.settled_by == "person" or k not in known for k, g in enumerate(policy.grounds)]
    own = {k: targets for k, g in enumerate(policy.ids) if (targets := asked.precise(g)) and not closed[k]}
    any_ground = scores[:, n + 1] if ANY in learned else None
    upper = upper_cutoffs(forward(grounds, any_ground)[held_out.sure], truth[held_out.sure], asked.all, closed, own)
    all_together = pooled(grounds, any_ground)
    least = share_cutoff(all_together, violation & lifelike, misses)
    lower = [1.0] * n
    for k in known:  # a ground that reaches the cut-off of all together is named
        alone = asked.own.get(policy.ids[k])
        lower[k] = least
        if alone and alone.misses is not None:  # all but so many of its violations reach its own cut-off
            lower[k] = min(least, share_cutoff(grounds[:, k], truth[:, k] & lifelike, alone.misses))
    danger, unsettled = ((1.0, 1.0), (1.0, 1.0)) if CRISIS not in learned else _of_danger(crisis, ~held[:, n], held_out, lifelike, choice)
    doubtful = share_cutoff(all_together, violation & lifelike, asked.all.misses * choice.settled_misses)
    return Cutoffs(tuple(lower), tuple(u.cutoff for u in upper), danger, doubtful, unsettled, least, choice.sentence), upper


def _of_danger(crisis: Floats, others: Bools, held_out: HeldOut, lifelike: Bools, choice: Choice) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the cut-offs of danger and those of doubt about it, each without the post and with it.

    Who answers a post speaks of his own life less often, so that the same score there means fewer false alarms: each kind of
    reply has its own, as long as there are rows enough to tell it by.
    """
    answering = held_out.answering
    alone = _most_fitting(others & ~answering, others)
    with_post = _most_fitting(others & answering & lifelike, others & answering, others)

    def cutoffs(shares: tuple[float, float]) -> tuple[float, float]:
        found = [float(np.quantile(crisis[rows], 1 - share)) if rows.any() else 1.0 for rows, share in zip((alone, with_post), shares, strict=True)]
        return found[0], found[1]

    return cutoffs(choice.crisis_alarms), cutoffs(choice.crisis_doubts)


def _most_fitting(*sets: Bools) -> Bools:
    """Return the first set of rows that is not too small for a share of a hundredth to be told by, else the last."""
    return next((rows for rows in sets if rows.sum() >= _FEWEST), sets[-1])
