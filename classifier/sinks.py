"""Files of results as they are being written: JSON Lines, CSV for Excel and Parquet."""

import csv
import io
import json
import re
from collections.abc import Container, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from classifier.cells import MARK, protect
from classifier.decide import Reason, Result
from classifier.policy import Policy
from classifier.replies import Reply

_KEYS = ("id", "action", "grounds", "scores", "together", "signals", "priority", "reasons", "measures", "model", "policy")
_REPLY_KEYS = (
    *("text_sha256", "text", "parent_text", "parent_id", "reply_to_text", "conversation_id", "author_name"),
    *("author_handle", "created_at", "urls", "kind", "file", "row"),
)
KEYS = frozenset((*_KEYS, *_REPLY_KEYS))
"""The columns of every result file, beside those of the scores."""

_HALVES = re.compile("[\ud800-\udfff]")  # halves of surrogate pairs: no encoding of Unicode holds them
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")  # what spreadsheets refuse in a CSV too
_INSTEAD = "\ufffd"


class Sink(Protocol):
    """A file of one format while it is being written."""

    replaced: int

    def write(self, results: Sequence[Result]) -> None:
        """Take the results of one chunk."""

    def finish(self) -> None:
        """Write what is still to be written and close the file."""

    def abandon(self) -> None:
        """Close the file, whatever it holds."""


class JsonlSink:
    """JSON Lines: UTF-8, one object a line."""

    def __init__(self, part: Path, policy: Policy, version: str) -> None:
        self.replaced = 0
        self._ids = policy.ids
        self._extra: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._file = part.open("xb")

    def write(self, results: Sequence[Result]) -> None:
        """Add the results of a chunk."""
        import orjson

        options = orjson.OPT_APPEND_NEWLINE | orjson.OPT_SERIALIZE_NUMPY
        lines: list[bytes] = []
        for result, scores in zip(results, rounded(results), strict=True):
            record = self._record(result, scores)
            try:
                lines.append(orjson.dumps(record, None, options))
            except TypeError:
                text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), default=_plain)
                text, count = _HALVES.subn(_INSTEAD, text)
                self.replaced += count
                lines.append(text.encode() + b"\n")
        self._file.write(b"".join(lines))

    def _record(self, result: Result, scores: list[float]) -> dict[str, object]:
        reply, decision = result.reply, result.decision
        record: dict[str, object] = {
            "id": reply.id,
            "action": decision.action,
            "grounds": decision.grounds,
            "scores": dict(zip(self._ids, scores, strict=False)),
            "together": _together(result),
            "signals": decision.signals,
            "priority": decision.priority,
            "reasons": decision.reasons,
            "measures": decision.measures,
            "model": result.model,
            "policy": result.policy,
            "text_sha256": result.text_sha256,
            "text": reply.text,
            "parent_text": reply.parent_text,
            "parent_id": reply.parent_id,
            "reply_to_text": reply.reply_to_text,
            "conversation_id": reply.conversation_id,
            "author_name": reply.author_name,
            "author_handle": reply.author_handle,
            "created_at": reply.created_at,
            "urls": reply.urls,
            "kind": reply.kind,
            "file": reply.place,
            "row": reply.row,
        }
        if reply.extra:
            names, values = zip(*reply.extra, strict=True)
            if names not in self._extra:
                self._extra[names] = free_names(names, record)
            record.update(zip(self._extra[names], values, strict=True))
        return record

    def finish(self) -> None:
        """Write what is left and close."""
        self._file.close()

    abandon = finish


class CsvSink:
    """CSV for Excel: UTF-8 with a byte order mark, CRLF, cells protected against formulas."""

    def __init__(self, part: Path, policy: Policy, version: str) -> None:
        self.replaced = 0
        self._part, self._version, self._width = part, version, len(policy.ids)
        scores = [f"score_{i}" for i in policy.ids]
        self._columns = [*_KEYS[:3], *scores, *_KEYS[4:], *_REPLY_KEYS]
        self._places: dict[tuple[str, ...], list[int]] = {}  # names of extra columns to their places in `_extra`
        self._extra: list[str] = []
        self._header: int | None = None  # extra columns in the header as written
        self._file = part.open("x", encoding="utf-8-sig", newline="")

    def write(self, results: Sequence[Result]) -> None:
        """Add the results of a chunk."""
        for result in results:
            if result.reply.extra:
                self._find_places(tuple(name for name, _ in result.reply.extra))
        chunk = io.StringIO(newline="")
        writer = csv.writer(chunk, lineterminator="\r\n")
        if self._header is None:
            self._header = len(self._extra)
            writer.writerow(self._head())
        for result, scores in zip(results, rounded(results), strict=True):
            writer.writerow(self._row(result, scores))
        # No character of CSV itself is unfit, so the whole chunk can be cleaned at once.
        text, count = _UNFIT.subn(_INSTEAD, chunk.getvalue())
        self.replaced += count
        self._file.write(text)

    def _find_places(self, names: tuple[str, ...]) -> None:
        if names in self._places:
            return
        free = free_names(names, {*self._columns, MARK})
        self._extra += [name for name in free if name not in self._extra]
        self._places[names] = [self._extra.index(name) for name in free]

    def _head(self) -> list[str]:
        return [*self._columns, *map(protect, self._extra), MARK]

    def _row(self, result: Result, scores: list[float]) -> list[object]:
        reply, decision = result.reply, result.decision
        row: list[object] = [protect(reply.id), decision.action, "|".join(decision.grounds)]
        row += (scores + [""] * self._width)[: self._width]
        row += [_together(result), "|".join(decision.signals), decision.priority, protect(" / ".join(map(_brief, decision.reasons)))]
        row += ["、".join(decision.measures), protect(result.model), result.policy, result.text_sha256]
        row += [protect(cell or "") for cell in _texts(reply)]
        row += [protect(" ".join(reply.urls)), reply.kind, protect(reply.place), reply.row]
        extra = [""] * len(self._extra)
        if reply.extra:
            names = tuple(name for name, _ in reply.extra)
            for place, (_, value) in zip(self._places[names], reply.extra, strict=True):
                extra[place] = protect(value)
        return [*row, *extra, self._version]

    def finish(self) -> None:
        """Write what is left and close."""
        if self._header is None:
            self.write(())
        self._file.close()
        if self._header != len(self._extra):
            self._widen()

    def _widen(self) -> None:
        """Write the file again, with the extra columns that came in after the header was written."""
        csv.field_size_limit(2**31 - 1)
        width = len(self._head())
        wide = self._part.with_name(self._part.name + "2")
        try:
            with (
                self._part.open(encoding="utf-8-sig", newline="") as source,
                wide.open("x", encoding="utf-8-sig", newline="") as target,
            ):
                rows, writer = csv.reader(source), csv.writer(target, lineterminator="\r\n")
                next(rows)
                writer.writerow(_UNFIT.sub(_INSTEAD, name) for name in self._head())
                for row in rows:
                    writer.writerow([*row[:-1], *[""] * (width - len(row)), row[-1]])
            Path(wide).replace(self._part)
        finally:
            wide.unlink(missing_ok=True)

    def abandon(self) -> None:
        """Close without finishing."""
        self._file.close()


class ParquetSink:
    """Parquet with typed columns, a row group for every chunk."""

    def __init__(self, part: Path, policy: Policy, version: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        text, texts = pa.string(), pa.list_(pa.string())
        reason = [("ground", text), ("source", text), ("score", pa.float64()), ("cutoff", pa.float64())]
        reason += [("start", pa.int32()), ("end", pa.int32()), ("words", text)]
        types = {"grounds": texts, "signals": texts, "measures": texts, "urls": texts, "priority": pa.int32()}
        types |= {"together": pa.float32(), "reasons": pa.list_(pa.struct(reason)), "row": pa.int64(), "extra": pa.map_(text, text)}
        scores = [(f"score_{i}", pa.float32()) for i in policy.ids]
        fields = [(key, types.get(key, text)) for key in (*_KEYS[:3], *_KEYS[4:], *_REPLY_KEYS, "extra")]
        self.replaced = 0
        self._schema = pa.schema(fields[:3] + scores + fields[3:], metadata={MARK: version})
        self._file = part.open("xb")
        self._writer = parquet.ParquetWriter(self._file, self._schema, compression="zstd")

    def write(self, results: Sequence[Result]) -> None:
        """Add the results of a chunk."""
        import pyarrow as pa

        if not results:
            return
        columns = _columns(results, self._schema)
        arrays = []
        for field in self._schema:
            try:
                arrays.append(pa.array(columns[field.name], field.type))
            except UnicodeEncodeError:
                arrays.append(pa.array(self._mended(columns[field.name]), field.type))
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=len(results))

    def _mended(self, value: Any) -> Any:
        if isinstance(value, str):
            value, count = _HALVES.subn(_INSTEAD, value)
            self.replaced += count
        elif isinstance(value, list | tuple):
            return tuple(self._mended(item) for item in value)
        elif isinstance(value, dict):
            return {key: self._mended(item) for key, item in value.items()}
        return value

    def finish(self) -> None:
        """Write what is left and close."""
        try:
            self._writer.close()
        finally:
            self._file.close()

    abandon = finish


def _columns(results: Sequence[Result], schema: Any) -> dict[str, list[Any]]:
    """Return the cells of every column of the schema."""
    columns: dict[str, list[Any]] = {}
    for place, name in enumerate(n for n in schema.names if n.startswith("score_")):
        columns[name] = [float(r.scores[place]) if place < len(r.scores) else None for r in results]
    for name in ("action", "grounds", "signals", "priority", "measures"):
        columns[name] = [getattr(r.decision, name) for r in results]
    columns["together"] = [_together(r) for r in results]
    columns["reasons"] = [[asdict(reason) for reason in r.decision.reasons] for r in results]
    for name in ("model", "policy", "text_sha256"):
        columns[name] = [getattr(r, name) for r in results]
    for name in ("id", *_REPLY_KEYS[1:], "extra"):
        columns[name] = [getattr(r.reply, name) for r in results]
    columns["file"] = [r.reply.place for r in results]
    return columns


def _together(result: Result) -> float | None:
    """Return the score of all grounds together, rounded to 4 places; None where nothing was scored."""
    return round(result.together, 4) if result.scores else None


def rounded(results: Sequence[Result]) -> list[list[float]]:
    """Return the scores of each result, rounded to 4 places."""
    if len({len(result.scores) for result in results}) > 1:
        return [[round(float(score), 4) for score in result.scores] for result in results]
    scores = np.array([result.scores for result in results], dtype=np.float64)
    return scores.round(4).tolist()  # type: ignore[no-any-return]


def free_names(names: Sequence[str], taken: Container[str]) -> tuple[str, ...]:
    """Return `names`, each changed to name_2, name_3 … where it is taken or stands twice."""
    free: dict[str, None] = {}
    for name in names:
        new, number = name, 1
        while new in taken or new in free:
            number += 1
            new = f"{name}_{number}"
        free[new] = None
    return tuple(free)


def _texts(reply: Reply) -> tuple[str | None, ...]:
    return (
        *(reply.text, reply.parent_text, reply.parent_id, reply.reply_to_text, reply.conversation_id),
        *(reply.author_name, reply.author_handle, reply.created_at),
    )


def _brief(reason: Reason) -> str:
    words = reason.words or ("" if reason.score is None else f"{reason.score:.4f}")
    return f"{reason.ground}:{reason.source}:{words}"


def _plain(value: Any) -> object:
    return asdict(value) if isinstance(value, Reason) else float(value)
