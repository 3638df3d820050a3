"""What must not be lost to a run: the files that are read, what people have written into results, and files that are not ours."""

import csv
import json
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from classifier.cells import MARK
from classifier.errors import InputError, OutputError
from classifier.excel import BROKEN_WORKBOOK
from classifier.headers import DECISION
from classifier.messages import say
from classifier.textfile import recognize
from classifier.wording import PROPERTY

RESULT_KEYS = frozenset({"id", "action", "grounds", "scores", "text_sha256"})
"""Keys that every line of a result file in JSON Lines has."""

_LONGEST_LINE = 1 << 24  # characters

INPUT_COLUMNS = frozenset({DECISION, "決定した項目", "備考", "ブロックの判断"})


def keep_sources(sources: Iterable[str | Path], targets: Iterable[Path]) -> None:
    """Raise OutputError where a file to write is one of the files that are read: to be asked before the work begins."""
    held = [Path(s) for s in sources if Path(s).exists()]
    for target in targets:
        if target.exists() and any(source.samefile(target) for source in held):
            raise OutputError(say("output.same_file", file=target))


def would_be_lost(path: Path) -> str:
    """Return what writing over a file would lose: `decisions` in the columns of a workbook or CSV that people fill in; all of a `foreign` file, which this program did not make, or of an `unreadable` one, in which nobody can tell what people have decided.

    Empty where nothing would: no file, an empty one, or one that may not be opened, so that it cannot be replaced either.
    """
    if not path.is_file() or not path.stat().st_size:
        return ""
    looks: dict[str, Callable[[Path], str]] = {".xlsx": _lost_with_workbook, ".csv": _lost_with_csv, ".parquet": _lost_with_parquet}
    try:
        return looks.get(path.suffix.lower(), _lost_with_lines)(path)
    except PermissionError:
        return ""
    except (*BROKEN_WORKBOOK, InputError, csv.Error):
        return "unreadable"


def _lost_with_csv(path: Path) -> str:
    csv.field_size_limit(2**31 - 1)
    with recognize(path, file=path.name).open(path) as lines:  # people may have saved it in another encoding
        rows = csv.reader(lines)
        header = next(rows, [])
        if header[-1:] != [MARK]:
            return "foreign"
        places = [i for i, name in enumerate(header) if name in INPUT_COLUMNS]
        return "decisions" if places and any(_has_one(row, places) for row in rows) else ""


def _lost_with_lines(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        first = lines.readline(_LONGEST_LINE)
    try:
        record = json.loads(first)
    except ValueError:
        return "foreign"
    return "" if isinstance(record, dict) and record.keys() >= RESULT_KEYS else "foreign"


def _lost_with_parquet(path: Path) -> str:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return "" if MARK.encode() in (parquet.read_schema(path).metadata or {}) else "foreign"
    except (pa.ArrowException, ValueError):
        return "foreign"


def _lost_with_workbook(path: Path) -> str:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True)
        try:
            if any(_is_filled_in(sheet.iter_rows(values_only=True)) for sheet in book.worksheets):
                return "decisions"
            return "" if PROPERTY in book.custom_doc_props.names else "foreign"
        finally:
            book.close()


def _is_filled_in(rows: Iterable[tuple[Any, ...]]) -> bool:
    places: list[int] = []
    for row in rows:
        if header := [i for i, value in enumerate(row) if value in INPUT_COLUMNS]:
            places = header
        elif _has_one(row, places):
            return True
    return False


def _has_one(row: Sequence[object], places: Sequence[int]) -> bool:
    """Tell whether one of the places of a row is filled in."""
    return any(row[i] not in (None, "") for i in places if i < len(row))
