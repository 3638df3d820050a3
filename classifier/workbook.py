"""Results as an Excel workbook in Japanese: what to decide, sorted by urgency, and a summary for the file.

All rows are needed before the first can be written (they are sorted), so they wait in a temporary file.
"""

import pickle
import re
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from classifier import carried, wording
from classifier.decide import ACTIONS, Result
from classifier.errors import OutputError
from classifier.evidence import pieces_of
from classifier.headers import DANGER_CHECK, DECIDED_GROUND, DECISION
from classifier.messages import say
from classifier.model import ANY
from classifier.moments import moment
from classifier.policy import Policy
from classifier.sheets import FONT, Cell, Column, Losses, Styles, Table
from classifier.summary import Summary, write_summary

MOST_ROWS = 200_000
MOST_CARRIED = 16_000  # columns of the export: Excel has 16,384 in all
DECISIONS = (wording.HIDE, wording.LEAVE, wording.WAIT, wording.ESCALATE)
DANGERS = (wording.DANGER, wording.NO_DANGER)
AUTHORS = "投稿者別"
BLOCKS = ("ブロックする", "ブロックしない", "保留", "上席へ")

_COLORS = {"suggest": "#9C2A2A", "review": "#1F4E79", "keep": "#595959"}
_URGENT: dict[str, tuple[tuple[str, object], ...]] = {
    "危機": (("bg_color", "#C00000"), ("bold", True), ("font_color", "#FFFFFF")),
    "高": (("bg_color", "#F8CBAD"), ("bold", True)),
    "中": (("bg_color", "#FFE699"),),
    "低": (),
}
_LINKED = (("font_color", "#0563C1"), ("underline", 1))
_X_ID = re.compile(r"([0-9]{15,20})(?:#[0-9]+)?\Z")  # with what tells equal ids apart
_DRAWN = (("bg_color", "#DDEBF7"),)  # kept replies that are drawn for the audit
_MANY = 27  # lines, as many as Excel's highest row holds
_DAY = (("num_format", "yyyy/mm/dd"),)
_MOMENT = (("num_format", "yyyy/mm/dd hh:mm"),)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_CENTER: dict[str, object] = {"align": "center"}
_WRAP: dict[str, object] = {"text_wrap": True}
_TEXT: dict[str, object] = {"num_format": "@", "text_wrap": True}
_PERCENT: dict[str, object] = {"num_format": '0"%"', "align": "center"}
_BY_RULE = 0.5  # how surely a writer is in danger at least whose words a rule knows, for the order of the rows
_SHOWN_OF_AUTHOR = 5  # first words in the sheet of authors
_FIRST_WORDS = 30
_MENTIONS = re.compile(r"\A(?:\s*[@＠]\w+\s+)+")


def headings() -> dict[str, tuple[str, ...]]:
    """Return the sheets of a result workbook that are tables, each with its headings."""
    tables = {**{wording.ACTIONS[action]: _reply_columns(action) for action in ACTIONS}, AUTHORS: _author_columns()}
    return {title: tuple(column.name for column in columns) for title, columns in tables.items()}


@dataclass
class _Author:
    """What was proposed about one author."""

    name: str
    handle: str
    counts: Counter[str] = field(default_factory=Counter)  # of proposals
    in_danger: int = 0  # replies that are no proposals: their writer seems to be in danger
    grounds: set[str] = field(default_factory=set)
    beginnings: list[str] = field(default_factory=list)


class WorkbookSink:
    """A workbook while its rows come in; nothing is written to `part` before `finish`."""

    def __init__(self, part: Path, *, policy: Policy, version: str, now: datetime | None = None) -> None:
        self.replaced = 0
        self._part, self._policy, self._version = part, policy, version
        self._now = now or datetime.now()
        part.open("xb").close()  # so that a place where nothing may be written shows at once
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115
        self._places = array("q")  # where each row starts in the spool, in file order
        self._order: dict[str, list[tuple[int, float, int]]] = {action: [] for action in ACTIONS}  # priority, danger (the surest lowest), row
        self._authors: dict[str, _Author] = {}
        self._summary = Summary()
        self._carried = carried.Carried(TOLD_ANEW)

    def write(self, results: Sequence[Result]) -> None:
        """Add the results of a chunk."""
        if len(self._places) + len(results) > MOST_ROWS:
            raise OutputError(say("output.too_many_rows", limit=MOST_ROWS))
        for result in results:
            self._carried.cells(result.reply)  # which finds the headings
            action = result.decision.action
            priority = 0 if action == "keep" else result.decision.priority
            self._order[action].append((priority, -_danger(result), len(self._places)))
            self._places.append(self._spool.tell())
            pickle.dump(result, self._spool, protocol=pickle.HIGHEST_PROTOCOL)
            self._summary.add(result)
            if action != "keep":
                self._note_author(result)
        if len(self._carried.headings) > MOST_CARRIED:
            raise OutputError(say("output.too_many_columns", limit=MOST_CARRIED))

    def _note_author(self, result: Result) -> None:
        reply, decision = result.reply, result.decision
        if not (reply.author_handle or reply.author_name):
            return
        key = (reply.author_handle or "").casefold() or f"@{reply.author_name}"
        author = self._authors.setdefault(key, _Author(reply.author_name or "", reply.author_handle or ""))
        if "crisis" in decision.signals:  # never a ground for blocking
            author.in_danger += 1
            return
        author.counts[decision.action] += 1
        author.grounds.update(decision.grounds)
        if len(author.beginnings) < _SHOWN_OF_AUTHOR:
            beginning = " ".join(_MENTIONS.sub("", reply.text, count=1)[: 2 * _FIRST_WORDS].split())
            author.beginnings.append(beginning[:_FIRST_WORDS] + ("…" if len(beginning) > _FIRST_WORDS else ""))

    def _rows(self, action: str) -> Iterator[Result]:
        for *_, row in sorted(self._order[action]):
            self._spool.seek(self._places[row])
            yield pickle.load(self._spool)

    def finish(self) -> None:
        """Write what is left and close."""
        from xlsxwriter.exceptions import XlsxFileError
        from xlsxwriter.workbook import Workbook

        with tempfile.TemporaryDirectory() as folder, self._spool, self._part.open("wb") as target:
            options = {"constant_memory": True, "tmpdir": folder, "default_format_properties": FONT}
            options |= {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
            workbook = Workbook(target, options)
            try:
                self._write(workbook)
                workbook.close()
            except XlsxFileError as error:
                raise OSError(str(error)) from error

    def abandon(self) -> None:
        """Close without finishing."""
        self._spool.close()

    def _write(self, workbook: Any) -> None:
        workbook.set_properties({"title": "返信の仕分け結果", "created": self._now})
        workbook.set_custom_property(wording.PROPERTY, self._version)
        losses, styles = Losses(), Styles(workbook)
        grounds = tuple(ground.short for ground in self._policy.grounds)
        others = [Column(heading, 16, _TEXT, lines=2) for heading in self._carried.headings]
        filled = []
        for action in ACTIONS:
            columns = [*_reply_columns(action, grounds), *others]
            name, color = wording.ACTIONS[action], _COLORS[action]
            table = Table(workbook, name, columns, styles=styles, losses=losses, color=color)
            filled.append(0)
            for result in self._rows(action):
                taken_over = self._carried.cells(result.reply)
                filled[-1] += len(taken_over)
                cells = {**self._cells(result, table.rows + 1), **{heading: _as_it_stood(text) for heading, text in taken_over.items()}}
                table.add(cells.get(column.name) for column in columns)
            # On paper without the last columns (id, file, row, those of the export), which would make the rest too small to read.
            table.finish(frozen=2 if action == "keep" else 4, printed_columns=len(columns) - 3 - len(others))
        workbook.set_custom_property(carried.PROPERTY, ",".join(map(str, (len(others), *filled))))
        self._write_authors(
            Table(workbook, AUTHORS, _author_columns(), styles=styles, losses=losses, color="#7030A0")
        )
        write_summary(
            workbook,
            self._summary,
            policy=self._policy,
            version=self._version,
            now=self._now,
            styles=styles,
            losses=losses,
        )
        self.replaced = losses.characters + losses.cells

    def _cells(self, result: Result, number: int) -> dict[str, Cell | str | int | datetime | None]:
        """Return what stands in a row, by the names of the columns."""
        reply, decision, policy = result.reply, result.decision, self._policy
        urgency = wording.urgency(decision, policy)
        spans = tuple((r.start, r.end) for r in decision.reasons if r.start is not None and r.end is not None)
        shown = pieces_of(reply.text, spans) if any(r.words for r in decision.reasons) else []
        link = _on_x(reply.id) if decision.action != "keep" or "audit" in decision.signals else ""  # of those that somebody will read
        return {
            "番号": Cell(number, style=_LINKED, link=link) if link else number,
            "優先度": Cell(urgency, style=_URGENT[urgency]),
            "措置の根拠": wording.ground_names(decision.grounds, policy),
            "返信本文": Cell(reply.text, spans),
            "根拠となる語": "、".join(dict.fromkeys(piece for piece, hot in shown if hot)),
            "確からしさ": _likelihood(result),
            "提案する措置": "、".join(decision.measures),
            "当たる場合の措置": "、".join(decision.measures),  # nothing is proposed for a reply that people must judge
            "投稿者名": reply.author_name,
            "ユーザー名": reply.author_handle,
            "元の投稿": reply.parent_text,
            "投稿日時": _time(reply.created_at),
            "リンク": "\n".join(reply.urls),
            "判定の理由": "\n".join(dict.fromkeys(wording.reason(r, policy) for r in decision.reasons)),
            "信号": Cell(wording.signal_names(decision.signals), style=_DRAWN if "audit" in decision.signals else ()),
            "返信ID": reply.id,
            "ファイル": reply.place,
            "行": reply.row,
        }

    def _write_authors(self, table: Table) -> None:
        several = [author for author in self._authors.values() if author.counts.total() >= 2]
        several.sort(key=lambda a: (-a.counts["suggest"], -a.counts["review"], a.handle.casefold(), a.name))
        for author in several:
            more = author.counts.total() - len(author.beginnings)
            beginnings = [f"・{words}" for words in author.beginnings] + ([f"ほか {more} 件"] if more else [])
            table.add(
                (
                    table.rows + 1,
                    *(author.name, author.handle, author.counts["suggest"], author.counts["review"]),
                    wording.ground_names(tuple(author.grounds), self._policy),
                    "\n".join(beginnings),
                    Cell(author.in_danger, style=_URGENT["危機"]) if author.in_danger else None,
                    *(None, None),
                )
            )
        table.finish(frozen=3, printed_columns=len(table.columns))


def _reply_columns(action: str, grounds: tuple[str, ...] = ()) -> list[Column]:
    """Return the columns of a sheet of replies; `grounds` are the short names to choose from."""
    columns = [
        Column("番号", 6, _CENTER),
        Column("優先度", 8, _CENTER),
        Column("措置の根拠", 18, _WRAP),
        Column("返信本文", 52, _WRAP, lines=_MANY),
        Column("根拠となる語", 15, _WRAP),
        Column("確からしさ", 11, _PERCENT),
        Column("当たる場合の措置" if action == "review" else "提案する措置", 15, _WRAP),
        Column("投稿者名", 15, _WRAP),
        Column("ユーザー名", 16, _WRAP),
        Column("元の投稿", 42, _WRAP),
        Column("投稿日時", 17, {"num_format": "yyyy/mm/dd hh:mm", "align": "left", "text_wrap": True}),
        Column("リンク", 20, _WRAP),
        Column("判定の理由", 32, _WRAP, lines=_MANY),
        Column("信号", 15, _WRAP),
        Column(DECISION, 12, _CENTER, DECISIONS, input=True),
        Column(DECIDED_GROUND, 18, _WRAP, grounds, strict=False, input=True),
        Column(DANGER_CHECK, 12, _CENTER, DANGERS, input=True),
        Column("備考", 20, _WRAP, input=True),
        Column("返信ID", 22, {"num_format": "@"}),
        Column("ファイル", 16, _WRAP),
        Column("行", 8, _CENTER),
    ]
    if action != "keep":
        return columns
    left_out = {"優先度", "措置の根拠", "根拠となる語", "提案する措置", "判定の理由"}
    # The many harmless replies stand close together.
    return [replace(c, lines=c.lines if c.name == "返信本文" else 2) for c in columns if c.name not in left_out]


TOLD_ANEW = frozenset(column.name for action in ACTIONS for column in _reply_columns(action) if not column.input)
"""Headings under which this program tells something of each reply; people fill in the others."""


def _author_columns() -> list[Column]:
    return [
        Column("番号", 6, _CENTER),
        Column("名前", 22, _WRAP),
        Column("アカウント", 20, _WRAP),
        Column("措置候補の件数", 11, _CENTER),
        Column("要確認の件数", 11, _CENTER),
        Column("項目", 34, _WRAP),
        Column("返信の書き出し", 66, _WRAP, lines=_MANY),
        Column("危機の件数", 11, _CENTER),
        Column("ブロックの判断", 16, _CENTER, BLOCKS, input=True),
        Column("備考", 26, _WRAP, input=True),
    ]


INPUT_COLUMNS = frozenset(column.name for columns in (_author_columns(), *map(_reply_columns, ACTIONS)) for column in columns if column.input)
"""Headings under which people fill something in."""


def _as_it_stood(text: str) -> Cell | str:
    """Return what stood in a cell of the export: a time, which comes out of a workbook as 2025-05-06T14:30:00, as a time again."""
    try:
        found = datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return text
    return Cell(found, style=_DAY if text.endswith("T00:00:00") else _MOMENT) if found and found.year > 1900 else text


def _danger(result: Result) -> float:
    """Return how surely the writer is in danger: the model's score, at least one half where a rule knows the words, 0 where nothing tells of it."""
    return max((_BY_RULE if r.score is None else r.score for r in result.decision.reasons if r.ground == "crisis"), default=0.0)


def _on_x(reply_id: str) -> str:
    """Return the address of a reply on X, which needs its id alone; empty where the id is none of X's."""
    known = _X_ID.match(reply_id)
    return f"https://x.com/i/web/status/{known[1]}" if known else ""


def _time(written: str | None) -> Cell | datetime | str | None:
    """Return a time as a spreadsheet sorts it, a day without a time of day; what is none as it was written."""
    found = moment(written)
    if found is None or isinstance(found, datetime):
        return found or written
    return Cell(datetime(found.year, found.month, found.day), style=_DAY)


def _likelihood(result: Result) -> int | None:
    """Return the highest score that speaks for the decision in whole percent, cut: of danger where it is marked, else of its grounds as its reasons tell, of all grounds for a kept reply; None where rules alone speak."""
    decision = result.decision
    spoken = ("crisis",) if "crisis" in decision.signals else (*decision.grounds, ANY)
    told = [r.score for r in decision.reasons if r.score is not None and r.ground in spoken]
    scores = result.scores if decision.action == "keep" else told
    return int(max(scores) * 100 + 1e-6) if scores and result.model != "none" else None
