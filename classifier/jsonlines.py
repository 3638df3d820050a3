"""JSON files: one object a line, or a whole document; objects with columns of ours, or of the X API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from classifier import xapi
from classifier.cells import as_text
from classifier.errors import InputError
from classifier.headers import ReadOptions, check_names, listed, place, told_apart
from classifier.messages import say
from classifier.replies import Rejected, Reply
from classifier.tables import RAW_LIMIT, Builder
from classifier.textfile import Coding

_HELD = 1000  # rejected rows that wait for the first reply
_JSON = json.JSONDecoder(strict=False)

Found = Reply | tuple[str, Rejected]
"""A reply, or what was found instead and its rejected row."""


@dataclass(slots=True)
class _Contents:
    """What a file was found to hold, to say so where no reply is among it."""

    counts: dict[str, int] = field(default_factory=dict)
    keys: tuple[str, ...] = ()

    def problem(self, file: str) -> InputError:
        for kind in ("other", "user", "compliance", "error", "broken"):
            if self.counts.get(kind):
                if kind == "other" and self.keys:
                    return InputError(say("input.no_text_column", file=file, headers=listed(self.keys)))
                return InputError(say(f"input.holds_{kind}", file=file, count=self.counts[kind]))
        return InputError(say("input.holds_nothing", file=file))


def read_json(path: Path, coding: Coding, *, file: str, options: ReadOptions) -> Iterator[Reply | Rejected]:
    """Yield the replies of a JSON or JSON Lines file in order, and its bad lines and objects with the reason.

    Raises InputError where no reply is in it at all, which says what it holds instead, and where two keys could be that of the text.
    """
    check_names(options, file=file)
    contents, held, any_reply = _Contents(), list[Rejected](), False
    for item in _Reader(file, options, contents).items(path, coding):
        if isinstance(item, Reply):
            if not any_reply:
                yield from held
                any_reply = True
                held.clear()
            yield item
            continue
        kind, rejected = item
        contents.counts[kind] = contents.counts.get(kind, 0) + 1
        if any_reply:
            yield rejected
        else:
            held.append(rejected)
            if len(held) > _HELD:
                yield from held
                held.clear()
    if not any_reply:
        raise contents.problem(file)


class _Reader:
    def __init__(self, file: str, options: ReadOptions, contents: _Contents) -> None:
        self.file, self.options, self.contents = file, options, contents
        self._builders: dict[tuple[str, ...], Builder] = {}

    def items(self, path: Path, coding: Coding) -> Iterator[Found]:
        document = _document(path, coding)
        if document is not None:
            for number, item in enumerate((item for value in document for item in self.found(value, 0)), 1):
                if isinstance(item, Reply):
                    unnamed = item.id == f"{self.file}:0"
                    yield item._replace(row=number, id=f"{self.file}:{number}" if unnamed else item.id)
                else:
                    yield item[0], item[1]._replace(row=number)
            return
        with coding.open(path) as lines:
            for number, line in enumerate(lines, 1):
                line = line.strip(" \t\r\n\ufeff")
                if not line or line in ("[", "]"):
                    continue
                if coding.is_bad(line):
                    yield "broken", Rejected(self.file, number, say("reject.bytes"), coding.readable(line[:RAW_LIMIT]))
                    continue
                try:
                    value = _parse(line)
                except (ValueError, RecursionError):
                    yield "broken", Rejected(self.file, number, say("reject.json"), coding.readable(line[:RAW_LIMIT]))
                    continue
                yield from self.found(value, number)

    def found(self, value: object, row: int) -> Iterator[Found]:
        where = xapi.Place(self.file, row, self.options.account)
        if isinstance(value, list):
            for inner in value:
                yield from self.found(inner, row) if not isinstance(inner, list) else self.rejected(inner, row)
        elif not isinstance(value, dict):
            yield from self.rejected(value, row)
        else:
            kind = xapi.kind_of(value)
            if kind == "page":
                yield from xapi.page_items(value, where)
            elif kind != "other":
                # A row whose columns have other names may look like a user: the text that the user named decides.
                own = self.row(value, row) if kind in ("user", "compliance", "error") else None
                yield own if isinstance(own, Reply) else xapi.single_item(value, kind, where)
            elif value:
                item = self.row(value, row)
                if isinstance(item, Reply):
                    yield item
                else:
                    yield "other", Rejected(self.file, row, item, _raw(value))

    def rejected(self, value: object, row: int) -> Iterator[Found]:
        yield "broken", Rejected(self.file, row, say("reject.no_object"), _raw(value))

    def row(self, value: dict[str, object], row: int) -> Reply | str:
        keys = tuple(value)
        builder = self._builders.get(keys)
        if builder is None:
            columns = place(keys, self.options)
            told_apart(columns, self.options, file=self.file)
            builder = Builder(columns, file=self.file, options=self.options)
            if len(self._builders) < 1000:
                self._builders[keys] = builder
        places = builder.columns.places
        if "text" not in places:
            self.contents.keys = self.contents.keys or keys
            return say("reject.no_text")
        values = list(value.values())
        if not isinstance(values[places["text"]], str | int | float):
            return say("reject.no_text")
        cells = [cell if type(cell) is str and cell.isascii() else as_text(cell) for cell in values]
        links = value.get(keys[places["urls"]]) if "urls" in places else None
        if isinstance(links, list):
            cells[places["urls"]] = "\n".join(as_text(link) for link in links)
        return builder.build(row, cells) or say("reject.no_text")


def _document(path: Path, coding: Coding) -> list[object] | None:
    """Return the values of a file that is one document over several lines, or one array; None for JSON Lines."""
    with coding.open(path) as lines:
        start = list(islice((line.strip(" \t\r\n\ufeff") for line in lines if line.strip(" \t\r\n\ufeff")), 2))
    whole = bool(start) and (start[0] in ("[", "{") or not any(map(_is_json, start)))
    if not whole and not (len(start) == 1 and start[0].startswith("[")):
        return None
    with coding.open(path) as handle:
        text = handle.read().strip(" \t\r\n\ufeff")
    if coding.is_bad(text):
        return None
    values: list[object] = []
    end = 0
    try:
        while end < len(text):
            value, end = _JSON.raw_decode(text, end)
            values.append(value)
            while end < len(text) and text[end] in " \t\r\n,":
                end += 1
    except (ValueError, RecursionError):
        return None
    return values


def _is_json(line: str) -> bool:
    try:
        _parse(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parse(line: str) -> object:
    try:
        return _JSON.decode(line)
    except ValueError:
        if line[:2] in ("[{", "[[") or line.endswith((",", "}]")):  # a line of an array that was cut off
            return _JSON.decode(line.removeprefix("[").removesuffix("]").rstrip(", \t"))
        raise


def _raw(value: object) -> str:
    return as_text(json.dumps(value, ensure_ascii=False))[:RAW_LIMIT]
