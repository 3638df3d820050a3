"""Files of replies, written and read."""

from pathlib import Path
from typing import Any

from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.replies import Rejected, Reply


def read(path: Path, **options: Any) -> tuple[list[Reply], list[Rejected]]:
    """Return the replies of a file and its bad rows."""
    items = list(read_replies([path], options=ReadOptions(**options)))
    return [i for i in items if isinstance(i, Reply)], [i for i in items if isinstance(i, Rejected)]


def written(tmp_path: Path, content: str | bytes, name: str = "replies.csv", encoding: str = "utf-8") -> Path:
    """Write a file and return its path."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path
