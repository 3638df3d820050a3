"""Cells and sheets of a workbook: texts that stay texts, evidence in red, the layout of a table.

Excel holds 32,767 UTF-16 units in a cell, no control characters and no halves of surrogate pairs; it reads `_x000D_`
in a file as the character U+000D (ECMA-376, part 1, 22.9.2.19), so a text that holds such a sequence is escaped.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from classifier.evidence import pieces_of

LIMIT = 32_767  # UTF-16 units in a cell
CUT = "…［以下省略］"
FONT = {"font_name": "Meiryo UI", "font_size": 10}
_MOST_LINKS = 65_530  # that Excel takes in a sheet
LINE = 15.0  # points, a line of text in this font


Span = tuple[int, int]

# Two characters that are no text, for inside use (Unicode 23.7): xlsxwriter escapes rich strings twice, so what must be
# escaped travels through it under their names.
_RETURN, _LOW_LINE = "\ufdd0", "\ufdd1"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0\ufdd1\ufffe\uffff]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_RISKY = tuple("=+-@＝＋－＠")
_ASCII = re.compile("[\x00-\x7f\uff61-\uff9f]")


class TextSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that undoes the double escaping of rich strings."""

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[Any] = ()) -> None:
        string = string.replace(_RETURN, "_x000D_").replace(_LOW_LINE, "_x005F_")
        super()._xml_rich_inline_string(string, attributes)


@dataclass
class Losses:
    """What did not fit into cells."""

    characters: int = 0  # replaced by U+FFFD
    cells: int = 0  # cut at Excel's limit

    def fit(self, text: str) -> str:
        """Return the text as Excel can hold it, no offset moved; count what was lost."""
        if _UNFIT.search(text):
            text, count = _UNFIT.subn("\ufffd", text)
            self.characters += count
        if len(text) > LIMIT // 2 and len(text.encode("utf-16-le")) > 2 * LIMIT:
            room = text.encode("utf-16-le")[: 2 * (LIMIT - len(CUT))]
            text = room.decode("utf-16-le", "ignore") + CUT
            self.cells += 1
        return text


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}
        self.plain = self.get()
        self.evidence = self.get(bold=True, font_color="#C00000")

    def get(self, **properties: object) -> Format:
        """Return the format with these properties, in our font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**FONT, **properties})
        return self._made[key]

    def pair(self, **properties: object) -> tuple[Format, Format]:
        """Return the format, and its twin for texts that must stay texts when an officer edits the cell."""
        return self.get(**properties), self.get(**properties, quote_prefix=True)


@dataclass(frozen=True)
class Column:
    """A column of a table sheet."""

    name: str
    width: float  # in characters of half width
    style: dict[str, object] = field(default_factory=dict)
    choices: tuple[str, ...] = ()  # of its drop-down list
    strict: bool = True  # nothing but the choices may be entered
    lines: int = 7  # that its text may make a row high
    input: bool = False  # the officer fills it in


@dataclass(frozen=True)
class Cell:
    """A text whose evidence is shown, or a value with a style or a link of its own."""

    value: str | int | datetime | None
    spans: tuple[Span, ...] = ()
    style: tuple[tuple[str, object], ...] = ()
    link: str = ""  # opened by a click on a number; never made of what a reply says


class Table:
    """A sheet with a header, written row by row."""

    def __init__(
        self, workbook: Workbook, name: str, columns: Sequence[Column], *, styles: Styles, losses: Losses, color: str
    ) -> None:
        self.columns, self.rows = columns, 0
        self._styles, self._losses = styles, losses
        self._formats: dict[tuple[int, tuple[tuple[str, object], ...]], tuple[Format, Format]] = {}
        self.sheet = workbook.add_worksheet(name, worksheet_class=TextSheet)
        self.sheet.set_tab_color(color)
        head = {"bold": True, "font_color": "#FFFFFF", "border": 1, "border_color": "#BFBFBF", "text_wrap": True}
        self.sheet.set_row(0, 33)
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, column.width)
            fill = "#7F6000" if column.input else color
            style = styles.get(**head, bg_color=fill, align="center", valign="vcenter")
            self.sheet.write_string(0, place, losses.fit(column.name), style)

    def add(self, cells: Iterable[Cell | str | int | datetime | None]) -> None:
        """Write the next row."""
        self.rows += 1
        shown = [cell if isinstance(cell, Cell) else Cell(cell) for cell in cells]
        self.sheet.set_row(self.rows, self._height(shown))
        for place, cell in enumerate(shown):
            formats = self._formats.get((place, cell.style)) or self._new_formats(place, cell)
            if isinstance(cell.value, int):
                if cell.link and self.rows <= _MOST_LINKS:
                    self.sheet.write_url(self.rows, place, cell.link, formats[0], tip=cell.link)
                self.sheet.write_number(self.rows, place, cell.value, formats[0])
            elif isinstance(cell.value, datetime):
                self.sheet.write_datetime(self.rows, place, cell.value, formats[0])
            elif cell.value:
                text = self._losses.fit(cell.value)
                write_text(self.sheet, self.rows, place, text, formats, self._styles, cell.spans)
            else:
                self.sheet.write_blank(self.rows, place, None, formats[0])

    def _new_formats(self, place: int, cell: Cell) -> tuple[Format, Format]:
        column = self.columns[place]
        style = {"valign": "top", "border": 1, "border_color": "#D9D9D9", **column.style, **dict(cell.style)}
        if column.input:
            style["bg_color"] = "#FFF9E5"
        self._formats[place, cell.style] = formats = self._styles.pair(**style)
        return formats

    def _height(self, cells: Sequence[Cell]) -> float:
        lines = 1
        for column, cell in zip(self.columns, cells, strict=True):
            if isinstance(cell.value, str):
                needed = lines_of(cell.value[:2000], column.width - 2)
                lines = max(lines, min(needed, column.lines))
        return min(LINE * lines + 3, 409)

    def finish(self, *, frozen: int, printed_columns: int) -> None:
        """Set what follows from the number of rows: filter, drop-down lists, print; `frozen` columns stay in view."""
        sheet, last = self.sheet, len(self.columns) - 1
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(self.rows, 1), last)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{self.rows + 1}"})
        for place, column in enumerate(self.columns):
            if column.choices and self.rows:
                sheet.data_validation(1, place, self.rows, place, _choices(column))
        sheet.set_zoom(90)
        printed(sheet)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, self.rows, printed_columns - 1)


def _choices(column: Column) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_type": "stop" if column.strict else "warning",
        "error_title": column.name,
        "error_message": "一覧から選んでください。" if column.strict else "一覧にない値です。このまま入力しますか。（二つ以上を「、」でつないだときは「はい」）",
    }


def printed(sheet: Any, *, paper: int = 8) -> None:
    """Set a sheet up for printing: landscape, one page wide, page numbers; paper 8 is A3, 9 is A4."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")


def write_text(
    sheet: Any,
    row: int,
    place: int,
    text: str,
    formats: tuple[Format, Format],
    styles: Styles,
    spans: Sequence[Span] = (),
) -> None:
    """Write a text that fits (`Losses.fit`) as a text, whatever it looks like, with the spans of it in red."""
    style = formats[text.startswith(_RISKY)]
    # As plain strings, xlsxwriter takes <r>…</r> for its own XML, and escapes only every other one of _x000D_x000D_.
    odd = text.startswith("<r>") or _ESCAPE_LIKE.search(text) is not None
    if not (spans or odd):
        sheet.write_string(row, place, text, style)
        return
    pieces = pieces_of(_ESCAPE_LIKE.sub(_LOW_LINE, text.replace("\r", _RETURN)), spans)
    if len(pieces) == 1 and len(text) > 1:  # a rich string has two pieces or more
        whole, hot = pieces[0]
        pieces = [(whole[:1], hot), (whole[1:], hot)]
    if len(pieces) == 1:
        sheet.write_string(row, place, text, style)
        return
    parts: list[object] = []
    for piece, hot in pieces:
        parts += [styles.evidence if hot else styles.plain, piece]
    sheet.write_rich_string(row, place, *parts, style)


def lines_of(text: str, width: float) -> int:
    """Return about how many lines a text takes in a column of `width` half-width characters."""
    return sum(max(math.ceil(breadth(line) / width), 1) for line in text.split("\n"))


def breadth(text: str) -> int:
    """Return about how many half-width characters a text is wide."""
    return 2 * len(text) - len(_ASCII.findall(text))
