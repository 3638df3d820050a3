"""Word lists with kind and strength: features and evidence, never verdicts.

One pass over a text finds all words of the lexicon and all first looks of the pattern rules (Aho and Corasick 1975).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import ahocorasick
import jaconv

from classifier.errors import RulesError
from classifier.messages import say

KINDS = (
    "abuse", "dehumanizing", "looks", "slur_origin", "slur_disability", "slur_gender", "slur_other", "sexual", "threat", "death", "self_harm",
    "crime", "drug", "fraud", "spam", "campaign", "faith", "rumor", "official", "exposure", "piracy", "malware", "chain",
    "person", "group", "self", "institution", "remit", "quoting", "question", "polite", "board", "play",
)  # fmt: skip
BAD_KINDS = KINDS[: KINDS.index("chain") + 1]
"""The others are no bad words: whom or what a text speaks of, and in which manner."""
_MASK = re.compile("[○〇◯●◎□■*×✕✖]")
_MASK_IS_A_SUBJECT = re.compile(r"伏せ字|伏字|クイズ|穴埋め|マスク|見え|読め|思われ|勘違い|なのか|[?]|〇〇|○○|××")
_LETTER_OR_FIGURE = re.compile(r"[ァ-ヺー0-9a-z○]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the lexicon."""

    word: str
    kind: str
    strength: int  # 1 weak or ambiguous, 2 clear, 3 strong
    harmless: tuple[str, ...] = ()  # longer strings in which the word means something else


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the lexicon in a normalized text."""

    entry: Entry
    start: int
    end: int


def parse_lexicon(text: str, name: str) -> tuple[Entry, ...]:
    """Return the entries of a CSV lexicon (word, kind, strength, target, reading, harmless); raise RulesError with the line."""
    entries = []
    for row in (reader := csv.DictReader(io.StringIO(text))):
        if row["kind"] not in KINDS or row["strength"] not in ("1", "2", "3") or not row["word"]:
            raise RulesError(say("lexicon.row", file=name, line=reader.line_num, known=", ".join(KINDS)))
        harmless = tuple(h for h in (row.get("harmless") or "").split("|") if h)
        entries.append(Entry(row["word"], row["kind"], int(row["strength"]), harmless))
    return tuple(entries)


@cache
def default_lexicon() -> tuple[Entry, ...]:
    """Return the entries that travel with the package."""
    return parse_lexicon(resources.files(__package__).joinpath("lexicon.csv").read_text(encoding="utf-8"), "lexicon.csv")


class Matcher:
    """Finds many literal strings in one pass: the words of a lexicon and the first looks of rules."""

    def __init__(self, entries: Iterable[Entry], anchors: Iterable[tuple[str, int]]) -> None:
        self._entries = tuple(entries)
        self._automaton = ahocorasick.Automaton()
        table: dict[str, tuple[Entry | None, tuple[int, ...], bool]] = {}
        for entry in self._entries:
            for spelling in _spellings(entry.word):
                old = table.get(spelling, (None, (), False))
                if old[0] is None or old[0].strength < entry.strength:
                    table[spelling] = (entry, old[1], old[2])
            for longer in entry.harmless:
                old = table.get(longer, (None, (), False))
                table[longer] = (old[0], old[1], True)
        for anchor, rule in anchors:
            old = table.get(anchor, (None, (), False))
            table[anchor] = (old[0], (*old[1], rule), old[2])
        for word, value in table.items():
            self._automaton.add_word(word, (len(word), *value))
        self._automaton.make_automaton()

    @cached_property
    def _masked(self) -> ahocorasick.Automaton:
        """The clear and strong bad words of three characters and more, with one or two of them behind a mask."""
        automaton = ahocorasick.Automaton()
        for entry in self._entries:
            if entry.strength >= 2 and entry.kind in BAD_KINDS and len(entry.word) >= 3:
                for hidden in _masks(entry.word):
                    automaton.add_word(hidden, (len(hidden), entry))
        automaton.make_automaton()
        return automaton

    def behind_masks(self, text: str) -> list[Found]:
        """Return the bad words that a text shows with characters masked (キ○ガイ, 人工降○)."""
        if not _MASK.search(text):
            return []
        found = [Found(entry, last + 1 - size, last + 1) for last, (size, entry) in self._masked.iter(_MASK.sub("○", text))]
        return list(_outermost(found, []))

    def surely_masked(self, text: str, found: list[Found]) -> list[Found]:
        """Return those of `behind_masks` that leave no other reading: strong words, both ends of which can be seen, or most of which can."""
        if not found or _MASK_IS_A_SUBJECT.search(text):
            return []
        return [f for f in found if (f.entry.strength == 3 or f.entry.kind == "dehumanizing") and _shows_enough(text, f)]

    def __call__(self, text: str) -> tuple[list[Found], list[int]]:
        """Return the lexicon words (in order; none inside a longer one, harmless or not) and the rules to try."""
        found: list[Found] = []
        rules: list[int] = []
        harmless: list[tuple[int, int]] = []
        for last, (size, entry, wanted, innocent) in self._automaton.iter(text):
            end = last + 1
            if wanted:
                rules += wanted
            if innocent:
                harmless.append((end - size, end))
            if entry is not None:
                found.append(Found(entry, end - size, end))
        if found:
            found = list(_outermost(found, harmless))
        return found, sorted(set(rules))


def _outermost(found: list[Found], harmless: list[tuple[int, int]]) -> Iterator[Found]:
    spans = sorted({*harmless, *((f.start, f.end) for f in found)}, key=lambda span: (span[0], -span[1]))
    outer: set[tuple[int, int]] = set()
    furthest = -1
    for start, end in spans:  # from the left, the longest first: what ends before the furthest end so far lies inside
        if end > furthest:
            outer.add((start, end))
            furthest = end
    yield from (f for f in found if (f.start, f.end) in outer)


def _shows_enough(text: str, found: Found) -> bool:
    shown = _MASK.sub("○", text[found.start : found.end])
    around = text[max(found.start - 1, 0) : found.start] + " " + text[found.end : found.end + 1]
    if shown[0] == "○" or "「" in around or "」" in around or "○" in _MASK.sub("○", around) or (_is_katakana(found.entry.word) and _LETTER_OR_FIGURE.search(around)):
        return False
    return shown[-1] != "○" or shown.count("○") == 2 or len(shown) >= 4


def _masks(word: str) -> Iterator[str]:
    for i in range(len(word)):
        once = word[:i] + "○" + word[i + 1 :]
        yield once
        if len(word) >= 4:
            yield from (once[:j] + "○" + once[j + 1 :] for j in range(i + 2, len(word)))


def _spellings(word: str) -> set[str]:
    """Return a word as it stands and, for kana words of three characters and more, in the other kana."""
    if len(word) < 3:
        return {word}
    return {word, jaconv.kata2hira(word) if _is_katakana(word) else word}


def _is_katakana(word: str) -> bool:
    return all("ァ" <= c <= "ヺ" or c == "ー" for c in word)
