"""Hashed character and word n-grams of a batch of texts: the hot kernel, in whole-array numpy operations.

A batch becomes one long array of code points; the hash of an n-gram is that of its first n-1 characters
times a constant plus the last one (a polynomial hash modulo 2**32, Karp and Rabin 1987), so every length costs one pass.
What counts is whether an n-gram stands in a text, not how often: that ranks better, as does a mild allowance for length.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier.reading import as_seen, mask

BITS = 20
COLUMNS = 1 << BITS
LONGEST = 3  # characters in an n-gram; longer ones are too rare to learn from, and take columns from the others
_BASE = np.uint32(0x01000193)
_MIX = np.uint32(0x9E3779B1)
_LENGTH = 0.4  # a row is divided by the number of its n-grams to this power
_SCALE = 100 ** (_LENGTH - 0.5)  # so that a text of a hundred n-grams has a row of length one
_USUAL = 300  # characters of a post, at most; what longer texts need is not kept
_EDGE = "\x02"  # stands before and after each text, so that an n-gram knows where a text begins or ends
_DIGIT = np.uint32(ord("0"))
_TOGETHER = 1 << 16  # entries looked at together where equal ones are looked for: their slots stay in the processor's cache

Hashes = npt.NDArray[np.uint32]


def ngrams(texts: Sequence[str]) -> csr_matrix:
    """Return the n-gram rows of a batch: characters (1 to 3) of the texts as they are seen, digits all alike.

    Shape (texts, 2**20), float32. The n-grams of a row have one value, the smaller the more there are; a row may name a column twice,
    with the value 0 the other times.
    """
    texts = [as_seen(t) for t in texts]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    first = np.cumsum(lengths + 1) - lengths - 1  # where the edge before each text stands
    starts = [first + 1, *[first] * (LONGEST - 1)]  # longer n-grams go from the edge before the text to the one after it
    counts = [lengths, *(np.where(lengths > 0, np.maximum(lengths + 3 - n, 0), 0) for n in range(2, LONGEST + 1))]
    return _rows(_characters(texts), starts, counts)


def word_ngrams(words: Sequence[Sequence[str]]) -> csr_matrix:
    """Return the rows of a batch of texts by their words: single ones, and pairs side by side and with one word between, digits all alike.

    Shape and values as those of `ngrams`.
    """
    hashed, numbers = _words(words)
    first = np.cumsum(numbers) - numbers
    parts = [_mix(hashed, 13), _apart(hashed, 1, 14), _apart(hashed, 2, 15)]
    return _rows(parts, [first] * 3, [np.maximum(numbers - k, 0) for k in range(3)])


def _rows(parts: Sequence[Hashes], starts: Sequence[npt.NDArray[np.int64]], counts: Sequence[npt.NDArray[np.int64]]) -> csr_matrix:
    """Return rows made of a stretch of each part: where it starts and how many columns it has, for each row."""
    offsets = np.cumsum([0, *map(len, parts[:-1])])
    begin, count = (np.stack(arrays, axis=1).ravel() for arrays in ([s + o for s, o in zip(starts, offsets, strict=True)], counts))
    pointers = np.concatenate([[0], np.cumsum(np.sum(counts, axis=0))])
    at = np.arange(pointers[-1]) + np.repeat(begin - (np.cumsum(count) - count), count)
    columns, sizes = np.concatenate(parts)[at], np.diff(pointers)
    rows = np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)
    once = np.concatenate([_once(columns[a:b], rows[a:b]) for a, b in pairwise(_edges(pointers))])
    distinct = np.maximum(np.bincount(rows[once], minlength=len(sizes)), 1)
    values = np.where(once, np.repeat((_SCALE * distinct**-_LENGTH).astype(np.float32), sizes), np.float32(0))
    return csr_matrix((values, columns.view(np.int32), pointers), shape=(len(sizes), COLUMNS))


def _edges(pointers: npt.NDArray[np.int64]) -> list[int]:
    """Return where to cut entries, between rows, into stretches of about _TOGETHER of them."""
    wanted = np.arange(0, max(pointers[-1], 1), _TOGETHER)
    return [*dict.fromkeys(pointers[np.searchsorted(pointers, wanted)].tolist()), int(pointers[-1])]


def _once(columns: Hashes, rows: Hashes) -> npt.NDArray[np.bool_]:
    """Tell of each entry whether it stands for its column in its row: of equal entries the last one does, whatever other rows hold.

    Entries are put into slots by a universal hash (Dietzfelbinger et al. 1997). Equal ones share theirs, and the last one put there wins it; those
    that meet a winner unlike themselves are put into slots again, by another hash.
    """
    once = np.zeros(len(columns), dtype=np.bool_)
    keys, left, factor = rows.astype(np.uint64) << np.uint64(BITS) | columns, np.arange(len(columns), dtype=np.int32), 0
    while len(left):
        factor = (factor * 0x5851F42D4C957F2D + 0x14057B7EF767814F) % 2**64 | 1
        bits = max(len(left).bit_length() + 1, 8)
        slots = keys[left] * np.uint64(factor) >> np.uint64(64 - bits)
        held = np.empty(1 << bits, dtype=np.int32)
        held[slots] = left
        winner = held[slots]
        once[winner] = True
        lost = np.flatnonzero(winner != left)
        left, winner = left[lost], winner[lost]
        left = left[keys[left] != keys[winner]]
    return once


def _characters(texts: list[str]) -> list[Hashes]:
    """Return for each length the column of the n-gram that begins at each place of the joined texts, those across an edge too."""
    codes = np.frombuffer((_EDGE + _EDGE.join(texts) + _EDGE).encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = np.where((codes >= 48) & (codes <= 57), _DIGIT, codes)
    columns = []
    hashed = np.zeros(len(codes), dtype=np.uint32)
    for n in range(1, LONGEST + 1):
        valid = max(len(codes) - n + 1, 0)
        hashed = hashed[:valid] * _BASE
        hashed += codes[n - 1 :]
        columns.append(_mix(hashed, n))
    return columns


def _words(words: Sequence[Sequence[str]]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Return the hash of every word, one text after the other, and how many words each text has."""
    flat = [w for ws in words for w in ws]
    sizes, numbers = np.fromiter(map(len, flat), np.int64, len(flat)), np.fromiter(map(len, words), np.int64, len(words))
    if not flat:
        return np.empty(0, np.uint32), numbers
    spelled = np.frombuffer("".join(flat).encode("utf-32-le", "replace"), dtype=np.uint32)
    spelled = np.where((spelled >= 48) & (spelled <= 57), _DIGIT, spelled)
    starts = np.cumsum(sizes) - sizes
    place = np.arange(len(spelled)) - np.repeat(starts, sizes)
    scrambled = (spelled * _MIX + place.astype(np.uint32)) * _BASE
    scrambled ^= scrambled >> np.uint32(15)
    return np.add.reduceat(scrambled, starts, dtype=np.uint32), numbers


def _apart(hashed: Hashes, distance: int, seed: int) -> Hashes:
    """Return the column of every word with the one so many places after it."""
    return _mix(hashed[:-distance] * _MIX + hashed[distance:], seed)


def _mix(hashed: Hashes, seed: int) -> Hashes:
    """Return the columns for hashes: the top bits after a multiplicative scramble (Knuth), one sequence for each seed."""
    h = hashed ^ np.uint32(seed * 0x85EBCA6B & 0xFFFFFFFF)
    h *= _MIX
    h ^= h >> np.uint32(16)
    h *= _BASE
    h >>= np.uint32(32 - BITS)
    return h


@lru_cache(maxsize=4)
def located(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return column, start and end (in the text) of every character n-gram of one normalized text, as `ngrams` counts them.

    Empty where masking changes the text's length (a mail address), since the places would not fit.
    """
    if len(mask(text)) != len(text) or not text:
        return np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.int64)
    return ngrams([text]).indices.view(np.uint32), *places(len(text))


def places(length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return start and end of every character n-gram of a text of a length, in the order of `ngrams`."""
    return _usual_places(length) if length <= _USUAL else _places(length)


def shares(length: int) -> npt.NDArray[np.float64]:
    """Return what part of an n-gram's weight each of its characters has, in the order of `ngrams`."""
    starts, ends = places(length)
    return np.asarray(1 / (ends - starts))


def _places(length: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    starts, ends = [], []
    for size in range(1, LONGEST + 1):
        first = np.arange(0, length) if size == 1 else np.arange(-1, length + 2 - size)
        starts.append(np.maximum(first, 0))
        ends.append(np.minimum(first + size, length))
    return np.concatenate(starts), np.concatenate(ends)


_usual_places = lru_cache(maxsize=_USUAL + 1)(_places)
