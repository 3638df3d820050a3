"""Results to files: JSON Lines, CSV for Excel, Parquet (from `sinks`) and XLSX (from `workbook`).

A file grows beside its target under a temporary name and takes its place when it is whole; until then an
existing target stays as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from classifier.decide import Result
from classifier.errors import OutputError
from classifier.messages import say
from classifier.policy import Policy
from classifier.sinks import CsvSink, JsonlSink, ParquetSink, Sink
from classifier.whole import regular, replacing, told

SUFFIXES = (".jsonl", ".csv", ".parquet", ".xlsx")


class ResultWriter:
    """Writes chunks of results in order."""

    def __init__(self, path: Path, sink: Sink) -> None:
        self._path, self._sink = path, sink

    @property
    def replaced(self) -> int:
        """How many characters and cells the format could not hold, once all is written."""
        return self._sink.replaced

    def write(self, results: Sequence[Result]) -> None:
        """Write one chunk."""
        with told(self._path):
            self._sink.write(results)


@contextmanager
def open_writer(path: Path, *, policy: Policy, version: str) -> Iterator[ResultWriter]:
    """Give what writes results to `path`, in the format of its suffix (one of SUFFIXES).

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
    regular(path)
    if not path.resolve().parent.is_dir():
        raise OutputError(say("output.no_folder", file=path, folder=path.parent))
    with replacing(path) as part:
        with told(path):
            sink = make(part, policy, version)
        try:
            yield ResultWriter(path, sink)
            with told(path):
                sink.finish()
        except BaseException:
            with suppress(OSError, ValueError):
                sink.abandon()
            raise


def _workbook(part: Path, policy: Policy, version: str) -> Sink:
    from classifier.workbook import WorkbookSink

    return WorkbookSink(part, policy=policy, version=version)
