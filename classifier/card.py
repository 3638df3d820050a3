"""The card of a model, in English and Japanese: what it learned from, how it did on replies that it never saw, and what it must not be used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifier.assessment import Assessment
from classifier.evaluate import Ratio
from classifier.messages import LANGUAGES, language, say, speaking
from classifier.model import Model
from classifier.policy import Policy
from classifier.report_words import ratio, suite_name
from classifier.suites import Gate
from classifier.thresholds import Upper

_FIGURES = ("violations_suggested", "violations_kept", "harmless_suggested", "harmless_reviewed", "suggested_right", "crisis_reviewed", "others_marked_crisis")


@dataclass(frozen=True)
class Learned:
    """What a model learned from."""

    rows: Mapping[str, int]  # split to number
    positives: Mapping[str, int]  # ground to number, training part
    upper: Sequence[Upper]
    cutoffs_of: str = ""  # the model whose heads these are, where only cut-offs were chosen anew


def cards(model: Model, *, policy: Policy, learned: Learned, assessment: Assessment | None, gate: Gate | None = None) -> dict[str, str]:
    """Return the card as Markdown in each language ("en", "ja"); `assessment` is that of the test part, None where there is none."""
    found = {}
    for code in LANGUAGES:
        with speaking(code):
            found[code] = _card(model, policy, learned, assessment, gate)
    return found


def _card(model: Model, policy: Policy, learned: Learned, assessment: Assessment | None, gate: Gate | None) -> str:
    lines = [say("card.title", name=model.name), "", say("card.rows", edition=policy.edition, **learned.rows), ""]
    if learned.cutoffs_of:
        lines += [say("card.reused", name=learned.cutoffs_of), ""]
    if gate is not None:
        first = ", ".join(i for _, i in gate.suggested[:10])
        lines += [say("card.gate_passed", rows=gate.rows) if gate.passed else say("card.gate_failed", rows=gate.rows, n=len(gate.suggested), first=first), ""]
    if assessment is not None:
        seen, tested = assessment.provenance.seen, assessment.figures.replies
        lines += [say("card.seen", n=seen, rows=tested) if seen else say("card.test"), ""]
        if learned.cutoffs_of and assessment.provenance.unknown:  # a model that has just learned knows its rows
            lines += [say("card.unknown", n=assessment.provenance.unknown), ""]
        lines += [*_figures(assessment), ""]
        if assessment.suites:
            lines += [say("card.suites"), "|---|---|---|---|---|---|"]
            lines += [
                _row(suite_name(s.value) if language() == "ja" else s.value, s.replies, s.harmless_suggested.part + s.violations_suggested.part, *map(_ratio, (s.harmless_reviewed, s.violations_kept, s.crisis_marked)))
                for s in assessment.suites
            ]  # fmt: skip
            lines += [""]
    lines += _grounds(model, policy, learned, assessment)
    return "\n".join([*lines, "", say("card.limits")])


def _figures(a: Assessment) -> list[str]:
    field = a.estimate
    lines = [say("card.average_precision", value=_number(a.figures.macro_average_precision))]
    lines += [say(f"card.{name}", value=_ratio(getattr(a.figures, name))) for name in _FIGURES]
    lines += [say("card.calibration", value=_number(a.of_any().error)), say("card.base_rate", rate=f"{field.base_rate:.0%}", read=_percent(field.read), precision=_percent(field.precision))]
    for w in a.workloads:
        missed = say("card.missed_unknown") if w.missed_a_day is None else say("card.missed", n=f"{w.missed_a_day:.1f}")
        lines.append(say("card.workload", reviews=w.reviews_a_day, replies=w.replies_a_day, missed=missed))
    return lines


def _grounds(model: Model, policy: Policy, learned: Learned, a: Assessment | None) -> list[str]:
    cutoffs = model.full_cutoffs or model.fast_cutoffs
    errors = {r.ground: r.error for r in a.reliability} if a else {}
    lines = [say("card.grounds", together=f"{cutoffs.together:.3f}"), "|---|---|---|---|---|---|---|---|"]
    for k, (g, u) in enumerate(zip(policy.grounds, learned.upper, strict=True)):
        tested = a.figures.grounds[k] if a else None
        shown = say("card.shown_shared" if u.pooled else "card.shown", right=u.right, above=u.above)
        if g.id in model.rules_only:
            shown = say("card.rules_only")
        elif u.cutoff is None and g.settled_by == "person":
            shown = say("card.person")
        elif u.cutoff is None:
            shown = say("card.wanting_together") if u.pooled else say("card.wanting", n=u.wanting) if u.wanting else say("card.worse", right=u.right, above=u.above)
        lower = "-" if g.id in model.rules_only else f"{cutoffs.lower[k]:.3f}"
        measured = (_number(tested.average_precision), _number(errors.get(g.id)), _ratio(tested.caught)) if tested else ("-", "-", "-")
        name = f"{g.short} ({g.id})" if language() == "ja" else g.id
        lines.append(_row(name, learned.positives.get(g.id, 0), lower, _number(u.cutoff), shown, *measured))
    if together := {u.wanting for u in learned.upper if u.pooled and u.cutoff is None}:
        lines += ["", say("card.together", n=together.pop())]
    return lines


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _ratio(value: Ratio) -> str:
    return ratio(value) if language() == "ja" else str(value)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
