"""Replies from files of any kind that we read: what a file is, is told by its first bytes, then by its name."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from classifier.cells import ends_in_zeros
from classifier.delimited import read_delimited
from classifier.errors import InputError
from classifier.excel import read_workbook
from classifier.headers import ReadOptions
from classifier.jsonlines import read_json
from classifier.messages import say
from classifier.replies import STDIN_NAME, Rejected, Reply
from classifier.tables import RAW_LIMIT, ROUNDED_ENOUGH, read_parquet
from classifier.textfile import recognize

_MAGIC = (
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF-", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"SQLite format 3\x00", "SQLite"),
)
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|meta|style|table|\?xml)[\s>]", re.IGNORECASE)  # some systems name such a table .xls
_USUAL = ReadOptions()
_ROUNDED_SURELY = 1000


def read_replies(sources: Sequence[str | Path], *, options: ReadOptions = _USUAL) -> Iterator[Reply | Rejected]:
    """Yield every reply of the files in order, and every bad row as `Rejected` with the reason.

    CSV, TSV, JSON Lines, X API v2 JSON, XLSX and Parquet are read as a stream; `-` is standard input.
    Raises InputError where a file cannot be read at all, has no text column, or holds no row.

    >>> for item in read_replies(["replies.csv"]):  # doctest: +SKIP
    ...     print(item.id, item.text)
    """
    for source in sources:
        if str(source) == "-":
            spooled = spool_stdin()
            try:
                yield from _read(spooled, options)
            finally:
                shutil.rmtree(spooled.parent, ignore_errors=True)
        else:
            yield from _read(Path(source), options)


class OwnPosts(NamedTuple):
    """The account's own posts, and the rows that are none."""

    texts: dict[str, str]  # by id
    rejected: int = 0  # sheets that are damaged count as one
    first: str = ""  # where the first of these rows stands, and why it is none


def read_posts(sources: Sequence[str | Path], options: ReadOptions = _USUAL) -> OwnPosts:
    """Return the account's own posts, from files of the same kinds as `read_replies` takes.

    Where a file names the authors, only the account's posts count. A column that is named for all files need not be there.
    Raises InputError where a file holds no post of the account.
    """
    posts: dict[str, str] = {}
    account = options.account.lstrip("@")
    rejected, first = 0, ""
    for source in sources:
        file, found, read, bad, why = Path(source).name, 0, 0, 0, ""
        if options.columns.get(f"{file}:id") == "":
            raise InputError(say("input.posts_without_ids", file=file))
        for item in read_replies([source], options=options.for_posts()):
            if isinstance(item, Rejected):
                if not item.whole_sheet or item.decisive:
                    bad += 1
                    why = why or f"{item.place if item.whole_sheet else f'{item.place}:{item.row}'}: {item.reason}"
                continue
            read += 1
            if item.author_handle is None or item.kind == "own":
                posts.setdefault(item.id, item.text)
                found += 1
        if not found:
            raise InputError(say("input.no_posts", file=file, account=account) if read or not bad else say("input.posts_rejected", file=file, rejected=bad, first=why))
        rejected, first = rejected + bad, first or why
    return OwnPosts(posts, rejected, first)


def spool_stdin() -> Path:
    """Return a temporary copy of standard input, bytes as they came; the caller removes the folder that holds it."""
    path = Path(tempfile.mkdtemp(prefix="replies-")) / STDIN_NAME
    try:
        with path.open("wb") as handle:
            shutil.copyfileobj(sys.stdin.buffer, handle, 1 << 20)
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)  # replies are personal data: none may stay behind
        raise
    return path


@contextmanager
def readable_twice(sources: Sequence[str | Path]) -> Iterator[list[str | Path]]:
    """Give the sources as files: standard input is spooled to disk first, and taken away afterwards."""
    spooled = spool_stdin() if any(str(s) == "-" for s in sources) else None
    try:
        yield [spooled if spooled and str(s) == "-" else s for s in sources]
    finally:
        if spooled:
            shutil.rmtree(spooled.parent, ignore_errors=True)


def _read(path: Path, options: ReadOptions) -> Iterator[Reply | Rejected]:
    file = path.name or str(path)
    options = options.of(file)
    try:
        what = _recognize(path, file=file)
        if what == "xlsx":
            items = read_workbook(path, file=file, options=options)
        elif what == "parquet":
            items = read_parquet(path, file=file, options=options)
        else:
            coding = recognize(path, file=file)
            reader = read_json if what == "json" else read_delimited
            items = reader(path, coding, file=file, options=options)
        yield from _reject_rounded(items, "reject.rounded_post_ids" if options.posts else "reject.rounded_ids")
    except (OSError, UnicodeError) as error:
        raise InputError(say("input.unreadable", file=file, problem=error)) from error


def _recognize(path: Path, *, file: str) -> str:
    """Return xlsx, parquet, json or text; raise InputError for what is none of them."""
    try:
        if path.is_dir():
            raise InputError(say("input.directory", file=file))
        if not path.exists():
            raise InputError(say("input.not_found", file=path))
    except ValueError as error:  # a NUL in the name
        raise InputError(say("input.not_found", file=ascii(file))) from error
    with path.open("rb") as handle:
        head = handle.read(4096)
    suffix = path.suffix.lower()
    if path.name.startswith("~$"):
        raise InputError(say("input.lock_file", file=file))
    if not head.strip():
        raise InputError(say("input.empty", file=file))
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return _binary(path, what, file=file)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise InputError(say("input.binary", file=file, what="WebP"))
    if _HTML.match(head):
        raise InputError(say("input.html", file=file))
    if suffix in (".xlsx", ".xlsm"):
        raise InputError(say("input.text_workbook" if b"\0" not in head and _is_text(path, file=file) else "input.broken_workbook", file=file))
    if suffix == ".parquet":
        raise InputError(say("input.broken_parquet", file=file))
    if suffix in (".json", ".jsonl", ".ndjson"):
        return "json"
    if suffix in (".csv", ".tsv"):
        return "text"
    return "json" if head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[") else "text"


def _is_text(path: Path, *, file: str) -> bool:
    try:
        recognize(path, file=file)
    except InputError:
        return False
    return True


def _binary(path: Path, what: str, *, file: str) -> str:
    if what == "parquet":
        return what
    if what == "ole":
        with path.open("rb") as handle:
            locked = "EncryptedPackage".encode("utf-16-le") in handle.read(1 << 26)
        raise InputError(say("input.locked" if locked else "input.old_workbook", file=file))
    if what == "zip":
        import zipfile

        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise InputError(say("input.broken_workbook", file=file)) from error
        if any(name.lower().lstrip("/").startswith("xl/") and name.lower().endswith(".xml") for name in names):
            return "xlsx"
        raise InputError(say("input.open_document" if "content.xml" in names else "input.zip", file=file))
    raise InputError(say("input.binary", file=file, what=what))


def _reject_rounded(items: Iterator[Reply | Rejected], why: str) -> Iterator[Reply | Rejected]:
    """Reject, with a message of this key, 19-digit ids that end in 0000 where all ids of the file (at least three) do: Excel keeps 15 digits."""
    held: list[Reply | Rejected] = []
    ids, rounded = 0, True
    for item in items:
        held.append(item)
        if isinstance(item, Reply) and item.id != f"{item.place}:{item.row}":
            ids += 1
            rounded = ends_in_zeros(item.id)
        if not rounded or len(held) >= _ROUNDED_SURELY:
            break
    rounded = rounded and ids >= ROUNDED_ENOUGH
    if not rounded:
        yield from held
        yield from items
        return
    for source in (held, items):
        for item in source:
            if isinstance(item, Reply) and ends_in_zeros(item.id):
                raw = f"{item.id}\t{item.text}"[:RAW_LIMIT]
                item = Rejected(item.file, item.row, say(why, id=item.id), raw, item.sheet)
            yield item
