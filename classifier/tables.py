"""Rows of cells to replies, and the rows of Parquet files."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from classifier.cells import as_text, ends_in_zeros, is_rounded, mend, plain_id, unprotect
from classifier.errors import InputError
from classifier.headers import KIND_NAMES, Columns, ReadOptions, find
from classifier.messages import say
from classifier.replies import COLUMNS, Rejected, Reply, placed

RAW_LIMIT = 100_000
"""Characters of a rejected row that are kept."""

ROUNDED_ENOUGH = 3
"""Ids of a file that all end in 0000 before they are taken for rounded ones."""

_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#GETTING_DATA", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!")
)  # of Excel, also in the CSV files that it saves
_POST_ID = re.compile("[0-9]{15,20}")
_LINK_BREAK = re.compile(r"\s+|,(?=https?://)")
BROKEN = (OSError, EOFError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, SyntaxError)
"""What openpyxl and pyarrow raise on files that are damaged or made by hand."""


class Builder:
    """Makes replies of the rows of one file."""

    def __init__(self, columns: Columns, *, file: str, options: ReadOptions, sheet: str = "") -> None:
        self.columns = columns
        self.file, self.sheet = file, sheet
        self._place = placed(file, sheet)
        self._account, self._posts = options.account.lstrip("@").casefold(), options.posts
        # A column that is not there is picked from the empty cell that `build` puts at the end.
        self._pick = itemgetter(*(columns.places.get(column, -1) for column in COLUMNS))
        self._headings = columns.read
        self._headings_with_ids = tuple(("parent_id" if column == "reply_to_text" else column, name) for column, name in columns.read)
        self._names = tuple(name for _, name in columns.extra)
        self._extra = tuple(place for place, _ in columns.extra)

    def build(self, row: int, cells: list[str]) -> Reply | str | None:
        """Return the reply of a row, the reason why it is none, or None where every cell is blank.

        `cells` are as many as the header has; the list is changed. An id of a post that a spreadsheet has rounded, which many
        posts may share, is left out and stands in `extra`.
        """
        if self.columns.marked:
            cells = [unprotect(cell) for cell in cells]
        cells.append("")
        (ident, text, parent, parent_id, answered, conversation, name, handle, created, links, kind) = self._pick(cells)
        if not text or text.isspace():
            return say("reject.no_text") if any(cell and not cell.isspace() for cell in cells) else None
        if text in _ERRORS:
            return say("reject.error_value", value=text)
        if ident:
            ident = plain_id(ident)
            if is_rounded(ident):
                return say("reject.rounded_post_id" if self._posts else "reject.rounded_id", id=ident[:40])
        extra = tuple(zip(self._names, [cells[place] for place in self._extra], strict=True)) if self._extra else ()
        if handle:
            handle = handle.strip().lstrip("@＠")
        if kind:
            known = KIND_NAMES.get(kind.strip().casefold())
            if known is None:
                extra += (("kind", kind),)
            kind = known
        if handle and handle.casefold() == self._account:
            kind = "own"
        if parent_id and is_rounded(parent_id := plain_id(parent_id)):
            extra, parent_id = (*extra, ("parent_id", parent_id)), ""
        headings = self._headings
        if answered and (_POST_ID.fullmatch(named := plain_id(answered)) or is_rounded(named)):  # the column names the post instead of quoting it
            answered, headings = "", self._headings_with_ids
            if is_rounded(named):
                extra = (*extra, ("parent_id", named))
            else:
                parent_id = parent_id or named
        if conversation and is_rounded(conversation := plain_id(conversation)):
            extra, conversation = (*extra, ("conversation_id", conversation)), ""
        return Reply(
            ident or f"{self._place}:{row}",
            text,
            parent if parent and not parent.isspace() else None,
            parent_id or None,
            answered or None,
            conversation or None,
            name or None,
            handle or None,
            created or None,
            tuple(link for link in _LINK_BREAK.split(links) if link) if links else (),
            kind or "reply",
            self.file,
            row,
            extra,
            self.sheet,
            headings,
        )


@dataclass
class PostIds:
    """Counts replies by how the ids of their posts came through: whole, or rounded by a spreadsheet (1.57E+18, which is left out and stands in `extra`, or 0000 at the end)."""

    whole: int = 0
    floating: int = 0
    zeros: int = 0

    def add(self, reply: Reply) -> None:
        """Count a reply."""
        if any(name in ("parent_id", "conversation_id") and is_rounded(cell) for name, cell in reply.extra):
            self.floating += 1
        elif ident := reply.parent_id or reply.conversation_id:
            if ends_in_zeros(ident):
                self.zeros += 1
            else:
                self.whole += 1

    @property
    def rounded(self) -> int:
        """How many replies have a rounded id; 0000 at the end counts where that of every reply, at least three, ends so."""
        return self.floating + (self.zeros if not self.whole and self.zeros >= ROUNDED_ENOUGH else 0)


def read_parquet(path: Path, *, file: str, options: ReadOptions) -> Iterator[Reply | Rejected]:
    """Yield the replies of a Parquet file, read in batches."""
    import pyarrow as pa
    from pyarrow import parquet

    broken = (*BROKEN, pa.ArrowException)
    try:
        with parquet.ParquetFile(path, pre_buffer=False) as source:
            builder = Builder(find(source.schema_arrow.names, options, file=file), file=file, options=options)
            links = builder.columns.places.get("urls", -1)
            number = 0
            for batch in source.iter_batches(batch_size=2048, use_threads=False):
                columns = [_arrow_values(column) for column in batch.columns]
                if links >= 0:
                    columns[links] = ["\n".join(map(as_text, v)) if isinstance(v, list) else v for v in columns[links]]
                for values in zip(*columns, strict=True):
                    number += 1
                    yield from _parquet_item(builder, number, values)
    except broken as error:
        raise InputError(say("input.broken_parquet", file=file)) from error
    if not number:
        raise InputError(say("input.no_rows", file=file))


def _parquet_item(builder: Builder, number: int, values: Sequence[object]) -> Iterator[Reply | Rejected]:
    try:
        cells = [value.decode() if isinstance(value, bytes) else as_text(value) for value in values]
        item = builder.build(number, list(cells))
    except UnicodeDecodeError:
        cells, item = [as_text(value) for value in values], say("reject.bytes")
    if isinstance(item, Reply):
        yield item
    elif item is not None:
        yield Rejected(builder.file, number, item, mend("\t".join(cells))[:RAW_LIMIT])


def _arrow_values(column: Any) -> list[Any]:
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return column.cast(pa.binary()).to_pylist()  # type: ignore[no-any-return]
