"""What must not be lost to a second run: what people have written into a result workbook, and workbooks that are not ours."""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from classifier.wording import PROPERTY

INPUT_COLUMNS = frozenset({"決定", "決定した項目", "備考", "ブロックの判断"})


def holds_decisions(path: Path) -> bool:
    """Tell whether a workbook holds a value in a column that people fill in, wherever its header stands; False where there is no readable workbook."""
    with _opened(path) as book:
        for sheet in book.worksheets if book else ():
            places: list[int] = []
            for row in sheet.iter_rows(values_only=True):
                if header := [i for i, value in enumerate(row) if value in INPUT_COLUMNS]:
                    places = header
                elif any(row[i] not in (None, "") for i in places if i < len(row)):
                    return True
    return False


def is_foreign(path: Path) -> bool:
    """Tell whether a readable workbook stands there that this program did not make."""
    with _opened(path) as book:
        return book is not None and PROPERTY not in book.custom_doc_props.names


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Give a workbook, None where there is no readable one."""
    from openpyxl import load_workbook

    book = None
    if path.is_file():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                book = load_workbook(path, read_only=True)
            except (OSError, ValueError, KeyError, zipfile.BadZipFile):
                book = None
    try:
        yield book
    finally:
        if book:
            book.close()
