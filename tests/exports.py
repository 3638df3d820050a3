"""Files of replies, written and read."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
from pyarrow import parquet

from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.replies import Rejected, Reply


def read(path: Path, **options: Any) -> tuple[list[Reply], list[Rejected]]:
    """Return the replies of a file and its bad rows."""
    items = list(read_replies([path], options=ReadOptions(**options)))
    return [i for i in items if isinstance(i, Reply)], [i for i in items if isinstance(i, Rejected)]


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, with or without a byte order mark."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def write_rows(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write rows as a CSV file, with the columns of the first."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def written(tmp_path: Path, content: str | bytes, name: str = "replies.csv", encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def table(path: Path, header: list[str], *rows: list[str]) -> Path:
    """Write a table in the format of the path's suffix and return the path."""
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(path)
    elif path.suffix == ".parquet":
        parquet.write_table(pa.table({name: list(column) for name, column in zip(header, zip(*rows, strict=True), strict=True)}), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows((header, *rows))
    return path
