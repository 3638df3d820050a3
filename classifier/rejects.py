"""The rows that are no replies: put aside in a file of their own, with place and reason."""

import csv
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from classifier.cells import protect
from classifier.errors import OutputError
from classifier.messages import catalogue, say
from classifier.replies import Rejected
from classifier.whole import regular, replacing, told

_LONGEST_HEADER = 1000  # characters


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

    def check(self) -> None:
        """Raise OutputError where the file could not be written at the end, is no regular file, or would replace one that holds no rejected rows: to be asked before the work begins."""
        regular(self.target)
        with told(self.target):
            if not self.target.exists():
                return
            with self.target.open("r+", encoding="utf-8-sig", errors="replace") as file:
                first = file.readline(_LONGEST_HEADER)
        if first and first.rstrip("\n") not in {header.replace("|", ",") for header in catalogue()["reject.header"].values()}:
            raise OutputError(say("score.lost_rejects", file=self.target))

    def __enter__(self) -> Self:
        self.check()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with told(self.target):
            self._opened.__exit__(kind, error, trace)
            if kind is None and self._writer is None:
                self.target.unlink(missing_ok=True)  # of an earlier run, as `check` has seen
