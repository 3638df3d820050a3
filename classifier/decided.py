"""What must not be lost to a second run: what people have written into a result workbook, and files that are not ours."""

import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

from classifier.cells import MARK
from classifier.headers import DECISION
from classifier.wording import PROPERTY

RESULT_KEYS = frozenset({"id", "action", "grounds", "scores", "text_sha256"})
"""Keys that every line of a result file in JSON Lines has."""

_LONGEST_LINE = 1 << 24  # characters

INPUT_COLUMNS = frozenset({DECISION, "決定した項目", "備考", "ブロックの判断"})


def would_be_lost(path: Path) -> str:
    """Return what writing over a file would lose: `decisions` in the columns of a workbook that people fill in, wherever their header stands; all of a `foreign` file, which this program did not make.

    Empty where nothing would: no file, an empty or an unreadable one stands there.
    """
    if not path.is_file() or not path.stat().st_size:
        return ""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _lost_with_workbook(path)
    try:
        ours = _is_our_parquet(path) if suffix == ".parquet" else _is_our_text(path, suffix)
    except OSError:
        return ""
    return "" if ours else "foreign"


def _is_our_text(path: Path, suffix: str) -> bool:
    """Tell whether the first line is that of a CSV or JSON Lines file of results."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        first = lines.readline(_LONGEST_LINE)
    if suffix == ".csv":
        return first.rstrip("\r\n").rpartition(",")[2] == MARK
    try:
        record = json.loads(first)
    except ValueError:
        return False
    return isinstance(record, dict) and record.keys() >= RESULT_KEYS


def _is_our_parquet(path: Path) -> bool:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return MARK.encode() in (parquet.read_schema(path).metadata or {})
    except (pa.ArrowException, ValueError):
        return False


def _lost_with_workbook(path: Path) -> str:
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True)
            try:
                if any(_is_filled_in(sheet) for sheet in book.worksheets):
                    return "decisions"
                return "" if PROPERTY in book.custom_doc_props.names else "foreign"
            finally:
                book.close()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return ""


def _is_filled_in(sheet: Any) -> bool:
    places: list[int] = []
    for row in sheet.iter_rows(values_only=True):
        if header := [i for i, value in enumerate(row) if value in INPUT_COLUMNS]:
            places = header
        elif any(row[i] not in (None, "") for i in places if i < len(row)):
            return True
    return False
