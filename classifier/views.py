"""Other readings of a text, in which something may be hidden: downwards, backwards, and Latin letters as kana."""

import re
from functools import lru_cache

import jaconv

from classifier.normalize import Normalized

_ROMAJI = re.compile(r"(?<![a-z])(?:(?:[kgsztdnhbpmyrwfj]|ch|sh|ts|[kgnhbpmr]y|kk|ss|ssh|tt|tch|pp)?[aiueo]|n(?![aiueoy]))+(?![a-z])")
_SYLLABLES = re.compile(r"(?<![a-z])[a-z]{1,3}(?:[ \-][a-z]{1,3}){2,}(?![a-z])")
_LATIN = re.compile(r"[a-z][a-z \-]{3}")
_HINT = re.compile(r"[\n逆]|[a-z][a-z \-]{3}")
_LEAST_LETTERS = 4


def views(normalized: Normalized) -> tuple[str, ...]:
    """Return the other readings of a text; mostly none.

    Downwards (縦読み) for texts of three lines and more, backwards where the text or its raw form hints at it,
    and the words in Latin letters as kana (shine, korosu).
    """
    text = normalized.text
    if not _HINT.search(text) and "\u202e" not in normalized.raw:
        return ()
    found = []
    if text.count("\n") >= 2:
        found.append("".join(line[0] for line in text.split("\n") if line))
    if "逆" in text or "\u202e" in normalized.raw:
        found.append(text[::-1])
    if not _LATIN.search(text):
        return tuple(found)
    text = _SYLLABLES.sub(_joined, text)
    if romaji := [w for w in _ROMAJI.findall(text) if len(w) >= _LEAST_LETTERS]:
        found.append(_kana("".join(romaji)))
    return tuple(found)


@lru_cache(maxsize=4096)
def _kana(letters: str) -> str:
    kana: str = jaconv.alphabet2kana(letters)
    return kana


def _joined(m: re.Match[str]) -> str:
    """Join syllables that are set apart (shi ni ta i), where together they read as kana."""
    joined = re.sub("[ -]", "", m.group())
    return joined if _ROMAJI.fullmatch(joined) else m.group()
