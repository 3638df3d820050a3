"""What must not be lost to a second run: what people have written into a result workbook, and workbooks that are not ours."""

import warnings
import zipfile
from pathlib import Path
from typing import Any

from classifier.wording import PROPERTY

INPUT_COLUMNS = frozenset({"決定", "決定した項目", "備考", "ブロックの判断"})


def would_be_lost(path: Path) -> str:
    """Return what writing over a workbook would lose: `decisions` in the columns that people fill in, wherever their header stands; all of a `foreign` one, which this program did not make.

    Empty where nothing would, or no readable workbook stands there.
    """
    from openpyxl import load_workbook

    if not path.is_file():
        return ""
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
