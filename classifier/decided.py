"""What must not be lost to a run: the files that are read, what people have written into results, and files that are not ours."""

import csv
import json
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from classifier.cells import MARK
from classifier.errors import InputError, OutputError
from classifier.excel import BROKEN_WORKBOOK
from classifier.headers import DECISION
from classifier.messages import say
from classifier.summary import NAME as SUMMARY
from classifier.summary import WIDTHS
from classifier.textfile import recognize
from classifier.wording import CARRIED, PROPERTY
from classifier.workbook import headings

RESULT_KEYS = frozenset({"id", "action", "grounds", "scores", "text_sha256"})
"""Keys that every line of a result file in JSON Lines has."""

_LONGEST_LINE = 1 << 24  # characters

_ANNOTATIONS = ("xl/comments", "xl/threadedcomments", "xl/drawings/")  # parts of a workbook

INPUT_COLUMNS = frozenset({DECISION, "決定した項目", "備考", "ブロックの判断"})


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
            if any(_is_filled_in(sheet.iter_rows(values_only=True)) for sheet in book.worksheets):
                return _DECISIONS
            if PROPERTY not in book.custom_doc_props.names:
                return _FOREIGN
            found = _changed(book) or _annotated(path)
            return Lost("changes", found) if found else None
        finally:
            book.close()


def _changed(book: Any) -> str:
    """Return in words where sheets, headings or filled cells are others than this program writes; empty where none is."""
    tables = headings()
    for title in book.sheetnames:
        if title not in tables and title != SUMMARY:
            return say("score.found_sheet", sheet=title)
    for sheet in book.worksheets:
        ours = tables.get(sheet.title, ())
        rows = sheet.iter_rows(values_only=True)
        header = next(rows, ()) if ours else ()
        added = [str(cell) for cell in header[len(ours) :] if cell not in (None, "")]
        if tuple(header[: len(ours)]) != ours or not all(name.startswith(CARRIED) for name in added):
            name = next((str(cell) for cell in header if cell not in (None, "", *ours) and not str(cell).startswith(CARRIED)), say("score.found_order"))
            return say("score.found_heading", sheet=sheet.title, heading=name)
        width = len(ours) + len(added) if ours else len(WIDTHS)
        for number, row in enumerate(rows, 2 if ours else 1):
            if _filled(row[width:]) or (ours and _filled(row) and not _filled(row[:1])):  # every row of a table starts with a number
                return say("score.found_cell", sheet=sheet.title, row=number)
    return ""


def _annotated(path: Path) -> str:
    """Return in words that a workbook holds comments, pictures or shapes, which this program never writes; empty where it holds none."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().startswith(_ANNOTATIONS)]
        drawn = any("comments" in name.lower() or b"Anchor" in archive.read(name) for name in names)  # LibreOffice adds empty drawings
    return say("score.found_comments") if drawn else ""


def _is_filled_in(rows: Iterable[tuple[Any, ...]]) -> bool:
    places: list[int] = []
    for row in rows:
        if header := [i for i, value in enumerate(row) if value in INPUT_COLUMNS]:
            places = header
        elif _has_one(row, places):
            return True
    return False


def _filled(cells: Iterable[object]) -> bool:
    """Tell whether one of the cells is filled in."""
    return any(cell not in (None, "") for cell in cells)


def _has_one(row: Sequence[object], places: Sequence[int]) -> bool:
    """Tell whether one of the places of a row is filled in."""
    return _filled(row[i] for i in places if i < len(row))
