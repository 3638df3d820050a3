"""Hashed character and word n-grams of a batch of texts: the hot kernel, in whole-array numpy operations.

A batch becomes one long array of code points; the hash of an n-gram is that of its first n-1 characters
times a constant plus the last one (a polynomial hash modulo 2**32, Karp and Rabin 1987), so every length costs one pass.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

BITS = 18
COLUMNS = 1 << BITS
LONGEST = 5  # characters in an n-gram
_BASE = np.uint32(0x01000193)
_MIX = np.uint32(0x9E3779B1)
_EDGE = "\x02"  # stands before and after each text, so that an n-gram knows where a text begins or ends
_MAIL = re.compile(r"(?<![a-z0-9_.+\-])[a-z0-9_.+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")
_DIGIT = np.uint32(ord("0"))


def mask(text: str) -> str:
    """Return a normalized text as the model sees it: no mail address is told from another."""
    return _MAIL.sub("〈mail〉", text) if "@" in text else text


def ngrams(texts: Sequence[str], words: Sequence[Sequence[str]]) -> csr_matrix:
    """Return the n-gram rows of a batch: characters (1 to 5) of the masked texts and words (1 and 2 in a row), digits all alike.

    Shape (texts, 2**18), float32; a row holds counts divided by the square root of their sum, and may name a column twice.
    """
    chars, char_rows = _characters([mask(t) for t in texts])
    tokens, token_rows = _words(words)
    columns = np.concatenate([chars, tokens])
    rows = np.concatenate([char_rows, token_rows])
    order = np.argsort(rows, kind="stable")
    counts = np.bincount(rows, minlength=len(texts))
    values = np.repeat(1 / np.sqrt(np.maximum(counts, 1), dtype=np.float32), counts)
    pointers = np.concatenate([[0], np.cumsum(counts)])
    return csr_matrix((values, columns[order].astype(np.int32), pointers), shape=(len(texts), COLUMNS))


def _characters(texts: list[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Return column and row of every character n-gram of the texts."""
    codes = np.frombuffer((_EDGE + _EDGE.join(texts) + _EDGE).encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = np.where((codes >= 48) & (codes <= 57), _DIGIT, codes)
    edge = codes == 2
    row = np.cumsum(edge, dtype=np.int32) - 1
    columns, rows = [], []
    hashed = np.zeros(len(codes), dtype=np.uint32)
    inner_edge = np.zeros(len(codes), dtype=bool)  # the n-gram would cross from one text into the next
    for n in range(1, LONGEST + 1):
        valid = len(codes) - n + 1
        if valid <= 0:
            break
        hashed = hashed[:valid] * _BASE + codes[n - 1 :]
        if n > 2:
            inner_edge = inner_edge[:valid] | edge[n - 2 : n - 2 + valid]
        inner_edge = inner_edge[:valid]
        keep = ~inner_edge
        if n == 1:
            keep = ~edge
        elif n == 2:
            keep = ~(edge[:valid] & edge[1:])
        # an n-gram that begins at an edge belongs to the text after it
        columns.append(_mix(hashed[keep], n))
        rows.append(row[:valid][keep])
    return np.concatenate(columns), np.minimum(np.concatenate(rows), max(len(texts) - 1, 0))


def _words(words: Sequence[Sequence[str]]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Return column and row of every word and pair of words."""
    lengths = np.fromiter((len(w) for w in words), dtype=np.int64, count=len(words))
    flat = [w for ws in words for w in ws]
    if not flat:
        return np.empty(0, np.uint32), np.empty(0, np.int32)
    spelled = np.frombuffer("".join(flat).encode("utf-32-le", "replace"), dtype=np.uint32)
    spelled = np.where((spelled >= 48) & (spelled <= 57), _DIGIT, spelled)
    sizes = np.fromiter(map(len, flat), dtype=np.int64, count=len(flat))
    ends = np.cumsum(sizes)
    place = np.arange(len(spelled)) - np.repeat(ends - sizes, sizes)
    scrambled = (spelled * _MIX + place.astype(np.uint32)) * _BASE
    scrambled ^= scrambled >> np.uint32(15)
    hashed = np.add.reduceat(scrambled, ends - sizes, dtype=np.uint32)
    row = np.repeat(np.arange(len(words), dtype=np.int32), lengths)
    pair = row[:-1] == row[1:]
    pairs = (hashed[:-1] * _MIX + hashed[1:])[pair]
    return np.concatenate([_mix(hashed, 11), _mix(pairs, 12)]), np.concatenate([row, row[:-1][pair]])


def _mix(hashed: npt.NDArray[np.uint32], seed: int) -> npt.NDArray[np.uint32]:
    """Return the columns for hashes: the top bits after a multiplicative scramble (Knuth), one sequence for each seed."""
    h = (hashed ^ np.uint32(seed * 0x85EBCA6B & 0xFFFFFFFF)) * _MIX
    h ^= h >> np.uint32(16)
    return (h * _BASE) >> np.uint32(32 - BITS)


@lru_cache(maxsize=4)
def located(text: str) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return column, start and end (in the text) of every character n-gram of one normalized text, as `ngrams` counts them.

    Empty where masking changes the text's length (a mail address), since the places would not fit.
    """
    if mask(text) != text or not text:
        return np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.int64)
    columns, _ = _characters([text])
    starts, ends = [], []
    n = len(text)
    for size in range(1, LONGEST + 1):
        first = np.arange(0, n) if size == 1 else np.arange(-1, n + 2 - size)
        starts.append(np.maximum(first, 0))
        ends.append(np.minimum(first + size, n))
    return columns, np.concatenate(starts), np.concatenate(ends)
