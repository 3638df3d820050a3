"""Replies of workbooks (XLSX): which sheets are read, and their rows."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from classifier.cells import as_text
from classifier.errors import InputError
from classifier.headers import (
    DECISION,
    SEARCHED,
    Columns,
    Heading,
    ReadOptions,
    checked,
    fold,
    heading,
    listed,
    told_apart,
)
from classifier.messages import say
from classifier.replies import WHOLE_SHEET, Rejected, Reply, placed
from classifier.tables import BROKEN, RAW_LIMIT, Builder

RESULT_SHEETS = frozenset({"措置候補", "要確認", "該当なし"})  # as `workbook` names them

BROKEN_WORKBOOK = (*BROKEN, zipfile.BadZipFile, zlib.error, RuntimeError)
"""What reading a workbook raises where it is damaged, protected by a password or none at all."""

_EXACT_IN_EXCEL = 10**15  # a spreadsheet keeps 15 digits of a number
_MAX_ROWS = 1_048_576
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_STRING = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class _Formula(str):
    """A formula of which the file holds no text as its result."""

    __slots__ = ()


_Rows = Iterator[tuple[int, Sequence[object]]]  # those of a sheet that are not blank, each with its number


def read_workbook(path: Path, *, file: str, options: ReadOptions) -> Iterator[Reply | Rejected]:
    """Yield the replies of the sheets that hold any, in order; of a result workbook of ours, those of its three sheets.

    The main sheet is the first one with its headings at the top, else the first with headings below titles; every sheet whose
    text stands under the same heading is read with it. Other sheets that hold anything are told of as `Rejected`, whole
    sheets, at the end. The headings of all are looked at before the first reply is given. Raises InputError where no sheet
    has a text column, and where one that is to be read lacks a column that the user named.
    """
    with path.open("rb") as handle:
        opened = _sheets(handle, file=file)
        ours = RESULT_SHEETS if {title for title, *_ in opened} >= RESULT_SHEETS else frozenset()
        main, sheets, left = _to_read(opened, ours, file=file, options=options)
        found = False
        for sheet in sheets:
            name = "" if sheet is main and sheet.title not in ours else sheet.title
            for item in _workbook_items(sheet.rows(), Builder(sheet.columns, file=file, options=options, sheet=name)):
                found = True
                yield item
        if not found:
            raise InputError(say("input.no_rows", file=file))
        yield from left


class _Sheet(NamedTuple):
    """A sheet of which the headings have been read."""

    title: str
    rows: Callable[[], _Rows]  # below the headings, from the first one on at each call
    top: Heading
    hidden: bool
    problem: InputError | None = None  # why it cannot be read
    damaged: bool = False

    @property
    def columns(self) -> Columns:
        return self.top.columns

    @property
    def decided(self) -> bool:
        """Tell whether people have decided in it: its column for that is filled in somewhere, and it has a column of ours that only replies have."""
        if DECISION not in self.columns.header or not {"text", "id"} & self.columns.places.keys():
            return False
        place = self.columns.header.index(DECISION)
        return any(place < len(values) and as_text(values[place]).strip() for _, values in self.rows())

    @property
    def text(self) -> str | None:
        """The heading of the text column."""
        place = self.columns.places.get("text")
        return None if place is None else fold(self.columns.header[place])


def _headed(title: str, rows: Callable[[], _Rows], hidden: bool, ours: frozenset[str], *, file: str, options: ReadOptions) -> _Sheet:
    try:
        searched = [(number, _trimmed([as_text(value).strip() for value in values])) for number, values in islice(rows(), 1 if title in ours else SEARCHED)]
    except InputError as error:
        if title in ours:  # what people decided there must not be passed over
            raise
        return _Sheet(title, lambda: iter(()), heading((), options), hidden, error, damaged=True)
    top = heading(searched, options)

    def below() -> _Rows:  # from the start again, so that no sheet is held open
        return ((number, values) for number, values in rows() if number > top.row)

    try:
        checked(top, options, file=file)
    except InputError as error:
        if top.columns.header and title in ours:
            raise InputError(say("input.result_sheet", file=file, sheet=title, headers=listed(top.columns.header))) from error
        return _Sheet(title, below, top, hidden, error)
    return _Sheet(title, below, top, hidden)


def _to_read(
    opened: Sequence[tuple[str, Callable[[], _Rows], bool]], ours: frozenset[str], *, file: str, options: ReadOptions
) -> tuple[_Sheet, list[_Sheet], list[Rejected]]:
    """Return the main sheet, all that are read, in order, and what is told of the others."""
    seen = [_headed(title, rows, hidden, ours, file=file, options=options) for title, rows, hidden in opened]
    fit = [sheet for sheet in seen if not sheet.problem and (not ours or sheet.title in ours)]
    if not fit:
        problems = [sheet.problem for sheet in sorted(seen, key=lambda sheet: not sheet.columns.header) if sheet.problem]
        raise problems[0] if problems else InputError(say("input.no_text_column", file=file, headers="-"))
    for sheet in seen if not ours else ():
        if not sheet.hidden:
            told_apart(sheet.columns, options, file=placed(file, sheet.title))
    main = min(fit, key=lambda sheet: (sheet.hidden, sheet.top.titles > 0))
    if ours:
        return main, fit, [_left(sheet, say("reject.sheet_copy"), file=file) for sheet in seen if sheet not in fit and (sheet.damaged or sheet.text == main.text or sheet.decided)]
    sheets = [sheet for sheet in seen if sheet.text == main.text and (main.hidden or not sheet.hidden)]
    for sheet in sheets:
        for column, name in sheet.columns.missing(options):
            headers = listed(sheet.columns.header)
            raise InputError(say("input.sheet_header", file=file, sheet=sheet.title, column=column, name=name, headers=headers))
        checked(sheet.top, options, file=placed(file, sheet.title))
    left = [sheet for sheet in seen if (sheet.columns.header or sheet.damaged) and sheet not in sheets]
    hidden, other = say("reject.sheet_hidden"), say("reject.sheet_text", main=main.title, text=main.columns.header[main.columns.places["text"]])
    return main, sheets, [_left(sheet, hidden if sheet.text == main.text else other, file=file) for sheet in left]


def _left(sheet: _Sheet, why: str, *, file: str) -> Rejected:
    """Return what is told of a sheet that is not read."""
    header = listed(sheet.columns.header)
    if sheet.damaged:
        return Rejected(file, WHOLE_SHEET, say("reject.sheet_damaged"), header, sheet.title, decisive=True)
    return Rejected(file, WHOLE_SHEET, why, header, sheet.title, decisive=sheet.decided)


def _workbook_items(rows: _Rows, builder: Builder) -> Iterator[Reply | Rejected]:
    width, text = len(builder.columns.header), builder.columns.places["text"]
    idents = [builder.columns.places[c] for c in ("id", "parent_id", "conversation_id") if c in builder.columns.places]
    for number, values in rows:
        cells = [as_text(value) for value in values]
        for place in idents:
            value = values[place] if place < len(values) else None
            if isinstance(value, int | float) and abs(value) >= _EXACT_IN_EXCEL:
                cells[place] = f"{value:.14E}"
        cells += [""] * (width - len(cells))
        beyond = tuple((f"column {width + n}", cell) for n, cell in enumerate(cells[width:], 1) if cell)
        no_text = text < len(values) and isinstance(values[text], _Formula)  # what it says is not known; its source is no reply
        item = say("reject.formula") if no_text else builder.build(number, cells[:width])
        if item is None and not beyond:
            continue
        if isinstance(item, Reply):
            yield item._replace(extra=item.extra + beyond) if beyond else item
        else:
            yield Rejected(builder.file, number, item or say("reject.no_text"), "\t".join(cells)[:RAW_LIMIT], builder.sheet)


def _sheets(handle: Any, *, file: str) -> list[tuple[str, Callable[[], _Rows], bool]]:
    """Return for every sheet its title, what reads its rows from the start, and whether it is hidden."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(handle, read_only=True, keep_vba=False, data_only=False, keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)  # tells which numbers are dates
            sheets = _worksheets(reader, _strings(reader))
    except BROKEN_WORKBOOK as error:
        raise InputError(say("input.broken_workbook", file=file)) from error
    return [(sheet.title, partial(_sheet_rows, sheet, file=file), sheet.sheet_state != "visible") for sheet in sheets]


def _worksheets(reader: Any, strings: list[str]) -> list[Any]:
    """Return the sheets unread: openpyxl looks into each to measure it, so that one damaged sheet would cost them all.

    A formula gives its result where that is a text; a number is none: a reply such as =LOVE may have become a formula.
    """
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet._reader import WorkSheetParser

    class Parser(WorkSheetParser):  # type: ignore[misc]
        def parse_formula(self, element: Any) -> str:
            formula = super().parse_formula(element)  # in any case: others may share it
            return element.findtext(_STRING + "v") or "" if element.get("t") == "str" else _Formula(getattr(formula, "text", formula))

    class Unmeasured(ReadOnlyWorksheet):  # type: ignore[misc]
        def _get_size(self) -> None:
            pass

        def numbered(self) -> Iterator[tuple[int, Sequence[object]]]:
            """Yield the rows with their numbers."""
            book, last = self.parent, 0
            with self._get_source() as source:
                parser = Parser(source, self._shared_strings, epoch=book.epoch, date_formats=book._date_formats, timedelta_formats=book._timedelta_formats)
                for number, row in parser.parse():
                    if last < number <= _MAX_ROWS:
                        last = number
                        yield number, self._get_row(row, values_only=True)

    sheets = []
    for sheet, relation in reader.parser.find_sheets():
        if "chartsheet" not in relation.Type:
            sheets.append(Unmeasured(reader.wb, sheet.name, relation.target, strings))
            sheets[-1].sheet_state = sheet.state
    return sheets


def _sheet_rows(sheet: Any, *, file: str) -> _Rows:
    """Yield the filled rows; raise InputError where the sheet is damaged, once those before are read."""
    try:
        rows = sheet.numbered()
        while True:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                chunk = list(islice(rows, 50))
            if not chunk:
                return
            for number, values in chunk:
                row = [_value(value) for value in values]
                if any(value is not None for value in row):
                    yield number, row
    except BROKEN_WORKBOOK as error:
        raise InputError(say("input.broken_sheet", file=file, sheet=sheet.title)) from error


def _value(value: object) -> object:
    if type(value) is str and "_x" in value:
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    return value


def _strings(reader: Any) -> list[str]:
    """Return the strings that cells share; openpyxl's own reader takes a part of Excel's _xHHHH_ escapes away, so that they can no longer be told from text."""
    from xml.etree.ElementTree import iterparse

    from openpyxl.xml.constants import SHARED_STRINGS

    part = reader.package.find(SHARED_STRINGS)
    strings: list[str] = []
    if part is None:
        return strings
    with reader.archive.open(part.PartName[1:]) as source:
        for _, node in iterparse(source):
            if node.tag == _STRING + "si":
                # Text and the runs of rich text, without the phonetic guide (rPh) that Japanese Excel adds.
                pieces = [*node.findall(_STRING + "t"), *node.findall(f"{_STRING}r/{_STRING}t")]
                strings.append("".join(piece.text or "" for piece in pieces))
                node.clear()
    return strings


def _trimmed(header: list[str]) -> list[str]:
    while header and not header[-1]:
        header.pop()
    return header
