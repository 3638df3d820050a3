"""Word lists with kind and strength: features and evidence, never verdicts.

One pass over a batch of texts finds all words of the lexicon and all first looks of the pattern rules.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from typing import NamedTuple

import ahocorasick
import jaconv
import numpy as np
import numpy.typing as npt

from classifier.characters import holding
from classifier.errors import RulesError
from classifier.literals import Literals, Matches
from classifier.messages import say

KINDS = (
    "abuse", "dehumanizing", "looks", "slur_origin", "slur_disability", "slur_gender", "slur_other", "sexual", "threat", "death", "self_harm",
    "crime", "drug", "fraud", "spam", "campaign", "faith", "rumor", "official", "exposure", "piracy", "malware", "chain",
    "person", "group", "self", "institution", "remit", "quoting", "question", "polite", "board", "play", "peril",
)  # fmt: skip
BAD_KINDS = KINDS[: KINDS.index("chain") + 1]
"""The others are no bad words: whom or what a text speaks of, and in which manner."""
_MASKS = "○〇◯●◎□■*×✕✖"
_MASK = re.compile(f"[{_MASKS}]")
_LONGEST_TWICE_MASKED = 10  # characters of a word of which two may be masked
_MASK_IS_A_SUBJECT = re.compile(r"伏せ字|伏字|クイズ|穴埋め|マスク|見え|読め|思われ|勘違い|なのか|[?]|〇〇|○○|××")
_ALPHABET = "a-zß-öø-ɏͰ-ϿЀ-҃Ҋ-ӿḀ-ỿ"  # of scripts that set words apart; what is searched is in lower case
_ALPHABETIC = re.compile(f"[{_ALPHABET}]")
_END = re.compile(f"s?w*(?![{_ALPHABET}])")  # behind a word, but for a plural and laughter
_WHOLE = 4  # letters up to which a word of these scripts stands for itself alone; longer ones open others too (retard, retarded)
_LETTER_OR_FIGURE = re.compile(r"[ァ-ヺー0-9a-z○]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the lexicon."""

    word: str
    kind: str
    strength: int  # 1 weak or ambiguous, 2 clear, 3 strong
    harmless: tuple[str, ...] = ()  # longer strings in which the word means something else


class Found(NamedTuple):
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

    def __init__(self, entries: Iterable[Entry], looks: Sequence[Sequence[Collection[str]]] = ()) -> None:
        """Take the words, and for each rule its first looks: sets of literals, of each of which a text must hold one before the rule is tried; a rule without any is never tried."""
        self._entries = tuple(entries)
        words: dict[str, Entry | None] = {}
        harmless: set[str] = set()
        for entry in self._entries:
            for spelling in _spellings(entry.word):
                known = words.get(spelling)
                if known is None or known.strength < entry.strength:
                    words[spelling] = entry
            for longer in entry.harmless:
                words.setdefault(longer, None)
                harmless.add(longer)
        self._width = max(map(len, looks), default=0) or 1
        asked: dict[str, list[int]] = {}  # by literal: the rule and the place of its look, as one number
        for rule, sets in enumerate(looks):
            for place, literals in enumerate(sets):
                for literal in literals:
                    words.setdefault(literal, None)
                    asked.setdefault(literal, []).append(rule * self._width + place)
        self._literals = Literals(list(words))
        self._of_words = list(words.values())
        self._edges = [_edges(word) for word in words]
        self._has_edges = np.array([any(_edges(word)) and word not in harmless for word in words], dtype=np.bool_)
        self._is_word = np.array([entry is not None for entry in words.values()], dtype=np.bool_)
        self._is_harmless = np.array([word in harmless for word in words], dtype=np.bool_)
        sizes = [len(asked.get(word, ())) for word in words]
        self._asked = np.array([look for word in words for look in asked.get(word, ())], dtype=np.int64)  # looks of one literal after another
        self._asked_from = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self._looks = np.array([len(sets) for sets in looks], dtype=np.int64)

    @cached_property
    def _masked(self) -> ahocorasick.Automaton:
        """The clear and strong bad words of three characters and more, with one of them behind a mask, or two where they are no whole phrases; of those that look alike so the strongest."""
        automaton = ahocorasick.Automaton()
        for entry in self._entries:
            if entry.strength >= 2 and entry.kind in BAD_KINDS and len(entry.word) >= 3:
                for hidden in _masks(entry.word):
                    if hidden not in automaton or automaton.get(hidden)[1].strength < entry.strength:
                        automaton.add_word(hidden, (len(hidden), entry))
        automaton.make_automaton()
        return automaton

    def behind_masks(self, texts: Sequence[str]) -> dict[int, list[Found]]:
        """Return the bad words that texts show with characters masked (キ○ガイ, 人工降○), by the place of the text."""
        masked = {}
        for i in holding(texts, _MASKS):
            found = [Found(entry, last + 1 - size, last + 1) for last, (size, entry) in self._masked.iter(_MASK.sub("○", texts[i]))]
            masked[i] = list(_outermost([f for f in found if _stands_apart(_edges(f.entry.word), texts[i], f.start, f.end)]))
        return masked

    def surely_masked(self, text: str, found: list[Found]) -> list[Found]:
        """Return those of `behind_masks` that leave no other reading: strong words, both ends of which can be seen, or most of which can."""
        if not found or _MASK_IS_A_SUBJECT.search(text):
            return []
        return [f for f in found if (f.entry.strength == 3 or f.entry.kind == "dehumanizing") and _shows_enough(text, f)]

    def __call__(self, text: str) -> tuple[list[Found], list[int]]:
        """Return what `search` gives for one text."""
        return self.search([text])[0]

    def search(self, texts: Sequence[str]) -> list[tuple[list[Found], list[int]]]:
        """Return for each text its lexicon words (in order; none inside a longer one, harmless or not, and those of alphabets where words open) and the rules to try."""
        answers: list[tuple[list[Found], list[int]]] = [([], []) for _ in texts]
        matches = self._literals.find(texts)
        for row, rule in self._to_try(matches):
            answers[row][1].append(rule)
        speaking = matches.only((self._is_word[matches.words] | self._is_harmless[matches.words]) & self._apart(texts, matches)).outermost()
        for row, start, end, word in zip(*(part.tolist() for part in speaking), strict=True):
            if (entry := self._of_words[word]) is not None:
                answers[row][0].append(Found(entry, start, end))
        return answers

    def _to_try(self, matches: Matches) -> Iterator[tuple[int, int]]:
        """Return texts and rules, in order, where each look of the rule has found a literal in the text."""
        sizes = np.diff(self._asked_from)[matches.words]
        places = np.arange(sizes.sum()) + np.repeat(self._asked_from[matches.words] - np.cumsum(sizes) + sizes, sizes)
        rules = len(self._looks)
        shown = np.unique(np.repeat(matches.rows, sizes) * (rules * self._width) + self._asked[places])
        tried, looks = np.unique(shown // self._width, return_counts=True)
        tried = tried[looks == self._looks[tried % rules]] if rules else tried
        return zip((tried // max(rules, 1)).tolist(), (tried % max(rules, 1)).tolist(), strict=True)

    def _apart(self, texts: Sequence[str], matches: Matches) -> npt.NDArray[np.bool_]:
        """Tell which matches are words by themselves; only alphabets can have others."""
        apart = np.ones(len(matches.words), dtype=np.bool_)
        for i in np.flatnonzero(self._has_edges[matches.words]).tolist():
            row, start, end, word = (int(part[i]) for part in matches)
            apart[i] = _stands_apart(self._edges[word], texts[row], start, end)
        return apart


def _edges(word: str) -> tuple[bool, bool]:
    """Tell whether a word must open, and whether it must end, where words of its script do."""
    first, last = (_ALPHABETIC.match(c) is not None for c in (word[0], word[-1]))
    return first, last and len(word) <= _WHOLE


def _stands_apart(edges: tuple[bool, bool], text: str, start: int, end: int) -> bool:
    """Tell whether what was found is a word by itself, but for laughter (www) around it, and no part of another: chon in mitochondria."""
    opens, ends = edges
    while opens and start and text[start - 1] == "w":
        start -= 1
    return not (opens and start and _ALPHABETIC.match(text, start - 1)) and not (ends and not _END.match(text, end))


def _outermost(found: list[Found]) -> Iterator[Found]:
    spans = sorted({(f.start, f.end) for f in found}, key=lambda span: (span[0], -span[1]))
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
        if 4 <= len(word) <= _LONGEST_TWICE_MASKED:
            yield from (once[:j] + "○" + once[j + 1 :] for j in range(i + 2, len(word)))


def _spellings(word: str) -> set[str]:
    """Return a word as it stands and, for kana words of three characters and more, in the other kana."""
    if len(word) < 3:
        return {word}
    return {word, jaconv.kata2hira(word) if _is_katakana(word) else word}


def _is_katakana(word: str) -> bool:
    return all("ァ" <= c <= "ヺ" or c == "ー" for c in word)
