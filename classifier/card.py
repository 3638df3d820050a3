"""The card of a model: what it learned from, how it did on replies that it never saw, and what it must not be used for."""

from collections.abc import Mapping, Sequence

from classifier.evaluate import Figures, evaluate
from classifier.labeled import Labeled
from classifier.model import Cutoffs
from classifier.policy import Policy
from classifier.score import Scorer
from classifier.thresholds import Upper
from classifier.train import Trained

_LIMITS = """\
## What it must not be used for

- Deciding anything without a person: it proposes, and what it keeps must be sampled too.
- Judging people, accounts other than the ministry's, or texts in other settings than replies to an official account.
- Reporting figures in public unless the test part holds a desk's own decisions: the shipped data are invented replies.
"""


def card_of(trained: Trained, rows: Sequence[Labeled], policy: Policy) -> str:
    """Return the card of a model just trained from `rows`; its figures are measured on their test part."""
    stage, model = ("full", trained.model) if trained.model.full_cutoffs else ("fast", trained.model)
    test = [r for r in rows if r.split == "test"]
    figures = evaluate(Scorer(model, policy=policy)([r.reply for r in test]), test, policy) if test else None
    sizes = {s: sum(r.split == s for r in rows) for s in ("train", "tune", "test")}
    positives = {g: sum(g in r.labels for r in rows if r.split == "train") for g in policy.ids}
    cutoffs = model.full_cutoffs or model.fast_cutoffs
    return card(model.name, policy=policy, rows=sizes, positives=positives, upper=trained.upper[stage], cutoffs=cutoffs, figures=figures)


def card(
    name: str, *, policy: Policy, rows: Mapping[str, int], positives: Mapping[str, int], upper: Sequence[Upper], cutoffs: Cutoffs, figures: Figures | None
) -> str:
    """Return the card as Markdown; `figures` are those of the test part, None where there is none."""
    lines = [f"# Model {name}", ""]
    lines += [f"Policy edition {policy.edition}. Rows: {rows['train']} to train, {rows['tune']} to choose cut-offs, {rows['test']} to test.", ""]
    if figures is not None:
        lines += ["## On the test part", "", "No row of it was used to train or to choose cut-offs; intervals are 95 %, exact binomial.", ""]
        lines += [
            f"- macro average precision over the grounds: {_number(figures.macro_average_precision)}",
            f"- violations suggested: {figures.violations_suggested}",
            f"- violations kept (missed): {figures.violations_kept}",
            f"- harmless replies suggested: {figures.harmless_suggested}",
            f"- harmless replies sent to review: {figures.harmless_reviewed}",
            f"- suggested replies that hold a ground: {figures.suggested_right}",
            f"- writers in danger sent to a person with the signal: {figures.crisis_reviewed}",
            f"- other replies marked so: {figures.others_marked_crisis}",
            "",
        ]
    lines += ["## Grounds", "", "| ground | positives to train | review from | suggest from | rows that show it | average precision (test) | caught (test) |", "|---|---|---|---|---|---|---|"]
    for k, (g, u) in enumerate(zip(policy.ids, upper, strict=True)):
        tested = figures.grounds[k] if figures else None
        shown = f"{u.right} of {u.above} right" + (", shared by rare grounds" if u.pooled else "")
        if u.cutoff is None:
            shown = "only a person settles it" if policy.ground(g).settled_by == "person" else f"not attainable: {u.wanting} more rows wanting"
        cells = (g, positives[g], f"{cutoffs.lower[k]:.3f}", _number(u.cutoff), shown, _number(tested.average_precision) if tested else "-", tested.caught if tested else "-")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join([*lines, "", _LIMITS])


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
