"""Rows of CSV and TSV files; a broken row never costs its neighbors."""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from classifier.cells import plain_id
from classifier.errors import InputError
from classifier.headers import SEARCHED, Columns, Heading, ReadOptions, checked, heading, place
from classifier.messages import say
from classifier.replies import Rejected, Reply
from classifier.tables import RAW_LIMIT, Builder
from classifier.textfile import Coding

LONGEST_CELL = 1 << 24
"""Characters. A cell that goes on for longer has an opening quotation mark and no closing one."""

_DELIMITERS = (",", "\t", ";")
_NO_DELIMITER = "\uffff"  # for files with a single column, whose texts may hold any delimiter
_PREVIEW = 100  # lines in which the header must end

Row = tuple[int, list[str] | None, list[str]]
"""The line where a row starts, its cells (None where a quotation mark breaks it) and its lines."""


def read_delimited(path: Path, coding: Coding, *, file: str, options: ReadOptions) -> Iterator[Reply | Rejected]:
    """Yield the replies of a CSV or TSV file in order, and its bad rows with the reason."""
    csv.field_size_limit(LONGEST_CELL)
    with coding.open(path) as lines:
        preview = [line[:LONGEST_CELL] for line in islice(lines, _PREVIEW)]
    delimiter, top = _heading(preview, options)
    columns = checked(top, options, file=file)
    builder = Builder(columns, file=file, options=options)
    empty = True
    with coding.open(path) as lines:
        below = islice(lines, top.row - 1, None)
        rows = records(below, delimiter, first=top.row, swallowed=_swallow_check(columns, delimiter))
        for _, cells, _ in rows:
            if cells and any(cells):
                break
        for item in _items(rows, coding, builder):
            empty = False
            yield item
    if empty:
        raise InputError(say("input.no_rows", file=file))


def records(
    lines: Iterable[str], delimiter: str, *, first: int = 1, swallowed: Callable[[list[str]], bool] | None = None
) -> Iterator[Row]:
    """Yield every row, the first line numbered `first`.

    After a row that a quotation mark breaks, reading goes on with the line after its first, so that an unclosed
    mark costs one line; `swallowed` tells of the lines of a whole row whether a mark has swallowed other rows.
    The list of lines is used again: take what you need before you ask for the next row.
    """
    source, again = iter(lines), deque[str]()
    line = first
    while True:
        held: list[str] = []
        reader = csv.reader(_noted(source, again, held), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                if len(held) > 1 and swallowed and swallowed(held):
                    yield line, None, held
                    break
                yield line, cells, held
                line += len(held)
                held.clear()
            else:
                return
        except csv.Error:
            yield line, None, held
        again.extendleft(reversed(held[1:]))
        line += 1


def _noted(source: Iterator[str], again: deque[str], held: list[str]) -> Iterator[str]:
    while again:
        held.append(again.popleft())
        yield held[-1]
    for line in source:
        held.append(line)
        yield line


def _items(rows: Iterator[Row], coding: Coding, builder: Builder) -> Iterator[Reply | Rejected]:
    width, file, damaged, build = len(builder.columns.header), builder.file, coding.damaged, builder.build
    for line, cells, held in rows:
        if cells is None:
            reason = say("reject.quote")
        elif damaged and coding.is_bad("".join(held)):
            reason = say("reject.bytes")
        elif len(cells) != width and not any(cell.strip() for cell in cells):
            continue
        elif len(cells) < width or any(cells[width:]):
            reason = say("reject.columns", found=len(cells), expected=width)
        else:
            item = build(line, cells[:width])
            if item is None:
                continue
            if not isinstance(item, str):
                yield item
                continue
            reason = item
        raw = held[0] if cells is None else "".join(held)
        yield Rejected(file, line, reason, coding.readable(raw[:RAW_LIMIT].rstrip("\r\n")))


def _swallow_check(columns: Columns, delimiter: str) -> Callable[[list[str]], bool] | None:
    """Return a check of a row's lines: does one after the first read as a whole row with a long id of its own?"""
    width, ident = len(columns.header), columns.places.get("id")
    if ident is None or width < 2:
        return None

    def swallowed(held: list[str]) -> bool:
        for line in held[1:]:
            if line.count(delimiter) >= width - 1:
                cells = next(csv.reader([line], delimiter=delimiter), [])
                if len(cells) == width and len(plain_id(cells[ident])) >= 8 and plain_id(cells[ident]).isdecimal():
                    return True
        return False

    return swallowed


def _start(preview: list[str]) -> tuple[int, str | None]:
    """Return the line where the rows start, and the delimiter where Excel's `sep=` line names one."""
    line = preview[0].rstrip("\r\n") if preview else ""
    if len(line) == 5 and line.lower().startswith("sep=") and line[4] in ",;\t|":
        return 2, line[4]
    return 1, None


def _heading(preview: list[str], options: ReadOptions) -> tuple[str, Heading]:
    """Return the delimiter and the row of headings: by what the first row tells, or, where that is a title, by what gives most of our columns."""
    first, named = _start(preview)
    preview = preview[first - 1 :]
    delimiters = (named,) if named else (_delimiter(preview, options), *_DELIMITERS)
    tops = [(delimiter, heading(list(islice(_filled(preview, delimiter, first), SEARCHED)), options)) for delimiter in delimiters]
    known = [len(top.columns.places) if "text" in top.columns.places else 0 for _, top in tops]
    at_the_top = known[0] and not tops[0][1].titles and tops[0][0] != _NO_DELIMITER  # a single cell may be a title
    return tops[0] if at_the_top else tops[known.index(max(known))]


def _filled(preview: list[str], delimiter: str, first: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, with the line where each starts; one that a quotation mark breaks has no cells."""
    for line, cells, _ in records(preview, delimiter, first=first):
        if cells is None or any(cells):
            yield line, [cell.strip() for cell in cells or ()]


def _delimiter(preview: list[str], options: ReadOptions) -> str:
    headers = {delimiter: next(_filled(preview, delimiter), (0, []))[1] for delimiter in _DELIMITERS}
    if all(len(header) <= 1 for header in headers.values()):
        return _NO_DELIMITER
    known = {delimiter: len(place(header, options).places) for delimiter, header in headers.items()}
    return max(headers, key=lambda delimiter: (known[delimiter], len(headers[delimiter])))
