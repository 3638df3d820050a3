"""What the terminal shows: the progress bar, the counts of a run, tables of policy, rules and models."""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from classifier import carried, wording
from classifier.decide import ACTIONS, trusted_rules
from classifier.headers import ALIASES, fold
from classifier.messages import language, say
from classifier.policy import Policy
from classifier.registry import FIGURES
from classifier.rules import RulePack
from classifier.thresholds import Targets

if TYPE_CHECKING:
    from classifier.assessment import Assessment
    from classifier.build import Built
    from classifier.compare import Comparison
    from classifier.compare import Group as CompareGroup
    from classifier.evaluate import Ratio
    from classifier.registry import Told
    from classifier.score import Run
    from classifier.scorer import Scorer

_NAMES = 10  # of headings that a line shows

HEADLINE = (*FIGURES, "suggested_right", "crisis_reviewed")


def console(stderr: bool = False) -> Console:
    """Return a console for plain words: nothing in a user's text is taken for markup."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows how far a run is; on a terminal a bar, elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show_run(run: "Run", output: Path, scorer: "Scorer") -> None:
    """Print the summary of a run."""
    out, policy, ja = console(), scorer.policy, language() == "ja"
    out.print(say("run.done", n=run.replies, output=output, seconds=f"{run.seconds:.1f}", rate=f"{run.replies / max(run.seconds, 1e-9):,.0f}"))
    out.print(say("run.by", model=scorer.model.name if scorer.model else say("run.no_model"), policy=policy.edition))
    if run.headings:
        text = dict.fromkeys(heading for column, heading in run.headings if column == "text")
        taken = [say("run.taken_as", heading=heading, column=ALIASES[column][0] if ja else column) for column, heading in run.headings if not _speaks_for_itself(column, heading)]
        others = say("run.read_too", names=_few(taken)) if taken else ""
        unused = say("run.unused", names=_few(run.unused)) if run.unused else ""
        out.print(say("run.read_as_text", names=_few(text)) + others + unused + (say("run.carried", mark=carried.MARK) if unused and output.suffix.lower() == ".xlsx" else ""))
    if 0 < (n := run.unnumbered) < run.replies:
        out.print(say("run.unnumbered", n=n, first=run.first_unnumbered))
    if n := run.signals["crisis"]:
        out.print(say("run.crisis", n=n, sheet=say("run.crisis_sheet") if output.suffix.lower() == ".xlsx" else ""))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("ground", *ACTIONS[:2]):
        table.add_column(say(f"run.column_{name}"), justify="left" if name == "ground" else "right")
    for action in ACTIONS:
        label = wording.ACTIONS[action] if ja else action
        out.print(f"  {label}: {run.actions[action]:,}")
    for g in policy.grounds:
        suggest, review = run.grounds[g.id, "suggest"], run.grounds[g.id, "review"]
        if suggest or review:
            table.add_row(g.short if ja else g.id, f"{suggest:,}", f"{review:,}")
    if table.row_count:
        out.print(table)
    if run.signals:
        names = [f"{wording.signal_names((s,)) if ja else s} {n:,}" for s, n in sorted(run.signals.items())]
        out.print(say("run.signals", signals=", ".join(names)))
    if n := run.missing["parent_text"]:
        out.print(say("run.no_parent" if run.joined or not run.posts else "run.posts_unmatched", n=n, posts=run.posts))
    if run.bad_posts:
        out.print(say("run.bad_posts", n=run.bad_posts, first=run.first_bad_post))
    if n := run.post_ids.rounded:
        out.print(say("run.rounded", n=n))
    if n := run.missing["author"]:
        out.print(say("run.no_author", n=n))
    if run.sheets:
        out.print(say("run.sheets", sheets=", ".join(sorted(run.sheets))))
    for sheet in run.unread:
        out.print(say("run.unread", place=sheet.place, reason=sheet.reason))
    if run.again:
        out.print(say("run.again", n=run.again))
    if run.decided and output.suffix.lower() == ".xlsx":
        out.print(say("run.decided", n=run.decided))
    if run.lost:
        out.print(say("run.lost", n=run.lost))
    if run.rejected:
        out.print(say("run.rejected", n=run.rejected, file=run.rejects))
    if run.replaced:
        out.print(say("run.replaced", n=run.replaced))
    if scorer.model is None:
        out.print(say("score.rules_only"))
    elif scorer.model.full is not None and not scorer.with_vectors:
        out.print(say("run.fast"))
    out.print(say("run.nothing_deleted"))


def _speaks_for_itself(column: str, heading: str) -> bool:
    """Tell whether nobody needs to be told what was read under a heading: the text, which has a sentence of its own, and columns under their own name."""
    return column == "text" or fold(heading) in map(fold, (column, ALIASES[column][0]))


def _few(names: Collection[str]) -> str:
    """Return headings for a line: at most ten, as many as there are columns beside the text, each on one line and cut to 40 characters."""
    shown = [" ".join(name.split())[:40] for name in islice(names, _NAMES)]
    return ", ".join(shown + ["…"] * (len(names) > _NAMES))


def show_policy(policy: Policy) -> None:
    """Print the policy as a table."""
    out = console()
    out.print(f"{policy.title} @{policy.account} {policy.edition}")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("clause", "id", "text", "measures", "priority", "settled_by"):
        table.add_column(say(f"policy.column_{name}"), overflow="fold", no_wrap=name in ("clause", "id"))
    for g in policy.grounds:
        table.add_row(g.clause, g.id, g.text, "、".join(g.measures), str(policy.priority.index(g.id) + 1), say(f"policy.settled_{g.settled_by}"))
    out.print(table)
    out.print(say("policy.handover", measure=policy.handover))


def show_rules(pack: RulePack, records: Mapping[str, tuple[int, int]]) -> None:
    """Print the rules with how often they hit, and rightly, and whether they may suggest by themselves."""
    trusted = trusted_rules(records, Targets())
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("rule", "ground", "hits", "right", "may"):
        table.add_column(say(f"rules.column_{name}"), justify="right" if name in ("hits", "right") else "left")
    grounds = {r.id: r.ground or r.signal for r in pack.rules}
    for rule in sorted({*grounds, *records}):
        hits, right = records.get(rule, (0, 0))
        table.add_row(rule, grounds.get(rule, rule.partition(".")[0]), str(hits), str(right), say("rules.suggests" if rule in trusted else "rules.reviews"))
    console().print(table)


def show_built(built: "Built", folder: Path) -> None:
    """Print what a training run gave: gate, headline, where it lies, what to type next."""
    if built.gate is not None:
        console().print(say("built.gate_passed" if built.gate.passed else "built.gate_failed", rows=built.gate.rows, n=len(built.gate.suggested)))
    if built.assessment is not None:
        show_headline(built.assessment)
    for g, u in zip(built.policy.grounds, built.upper, strict=True):
        ground = g.short if language() == "ja" else g.id
        if u.pooled:
            continue
        if u.wanting:
            console().print(say("built.wanting", ground=ground, n=u.wanting))
        elif u.cutoff is None and g.settled_by != "person" and u.above:
            console().print(say("built.worse", ground=ground, right=u.right, n=u.above))
    if together := {g: u for g, u in zip(built.policy.grounds, built.upper, strict=True) if u.pooled and u.cutoff is None}:
        names = ", ".join(g.short if language() == "ja" else g.id for g in together)
        console().print(say("built.together", grounds=names, n=next(iter(together.values())).wanting))
    failed = built.gate is not None and not built.gate.passed
    console().print(say("built.next_failed" if failed else "train.saved", folder=folder, name=folder.name))


def show_headline(found: "Assessment") -> None:
    """Print the main figures of an evaluation."""
    from classifier.assessment import FEW_ROWS

    f, out = found.figures, console()
    out.print(say("headline.rows", n=f.replies, part=found.provenance.part, model=found.provenance.model))
    if found.provenance.seen:
        out.print(say("headline.seen", n=found.provenance.seen))
    if found.provenance.unknown:
        out.print(say("headline.unknown", n=found.provenance.unknown))
    if f.replies < FEW_ROWS:
        out.print(say("headline.few", n=f.replies, wanted=FEW_ROWS))
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name in HEADLINE:
        table.add_row("  " + say(f"figure.{name}"), _ratio(getattr(f, name)))
    table.add_row("  " + say("figure.macro_average_precision"), "-" if f.macro_average_precision is None else f"{f.macro_average_precision:.3f}")
    out.print(table)
    e = found.estimate
    read, precision = ("-" if x is None else f"{x:.1%}" for x in (e.read, e.precision))
    out.print(say("headline.estimate", base_rate=f"{e.base_rate:.1%}", read=read, precision=precision))
    for w in found.workloads:
        key = "headline.workload_none" if w.missed_a_day is None else "headline.workload"
        out.print(say(key, reviews=w.reviews_a_day, replies=w.replies_a_day, missed=f"{w.missed_a_day or 0:.1f}", share=f"{w.missed_share or 0:.1%}"))


def _ratio(ratio: "Ratio") -> str:
    """Return a ratio with its counts and interval in the language in use."""
    if language() != "ja" or ratio.value is None or ratio.interval is None:
        return str(ratio)
    low, high = ratio.interval
    return f"{ratio.value:.1%}（{ratio.whole}件中{ratio.part}件、{low:.1%}～{high:.1%}）"


@dataclass(frozen=True)
class Listed:
    """A model as it stands in the list; without manifest and card where it cannot be read."""

    name: str
    manifest: Mapping[str, Any] | None = None
    told: "Told | None" = None


def show_models(models: Sequence[Listed], in_force: str) -> None:
    """Print the models, an arrow before the one in force, and how each did."""
    made = _model_table("policy", "rows", "grounds", "made")
    did = _model_table(*FIGURES, "gate")
    for m in models:
        name = ("→ " if m.name == in_force else "  ") + m.name
        if m.manifest is None or m.told is None:
            made.add_row(name, say("models.broken"))
            continue
        only, known = len(m.manifest.get("rules_only", [])), len(m.manifest.get("grounds", []))
        grounds = f"{known - only} + {only}" if only else str(known)
        made.add_row(name, str(m.manifest.get("policy", "-")), f"{m.manifest.get('rows', {}).get('train', 0):,}", grounds, str(m.manifest.get("made_on", "-")))
        did.add_row(name, *(getattr(m.told, figure) for figure in FIGURES), say(f"models.gate_{m.told.gate}"))
    out = console()
    out.print(made, say("models.in_force", name=in_force), "", say("models.figures"), did, sep="\n")


def _model_table(*columns: str) -> Table:
    """Return a table without rows whose first column is the model's name."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("name", *columns):
        table.add_column(say(f"models.column_{column}"), no_wrap=column == "name", justify="right" if column in ("rows", *FIGURES) else "left")
    return table


def show_comparison(found: "Comparison", first: str, second: str, part: str, policy: Policy) -> None:
    """Print a comparison: shares of both models with the paired difference, and where decisions got better or worse."""
    out = console()
    out.print(say("compare.rows", n=found.rows, part=part, first=first, second=second))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in (say("compare.figure"), first, second, say("compare.difference")):
        table.add_column(column, justify="left" if column == say("compare.figure") else "right")
    for f in found.figures:
        d = f.difference
        shown = "-" if d is None else f"{d.difference:+.1%} ({d.low:+.1%} {say('compare.to')} {d.high:+.1%})"
        a, b = ("-" if v is None else f"{v:.1%}" for v in (f.first, f.second))
        table.add_row(say(f"figure.{f.name}"), a, b, shown)
    out.print(table)
    flips = [g for g in found.groups if g.better or g.worse]
    out.print(say("compare.flips" if found.flips else "compare.no_flips", n=len(found.flips), better=sum(f.better is True for f in found.flips), worse=sum(f.better is False for f in found.flips), same=sum(f.better is None for f in found.flips)))
    if flips:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for column in ("group", "better", "worse", "net"):
            table.add_column(say(f"compare.{column}"), justify="left" if column == "group" else "right")
        for g in flips:
            mark = " *" if g.net.clear else ""
            table.add_row(f"{say(f'compare.{g.kind}')}: {_group_name(g, policy)}", str(g.better), str(g.worse), f"{g.net.difference:+.1%} ({g.net.low:+.1%} {say('compare.to')} {g.net.high:+.1%}){mark}")
        out.print(table)
        out.print(say("compare.note"))


def _group_name(group: "CompareGroup", policy: Policy) -> str:
    """Return the name of a ground, register or suite in the language in use; one that is not known keeps its own."""
    if language() != "ja":
        return group.value
    from classifier import report_words

    if group.kind == "ground":
        return policy.ground(group.value).short if group.value in policy.ids else say("compare.no_ground")
    return report_words.suite_name(group.value) if group.kind == "suite" else report_words.VALUES.get((group.kind, group.value), group.value)
