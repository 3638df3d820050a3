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

    def to_bytes(self) -> bytes:
        """Return the content of the file that a model folder keeps; it holds numbers only, no text and no id."""
        buffer = io.BytesIO()
        scores = {f"scores_{stage}": s.round(DIGITS).astype(np.float32) for stage, s in self.scores.items()}
        np.savez_compressed(buffer, allow_pickle=False, held=np.packbits(self.held, axis=1), tuning=self.tuning.astype(np.uint8), sure=self.sure.astype(np.uint8), **scores)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, heads: Sequence[str]) -> "HeldOut":
        """Return what `to_bytes` wrote for these heads; raise ValueError, KeyError or OSError where it is something else."""
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            held = np.unpackbits(arrays["held"], axis=1)[:, : len(heads)].astype(bool)
            scores = {name.removeprefix("scores_"): arrays[name].astype(np.float64) for name in arrays.files if name.startswith("scores_")}
            return cls(tuple(heads), scores, held, arrays["tuning"].astype(bool), arrays["sure"].astype(bool))

    def of(self, heads: Sequence[str]) -> "HeldOut":
        """Return the same rows for other heads: what was not scored scores zero and holds nowhere."""

        def columns(values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
            return np.stack([values[:, self.heads.index(h)] if h in self.heads else np.zeros(len(values), dtype=values.dtype) for h in heads], axis=1)

        return replace(self, heads=tuple(heads), scores={s: np.asarray(columns(v), dtype=np.float64) for s, v in self.scores.items()}, held=np.asarray(columns(self.held), dtype=bool))


@dataclass(frozen=True)
class Choice:
    """The settings by which cut-offs are chosen; why these: see models/README.md."""

    asked: Asked = field(default_factory=lambda: Asked(Targets(precision=0.9905, misses=0.0085, confidence=0.99), {"off_topic": OwnTargets(misses=0.045)}))
    settled_misses: float = 1.0  # part of the misses that the fast stage may cause before the full one sees a reply
    alone: float = 2.0  # times as many misses the fast stage may cause where it decides alone (`--fast`), so that it does not send twice as much to people
    crisis_alarms: float = 0.0335  # share of other replies that the crisis head may mark
    crisis_doubts: float = 0.08  # share of other replies that the full stage sees because danger is not ruled out
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
    doubtful = share_cutoff(all_together, violation & lifelike, asked.all.misses * choice.settled_misses)
    danger, unsettled = 1.0, 1.0
    if CRISIS in learned:
        others = crisis[~held[:, n]]
        danger, unsettled = (float(np.quantile(others, 1 - share)) for share in (choice.crisis_alarms, choice.crisis_doubts))
    return Cutoffs(tuple(lower), tuple(u.cutoff for u in upper), danger, doubtful, unsettled, least, choice.sentence), upper
