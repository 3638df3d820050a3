"""One reply explained for the terminal: decision, scores beside their cut-offs, rule hits, and the text with its evidence marked."""

import re
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from classifier import wording
from classifier.decide import BESIDE, Result
from classifier.evidence import pieces_of
from classifier.messages import language, say
from classifier.policy import Policy
from classifier.scorer import Inspected

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_EVIDENCE = "bold black on yellow"


def explain(inspected: Inspected, policy: Policy, *, marks: tuple[str, str] = ("", "")) -> RenderableType:
    """Return what the terminal shows for one reply; `marks` stand before and after the evidence, for a terminal without colors."""
    result = inspected.result
    decision = result.decision
    shown = _CONTROL.sub("\ufffd", result.reply.text)  # nothing in a reply moves the cursor or the marks
    text = Text()
    for piece, hot in pieces_of(shown, _spans(result)):
        text.append(f"{marks[0]}{piece}{marks[1]}" if hot else piece, _EVIDENCE if hot else None)
    names = [wording.ACTIONS[decision.action]] if language() == "ja" else [decision.action]
    names += [policy.ground(g).short if language() == "ja" else g for g in decision.grounds]
    if "crisis" in decision.signals:
        names.append(wording.signal_names(("crisis",)) if language() == "ja" else "crisis: first of all")
    head = Text(say("explain.decision", decision=" / ".join(names)), style="bold")
    parts: list[RenderableType] = [head, Text(), text, Text()]
    if decision.signals:
        parts.append(Text(say("explain.signals", signals=", ".join(wording.signal_names((s,)) if language() == "ja" else s for s in decision.signals))))
    if decision.measures:
        parts.append(Text(say("explain.measures", measures="、".join(decision.measures))))
    parts.append(_scores(inspected, policy))
    if hits := [r for r in decision.reasons if r.source not in ("model", BESIDE)]:
        parts.append(Text(say("explain.hits"), style="bold"))
        parts += [Text(f"  {r.source}: {_CONTROL.sub(' ', r.words)}") for r in hits]
    parts += [Text(say(f"explain.unable_{check}"), style="italic") for check in inspected.unable]
    return Group(*parts)


def _spans(result: Result) -> Iterator[tuple[int, int]]:
    for r in result.decision.reasons:
        if r.start is not None and r.end is not None:
            yield r.start, r.end


def _scores(inspected: Inspected, policy: Policy) -> Table:
    result, cutoffs, forward, ja = inspected.result, inspected.cutoffs, inspected.forward, language() == "ja"
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("ground", "score", "review", "forward", "suggest"):
        table.add_column(say(f"explain.column_{column}"), justify="left" if column == "ground" else "right")
    for k, g in enumerate(policy.grounds):
        low, high = (cutoffs.lower[k], cutoffs.upper[k]) if cutoffs else (None, None)
        reached = low is not None and result.scores[k] >= low
        name = g.short if ja else f"{g.id} {g.short}"
        cells = (name, f"{result.scores[k]:.3f}", _number(low), f"{forward[k]:.3f}" if cutoffs else "-", _number(high))
        table.add_row(*cells, style="bold" if reached else None)
    for r in result.decision.reasons:
        if r.ground == "crisis" and r.source == "model" and r.score is not None:
            table.add_row(wording.signal_names(("crisis",)) if ja else f"crisis {wording.signal_names(('crisis',))}", f"{r.score:.3f}", _number(r.cutoff), "-", "-", style="bold")
    if cutoffs:
        table.add_row(say("explain.together"), f"{result.together:.3f}", _number(cutoffs.together), "-", "-", style="bold" if result.together >= cutoffs.together else None)
    return table


def _number(cutoff: float | None) -> str:
    return "-" if cutoff is None else f"{cutoff:.3f}"
