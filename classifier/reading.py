"""A normalized text as the model reads it: mail addresses masked, katakana alone as hiragana, Latin letters that stand for kana as kana."""

import re
from functools import lru_cache

import jaconv

_MAIL = re.compile(r"(?<![a-z0-9_.+\-])[a-z0-9_.+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+")
_NOT_KATAKANA_ALONE = re.compile("[ぁ-ゖ一-鿿々]")
_KATAKANA = re.compile("[ァ-ヶ]")
_LEAST_KATAKANA = 6  # letters; fewer are a name or a loan word
_AS_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_MORA = r"(?:(?:[kgsztdnhbpmyrwfj]|ch|sh|ts|[kgnhbpmr]y|kk|ss|ssh|tt|tch|cch|pp|dd|zz)?[aiueo]|n(?![aiueoy'])|n'(?=[aiueoyn]))+(?![a-z])"
_NOT_WITHIN = "(?<![a-z])(?<!n')"
_ROMAJI = re.compile(_NOT_WITHIN + _MORA)
_ROMAJI_RUN = re.compile(f"{_NOT_WITHIN}{_MORA}(?: {_MORA})*")
_SYLLABLES = re.compile(r"(?<![a-z])[a-z]{1,3}(?:[ \-][a-z]{1,3}){2,}(?![a-z])")
_DOUBLED_N = re.compile("(?<!n)nn(?=[aiueoy])")
"""As in minna, of which jaconv would make みんあ; three, as keyboards take them (minnna), it reads rightly."""
_LATIN_LETTER = re.compile("[a-z]")
_PLACEHOLDER = re.compile("〈(?:url|at|mail|defanged)〉")
_LEAST_LETTERS = 4  # of one word in a run of them; other languages have runs of short ones
_LEAST_LATIN = 8
_NOT_LATIN = re.compile("[ぁ-ヺ㐀-鿿가-힣]")
_ALMOST_WHOLLY = 0.8  # of the letters must read as kana before a text is read so
ENGLISH = re.compile(r"(?<![a-z'])(?:you|your|the|is|are|my|this|that|with|for|of|and|it|was|when|have|not)(?![a-z])")
"""Words that make a text English, where `shine` is no call to die."""
_OTHER = re.compile(
    r"(?<![a-z'])(?:saya|aku|kamu|mau|yang|saja|ini|itu|dia|apa|ada|bisa|tapi|juga|sudah|udah|kita|kami|mereka|ako|siya|wala|asante|nataka|ninataka|hapana|que|por|para|esta|como|mais|muito|nada|vida)(?![a-z])"
)
"""Words of other languages whose syllables are like those of Japanese (Malay, Tagalog, Swahili, Spanish, Portuguese)."""
_JAPANESE = re.compile(
    r"(?<![a-z'])(?:wa|wo|desu|kara|made|demo|dake|kedo|nani|kore|sore|watashi|boku|ore|omae|anata|minna|kyou?|ima|mou|hai|iie"
    r"|[a-z]*(?:masu|masen|mashita|masita|mashou?|deshita|desita|shita|sita|shite|site|teru|tteru|nai|nakatta|tai|tta|tte|nda|reru|suru|kudasai|onegai|arigatou?|shine|sine|korosu|daro|dayo))(?![a-z])"
    r"|(?<![a-z'])(?:no|ni|ga|de|to|mo|yo|ne)(?![a-z]).*(?<![a-z'])(?:no|ni|ga|de|to|mo|yo|ne)(?![a-z])"
)
"""What no Japanese sentence of some length is without: a word or an ending that tells, or two particles."""
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
    if _NOT_LATIN.search(text) or latin_letters(text) < _LEAST_LATIN or ENGLISH.search(text) or _OTHER.search(text):
        return text
    joined, words = romaji(text)
    letters = sum(map(str.isalpha, _PLACEHOLDER.sub("", joined)))
    if not _JAPANESE.search(joined) or sum(map(len, words)) < _ALMOST_WHOLLY * letters:
        return text
    return _ROMAJI_RUN.sub(lambda m: "".join(_PARTICLES.get(w) or kana(w) for w in m.group().split()), joined)


def romaji(text: str) -> tuple[str, list[str]]:
    """Return a normalized text with syllables joined that were set apart, and its words in Latin letters that read as kana."""
    text = _SYLLABLES.sub(_joined, text)
    runs = (m.group().split() for m in _ROMAJI_RUN.finditer(text))
    return text, [w for run in runs if len(max(run, key=len)) >= _LEAST_LETTERS for w in run]


def latin_letters(text: str) -> int:
    """Return how many small Latin letters a normalized text has, but for those of placeholders such as 〈url〉."""
    return len(_LATIN_LETTER.findall(_PLACEHOLDER.sub("", text)))


@lru_cache(maxsize=4096)
def kana(letters: str) -> str:
    """Return small Latin letters in hiragana."""
    found: str = jaconv.alphabet2kana(_DOUBLED_N.sub("n'n", letters))
    return found


def _joined(m: re.Match[str]) -> str:
    """Join syllables that are set apart (shi ni ta i), where together they read as kana."""
    joined = re.sub("[ -]", "", m.group())
    return joined if _ROMAJI.fullmatch(joined) else m.group()
