"""The steps of `normalize` that undo what a writer did to hide a word: letters out of place, set apart, turned round, or disguised."""

import re
from collections.abc import Iterator

from classifier.disguises import HINT, LOOK_ALIKES, disguises_for

Edit = tuple[int, int, str]
"""Start and end in the text before the step, and what stands there afterwards."""

_SPACED_OUT = re.compile(
    r"(?<![ぁ-ゖァ-ヺー一-鿿々0-9a-z])[ぁ-ゖァ-ヺ一-鿿](?:([ .・_\-/|*★☆♪、,]{1,3})[ぁ-ゖァ-ヺー一-鿿])(?:\1[ぁ-ゖァ-ヺー一-鿿])*(?![ぁ-ゖァ-ヺー一-鿿々])"
)
_SPACED_LETTERS = re.compile(r"(?<![a-z0-9])[a-z](?:([ ・.\-_=*|~]{1,2})[a-z])(?:\1[a-z]){2,}(?![a-z0-9])")
_SIGNS_BETWEEN = re.compile(
    r"[ぁ-ゖァ-ヺ一-鿿々](?:([^\w\s、。・ー〜~…!?「」『』()\[\]{}<>〈〉《》【】=:;,+&%#¥→←↑↓○〇◯×./\-‐-―]{1,2})[ぁ-ゖァ-ヺ一-鿿々])(?:\1[ぁ-ゖァ-ヺ一-鿿々])+"
    r"|[ぁ-ゖァ-ヺ一-鿿々](?:([._/\-‐-―]|w)[ぁ-ゖァ-ヺ一-鿿々])(?:\2[ぁ-ゖァ-ヺ一-鿿々])+"
)
_KANA = re.compile("[ぁ-ヺ]")
_SIGN = re.compile(r"[w*\-./^_|\\$@'\"`‐-―‘-⯿\U0001f000-\U0001faff]")
_TURNED = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069\n]+)")
_WORD_WITH_LOOK_ALIKES = re.compile(r"[a-zͰ-ԯ]*[Ͱ-ԯ][a-zͰ-ԯ]*")


def letters_out_of_place(text: str) -> Iterator[Edit]:
    """Read Cyrillic and Greek letters as the Latin ones they look like, in words that hold Latin letters too."""
    for m in _WORD_WITH_LOOK_ALIKES.finditer(text):
        if re.search("[a-z]", m.group()):
            for i, c in enumerate(m.group(), m.start()):
                if c in LOOK_ALIKES:
                    yield i, i + 1, LOOK_ALIKES[c]


def spaced_out(text: str) -> Iterator[Edit]:
    """Join characters that are set apart one by one (し ね, こ・ろ・す)."""
    for m in _SPACED_OUT.finditer(text):
        separator = m.group(1)
        if separator.strip() in ("", ".", "_", "*", "|", "★", "☆", "♪") or (m.group().count(separator) >= 2 and separator.strip() not in ("、", ",")):
            yield from _without(separator, m)


def spaced_letters(text: str) -> Iterator[Edit]:
    """Join Latin letters that are set apart one by one (s・h・i・n・e)."""
    for m in _SPACED_LETTERS.finditer(text):
        yield from _without(m.group(1), m)


def signs_between(text: str) -> Iterator[Edit]:
    """Join single characters with one and the same sign between them, wherever they stand (このク♯ズ♯が), a laugh too (しwねwよ)."""
    if _SIGN.search(text):
        for m in _SIGNS_BETWEEN.finditer(text):
            if m.group(1) or _KANA.search(m.group()):  # 春/夏/秋 is a list
                yield from _without(m.group(1) or m.group(2), m)


def turned(text: str) -> Iterator[Edit]:
    """Put into reading order what a right-to-left override shows the other way round."""
    if "\u202e" in text:
        for m in _TURNED.finditer(text):
            if m.group(1) != m.group(1)[::-1]:
                yield m.start(), m.end(), m.group(1)[::-1]


def _without(separator: str, m: re.Match[str]) -> Iterator[Edit]:
    for k in re.finditer(re.escape(separator), m.group()):
        yield k.start() + m.start(), k.end() + m.start(), ""


def known_disguises(text: str) -> Iterator[Edit]:
    """Write the plain word where the table of disguises knows one."""
    if not HINT.search(text):
        return
    found = sorted((m.start(), m.end(), m.expand(word)) for pattern, word in disguises_for(text) for m in pattern.finditer(text))
    last = 0
    for start, end, word in found:
        if start >= last and text[start:end] != word:
            yield start, end, word
            last = end
