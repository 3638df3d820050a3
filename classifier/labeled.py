"""Labelled replies: what training and measuring read, checked before use."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifier.errors import DataError
from classifier.headers import DANGER_CHECK, DECIDED_GROUND, DECISION, ReadOptions
from classifier.messages import say
from classifier.model import ANY, CRISIS
from classifier.policy import Policy
from classifier.readers import read_replies
from classifier.replies import Rejected, Reply
from classifier.wording import DANGER, ESCALATE, HIDE, LEAVE, NO_DANGER, SIGNALS, WAIT

SPLITS = ("train", "tune", "test")
OF_RESULTS = ("action", "grounds")
"""Columns that tell a result file of ours in CSV or JSON Lines: its `signals` are the model's guesses, and a column of that name that the input had is called signals_2 there."""

PASSED_OVER = ("danger", "handed_on", "undecided")
"""Rows of a result workbook that are no labels: decided, but marked for danger by the machine, and nobody says whether it is real; on hold or handed on; not decided."""

SHOWN = 20  # problems that an error names


@dataclass(frozen=True)
class Labeled:
    """A reply with its labels."""

    reply: Reply
    labels: frozenset[str]  # ground ids; empty for none
    crisis: bool = False
    split: str = "train"
    sure: bool = True
    writer: str = ""
    register: str = ""
    tags: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()  # labels of grounds that the policy has no longer
    source: int = 0  # place of its file among those that were read together: two files may have one name
    undecided: bool = False  # people have said whether its writer is in danger, but not which grounds hold: it tells of danger alone

    @property
    def harmless(self) -> bool:
        """Whether people found neither a ground nor danger."""
        return not (self.labels or self.crisis or self.undecided)

    @property
    def group(self) -> str:
        """What must stay on one side when folds are cut: the parent post, else the writer's batch."""
        return self.reply.parent_id or self.reply.parent_text or self.writer or self.reply.id


@dataclass(frozen=True)
class Found:
    """What labelled files hold: their rows, a line for each thing that is wrong, and why how many rows of result workbooks are no labels."""

    rows: list[Labeled]
    problems: list[str]
    passed_over: Mapping[str, Sequence[str]]  # PASSED_OVER to the places of the rows

    def sound(self) -> list[Labeled]:
        """Return the rows; raise DataError that names the first problems where there are some."""
        if self.problems:
            raise DataError(say("data.problems", n=len(self.problems)) + "\n" + "\n".join(self.problems[:SHOWN]))
        return self.rows

    def notes(self) -> list[str]:
        """Return a line for each reason for which rows were passed over."""
        lines = [say(f"data.passed_{why}", n=len(places), first=places[0]) for why in PASSED_OVER if (places := self.passed_over[why])]
        if alone := [f"{r.reply.place}:{r.reply.row}" for r in self.rows if r.undecided]:
            lines.append(say("data.danger_alone", n=len(alone), first=alone[0]))
        return lines


def read_labeled(sources: Sequence[str | Path], policy: Policy, *, dropped: Sequence[str] = (), columns: Mapping[str, str] | None = None) -> list[Labeled]:
    """Return the labelled replies of the files; raise DataError that names file and row of the first wrong ones.

    Beside the columns of replies a file has `labels` (ground ids joined by |, empty for none; a list in JSON Lines) and
    may have `split`, `signals` (crisis), `sure`, `writer`, `register` and `tags`. In a result file of ours the signals that
    the program found are no labels; those that the input had are. A result workbook that the desk has filled in is
    labelled data as well: rows that were hidden or left alone count; the others are passed over, but for what 危機の確認 says
    of danger. Rows that the machine marked for danger count only where it says something.
    Labels in `dropped` are set aside. `columns` says which of our columns is which header, where that is not a usual one.
    """
    return load_labeled(sources, policy, dropped=dropped, columns=columns).sound()


def load_labeled(sources: Sequence[str | Path], policy: Policy, *, dropped: Sequence[str] = (), columns: Mapping[str, str] | None = None) -> Found:
    """Return what `read_labeled` reads, with all that is wrong with it and how many rows were passed over; labels in `dropped` are set aside.

    `columns` says which of our columns is which header, where that is not a usual one.
    Raises DataError where a file has no labels at all, InputError where it cannot be read.
    """
    rows, problems, passed_over = [], [], {why: list[str]() for why in PASSED_OVER}
    options = ReadOptions(columns=columns or {}, account=policy.account)
    for place, item in ((i, item) for i, source in enumerate(sources) for item in read_replies([source], options=options)):
        if isinstance(item, Rejected):
            if item.whole_sheet:
                if item.decisive:
                    problems.append(say("data.sheet_unread", file=item.place, why=item.reason))
                continue
            problems.append(say("data.rejected", file=item.place, line=item.row, why=item.reason))
            continue
        extra, danger, undecided = dict(item.extra), False, False
        if DECISION in extra:
            decided = _decided(extra, policy)
            if isinstance(decided, str):
                problems.append(say(decided, file=item.place, line=item.row, decision=extra[DECISION], cell=extra.get(DECIDED_GROUND, ""), danger=extra.get(DANGER_CHECK, "")))
                continue
            if decided is None:
                passed_over[_why_passed_over(extra)].append(f"{item.place}:{item.row}")
                continue
            extra["labels"], danger = "|".join(decided), extra.get(DANGER_CHECK, "").strip() == DANGER
            undecided = extra[DECISION].strip() not in (HIDE, LEAVE)
        if "labels" not in extra:
            raise DataError(say("data.no_labels", file=item.place))
        given = frozenset(_ids(extra["labels"]))
        labels = given.difference(dropped)
        for wrong in sorted(labels - set(policy.ids)):
            problems.append(say("data.unknown_ground", file=item.place, line=item.row, id=wrong, known=", ".join(policy.ids)))
        split = extra.get("split", "").strip().lower() or "train"
        if split not in SPLITS:
            problems.append(say("data.split", file=item.place, line=item.row, found=split, known=", ".join(SPLITS)))
        signals = _ids(_given(extra, "signals"))
        for wrong in sorted(set(signals) - set(SIGNALS)):
            problems.append(say("data.unknown_signal", file=item.place, line=item.row, found=wrong, known=", ".join(SIGNALS)))
        certain = extra.get("sure", "").strip().lower()
        if certain not in ("", "true", "1", "yes", "false", "0", "no"):
            problems.append(say("data.sure", file=item.place, line=item.row, found=extra["sure"]))
        tags = tuple(t for t in extra.get("tags", "").split("|") if t)
        sure = certain not in ("false", "0", "no")
        crisis = danger or CRISIS in signals or _given(extra, "kind") == CRISIS
        rows.append(Labeled(item, labels, crisis, split, sure, extra.get("writer", ""), extra.get("register", ""), tags, given & set(dropped), place, undecided))
    return Found(rows, problems + _contradictions(rows), passed_over)


def _decided(extra: Mapping[str, str], policy: Policy) -> list[str] | str | None:
    """Return the grounds that a person chose in a result workbook: none where the reply was left alone; None where nothing counts as decided.

    A reply that the machine marked for danger counts only where a person says whether the danger is real, whatever else was written in its row: none may
    teach by silence that there was none. What a person says of danger counts without a decision too. What contradicts itself gives a message's key.
    """
    if _unchecked(extra):
        return None
    danger = extra.get(DANGER_CHECK, "").strip()
    if danger not in ("", DANGER, NO_DANGER):
        return "data.unknown_danger"
    decision = extra[DECISION].strip()
    chosen = [c.strip() for c in re.split(r"[、,，;；/\n]", extra.get(DECIDED_GROUND, "")) if c.strip()]
    names = {name: g.id for g in policy.grounds for name in (g.short, g.id, g.clause, f"{g.short} {g.clause}")}
    if decision not in ("", HIDE, LEAVE, WAIT, ESCALATE):
        return "data.unknown_decision"
    if decision == HIDE and not chosen:
        return "data.no_ground"
    if decision == HIDE and any(c not in names for c in chosen):
        return "data.unknown_item"
    if decision in ("", LEAVE) and chosen:
        return "data.ground_without_decision"
    if decision in (HIDE, LEAVE):
        return [names[c] for c in chosen]
    return [] if danger else None


def _why_passed_over(extra: Mapping[str, str]) -> str:
    """Return which of PASSED_OVER a row without a label of a result workbook is."""
    if not extra[DECISION].strip():
        return "undecided"
    return "danger" if _unchecked(extra) else "handed_on"


def _unchecked(extra: Mapping[str, str]) -> bool:
    """Tell whether a row of a result workbook is marked for danger, and nobody says whether it is real."""
    return SIGNALS[CRISIS] in extra.get("信号", "") and not extra.get(DANGER_CHECK, "").strip()


def _given(extra: Mapping[str, str], column: str) -> str:
    """Return the cell of a column that a person filled in; each time that a file is scored, the program's own column takes the name, and the person's gets _2 behind it."""
    times = ""
    while all(f"{name}{times}" in extra for name in OF_RESULTS):
        times += "_2"
    return extra.get(column + times, "")


def _ids(cell: str) -> list[str]:
    """Return the ids of a cell: joined by |, or a JSON list."""
    if cell.startswith("["):
        try:
            return [str(x) for x in json.loads(cell)]
        except ValueError:
            pass
    return [x for x in cell.split("|") if x]


def _contradictions(rows: Sequence[Labeled]) -> list[str]:
    """Name rows of the same text, parent and author that carry different labels, and parents that stand in two splits, each of these once for a split.

    Of rows whose grounds are undecided only what they say of danger may contradict others.
    """
    seen: dict[tuple[str, str | None, str | None], Labeled] = {}  # the first one, or the first that is decided
    splits: dict[str, Labeled] = {}
    told: set[tuple[str, str]] = set()
    problems = []
    for r in rows:
        key = (r.reply.text, r.reply.parent_text, r.reply.author_name)
        first = seen.setdefault(key, r)
        if first.undecided:
            seen[key] = r
        open_grounds = first.undecided or r.undecided
        if first.crisis != r.crisis or (first.labels != r.labels and not open_grounds):
            problems.append(say("data.contradiction", file=r.reply.place, line=r.reply.row, other=f"{first.reply.place}:{first.reply.row}"))
        other = splits.setdefault(r.group, r)
        if other.split != r.split and (r.group, r.split) not in told:
            told.add((r.group, r.split))
            problems.append(say("data.leak", file=r.reply.place, line=r.reply.row, other=f"{other.reply.place}:{other.reply.row}", one=other.split, two=r.split))
    return problems


def truth(rows: Sequence[Labeled], heads: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which head holds for which row, shape (rows, heads): a ground, danger (CRISIS) or any ground (ANY)."""
    found = np.array([[h in r.labels for h in heads] for r in rows], dtype=bool).reshape(len(rows), len(heads))
    for head, values in ((CRISIS, [r.crisis for r in rows]), (ANY, [bool(r.labels) for r in rows])):
        if head in heads:
            found[:, heads.index(head)] = values
    return found


def counts(rows: Sequence[Labeled]) -> Counter[str]:
    """Return how many rows hold each ground ("" for none)."""
    return Counter(g for r in rows for g in (r.labels or ("",)))
