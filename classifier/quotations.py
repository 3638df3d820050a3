"""Words that a reply gives out as those of its post, in quotation marks or on a line after >: right or wrong."""

import re
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from classifier.figures import figures

_QUOTED = re.compile(r"「([^「」]{6,})」|『([^『』]{6,})』|\"([^\"]{6,})\"|“([^“”]{6,})”|^>+ ?([^>\n]{6,})$", re.MULTILINE)
_BETWEEN_WORDS = re.compile(r"[\s、。,.!?]")
_LEAST_EQUAL = 3  # characters in a stretch that a quotation shares with the post
_LEAST_KNOWN = 0.3  # of a quotation stands in the post, where it is taken for one of the post

MAY_BE_QUOTED = "「『\"“>"
"""A text without any of these has no quotation."""


class Quoted(NamedTuple):
    """What a reply gives out as words of its post."""

    right: bool = False  # some stand in the post so
    wrong: float = 0.0  # share that stands in the post of those that are not in it so: the largest
    wrong_figures: int = 0  # numbers in that one that the post does not have


def without_punctuation(text: str) -> str:
    """Return a text without blanks and punctuation, as quotations are looked for in it."""
    return _BETWEEN_WORDS.sub("", text)


def quoted(text: str, bare_post: str, figures_of_post: frozenset[str]) -> Quoted:
    """Return what a normalized reply quotes of its post, told by the post's bare text and its numbers."""
    found = Quoted()
    for match in _QUOTED.finditer(text):
        quotation = next(filter(None, match.groups()))
        words = without_punctuation(quotation)
        if len(words) < _LEAST_EQUAL:
            continue
        if words in bare_post:
            found = found._replace(right=True)
            continue
        known = sum(b.src_end - b.src_start for b in Levenshtein.opcodes(words, bare_post) if b.tag == "equal" and b.src_end - b.src_start >= _LEAST_EQUAL) / len(words)
        if known >= max(_LEAST_KNOWN, found.wrong):
            found = Quoted(found.right, known, len(figures(quotation) - figures_of_post))
    return found
