"""One cell of a file: its value as text, the protection against formulas, and ids that a spreadsheet has touched."""

import json
import math
import re
from datetime import date, datetime, time
from decimal import Decimal

MARK = "reply_classifier"
"""The header of the last column of our own CSV and XLSX files: only there is the protection undone."""

# What a spreadsheet may take for a formula or drop (OWASP, "CSV Injection"); the wide forms count in Japanese Excel.
_RISKY = "=+-@\t\r\n＝＋－＠"
_PROTECTED = _RISKY + "'"

_FORMULA_ID = re.compile(r'="([^"]*)"')
_FLOAT_ID = re.compile(r"\d(?:\.\d+)?[eE]\+\d+|\d\.\d+[eE]\d+|\d{16,}\.0+")
_SHORT_FLOAT_ID = re.compile(r"(\d{1,15})\.0+")


def protect(cell: str) -> str:
    """Return the cell with an apostrophe before it where a spreadsheet could take it for a formula.

    >>> protect("=1+1")
    "'=1+1"
    """
    risky = cell != "" and (cell[0] in _RISKY or (len(cell) > 1 and cell[0] == "'" and cell[1] in _PROTECTED))
    return "'" + cell if risky else cell


def unprotect(cell: str) -> str:
    """Return the cell as it was before `protect`: unprotect(protect(x)) == x for every x.

    >>> unprotect("'=1+1")
    '=1+1'
    """
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in _PROTECTED else cell


def plain_id(cell: str) -> str:
    """Return an id without what Excel users put around it: spaces, a leading apostrophe, ="…"."""
    cell = cell.strip()
    if cell.isdecimal():
        return cell
    if formula := _FORMULA_ID.fullmatch(cell):
        return formula[1].strip()
    if cell[:1] in ("'", "’") and cell[1:].strip().isdecimal():
        return cell[1:].strip()
    if short := _SHORT_FLOAT_ID.fullmatch(cell):
        return short[1]
    return cell


def is_rounded(ident: str) -> bool:
    """Tell whether an id has passed through a floating-point number and lost digits (1.57E+18)."""
    return not ident.isdecimal() and _FLOAT_ID.fullmatch(ident) is not None


def ends_in_zeros(ident: str) -> bool:
    """Tell whether an id looks as Excel leaves those of 19 digits, of which it keeps 15: one in ten thousand ends in 0000 by itself, all of a file do only there."""
    return len(ident) == 19 and ident.endswith("0000") and ident.isdecimal()


def mend(text: str) -> str:
    """Return the text fit for UTF-8: split surrogate pairs joined, lone halves as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def as_text(value: object) -> str:
    """Return a value from a workbook, JSON or Parquet as text: integers exact, nothing as "", lists as JSON."""
    if isinstance(value, str):
        return mend(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple | dict):
        return mend(json.dumps(value, ensure_ascii=False, default=str))
    return mend(str(value))
