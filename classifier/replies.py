"""What a reply is: the columns that every reader gives and every later step takes."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

KINDS = ("reply", "quote", "post", "repost", "own")
"""reply: answers a post; quote: quotes one; post: neither is known; repost and own (the account's own) are never proposed."""


class Reply(NamedTuple):
    """One reply as it came in, in raw text; what is not known is None (or empty). A named tuple, since there is one for every row of a file."""

    id: str
    text: str
    parent_text: str | None = None  # the account's own post at the root of the conversation
    parent_id: str | None = None
    reply_to_text: str | None = None  # the post that is answered, when it is another user's
    conversation_id: str | None = None
    author_name: str | None = None
    author_handle: str | None = None  # without @
    created_at: str | None = None
    urls: tuple[str, ...] = ()  # as expanded
    kind: str = "reply"
    file: str = ""
    row: int = 0  # the line or row of the file where the reply starts, counted from 1
    extra: tuple[tuple[str, str], ...] = ()  # the export's other columns, as text; also what stood in ours and cannot be used
    sheet: str = ""  # of a workbook of which several are read, but for its main one
    headings: tuple[tuple[str, str], ...] = ()  # our columns with what headed them in a table, the text first; empty for the X API, where that is known

    @property
    def place(self) -> str:
        """The file, and the sheet of it where there are several: result.xlsx [要確認]."""
        return placed(self.file, self.sheet)


WHOLE_SHEET = 0
"""In place of the row of a `Rejected`: a sheet of a workbook that was not read, which is no matter of a reply."""


class Rejected(NamedTuple):
    """A row that is no reply, or a sheet that was not read: where it stands, why it was rejected, and what it held."""

    file: str
    row: int
    reason: str
    raw: str
    sheet: str = ""
    decisive: bool = False  # a sheet that must not be passed over: it is damaged, or people have decided in it

    @property
    def whole_sheet(self) -> bool:
        """Tell whether this is a sheet that was not read."""
        return self.row == WHOLE_SHEET

    @property
    def place(self) -> str:
        """The file, and the sheet of it where there are several."""
        return placed(self.file, self.sheet)


STDIN_NAME = "stdin"
"""How standard input is named as a file."""

COLUMNS = tuple(name for name in Reply._fields if name not in ("file", "row", "extra", "sheet", "headings"))

_LOST = 4  # question marks that are no question any more
_CHUNK = 2000  # replies; the encoder's batches are cut from a chunk, so that another size moves the last digit of some scores
_CHARACTERS = 300_000  # of a chunk, where replies are long: memory goes with them


def placed(file: str, sheet: str) -> str:
    """Return how a file is named in a message, with the sheet where there are several."""
    return f"{file} [{sheet}]" if sheet else file


def chunks(replies: Iterable[Reply]) -> Iterator[list[Reply]]:
    """Give replies two thousand at a time, and fewer where they are long: what is looked at together, so that memory does not grow with a file."""
    chunk: list[Reply] = []
    characters = 0
    for r in replies:
        chunk.append(r)
        characters += len(r.text)
        if len(chunk) == _CHUNK or characters >= _CHARACTERS:
            yield chunk
            chunk, characters = [], 0
    if chunk:
        yield chunk


def letters_lost(text: str) -> bool:
    """Tell whether half of a text and more are question marks: what is left of letters that the encoding of a file does not have."""
    shown = "".join(text.split())
    return shown.count("?") >= max(_LOST, len(shown) / 2)
