"""A normalized text as the model reads it: mail addresses masked, katakana alone as hiragana, Latin letters that stand for kana as kana."""

import re
from functools import lru_cache

import jaconv

_MAIL = re.compile(r"(?<![a-z0-9_.+\-])[a-z0-9_.+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")
_NOT_KATAKANA_ALONE = re.compile("[ぁ-ゖ一-鿿々]")
_KATAKANA = re.compile("[ァ-ヶ]")
_LEAST_KATAKANA = 6  # letters; fewer are a name or a loan word
_AS_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_MORA = r"(?:(?:[kgsztdnhbpmyrwfj]|ch|sh|ts|[kgnhbpmr]y|kk|ss|ssh|tt|tch|pp)?[aiueo]|n(?![aiueoy]))+(?![a-z])"
_ROMAJI = re.compile("(?<![a-z])" + _MORA)
_ROMAJI_RUN = re.compile(f"(?<![a-z]){_MORA}(?: {_MORA})*")
_SYLLABLES = re.compile(r"(?<![a-z])[a-z]{1,3}(?:[ \-][a-z]{1,3}){2,}(?![a-z])")
_DOUBLED_N = re.compile("nn(?=[aiueoy])")
"""As in minna, of which jaconv would make みんあ."""
_LATIN_LETTER = re.compile("[a-z]")
_PLACEHOLDERS = 3  # letters of 〈url〉, more or less
_LEAST_LETTERS = 4  # of one word in a run of them; other languages have runs of short ones
_LEAST_LATIN = 8
_NOT_LATIN = re.compile("[ぁ-ヺ㐀-鿿가-힣]")
_ALMOST_WHOLLY = 0.8  # of the Latin letters must read as kana before a text is read so; Tagalog and Indonesian come near
_PARTICLES = {"wa": "は", "e": "へ", "o": "を"}


def mask(text: str) -> str:
    """Return a normalized text in which no mail address is told from another."""
    return _MAIL.sub("〈mail〉", text) if "@" in text else text


def as_seen(text: str) -> str:
    """Return a normalized text as its n-grams see it: masked, and one in katakana alone, as telegrams and old machines write, in hiragana, of which there is more to learn from.

    >>> as_seen("タスケテ コロサレル"), as_seen("ソフトバンクの窓口")
    ('たすけて ころされる', 'ソフトバンクの窓口')
    """
    text = mask(text)
    if _NOT_KATAKANA_ALONE.search(text) or len(_KATAKANA.findall(text)) < _LEAST_KATAKANA:
        return text
    return text.translate(_AS_HIRAGANA)


def read_aloud(text: str) -> str:
    """Return a text as it is seen, or, where it is almost wholly in Latin letters for kana, in hiragana, whose words tokenizer and encoder know.

    >>> read_aloud("minna, kyou wa ame desu. 3 ji made")
    'みんな, きょうはあめです. 3 じまで'
    """
    text = as_seen(text)
    if _NOT_LATIN.search(text) or len(_LATIN_LETTER.findall(text)) < _LEAST_LATIN:
        return text
    joined, _, share = romaji(text)
    return _ROMAJI_RUN.sub(lambda m: "".join(_PARTICLES.get(w) or kana(w) for w in m.group().split()), joined) if share >= _ALMOST_WHOLLY else text


def romaji(text: str) -> tuple[str, list[str], float]:
    """Return a normalized text with syllables joined that were set apart, its words in Latin letters that read as kana, and how many of the letters are theirs."""
    text = _SYLLABLES.sub(_joined, text)
    runs = (m.group().split() for m in _ROMAJI_RUN.finditer(text))
    words = [w for run in runs if len(max(run, key=len)) >= _LEAST_LETTERS for w in run]
    letters = len(_LATIN_LETTER.findall(text)) - _PLACEHOLDERS * text.count("〉")
    return text, words, sum(map(len, words)) / letters if letters > 0 else 0.0


@lru_cache(maxsize=4096)
def kana(letters: str) -> str:
    """Return small Latin letters in hiragana."""
    found: str = jaconv.alphabet2kana(_DOUBLED_N.sub("n'n", letters))
    return found


def _joined(m: re.Match[str]) -> str:
    """Join syllables that are set apart (shi ni ta i), where together they read as kana."""
    joined = re.sub("[ -]", "", m.group())
    return joined if _ROMAJI.fullmatch(joined) else m.group()
