"""What the characters of a text call for: one look-up in a table for every character of a batch, in whole-array operations.

Most texts call for no step of `normalize` at all, and the table tells which do. A call is a hint and no verdict: a step
that is called may find nothing to do, but no step that is not called would have found anything.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifier.disguises import HINT_CHARACTERS, HINT_PAIRS

INVISIBLE_CHARACTERS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
COMBINING_CHARACTERS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # struck through, decorated
UNIFORM_CHARACTERS = "\t\n\r -@[-~\u3001-\u3020ぁ-ゖゝゞ゠-ヾ㐀-䶿一-鿿\u2010\u2013-\u2015\u201a-\u201d\u2020-\u2022※←-⇿─-➿⬀-⯿\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff"
"""Characters that compatibility normalization (NFKC) and lower case leave as they are, whatever stands beside them."""
BLANKS = "\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `str.split` splits at."""

ENTITY, HALF, INVISIBLE, SOUND, LINK, WIDE, COMBINING, FOREIGN, BLANK, RUN, SIGNED, SPACED, SPELLED, HINT = (1 << k for k in range(14))
EVERY_STEP = (1 << 14) - 1
_WHITE, _KANA, _JOINED, _KANA_GAP, _LETTER, _LETTER_GAP, _ALPHANUMERIC, _SINGLE, _SIGN = (1 << k for k in range(14, 23))
AROUND = BLANK | RUN | SIGNED | SPACED | SPELLED | HINT
"""Steps that hang on what stands side by side: taking something out may call for them."""
_KINDS = (
    (ENTITY, "&"), (HALF, "\ud800-\udfff"), (INVISIBLE, INVISIBLE_CHARACTERS), (SOUND, "\u309b\u309c\u3099\u309a"), (LINK, "@＠."),
    (COMBINING, COMBINING_CHARACTERS), (FOREIGN, "Ͱ-ԯ"), (BLANK, "\t\x0b-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"),
    (HINT, HINT_CHARACTERS), (_WHITE, BLANKS), (_KANA, "ぁ-ゖァ-ヺ一-鿿"), (_JOINED, "ぁ-ゖァ-ヺー一-鿿々0-9a-z"),
    (_KANA_GAP, " .・_\\-/|*★☆♪、,"), (_LETTER, "a-z"), (_LETTER_GAP, " ・.\\-_=*|~"), (_ALPHANUMERIC, "a-z0-9"),
    (_SINGLE, "ぁ-ゖァ-ヺ一-鿿々"),
)  # fmt: skip
_NO_SIGN = "0-9A-VX-Za-vx-zぁ-ゖァ-ヺー一-鿿々、。・〜~…!?「」『』()\\[\\]{}<>〈〉《》【】=:;,+&%#¥→←↑↓○〇◯×" + BLANKS
"""Characters that never set single ones apart as signs do; all others may, and so may the laughing w."""

Codes = npt.NDArray[np.uint32]


def spans(characters: str) -> list[tuple[int, int]]:
    """Return the first and last code point of each part of a regular expression's set: a-z, or one character alone."""
    found = []
    at = 0
    while at < len(characters):
        at += characters[at] == "\\"
        first = last = ord(characters[at])
        if characters[at + 1 : at + 2] == "-" and at + 2 < len(characters):
            last = ord(characters[at + 2])
            at += 2
        found.append((first, last))
        at += 1
    return found


@cache
def table() -> Codes:
    """Return what each code point calls for, as bits."""
    bits = np.full(0x110000, WIDE, dtype=np.uint32)
    for first, last in spans(UNIFORM_CHARACTERS):
        bits[first : last + 1] = 0
    for bit, characters in _KINDS:
        for first, last in spans(characters):
            bits[first : last + 1] |= bit
    bits |= _SIGN
    for first, last in spans(_NO_SIGN):
        bits[first : last + 1] &= ~np.uint32(_SIGN)
    return bits


@cache
def _hint_pairs() -> tuple[Codes, Codes]:
    """Return for each code point the pairs of HINT_PAIRS that it may begin and those that it may end, as bits."""
    tables = np.zeros((2, 0x110000), dtype=np.uint32)
    for k, pair in enumerate(HINT_PAIRS):
        for table_, characters in zip(tables, pair, strict=True):
            for first, last in spans(characters):
                table_[first : last + 1] |= np.uint32(1 << k)
    return tables[0], tables[1]


def codes_of(texts: Sequence[str]) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Return the code points of the texts, each text with a 0 before it and one at the very end, and the places of the first ones.

    Both are shared by all who ask for the same texts: they cannot be written to.
    """
    return _codes_of(tuple(texts))


@lru_cache(maxsize=2)  # of a chunk: as they came in, and normalized
def _codes_of(texts: tuple[str, ...]) -> tuple[Codes, npt.NDArray[np.int64]]:
    codes = np.frombuffer("\0".join(["", *texts, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1, out=starts[1:])
    starts.flags.writeable = False
    return codes, starts


def calls(texts: Sequence[str]) -> Codes:
    """Return the steps of `normalize` that each text calls for, as bits."""
    codes, edges = codes_of(texts)
    bits = table()[codes]
    bits[edges] = _WHITE
    here, after = bits[:-1], bits[1:]
    bits = bits.copy()
    bits[:-1] |= (here & after & _WHITE != 0) * np.uint32(BLANK)
    same = codes[1:] == codes[:-1]
    bits[:-3] |= (same[:-2] & same[1:-1] & same[2:]) * np.uint32(RUN)
    middle, before, after = here[1:], here[:-1], after[1:]
    bits[1:-1] |= ((before & _SINGLE != 0) & (middle & _SIGN != 0) & (after & (_SINGLE | _SIGN) != 0)) * np.uint32(SIGNED)
    bits[1:-1] |= ((middle & _KANA != 0) & (after & _KANA_GAP != 0) & (before & _JOINED == 0)) * np.uint32(SPACED)
    bits[1:-1] |= ((middle & _LETTER != 0) & (after & _LETTER_GAP != 0) & (before & _ALPHANUMERIC == 0)) * np.uint32(SPELLED)
    begins, ends = _hint_pairs()
    bits[:-1] |= (begins[codes[:-1]] & ends[codes[1:]] != 0) * np.uint32(HINT)
    return np.bitwise_or.reduceat(bits, edges[:-1]) & np.uint32(EVERY_STEP) if len(texts) else np.empty(0, dtype=np.uint32)


@lru_cache(maxsize=4096)
def called_by(text: str) -> int:
    """Return the steps that a short text calls for by its characters alone, whatever stands beside them."""
    return int(np.bitwise_or.reduce(table()[list(map(ord, text))])) & EVERY_STEP if text else 0


def narrow(texts: Sequence[str]) -> list[str]:
    """Return the texts with full-width and capital ASCII as small ASCII, as NFKC and lower case give it: one character for one."""
    codes, edges = codes_of(texts)
    codes = codes - (codes - 0xFF01 < 0x5E) * np.uint32(0xFEE0)
    codes += (codes - 65 < 26) * np.uint32(32)
    joined = codes.tobytes().decode("utf-32-le", "surrogatepass")
    ends = edges.tolist()
    return [joined[start + 1 : end] for start, end in pairwise(ends)]


def holding(texts: Sequence[str], characters: str) -> list[int]:
    """Return the places of the texts that hold one of some characters (written as a regular expression's set)."""
    codes, edges = codes_of(texts)
    at = np.flatnonzero(holds(codes, characters))
    found = np.zeros(len(texts) + 1, dtype=np.bool_)
    found[np.searchsorted(edges, at, side="right") - 1] = True
    return np.flatnonzero(found[:-1]).tolist()


def holds(codes: Codes, characters: str) -> npt.NDArray[np.bool_]:
    """Tell which code points are of some characters (written as a regular expression's set)."""
    return _members(characters)[codes]


@lru_cache(maxsize=16)
def _members(characters: str) -> npt.NDArray[np.bool_]:
    members = np.zeros(0x110000, dtype=np.bool_)
    for first, last in spans(characters):
        members[first : last + 1] = True
    return members
