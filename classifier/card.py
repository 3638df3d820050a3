"""The card of a model: what it learned from, how it did on replies that it never saw, and what it must not be used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifier.assessment import Assessment
from classifier.model import Model
from classifier.policy import Policy
from classifier.suites import Gate
from classifier.thresholds import Upper

_LIMITS = """\
## What it must not be used for

- Deciding anything without a person: it proposes, and what it keeps must be sampled too.
- Judging people, accounts other than the ministry's, or texts in other settings than replies to an official account.
- Reporting figures in public unless the test part holds a desk's own decisions: the shipped data are invented replies.
"""


@dataclass(frozen=True)
class Learned:
    """What a model learned from."""

    rows: Mapping[str, int]  # split to number
    positives: Mapping[str, int]  # ground to number, training part
    upper: Sequence[Upper]
    remarks: Sequence[str] = ()  # what else a reader must know, such as "cut-offs chosen anew"


def card(model: Model, *, policy: Policy, learned: Learned, assessment: Assessment | None, gate: Gate | None = None) -> str:
    """Return the card as Markdown; `assessment` is that of the test part, None where there is none."""
    rows = learned.rows
    lines = [f"# Model {model.name}", ""]
    lines += [f"Policy edition {policy.edition}. Rows: {rows['train']} to train, {rows['tune']} to choose cut-offs, {rows['test']} to test.", ""]
    lines += [f"- {r}" for r in learned.remarks] + [""] * bool(learned.remarks)
    if gate is not None:
        held = "passed" if gate.passed else f"FAILED: {len(gate.suggested)} harmless rows suggested ({', '.join(i for _, i in gate.suggested[:10])})"
        lines += [f"Criticism gate ({gate.rows} harmless rows, none may be suggested): {held}.", ""]
    if assessment is not None:
        lines += ["## On the test part", "", "No row of it was used to train or to choose cut-offs; intervals are 95 %, exact binomial.", "", *_figures(assessment), ""]
        if assessment.suites:
            lines += ["## Behaviour suites", "", "| suite | rows | suggested | to review, harmless | violations kept | in danger, marked |", "|---|---|---|---|---|---|"]
            lines += [f"| {s.value} | {s.replies} | {s.harmless_suggested.part + s.violations_suggested.part} | {s.harmless_reviewed} | {s.violations_kept} | {s.crisis_marked} |" for s in assessment.suites]
            lines += [""]
    lines += _grounds(model, policy, learned, assessment)
    return "\n".join([*lines, "", _LIMITS])


def _figures(a: Assessment) -> list[str]:
    figures, field = a.figures, a.estimate
    lines = [
        f"- macro average precision over the grounds: {_number(figures.macro_average_precision)}",
        f"- violations suggested: {figures.violations_suggested}",
        f"- violations kept (missed): {figures.violations_kept}",
        f"- harmless replies suggested: {figures.harmless_suggested}",
        f"- harmless replies sent to review: {figures.harmless_reviewed}",
        f"- suggested replies that hold a ground: {figures.suggested_right}",
        f"- writers in danger sent to a person with the signal: {figures.crisis_reviewed}",
        f"- other replies marked so: {figures.others_marked_crisis}",
        f"- expected calibration error of the any-ground probability: {_number(a.of_any().error)}",
        f"- at a base rate of {field.base_rate:.0%} (an estimate): {_percent(field.read)} of the replies read by people, precision of suggestions {_percent(field.precision)}",
    ]
    for w in a.workloads:
        missed = "not attainable with these cut-offs" if w.missed_a_day is None else f"{w.missed_a_day:.1f} violations missed a day"
        lines.append(f"- reading {w.reviews_a_day} of {w.replies_a_day} replies a day (an estimate): {missed}")
    return lines


def _grounds(model: Model, policy: Policy, learned: Learned, a: Assessment | None) -> list[str]:
    cutoffs = model.full_cutoffs or model.fast_cutoffs
    errors = {r.ground: r.error for r in a.reliability} if a else {}
    told = f"A reply goes to a person from a score of all grounds together of {cutoffs.together:.3f} on; a ground that reaches its own cut-off (review from) is named, else the likeliest."
    lines = ["## Grounds", "", told, "", "| ground | positives to train | review from | suggest from | rows that show it | average precision (test) | calibration error (test, 30 positives and more) | caught (test) |", "|---|---|---|---|---|---|---|---|"]
    for k, (g, u) in enumerate(zip(policy.ids, learned.upper, strict=True)):
        tested = a.figures.grounds[k] if a else None
        shown = f"{u.right} of {u.above} right" + (", shared by all grounds" if u.pooled else "")
        if g in model.rules_only:
            shown = "rules and people alone: too few positives to learn from"
        elif u.cutoff is None:
            missing = f"{u.wanting} more rows wanting" if u.wanting else f"at the shared cut-off only {u.right} of {u.above} right"
            shown = "only a person settles it" if policy.ground(g).settled_by == "person" else f"not attainable: {missing}"
        lower = "-" if g in model.rules_only else f"{cutoffs.lower[k]:.3f}"
        measured = (_number(tested.average_precision), _number(errors.get(g)), tested.caught) if tested else ("-", "-", "-")
        lines.append("| " + " | ".join(map(str, (g, learned.positives.get(g, 0), lower, _number(u.cutoff), shown, *measured))) + " |")
    return lines


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
