"""Files that take their place only when they are whole."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from classifier.errors import OutputError
from classifier.messages import say


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the name of a temporary file beside `path`: it takes its place when the block ends well, else it is removed and an existing target stays as it is.

    Raises OutputError where the target cannot be replaced, and where it is no regular file. What goes wrong while the block writes is for `told`.
    """
    target = Path(os.path.realpath(path))  # through links, so that they stay links
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    regular(path)
    with told(path):
        if target.exists():
            target.open("r+b").close()  # fails while Excel on Windows has it open: better now than at the end
    try:
        yield part
        with told(path):
            part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def regular(path: Path) -> None:
    """Raise OutputError where a target is there and is, links followed, no regular file (a folder, a pipe, a device)."""
    with told(path):
        if path.exists() and not path.is_file():
            raise OutputError(say("output.directory" if path.is_dir() else "output.no_file", file=path))


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise OutputError, which names the file, for what goes wrong in the block while it is written."""
    try:
        yield
    except PermissionError as error:
        raise OutputError(say("output.denied", file=path)) from error
    except OSError as error:
        raise OutputError(say("output.failed", file=path, why=error)) from error


def write_whole(texts: Mapping[Path, str], *, encoding: str = "utf-8") -> None:
    """Write texts to files; none is replaced before all are written. Raises OutputError where that cannot be done."""
    with ExitStack() as stack:
        for path, text in texts.items():
            part = stack.enter_context(replacing(path))
            with told(path):
                part.write_bytes(text.encode(encoding, "replace"))
