"""What people have written into a result workbook: it must not be lost to a second run."""

import warnings
import zipfile
from pathlib import Path

INPUT_COLUMNS = frozenset({"決定", "決定した項目", "備考", "ブロックの判断"})


def holds_decisions(path: Path) -> bool:
    """Tell whether a workbook of ours holds a value in a column that people fill in; False where there is no readable workbook."""
    from openpyxl import load_workbook

    if not path.is_file():
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True)
            try:
                for sheet in book.worksheets:
                    rows = sheet.iter_rows(values_only=True)
                    places = [i for i, name in enumerate(next(rows, ())) if name in INPUT_COLUMNS]
                    if places and any(row[i] not in (None, "") for row in rows for i in places if i < len(row)):
                        return True
            finally:
                book.close()
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return False
    return False
