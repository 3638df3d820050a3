"""Which column of a file is which of ours: names in English and Japanese, and the names that the user gives."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from classifier.cells import MARK, unprotect
from classifier.errors import InputError
from classifier.messages import say
from classifier.replies import COLUMNS, KINDS

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("返信ID", "リプライID", "reply_id", "ポストID", "ツイートID", "投稿ID", "post_id", "tweet_id", "status_id"),
    "text": (
        *(
            "本文",
            "返信本文",
            "返信内容",
            "返信",
            "ポスト本文",
            "ツイート本文",
            "投稿本文",
            "投稿内容",
            "内容",
            "リプライ",
        ),
        *("テキスト", "full_text", "reply_text", "tweet_text", "post_text", "body", "content"),
    ),
    "parent_text": (
        "元の投稿",
        "元投稿",
        "元ポスト",
        "元のポスト",
        "元ツイート",
        "元投稿の本文",
        "元の投稿の本文",
        "元の投稿本文",
    ),
    "parent_id": ("元の投稿ID", "元投稿ID", "元ポストID", "元のポストID", "元ツイートID", "in_reply_to_status_id"),
    "reply_to_text": ("返信先の本文", "返信先本文", "返信先の投稿", "返信先"),
    "conversation_id": ("会話ID",),
    "author_name": ("投稿者名", "表示名", "投稿者", "名前", "display_name", "name"),
    "author_handle": (
        "ユーザー名",
        "ユーザ名",
        "アカウント",
        "アカウント名",
        "投稿者アカウント",
        "ユーザーID",
        "screen_name",
        "username",
        "handle",
    ),
    "created_at": ("投稿日時", "日時", "投稿日", "投稿時刻", "作成日時", "日付", "date", "timestamp"),
    "urls": ("リンク", "リンク先", "URL", "links"),
    "kind": ("種別", "種類", "投稿種別"),
}
"""The other headers of each of our columns, best first. Case, width, spaces, underscores and hyphens do not matter."""

KIND_NAMES = {
    **{kind: kind for kind in KINDS},
    **{
        "返信": "reply",
        "リプライ": "reply",
        "引用": "quote",
        "引用リポスト": "quote",
        "投稿": "post",
        "ポスト": "post",
    },
    **{"リポスト": "repost", "再投稿": "repost", "リツイート": "repost", "自アカウント": "own", "自分": "own"},
}
"""What cells of the column `kind` hold, in small letters."""

_REPLY_TEXT = re.compile("(?:返信|リプライ|リプ|reply|コメント|comment|(?P<text>本文|内容|文章|文面|文|テキスト|全文|原文|text|body|content)|投稿|ポスト|ツイート|post|tweet|への|の)+(?:\\(.*\\))?")
_POST_TEXT = frozenset({"投稿本文", "投稿内容", "ポスト本文", "ツイート本文"})

DECISION, DECIDED_GROUND, DANGER_CHECK = "決定", "決定した項目", "危機の確認"
"""Headings of a result workbook under which people decide, say what a reply holds, and whether its writer is in danger: such a workbook is labelled data too."""

_SURELY = 3  # what `_says_reply` gives at most

SEARCHED = 10
"""Filled rows among which the headings are looked for."""


def fold(header: str) -> str:
    """Return a header without case, width, spaces, underscores and hyphens."""
    return re.sub(r"[\s_\-\ufeff]+", "", unicodedata.normalize("NFKC", header)).casefold()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read: our column (or FILE:column, for one file alone) to the header where it is not a usual one (none where it is empty), and the account's handle."""

    columns: Mapping[str, str] = field(default_factory=dict)
    account: str = "MIC_ICT"
    optional: frozenset[str] = frozenset()  # columns that need not stand under the header named, but may stand under a usual one
    posts: bool = False  # the files hold the account's own posts

    def of(self, file: str) -> "ReadOptions":
        """Return the options for one file: what is named for it alone goes before what is named for all."""
        named = [(*key.rpartition(":")[::2], header) for key, header in self.columns.items()]
        general, its_own = ({column: header for where, column, header in named if where == wanted} for wanted in ("", file))
        return replace(self, columns={**general, **its_own}, optional=self.optional - its_own.keys())

    def for_posts(self) -> "ReadOptions":
        """Return the options for the account's own posts: what is named for all files is meant for the replies, and may be otherwise there; a column left out for all is not left out."""
        columns = {column: header for column, header in self.columns.items() if header or ":" in column}
        return replace(self, columns=columns, optional=frozenset(column for column in columns if ":" not in column), posts=True)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where our columns and the others stand in a row of one file."""

    header: tuple[str, ...]
    places: Mapping[str, int]
    marked: bool  # our own writer made the file

    @property
    def extra(self) -> tuple[tuple[int, str], ...]:
        """Place and name of every column that is not ours, in file order."""
        taken = set(self.places.values())
        rest = ((place, name) for place, name in enumerate(self.header) if place not in taken)
        return tuple((place, name or f"column {place + 1}") for place, name in rest if fold(name) != fold(MARK))

    @property
    def read(self) -> tuple[tuple[str, str], ...]:
        """Our columns with their headings, the text first; nothing where there is no text."""
        return tuple((column, self.header[self.places[column]]) for column in ("text", *(c for c in COLUMNS if c != "text")) if column in self.places) if "text" in self.places else ()

    def missing(self, options: ReadOptions) -> list[tuple[str, str]]:
        """Return the columns that the user named and that are not there, each with its name."""
        return [(column, name) for column, name in options.columns.items() if name and column not in self.places and column not in options.optional]


_OURS = frozenset(fold(name) for column in COLUMNS for name in (column, *ALIASES[column]))
_TEXTS = frozenset(fold(name) for name in ("text", *ALIASES["text"]))
_KINDS = frozenset(map(fold, KIND_NAMES))


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of headings of a file or sheet."""

    row: int  # of the file
    columns: Columns
    titles: int = 0  # filled rows above it
    below: tuple[int, tuple[str, ...]] | None = None  # the next row with its number, where it holds headings too
    likely: tuple[str, ...] = ()  # the first row that fills several cells: what the headings are where no text is among them


def place(header: Sequence[str], options: ReadOptions) -> Columns:
    """Return where our columns stand in `header`; those that are not there are absent."""
    marked = fold(MARK) in map(fold, header)
    if marked:
        header = [unprotect(name) for name in header]
    exact: dict[str, int] = {}
    folded: dict[str, int] = {}
    for index, name in enumerate(header):
        exact.setdefault(name, index)
        folded.setdefault(fold(name), index)
    places: dict[str, int] = {}
    for column, name in options.columns.items():
        if not name:
            continue
        found = exact.get(name, folded.get(fold(name)))
        if found is not None:
            places[column] = found
    for column in COLUMNS:
        if column in options.columns and (column in places or column not in options.optional):
            continue
        for alias in (column, *ALIASES[column]):
            found = folded.get(fold(alias))
            if found is not None and found not in places.values():
                places[column] = found
                break
    if "text" in places and "parent_text" not in places and not (options.posts or options.columns.keys() & {"text", "parent_text"}):
        _tell_post_from_reply(header, places)
    return Columns(tuple(header), places, marked)


def _tell_post_from_reply(header: Sequence[str], places: dict[str, int]) -> None:
    """Take a heading such as 返信の内容 for the text and one such as 投稿本文 for the post above it, where each is the only one of its kind and no other could be the text."""
    replies = [i for i, name in enumerate(header) if _says_reply(name) == _SURELY]
    posts = [i for i, name in enumerate(header) if fold(name) in _POST_TEXT]
    others = [name for name in header if fold(name) in _TEXTS and fold(name) not in _POST_TEXT and not _says_reply(name)]
    if len(replies) == len(posts) == 1 and not others:
        places["text"], places["parent_text"] = replies[0], posts[0]


def _says_reply(header: str) -> int:
    """Return how plainly a heading says that replies stand under it: 返信の内容 _SURELY, 返信 less, コメント least, anything else 0 (返信数, 返信案)."""
    name = fold(header)
    found = _REPLY_TEXT.fullmatch(name)
    if not found:
        return 0
    if re.search("返信|リプ|reply", name):
        return _SURELY if found["text"] else 2
    return int("コメント" in name or "comment" in name)


def heading(rows: Sequence[tuple[int, list[str]]], options: ReadOptions) -> Heading:
    """Return which of the first filled rows of a file, each with its number, holds the headings.

    It is the first one where that has the text column, unless it is a single cell above a row with more of our columns (a title).
    Otherwise it is, of those that have it and fill more cells than each row above (titles fill few), the one with most of
    our columns. Where there is none, the first row is returned.
    """
    found = [Heading(number, place(cells, options), titles) for titles, (number, cells) in enumerate(rows)]
    first = found[0] if found else Heading(0, place((), options))
    filled = [sum(map(bool, cells)) for _, cells in rows]
    below = [h for h in found[1:] if _are_headings(h, filled) and filled[h.titles] > max(filled[: h.titles])]
    best = max(below, key=lambda h: len(h.columns.places), default=None)
    is_title = best and filled[0] == 1 and len(best.columns.places) > 1 and not _may_be_a_reply(best.columns)
    chosen = first if "text" in first.columns.places and not is_title else best or first
    chosen = replace(chosen, likely=next((tuple(cells) for (_, cells), n in zip(rows, filled, strict=True) if n > 1), chosen.columns.header))
    number, cells = rows[chosen.titles + 1] if chosen.titles + 1 < len(rows) else (0, [])
    return replace(chosen, below=(number, tuple(cells))) if _are_names(cells) else chosen


def _are_names(cells: Sequence[str]) -> bool:
    """Tell whether a row holds names of our columns, as the lower of two rows of headings does: nothing else but two of them, or three of which one is of the text."""
    filled = [fold(cell) for cell in cells if cell]
    told = {name for name in filled if name in _OURS and name not in _KINDS}
    return (len(told) > 1 and told.issuperset(filled)) or (len(told) > 2 and not told.isdisjoint(_TEXTS))


def _are_headings(row: Heading, filled: Sequence[int]) -> bool:
    """Tell whether a row below the first one may hold headings; `filled` cells are counted for each row."""
    if "text" not in row.columns.places:
        return False
    return not _may_be_a_reply(row.columns) or (max(filled[: row.titles]) == 1 and not any(map(str.isdecimal, row.columns.header)))


def _may_be_a_reply(columns: Columns) -> bool:
    """Tell whether a row with a text heading may be a reply, whose kind can be 返信: with two more of our columns it is none."""
    return len(columns.places) <= 2 and fold(columns.header[columns.places["text"]]) in _KINDS


def check_names(options: ReadOptions, *, file: str, header: Iterable[str] = ()) -> None:
    """Raise InputError where `options.columns` names a column that we do not have."""
    for column in options.columns:
        if column not in COLUMNS:
            known = ", ".join(COLUMNS)
            raise InputError(say("input.unknown_column", file=file, column=column, known=known, headers=listed(header)))


def find(header: Sequence[str], options: ReadOptions, *, file: str) -> Columns:
    """Return where our columns stand; raise InputError where the text or a column that the user named is not there."""
    return complete(place(header, options), options, file=file)


def checked(top: Heading, options: ReadOptions, *, file: str) -> Columns:
    """Return the columns of a row of headings; raise InputError where they are not `complete`, or where it cannot be told which column holds the replies."""
    header = top.columns.header
    if top.below:
        raise InputError(say("input.two_rows", file=file, upper=top.row, lower=top.below[0], headers=listed(top.below[1])))
    columns = complete(top.columns, options, file=file, likely=top.likely)
    name = header[columns.places["text"]]
    if sum(fold(other) == fold(name) for other in header) > 1:
        raise InputError(say("input.text_twice", file=file, name=name))
    return columns


def complete(columns: Columns, options: ReadOptions, *, file: str, likely: Sequence[str] = ()) -> Columns:
    """Return the columns; raise InputError where the text or a column that the user named is not among them, which lists the headings, or `likely` ones instead."""
    header = likely or columns.header
    check_names(options, file=file, header=header)
    for column, name in columns.missing(options):
        known = ", ".join(COLUMNS)
        raise InputError(say("input.no_header", file=file, column=column, name=name, known=known, headers=listed(header)))
    if "text" not in columns.places:
        raise InputError(say("input.no_text_column", file=file, headers=listed(header)))
    told_apart(columns, options, file=file)
    return columns


def told_apart(columns: Columns, options: ReadOptions, *, file: str) -> None:
    """Raise InputError where another heading says as plainly as that of the text, or more so, that the replies stand under it; not where the user has named the text column."""
    if "text" not in columns.places:
        return
    name = columns.header[columns.places["text"]]
    if fold(options.columns.get("text", "")) == fold(name):
        return
    least = max(_says_reply(name), 2 if fold(name) == "text" else 1)  # a comment beside `text`, our own name, is a note on it
    rivals = [other for place, other in enumerate(columns.header) if place not in columns.places.values() and _says_reply(other) >= least]
    if rivals:
        raise InputError(say("input.two_texts", file=file, name=name, others=listed(rivals), example=rivals[0]))


def listed(header: Iterable[str]) -> str:
    """Return headers for a message: at most 40, each cut to 40 characters."""
    names = [" ".join(name.split())[:40] for name in header if name.strip()]
    more = ["…"] if len(names) > 40 else []
    return ", ".join(names[:40] + more) or "-"
