"""Scores, hits, cut-offs and policy to one decision a reply: suggest, review or keep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.checks import MANY_REPEATS, OF_AUTHOR, Hit
from classifier.context import Observed
from classifier.evidence import Evidence
from classifier.model import ANY, Cutoffs
from classifier.policy import URGENT, Policy
from classifier.replies import Reply
from classifier.rules import Findings
from classifier.suspicion import suspects
from classifier.thresholds import Targets, precision_bound, together

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ACTIONS = ("suggest", "review", "keep")


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence for a decision."""

    ground: str  # a ground id, a signal (crisis, inquiry), or ANY: no single ground is likely enough, and yet it is likely that one of them holds
    source: str  # "model", "sentence" (the model on that sentence alone), "beside" (the model, of a ground that is likely but not proposed) or the id of a rule
    score: float | None = None  # of the model: calibrated probability, for a suggestion the score by which it is put forward
    cutoff: float | None = None  # the cut-off that the score reached
    start: int | None = None  # where the evidence stands in the raw text (characters, end excluded)
    end: int | None = None
    words: str = ""  # the raw text there


@dataclass(frozen=True, slots=True)
class Decision:
    """What is proposed for a reply, and why."""

    action: str  # suggest, review or keep
    grounds: tuple[str, ...] = ()  # over the upper cut-off for suggest, over the lower one (or the likeliest) for review, none for keep; and those of rules
    signals: tuple[str, ...] = ()  # crisis, threat, inquiry, repeated, odd_spelling, suspicion, own, repost, rules_only, audit
    priority: int = 99  # place in the order in which people should see it, 0 first
    reasons: tuple[Reason, ...] = ()
    measures: tuple[str, ...] = ()  # in the policy's words


class Passage(NamedTuple):
    """A sentence of a reply that by itself likely holds a ground."""

    ground: str
    start: int  # in the normalized text (characters, end excluded)
    end: int
    score: float  # of the sentence alone
    cutoff: float


PASSAGE, BESIDE = "sentence", "beside"
"""The sources of reasons that lie in one sentence judged by itself, and of grounds that are named beside those proposed."""


class Result(NamedTuple):
    """A reply with its decision, as every writer takes it."""

    reply: Reply
    decision: Decision
    scores: tuple[float, ...]  # calibrated probabilities, one for each ground in the policy's order
    model: str  # name of the model, or "none"
    policy: str  # edition of the policy, 2020-03-02
    text_sha256: str
    any_ground: float | None = None  # the score of all grounds together; None where no head of its own tells it
    full: bool = False  # the full stage, which sees sentence vectors, decided it

    @property
    def together(self) -> float:
        """The score of all grounds together."""
        return float(together(np.asarray(self.scores))) if self.any_ground is None else self.any_ground


class Scored(NamedTuple):
    """The calibrated scores of one reply."""

    grounds: Sequence[float]  # in the policy's order
    crisis: float = 0.0
    together: float | None = None  # of all grounds together; that of independent grounds where not given
    forward: Sequence[float] | None = None  # those by which grounds are put forward (`thresholds.forward`); the grounds' own where not given
    firm: Sequence[float] | None = None  # the same without what odd spelling adds, which alone put a reply forward; the same where not given


@dataclass(frozen=True)
class Judged:
    """The scores of a batch, in rows."""

    scores: Floats  # a column for each ground, one for danger and one for all grounds together
    forward: Floats  # a column for each ground, as in `Scored`
    firm: Floats

    def of(self, replies: Sequence[int]) -> list[Scored]:
        """Return the scores of some replies, by their places."""
        at = np.asarray(replies, dtype=np.intp)
        rows = zip(self.scores[at].tolist(), self.forward[at].tolist(), self.firm[at].tolist(), strict=True)
        return [Scored(s[:-2], s[-2], s[-1], forward, firm) for s, forward, firm in rows]


@dataclass(frozen=True)
class Desk:
    """What a decision goes by: the policy, the cut-offs (None for rules alone), and which rules may suggest by themselves."""

    policy: Policy
    cutoffs: Cutoffs | None
    trusted: frozenset[str]
    signals: Mapping[str, str]  # rule id to the signal that its hit raises
    evidence: Evidence = lambda text, ground: None


_LIKELY = 0.5
"""Score from which on a ground is named beside those that are suggested."""

NEVER_PROPOSED = ("own", "repost")
_OF_MISDEEDS = ("defamation.crime_asserted", "defamation.criminal_label")
"""Rules that find a misdeed named, which a suspicion of it holds as well as its assertion."""
_ANNOUNCED = frozenset({"illegal", "public_order"})
"""The grounds that hold together where somebody announces an own act of violence, or calls for one and names target and time: what no rule knows is a threat, too."""
_KEEP = Decision("keep")


def decide(observed: Observed, findings: Findings, scored: Scored, desk: Desk) -> Decision:
    """Return the decision for one reply, from its calibrated scores, hits, cut-offs and policy.

    The order of precedence: never proposed (the account's own posts, reposts), crisis, suggest, review, keep.
    """
    kind = observed.reply.kind
    if kind in NEVER_PROPOSED:
        return Decision("keep", signals=(kind,))
    ids, cutoffs, hits = desk.policy.ids, desk.cutoffs, findings.hits
    danger = cutoffs is not None and scored.crisis >= cutoffs.crisis[observed.judged_against_parent]
    all_together = float(together(np.asarray(scored.grounds))) if scored.together is None else scored.together
    forward = scored.grounds if scored.forward is None else scored.forward
    firm = forward if scored.firm is None else scored.firm
    reached = cutoffs.reached(scored.grounds, all_together) if cutoffs else []
    speaking = [h for h in hits if h.ground in ids]
    over = _over_upper(firm, speaking, desk, observed)
    suspected = "defamation" in over and suspects(observed.text) and not _insulted(speaking)
    if suspected:
        over.discard("defamation")
    if not hits and not reached and not danger and not over:
        return _KEEP if observed.repeats == 1 else Decision("keep", signals=("repeated",) if observed.repeats >= MANY_REPEATS else ())
    signals = _signals(observed, hits, danger, desk)
    own = {ids[k] for k in reached if cutoffs and scored.grounds[k] >= cutoffs.lower[k]}
    likely = {ids[k] for k in reached} | {h.ground for h in speaking}
    if "crisis" in signals:
        action, chosen = "review", likely
    elif over:
        action, chosen = "suggest", over
    elif likely:
        action, chosen = "review", likely
        if suspected:
            signals = tuple(sorted((*signals, "suspicion")))
        elif firm != forward and _over_upper(forward, speaking, desk, observed):
            signals = tuple(sorted((*signals, "odd_spelling")))
    else:
        return Decision("keep", signals=signals)
    if "threat" not in signals and (own | {h.ground for h in speaking}).issuperset(_ANNOUNCED):
        signals = tuple(sorted((*signals, "threat")))
    grounds = tuple(g for g in ids if g in chosen)
    urgent = "crisis" in signals or ("threat" in signals and bool(desk.policy.handover_grounds & chosen))
    return Decision(
        action,
        grounds,
        signals,
        desk.policy.rank([*grounds, *(s for s in signals if s in URGENT)]),
        _reasons(observed, hits, scored._replace(together=all_together, forward=forward), reached, action, grounds, signals, desk),
        desk.policy.measures(grounds, urgent),
    )


def decide_all(observed: Sequence[Observed], findings: Sequence[Findings], judged: Judged, desks: Sequence[Desk], evidence: Callable[[Bools], Evidence] | None = None) -> list[Decision]:
    """Return what `decide` gives for each reply.

    Most replies have neither a hit nor a score that reaches anything: seen for the whole batch at once, they are kept without more ado.
    `evidence` is told which grounds and danger each reply reaches, (replies, grounds + 1), and gives what finds the evidence in place of the desks' own.
    """
    noted = np.zeros(judged.scores.shape, dtype=np.bool_)
    answering = np.array([o.judged_against_parent for o in observed], dtype=np.bool_)
    distinct = list({id(desk): desk for desk in desks}.values())
    for desk in distinct:
        if desk.cutoffs is not None:
            its = np.array([d is desk for d in desks], dtype=np.bool_)
            noted[its] = desk.cutoffs.noted(judged.scores[its], judged.forward[its], answering[its])
    if evidence is not None:
        found = evidence(noted[:, :-1])
        told = {id(desk): replace(desk, evidence=found) for desk in distinct}
        desks = [told[id(desk)] for desk in desks]
    any_noted: list[bool] = np.any(noted, axis=1).tolist()
    decisions = [_KEEP] * len(observed)
    told_more = [i for i, (o, f, reached) in enumerate(zip(observed, findings, any_noted, strict=True)) if reached or f.hits or o.repeats != 1 or o.reply.kind in NEVER_PROPOSED]
    for i, scored in zip(told_more, judged.of(told_more), strict=True):
        decisions[i] = decide(observed[i], findings[i], scored, desks[i])
    return decisions


def for_a_passage(kept: Decision, observed: Observed, passage: Passage, policy: Policy) -> Decision:
    """Return the decision for a reply that is kept as a whole while one sentence of it calls for a person: review for that sentence's ground."""
    start, end = observed.normalized.span(passage.start, passage.end)
    grounds = (passage.ground,)
    reason = Reason(passage.ground, PASSAGE, round(passage.score, 4), passage.cutoff, start, end, observed.reply.text[start:end])
    rank = policy.rank([passage.ground, *(s for s in kept.signals if s in URGENT)])
    return Decision("review", grounds, kept.signals, rank, (reason,), policy.measures(grounds, False))


def trusted_rules(records: Mapping[str, tuple[int, int]], targets: Targets) -> frozenset[str]:
    """Return the rules that may suggest by themselves: those whose precision, seen as (hits, right), passes the bound."""
    return frozenset(rule for rule, (hits, right) in records.items() if precision_bound(right, hits, targets.confidence) >= targets.precision)


def _insulted(hits: Sequence[Hit]) -> bool:
    """Tell whether a rule finds an insult or a death wish: more than a misdeed that somebody is said to have done."""
    return any(h.ground == "defamation" and h.rule not in _OF_MISDEEDS for h in hits)


def _signals(observed: Observed, hits: Sequence[Hit], danger: bool, desk: Desk) -> tuple[str, ...]:
    raised = {desk.signals[h.rule] for h in hits if h.rule in desk.signals}
    if danger:
        raised.add("crisis")
    if observed.repeats >= MANY_REPEATS:
        raised.add("repeated")
    if desk.cutoffs is None:
        raised.add("rules_only")
    return tuple(sorted(raised))


def _over_upper(scores: Sequence[float], hits: Sequence[Hit], desk: Desk, observed: Observed) -> set[str]:
    """Return the grounds that may be suggested: none that only a person settles, alteration only where a change in the copy was found, no own words under the copied post as its theft."""
    upper = desk.cutoffs.upper if desk.cutoffs else (None,) * len(scores)
    over = {g.id for g, p, u in zip(desk.policy.grounds, scores, upper, strict=True) if u is not None and p >= u}
    if not observed.alignment.changed:
        over.discard("alteration")
    if observed.alignment.commented:
        over.discard("intellectual_property")
    over |= {h.ground for h in hits if h.rule in desk.trusted}
    return {g for g in over if desk.policy.ground(g).settled_by != "person"}


def _reasons(observed: Observed, hits: Sequence[Hit], scored: Scored, reached: Sequence[int], action: str, grounds: Sequence[str], signals: Sequence[str], desk: Desk) -> tuple[Reason, ...]:
    normalized, raw = observed.normalized, observed.reply.text
    scores, together = scored.grounds, scored.together or 0.0
    by_which = scored.forward if action == "suggest" and scored.forward is not None else scores
    reasons = []

    def reason(ground: str, source: str, span: tuple[int, int] | None, score: float | None = None, cutoff: float | None = None) -> None:
        start, end = normalized.span(*span) if span else (None, None)
        words = raw[start:end] if start is not None else ""
        reasons.append(Reason(ground, source, score, cutoff, start, end, words))

    danger = desk.cutoffs.crisis[observed.judged_against_parent] if desk.cutoffs else None
    if danger is not None and scored.crisis >= danger:
        reason("crisis", "model", desk.evidence(observed.text, "crisis"), round(scored.crisis, 4), danger)
    for g in grounds:
        k = desk.policy.ids.index(g)
        if desk.cutoffs:
            cutoff = desk.cutoffs.upper[k] if action == "suggest" else desk.cutoffs.lower[k]
            if cutoff is not None and by_which[k] >= cutoff:
                reason(g, "model", desk.evidence(observed.text, g), round(float(by_which[k]), 4), cutoff)
    for k in reached:
        if desk.cutoffs and action == "review" and scores[k] < desk.cutoffs.lower[k]:  # named because all together reach theirs
            reason(ANY, "model", None, round(together, 4), desk.cutoffs.together)
            reason(desk.policy.ids[k], "model", desk.evidence(observed.text, desk.policy.ids[k]), round(float(scores[k]), 4))
    if desk.cutoffs and action == "suggest":  # what else it likely holds, so that a person can name it; these are not proposed
        for k, g in enumerate(desk.policy.ids):
            if g not in grounds and scores[k] >= max(_LIKELY, desk.cutoffs.lower[k]):
                span = desk.evidence(observed.text, g)
                start, end = normalized.span(*span) if span else (0, 0)
                reasons.append(Reason(g, BESIDE, round(float(scores[k]), 4), words=raw[start:end]))  # without a place: nothing in the text is marked for it
    for h in hits:
        if h.ground in grounds or desk.signals.get(h.rule) in signals:
            if h.rule == OF_AUTHOR:
                reasons.append(Reason(h.ground, h.rule, words=" @".join(filter(None, (observed.reply.author_name or "", observed.reply.author_handle)))))
            else:
                reason(h.ground, h.rule, (h.start, h.end))
    return tuple(reasons)
