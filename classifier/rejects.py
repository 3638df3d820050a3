"""The rows that are no replies: put aside in a file of their own, with place and reason."""

import csv
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from classifier.cells import protect
from classifier.messages import say
from classifier.replies import Rejected
from classifier.whole import replacing, told


class RejectedFile:
    """Writes OUTPUT.rejected.csv (UTF-8 with BOM, for Excel) when there is a row for it; a context manager. OutputError is raised where that cannot be done."""

    def __init__(self, output: Path) -> None:
        self.target = output.with_name(output.name + ".rejected.csv")
        self.count = 0
        self.first = ""  # place and reason of the first row
        self._opened = ExitStack()
        self._writer: Any = None

    @property
    def path(self) -> Path | None:
        """The file, once there is a row in it."""
        return self.target if self.count else None

    def write(self, row: Rejected) -> None:
        """Put one row aside."""
        with told(self.target):
            if self._writer is None:
                part = self._opened.enter_context(replacing(self.target))
                self._writer = csv.writer(self._opened.enter_context(part.open("x", encoding="utf-8-sig", errors="replace", newline="")))
                self._writer.writerow(say("reject.header").split("|"))
            self._writer.writerow([protect(row.place), row.row, protect(row.reason), protect(row.raw.replace("\0", "\ufffd"))])
        self.count += 1
        self.first = self.first or f"{row.place}:{row.row}: {row.reason}"

    def __enter__(self) -> Self:
        """Make sure now, before the work, that the file can be written at the end."""
        with told(self.target):
            if self.target.exists():
                self.target.open("r+b").close()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with told(self.target):
            self._opened.__exit__(kind, error, trace)
            if kind is None and self._writer is None:
                self.target.unlink(missing_ok=True)  # of an earlier run over the same output
