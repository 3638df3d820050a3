"""The first pass over an input: how much it is, who says the same again, which ids come in again, and the account's own posts."""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifier.headers import ReadOptions
from classifier.readers import read_replies
from classifier.rejects import RejectedFile
from classifier.replies import Rejected, Reply

_RARE = 3  # times from which on the same text of the same author counts as repeated
_HELD = 32_000_000  # characters of an input that is held in memory, some 64 to 128 MB
_NUMBER = re.compile(r"#[0-9]+\Z")  # by which equal ids are told apart
_ROW = 500  # what a row takes beside its texts, in characters


@dataclass(frozen=True)
class Survey:
    """What a first pass over the input learns."""

    total: int
    repeated: dict[int, int]  # what `author_and_text` gives of a reply that came in several times, to how often
    twice: frozenset[int]  # hashes of ids that stand more than once
    ids: frozenset[int]  # hashes of all ids that hold a #, as the names that tell equal ids apart do
    posts: dict[str, str]  # the account's own posts in the input
    again: int  # replies whose id, of the export and not a row number, came in before
    items: list[Reply | Rejected] | None  # the whole input where it is small, so that it is read once; else it is read again


def survey(sources: Sequence[str | Path], options: ReadOptions) -> Survey:
    """Return what one pass over the input learns: its size, authors who repeat themselves, ids that stand twice, the account's own posts."""
    texts, ids, named, replies = array("q"), array("q"), array("q"), array("q")
    marked = set()
    posts = {}
    held: list[Reply | Rejected] | None = []
    room = _HELD
    for item in read_replies(sources, options=options):
        if held is not None:
            held.append(item)
            room -= _size(item)
            held = held if room >= 0 else None
        if isinstance(item, Reply):
            texts.append(author_and_text(item))
            ids.append(hash(item.id))
            replies.append(hash(_NUMBER.sub("", item.id)))
            if ":" not in item.id:  # as row numbers have it
                named.append(ids[-1])
            if "#" in item.id:
                marked.add(hash(item.id))
            if item.kind == "own":
                posts[item.id] = item.text
    hashes, counts = np.unique(np.frombuffer(texts, dtype=np.int64), return_counts=True)
    likely = np.isin(np.frombuffer(texts, dtype=np.int64), hashes[counts >= _RARE])
    pairs = np.stack([np.frombuffer(part, dtype=np.int64)[likely] for part in (texts, replies)], axis=1)  # a reply in several exports comes in once, also where an earlier run told them apart
    hashes, counts = np.unique(np.unique(pairs, axis=0)[:, 0], return_counts=True)
    often = counts >= _RARE
    repeated = dict(zip(hashes[often].tolist(), counts[often].tolist(), strict=True))
    names, times = np.unique(np.frombuffer(ids, dtype=np.int64), return_counts=True)
    return Survey(len(texts), repeated, frozenset(names[times > 1].tolist()), frozenset(marked), posts, len(named) - len(np.unique(np.frombuffer(named, dtype=np.int64))), held)


def author_and_text(reply: Reply) -> int:
    """Return a hash of what was said by whom: many people who send the same words do not repeat themselves. Authors that are not named count as one."""
    return hash((reply.author_handle or reply.author_name or "", reply.text))


def _size(item: Reply | Rejected) -> int:
    """Return about how many characters an item holds."""
    if isinstance(item, Rejected):
        return _ROW + len(item.raw)
    return _ROW + len(item.text) + len(item.parent_text or "") + (sum(len(value) for _, value in item.extra) if item.extra else 0)


def named_apart(items: Iterable[Reply | Rejected], seen: Survey, rejects: RejectedFile, unread: list[Rejected]) -> Iterator[Reply]:
    """Yield the replies, of equal ids the later ones with #2, #3 and so on; put bad rows aside, and add to `unread` the sheets that were not read."""
    counts: Counter[str] = Counter()
    for item in items:
        if isinstance(item, Rejected):
            if item.whole_sheet:
                unread.append(item)
            else:
                rejects.write(item)
        elif hash(item.id) in seen.twice:
            counts[item.id] += 1
            n = counts[item.id]
            while n > 1 and hash(f"{item.id}#{n}") in seen.ids:  # another row of the input has this very id
                n = counts[item.id] = n + 1
            yield item if n == 1 else item._replace(id=f"{item.id}#{n}")
        else:
            yield item
