"""The rows that are no replies: put aside in a file of their own, with place and reason."""

import csv
import secrets
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from classifier.cells import protect
from classifier.errors import OutputError
from classifier.messages import say
from classifier.replies import Rejected


class RejectedFile:
    """Writes OUTPUT.rejected.csv (UTF-8 with BOM, for Excel) when there is a row for it; a context manager."""

    def __init__(self, output: Path) -> None:
        self.target = output.with_name(output.name + ".rejected.csv")
        self.count = 0
        self.first = ""  # place and reason of the first row
        self._part = self.target.with_name(f".{secrets.token_hex(4)}.{self.target.name}.part")
        self._file: IO[str] | None = None
        self._writer: Any = None

    @property
    def path(self) -> Path | None:
        """The file, once there is a row in it."""
        return self.target if self.count else None

    def write(self, row: Rejected) -> None:
        """Put one row aside."""
        if self._file is None:
            try:
                self._file = self._part.open("w", encoding="utf-8-sig", errors="replace", newline="")
            except OSError as error:
                raise OutputError(say("output.cannot_write", file=self.target, why=error.strerror)) from error
            self._writer = csv.writer(self._file)
            self._writer.writerow(say("reject.header").split("|"))
        self.count += 1
        self.first = self.first or f"{row.place}:{row.row}: {row.reason}"
        self._writer.writerow([protect(row.place), row.row, protect(row.reason), protect(row.raw.replace("\0", "\ufffd"))])

    def __enter__(self) -> Self:
        """Make sure now, before the work, that the file can be written at the end."""
        try:
            if self.target.exists():
                with self.target.open("r+b"):
                    pass
        except OSError as error:
            raise OutputError(say("output.cannot_write", file=self.target, why=error.strerror)) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is None:
            if kind is None:
                self.target.unlink(missing_ok=True)  # of an earlier run over the same output
            return
        self._file.close()
        if kind is None:
            try:
                self._part.replace(self.target)
            except OSError as error:
                raise OutputError(say("output.cannot_write", file=self.target, why=error.strerror)) from error
        else:
            self._part.unlink(missing_ok=True)
