"""The words of a text that speak most for a head: what its n-grams weigh there, spread over their characters."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier import ngrams as kernel
from classifier.hashed import Hashed
from classifier.reading import mask

_TIGHT = 0.6  # how much of the mean a character must bring to belong to the evidence
_WORD = re.compile(r"(?P<stem>[^\W\d_ぁ-ヿ㐀-鿿々]+|[おご]?\d*(?P<kanji>[㐀-鿿々]+)|\d+|[ァ-ヺー]+)?(?:(?![おご][㐀-鿿])[ぁ-ゖー])*")
"""A word as it is written: a stem in one script, with the hiragana that follow (受け取って)."""

_PARTICLES = "がをはでともへやのだじ"
"""What seldom belongs to the word before it (だ, じゃ: the copula)."""

_BETWEEN = "。、,. ・\n"
_UP_TO_A_MARK = re.compile(f"(?s:.*)[{_BETWEEN}]")
_LONGEST_KANJI, _LONGEST = 4, 20
"""Letters that pass for one word; Chinese sentences and words of children are longer runs."""

_BLOCK = 1 << 18  # characters that are looked at together, with what fills the shorter texts up

Floats = npt.NDArray[np.float64]

Evidence = Callable[[str, str], tuple[int, int] | None]
"""Normalized text and head to the stretch that speaks for it."""


def stretches(weights: Hashed, texts: Sequence[str], columns: Sequence[npt.NDArray[Any]], heads: Sequence[int]) -> list[tuple[int, int] | None]:
    """Return for each normalized text the stretch (start, end) that speaks most for a head (by its place), or None where nothing does.

    `columns` are those of the n-grams of each text, as `ngrams` orders them. The weight of each n-gram is spread over its
    characters, less a part of their mean, so that words which say little stay out; the stretch is the one with the largest
    sum (Kadane). A text in which a mail address is masked has none: places in the masked text would not fit.
    """
    found: list[tuple[int, int] | None] = [None] * len(texts)
    told = sorted((i for i, text in enumerate(texts) if text and len(mask(text)) == len(text)), key=lambda i: len(texts[i]))
    for block in _blocks(told, [len(t) for t in texts]):
        lengths = np.array([len(texts[i]) for i in block])
        by_character = _by_character(weights, lengths, [columns[i] for i in block], np.array([heads[i] for i in block]))
        for i, stretch in zip(block, _largest(by_character), strict=True):
            found[i] = stretch
    return found


def whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch without blanks and commas at its ends, widened to the edges of the words that it cuts; runs of one script too long for a word may be cut.

    >>> whole_words("unsubscribe now", 2, 6)
    (0, 11)
    """
    while end - start > 1 and text[start] in _BETWEEN:
        start += 1
    while end - start > 1 and text[end - 1] in _BETWEEN:
        end -= 1
    left, right = start, end
    clause = _UP_TO_A_MARK.match(text, 0, start)
    for m in _WORD.finditer(text, clause.end() if clause else 0):  # no word reaches over such a mark
        if m.start() >= end:
            break
        if len(m["kanji"] or "") > _LONGEST_KANJI or len(m[0]) > _LONGEST:
            continue
        stem = m.end("stem")  # -1 where there is none
        if m.start() < start < m.end() and not (start == stem and text[start] in _PARTICLES):
            left = m.start()
        if m.start() < end < m.end():
            right = stem if end <= stem and text[stem : stem + 1] in _PARTICLES else m.end()
    return left, right


def _blocks(rising: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Give texts, the shortest first, in blocks of like length."""
    block: list[int] = []
    for i in rising:
        if block and (len(block) + 1) * lengths[i] > _BLOCK:
            yield block
            block = []
        block.append(i)
    if block:
        yield block


def _by_character(weights: Hashed, lengths: npt.NDArray[np.int64], columns: Sequence[npt.NDArray[Any]], heads: npt.NDArray[np.int64]) -> Floats:
    """Return what each character brings, shape (texts, longest); behind the end of a text 0."""
    width = int(lengths.max()) + 1
    places, counts = [kernel.places(n) for n in lengths.tolist()], [len(c) for c in columns]
    rows = np.repeat(np.arange(len(lengths)) * width, counts)
    shares = np.concatenate([kernel.shares(n) for n in lengths.tolist()])
    brought = weights.of(np.concatenate(columns), np.repeat(heads, counts)) * shares
    starts, ends = (np.concatenate([p[side] for p in places]) + rows for side in (0, 1))
    change = np.bincount(starts, brought, width * len(lengths)) - np.bincount(ends, brought, width * len(lengths))
    by_character = np.cumsum(change.reshape(len(lengths), width), axis=1)[:, :-1]
    inside = np.arange(width - 1) < lengths[:, None]
    by_character *= inside
    mean = np.cumsum(by_character, axis=1)[:, -1] / lengths
    return np.asarray((by_character - _TIGHT * np.maximum(mean, 0.0)[:, None]) * inside)


def _largest(values: Floats) -> list[tuple[int, int] | None]:
    """Return the stretch with the largest sum in each row, the first of equal ones without what adds nothing before it; None where no sum is above zero."""
    until = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=until[:, 1:])
    least = np.minimum.accumulate(until[:, :-1], axis=1)
    gained = until[:, 1:] - least
    last = gained.argmax(axis=1)
    row = np.arange(len(values))
    begins = (until[:, :-1] == least[row, last][:, None]) & (np.arange(values.shape[1]) <= last[:, None])
    first = values.shape[1] - 1 - begins[:, ::-1].argmax(axis=1)
    some = gained[row, last] > 0
    return [(a, b + 1) if told else None for a, b, told in zip(first.tolist(), last.tolist(), some.tolist(), strict=True)]


def pieces_of(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return the text in pieces, none empty, each with whether it is evidence; spans may overlap or reach too far."""
    edges: list[list[int]] = []
    for start, end in sorted((max(start, 0), min(end, len(text))) for start, end in spans):
        if start >= end:
            continue
        if edges and start <= edges[-1][1]:
            edges[-1][1] = max(edges[-1][1], end)
        else:
            edges.append([start, end])
    pieces, done = [], 0
    for start, end in edges:
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    pieces.append((text[done:], False))
    return [piece for piece in pieces if piece[0]]
