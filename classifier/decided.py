"""What must not be lost to a run: the files that are read, what people have written into results, and files that are not ours."""

import csv
import json
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from classifier import carried, wording
from classifier.cells import MARK
from classifier.errors import InputError, OutputError
from classifier.excel import BROKEN_WORKBOOK
from classifier.messages import say
from classifier.summary import NAME as SUMMARY
from classifier.summary import WIDTHS
from classifier.textfile import recognize
from classifier.workbook import INPUT_COLUMNS, headings

RESULT_KEYS = frozenset({"id", "action", "grounds", "scores", "text_sha256"})
"""Keys that every line of a result file in JSON Lines has."""

_LONGEST_LINE = 1 << 24  # characters

_ANNOTATIONS = ("xl/comments", "xl/threadedcomments", "xl/drawings/")  # parts of a workbook

_HEADINGS = frozenset(name for names in headings().values() for name in names)
_SURELY = 3  # of our headings in one row


class Lost(NamedTuple):
    """What writing over a file would lose."""

    what: str  # decisions, changes, foreign or unreadable
    found: str = ""  # of changes, the first one in words


_DECISIONS, _FOREIGN = Lost("decisions"), Lost("foreign")


def keep_sources(sources: Iterable[str | Path], targets: Iterable[Path]) -> None:
    """Raise OutputError where a file to write is one of the files that are read: to be asked before the work begins."""
    held = [Path(s) for s in sources if Path(s).exists()]
    for target in targets:
        if target.exists() and any(source.samefile(target) for source in held):
            raise OutputError(say("output.same_file", file=target))


def would_be_lost(path: Path) -> Lost | None:
    """Return what writing over a file would lose: `decisions` in the columns of a workbook or CSV that people fill in; `changes` that they have made to a workbook outside of them; all of a `foreign` file, which this program did not make, or of an `unreadable` one, in which nobody can tell what people have decided.

    None where nothing would: no file, an empty one, or one that may not be opened, so that it cannot be replaced either.
    What people have edited in a cell that was filled from the start does not show.
    """
    if not path.is_file() or not path.stat().st_size:
        return None
    looks: dict[str, Callable[[Path], Lost | None]] = {".xlsx": _lost_with_workbook, ".csv": _lost_with_csv, ".parquet": _lost_with_parquet}
    try:
        return looks.get(path.suffix.lower(), _lost_with_lines)(path)
    except PermissionError:
        return None
    except (*BROKEN_WORKBOOK, InputError, csv.Error):
        return Lost("unreadable")


def _lost_with_csv(path: Path) -> Lost | None:
    csv.field_size_limit(2**31 - 1)
    with recognize(path, file=path.name).open(path) as lines:  # people may have saved it in another encoding
        rows = csv.reader(lines)
        header = next(rows, [])
        if header[-1:] != [MARK]:
            return _FOREIGN
        places = [i for i, name in enumerate(header) if name in INPUT_COLUMNS]
        return _DECISIONS if places and any(_has_one(row, places) for row in rows) else None


def _lost_with_lines(path: Path) -> Lost | None:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        first = lines.readline(_LONGEST_LINE)
    try:
        record = json.loads(first)
    except ValueError:
        return _FOREIGN
    return None if isinstance(record, dict) and record.keys() >= RESULT_KEYS else _FOREIGN


def _lost_with_parquet(path: Path) -> Lost | None:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return None if MARK.encode() in (parquet.read_schema(path).metadata or {}) else _FOREIGN
    except (pa.ArrowException, ValueError):
        return _FOREIGN


def _lost_with_workbook(path: Path) -> Lost | None:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True)
        try:
            tables, properties = headings(), {p.name: p.value for p in book.custom_doc_props.props}
            carries = _carried_cells(properties.get(carried.PROPERTY))
            looks = [_look(sheet, tables.get(sheet.title, ()), *carries.get(sheet.title, (0, 0))) for sheet in book.worksheets]
            if any(look.decided for look in looks):
                return _DECISIONS
            if wording.PROPERTY not in properties:
                return _FOREIGN
            added = next((say("score.found_sheet", sheet=title) for title in book.sheetnames if title not in tables and title != SUMMARY), "")
            found = added or next((look.changed for look in looks if look.changed), "") or _annotated(path)
            return Lost("changes", found) if found else None
        finally:
            book.close()


def _carried_cells(told: object) -> dict[str, tuple[int, int]]:
    """Return for each sheet of replies how many columns of the export it carries, and how many of their cells are filled; nothing where the workbook does not say so."""
    if not re.fullmatch(r"[0-9]+(?:,[0-9]+){3}", str(told)):
        return {}
    columns, *filled = map(int, str(told).split(","))
    return {title: (columns, cells) for title, cells in zip(wording.ACTIONS.values(), filled, strict=True)}


class _Look(NamedTuple):
    """What one sheet of a workbook shows."""

    decided: bool = False
    changed: str = ""  # in words, where headings or filled cells are others than this program writes


def _look(sheet: Any, ours: tuple[str, ...], columns: int, filled: int) -> _Look:
    """Look once through a sheet, whose headings are `ours` where it is one of our tables, followed by so many `columns` of the export in which so many cells are filled."""
    own, width = len(ours), len(ours) + columns if ours else len(WIDTHS)
    places: list[int] = []
    changed, cells = "", 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if _are_headings(row):
            places = [i for i, value in enumerate(row[: own or None]) if value in INPUT_COLUMNS]
        elif _has_one(row, places):
            return _Look(decided=True)
        if changed:
            continue
        if ours and number == 1:
            changed = _other_headings(row, ours, columns, sheet.title)
        elif _filled(row[width:]) or (ours and _filled(row) and not _filled(row[:1])):  # every row of a table starts with a number
            changed = say("score.found_cell", sheet=sheet.title, row=number)
        elif columns:
            cells += sum(cell not in (None, "") for cell in row[own:width])
    return _Look(changed=changed or (say("score.found_carried", sheet=sheet.title, mark=carried.MARK) if cells > filled else ""))


def _are_headings(row: Sequence[object]) -> bool:
    """Tell whether a row holds our headings, one that people fill in among them: single words of them may stand in the export's own cells."""
    return not INPUT_COLUMNS.isdisjoint(row) and len(_HEADINGS.intersection(row)) >= _SURELY


def _other_headings(row: Sequence[object], ours: tuple[str, ...], columns: int, title: str) -> str:
    """Return in words that headings are not `ours` and so many carried ones behind them; empty where they are."""
    added = [str(cell) for cell in row[len(ours) :] if cell not in (None, "")]
    if tuple(row[: len(ours)]) == ours and len(added) == columns and all(name.startswith(carried.MARK) for name in added):
        return ""
    others = [str(cell) for cell in row if cell not in (None, "", *ours)]
    name = next((name for name in others if not name.startswith(carried.MARK)), added[columns] if len(added) > columns else say("score.found_order"))
    return say("score.found_heading", sheet=title, heading=name)


def _annotated(path: Path) -> str:
    """Return in words that a workbook holds comments, pictures or shapes, which this program never writes; empty where it holds none."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().startswith(_ANNOTATIONS)]
        drawn = any("comments" in name.lower() or b"Anchor" in archive.read(name) for name in names)  # LibreOffice adds empty drawings
    return say("score.found_comments") if drawn else ""


def _filled(cells: Iterable[object]) -> bool:
    """Tell whether one of the cells is filled in."""
    return any(cell not in (None, "") for cell in cells)


def _has_one(row: Sequence[object], places: Sequence[int]) -> bool:
    """Tell whether one of the places of a row is filled in."""
    return _filled(row[i] for i in places if i < len(row))
