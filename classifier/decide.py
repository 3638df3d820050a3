"""Scores, hits, cut-offs and policy to one decision a reply: suggest, review or keep."""

from dataclasses import dataclass

from classifier.replies import Reply

ACTIONS = ("suggest", "review", "keep")


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence for a decision."""

    ground: str  # a ground id, or a signal (crisis, inquiry)
    source: str  # "model" or the id of a rule
    score: float | None = None  # calibrated probability, for the model
    cutoff: float | None = None  # the cut-off that the score reached
    start: int | None = None  # where the evidence stands in the raw text (characters, end excluded)
    end: int | None = None
    words: str = ""  # the raw text there


@dataclass(frozen=True, slots=True)
class Decision:
    """What is proposed for a reply, and why."""

    action: str  # suggest, review or keep
    grounds: tuple[str, ...] = ()  # over the upper cut-off for suggest, over the lower one for review, none for keep
    signals: tuple[str, ...] = ()  # crisis, threat, inquiry, repeated, no_parent, own, repost, rules_only, audit
    priority: int = 99  # place in the order in which people should see it, 0 first
    reasons: tuple[Reason, ...] = ()
    measures: tuple[str, ...] = ()  # in the policy's words


@dataclass(frozen=True, slots=True)
class Result:
    """A reply with its decision, as every writer takes it."""

    reply: Reply
    decision: Decision
    scores: tuple[float, ...]  # calibrated probabilities, one for each ground in the policy's order
    model: str  # name of the model, or "none"
    policy: str  # edition of the policy, 2020-03-02
    text_sha256: str
