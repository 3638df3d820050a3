"""Results to files: JSON Lines, CSV for Excel, Parquet (from `sinks`) and XLSX (from `workbook`).

A file grows beside its target under a temporary name and takes its place when it is whole; until then an
existing target stays as it is.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from classifier.decide import Result
from classifier.errors import OutputError
from classifier.messages import say
from classifier.policy import Policy
from classifier.sinks import CsvSink, JsonlSink, ParquetSink, Sink

SUFFIXES = (".jsonl", ".csv", ".parquet", ".xlsx")


def open_writer(path: Path, *, policy: Policy, version: str) -> "ResultWriter":
    """Return a context manager that writes results to `path`, in the format of its suffix (one of SUFFIXES).

    `version` marks the file as ours. OutputError is raised where nothing can be written there.
    """
    path = Path(path)
    makers: dict[str, Callable[[Path, Policy, str], Sink]] = {
        ".jsonl": JsonlSink,
        ".csv": CsvSink,
        ".parquet": ParquetSink,
        ".xlsx": _workbook,
    }
    make = makers.get(path.suffix.lower())
    if make is None:
        raise OutputError(say("output.suffix", file=path, known=", ".join(SUFFIXES)))
    return ResultWriter(path, lambda part: make(part, policy, version))


def _workbook(part: Path, policy: Policy, version: str) -> Sink:
    from classifier.workbook import WorkbookSink

    return WorkbookSink(part, policy=policy, version=version)


class ResultWriter:
    """Writes chunks of results in order; `replaced` counts the characters and cells that the format could not hold."""

    def __init__(self, path: Path, make: Callable[[Path], Sink]) -> None:
        self.path = path
        self.replaced = 0
        self._target = Path(os.path.realpath(path))  # through links, so that they stay links
        self._part = self._target.with_name(f".{secrets.token_hex(8)}.part")
        self._make = make
        self._sink: Sink

    def __enter__(self) -> Self:
        if self._target.is_dir():
            raise OutputError(say("output.directory", file=self.path))
        if not self._target.parent.is_dir():
            raise OutputError(say("output.no_folder", file=self.path, folder=self.path.parent))
        with self._told():
            if self._target.exists():
                self._target.open("r+b").close()  # fails while Excel on Windows has it open: better now than at the end
            try:
                self._sink = self._make(self._part)
            except BaseException:
                self._part.unlink(missing_ok=True)
                raise
        return self

    def write(self, results: Sequence[Result]) -> None:
        """Write one chunk."""
        with self._told():
            self._sink.write(results)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        done = False
        try:
            if kind is None:
                with self._told():
                    self._sink.finish()
                    self._part.replace(self._target)
                done = True
                self.replaced = self._sink.replaced
        finally:
            if not done:
                with suppress(OSError, ValueError):
                    self._sink.abandon()
                with suppress(OSError):
                    self._part.unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise OutputError(say("output.denied", file=self.path)) from error
        except OSError as error:
            raise OutputError(say("output.failed", file=self.path, why=error.strerror or error)) from error
