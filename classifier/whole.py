"""Files that take their place only when they are whole."""

import secrets
from collections.abc import Mapping
from pathlib import Path

from classifier.errors import OutputError
from classifier.messages import say


def write_whole(texts: Mapping[Path, str], *, encoding: str = "utf-8") -> None:
    """Write texts to files; none is replaced before all are written. Raises OutputError where that cannot be done."""
    targets = {path.resolve(): text for path, text in texts.items()}  # through links, so that they stay links
    parts = {path: path.with_name(f".{secrets.token_hex(8)}.part") for path in targets}
    output = next(iter(texts))
    try:
        for path, part in parts.items():
            part.write_bytes(targets[path].encode(encoding, "replace"))
        for path, part in parts.items():
            part.replace(path)
    except PermissionError as error:
        raise OutputError(say("output.denied", file=output)) from error
    except OSError as error:
        raise OutputError(say("output.failed", file=output, why=error.strerror or error)) from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
