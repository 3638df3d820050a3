"""Many literal strings found in a batch of texts at once: a trie (Fredkin 1960) kept as arrays and walked from all places together."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.characters import codes_of

Places = npt.NDArray[np.int64]

_BITS = 21  # of a code point
_HEAD = 3  # characters by which the longer strings are looked up first
_SLOTS = 1 << 17  # of the first, rough look at two or three characters
_MIX = np.uint32(40503)


class Matches(NamedTuple):
    """Where literals stand: one item a match in each array, ordered by text, then start, the longest first."""

    rows: Places  # the text, by its place in the batch
    starts: Places  # in characters of that text
    ends: Places
    words: Places  # the literal, by its place in the list

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Matches":
        """Return the chosen matches."""
        return Matches(*(part[chosen] for part in self))

    def outermost(self) -> "Matches":
        """Return the matches that lie in no longer one: from the left, what ends before the furthest end so far lies inside."""
        if not len(self.rows):
            return self
        ends = self.ends + self.rows * (int(self.ends.max()) + 1)  # so that no text reaches into the next
        outer = np.ones(len(ends), dtype=np.bool_)
        outer[1:] = ends[1:] > np.maximum.accumulate(ends)[:-1]
        return self.only(outer)


class Literals:
    """Finds every one of a list of strings, overlapping ones too."""

    def __init__(self, words: Sequence[str]) -> None:
        heads: list[dict[int, int]] = [{} for _ in range(_HEAD)]  # strings of 1 and 2 characters, and the heads of longer ones
        tails: list[dict[int, int]] = [{} for _ in range(max(map(len, words), default=0) - _HEAD)]
        node = nodes = 0
        last: dict[int, int] = {}
        for k, word in enumerate(words):
            head = word[:_HEAD]
            level, key = heads[len(head) - 1], _key(head)
            for c, following in zip(f"{word[_HEAD:]}\0", [*tails, {}], strict=False):
                node = level.setdefault(key, nodes)
                nodes += node == nodes
                level, key = following, node << _BITS | ord(c)
            last[node] = k
        self._word = np.full(nodes, -1, dtype=np.int64)
        self._word[list(last)] = list(last.values())
        self._heads = [_sorted(level) for level in heads]
        self._tails = [_sorted(level) for level in tails]
        self._may_begin = [np.zeros(_SLOTS, dtype=np.bool_) for _ in heads]
        for size, slots in enumerate(self._may_begin, 1):
            begun = {word[:_HEAD] for word in words if min(len(word), _HEAD) == size}
            slots[_slots([np.array([ord(head[k]) for head in begun], dtype=np.uint32) for k in range(size)])] = True

    def find(self, texts: Sequence[str]) -> Matches:
        """Return all matches in the texts."""
        codes, edges = codes_of(texts)
        found: list[tuple[Places, Places, Places]] = []

        def walk(at: Places, key: Places, level: tuple[Places, Places], size: int) -> tuple[Places, Places]:
            """Note what ends here; return the places from which the trie goes on, and its nodes."""
            keys, children = level
            place = np.searchsorted(keys, key)
            known = np.flatnonzero(keys[place] == key)
            at, node = at[known], children[place[known]]
            word = self._word[node]
            whole = np.flatnonzero(word >= 0)
            found.append((at[whole], at[whole] + size, word[whole]))
            return at, node

        for size, (level, slots) in enumerate(zip(self._heads, self._may_begin, strict=True), 1):
            valid = max(len(codes) - size + 1, 0)
            at = np.flatnonzero(slots[_slots([codes[k : k + valid] for k in range(size)])])
            key = codes[at].astype(np.int64)
            for k in range(1, size):
                key = key << _BITS | codes[at + k]
            at, node = walk(at, key, level, size)
        for size, level in enumerate(self._tails, _HEAD + 1):
            if not len(at):
                break
            at, node = walk(at, node << _BITS | codes[at + size - 1], level, size)  # what is past a text is 0, and in no literal
        return _in_order(found, edges)


def _in_order(found: list[tuple[Places, Places, Places]], edges: Places) -> Matches:
    starts, ends, words = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((-ends, starts))
    starts, ends, words = starts[order], ends[order], words[order]
    rows = np.searchsorted(edges, starts, side="right") - 1
    before = edges[rows] + 1
    return Matches(rows, starts - before, ends - before, words)


def _key(head: str) -> int:
    key = 0
    for c in head:
        key = key << _BITS | ord(c)
    return key


def _slots(codes: Sequence[npt.NDArray[np.uint32]]) -> npt.NDArray[np.uint32]:
    """Return the rough look's slot for the characters that stand side by side."""
    mixed = codes[0]
    for following in codes[1:]:
        mixed = mixed * _MIX + following
    return mixed & np.uint32(_SLOTS - 1)


def _sorted(level: dict[int, int]) -> tuple[Places, Places]:
    """Return the keys of a level in order, with one more that nothing reaches, and their nodes."""
    keys = np.fromiter([*level, np.iinfo(np.int64).max], dtype=np.int64)
    nodes = np.fromiter([*level.values(), 0], dtype=np.int64)
    order = np.argsort(keys)
    return keys[order], nodes[order]
