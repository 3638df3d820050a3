"""What the terminal shows: the progress bar, the counts of a run, tables of policy and rules."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from classifier import wording
from classifier.decide import ACTIONS, trusted_rules
from classifier.messages import language, say
from classifier.policy import Policy
from classifier.rules import RulePack
from classifier.thresholds import Targets

if TYPE_CHECKING:
    from classifier.score import Run, Scorer


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
        out.print(say("run.no_parent", n=n))
    if n := run.missing["author"]:
        out.print(say("run.no_author", n=n))
    if run.rejected:
        out.print(say("run.rejected", n=run.rejected, file=run.rejects))
    if run.replaced:
        out.print(say("run.replaced", n=run.replaced))
    if scorer.model is None:
        out.print(say("score.rules_only"))
    elif scorer.model.full is not None and not scorer.with_vectors:
        out.print(say("run.fast"))
    out.print(say("run.nothing_deleted"))


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
