"""Odd spelling, by kind: the ways in which writers hide words, whether or not a word is found behind them.

A kind is no verdict. Headlines are spaced out too, half-width kana and masks are old habits of the net, and the model weighs
what a kind says for each ground. It is for the disguises that no table knows: where every other word is plain, odd
spelling alone may send a reply to a person.
"""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from classifier.characters import codes_of, spans
from classifier.normalize import DEFANGED, MENTION, URL, Normalized

_LETTERS = "ぁ-ゖァ-ヺー一-鿿々"
_ENCLOSED = "①-⓿㈠-㉃㊀-㊰㋐-㋾㌀-㍗㍱-㏿\U0001f110-\U0001f189\U0001f200-\U0001f265"
_MASKS = "○〇◯●◎□■◇◆✕✖×△▲▽▼☆★＊*＿_"
_EMOJI = "☀-➿⬀-⯿\U0001f000-\U0001f0ff\U0001f300-\U0001faff"
_SIGNS = r".,．，・･/／_\-*＊~|'’^゛゜ﾞﾟ‐-―♪☆★"
_SCRIPTS = "ㄅ-ㄯㇰ-ㇿゐゑヰヱ〼ᴀ-ᶿ⁰-₟Ͱ-ԯ\U0001d400-\U0001d7ff"
_INVISIBLE = "\xad\u200b-\u200f\u2060-\u2064\ufeff\u0300-\u036f\u0483-\u0489\u20d0-\u20ff"
_LIKE_KATAKANA, _LIKE_KANJI = "口力工夕卜二八三千又", "ニロカエタトハミソンチ"
_MORA = r"(?:(?:[kgsztdnhbpmyrwfj]|ch|sh|ts|[kgnhbpmr]y|kk|ss|ssh|tt|tch|pp)?[aiueo]|n(?![aiueoy]))"
_DOT = r"(?:[(（](?:てん|どっと|ドット|dot|\.)[)）]|[、。▲☆★●・]| dot |[—–-]+dot[—–-]+|, ?dot, ?)"
_PLACEHOLDER = re.compile("|".join((DEFANGED, MENTION, URL)))
_LINKS = re.compile(r"https?://\S+|[@＠]\w+")

SET_APART, SIGNED, ENCLOSED, HALF, MASK, MIXED, ALIKE, EMOJI, SCRIPT, INVISIBLE, LATIN, SPELLED = (1 << k for k in range(12))
_PATTERNS: dict[str, tuple[int, re.Pattern[str]]] = {
    # し ね, or one letter alone between blanks
    "spaced": (SET_APART, re.compile(rf"(?<![{_LETTERS}])[{_LETTERS}](?:[ 　][{_LETTERS}])+(?![{_LETTERS}])|(?<=[{_LETTERS}][ 　])[{_LETTERS}](?=[ 　][{_LETTERS}])")),
    "signs": (SIGNED, re.compile(rf"(?:[{_LETTERS}ｦ-ﾟ][{_SIGNS}]){{2,}}[{_LETTERS}ｦ-ﾟ]")),
    "enclosed": (ENCLOSED, re.compile(f"(?<=[{_LETTERS}{_ENCLOSED}])[{_ENCLOSED}]|[{_ENCLOSED}](?=[{_LETTERS}{_ENCLOSED}])")),
    "half_width": (HALF, re.compile("[ｦ-ﾟ]+")),
    "mask": (MASK, re.compile(f"(?<=[{_LETTERS}a-zA-Z])([{_MASKS}])(?!\\1)(?=[{_LETTERS}a-zA-Z]|$|[\\s。、!?！？])|(?<![{_MASKS}{_LETTERS}])([{_MASKS}])(?!\\2)(?=[{_LETTERS}])")),
    "hint": (MASK, re.compile(f"[{_MASKS}](?:は|→|＝|=)|[(（「『].{{0,6}}は(?:平仮名|ひらがな|カタカナ|片仮名|漢字)")),
    "mixed_kana": (MIXED, re.compile("(?<=[ぁ-ん])[ァ-ヺ](?![ァ-ヺー・])|(?<=[ァ-ヺ])[あ-おき-けさ-そた-つてぬひ-ほま-めゆらる-ろん](?=[ァ-ヺ])")),
    "look_alike": (ALIKE, re.compile(f"(?<=[ァ-ヺ])[{_LIKE_KATAKANA}](?![一-鿿])|(?<![ァ-ヺー])[ァ-ヺ][{_LIKE_KATAKANA}]|(?<![一-鿿])[{_LIKE_KATAKANA}](?=[ァ-ヺ])|(?<=[一-鿿])[{_LIKE_KANJI}](?=[一-鿿])")),
    "emoji": (EMOJI, re.compile(f"[{_EMOJI}]\ufe0f?(?=[すしせねえやつっるれりんまみめろ])|(?<=[をの])[{_EMOJI}]")),
    "script": (SCRIPT, re.compile(f"[{_SCRIPTS}](?<![Д´ωΦσεжШ])")),
    "invisible": (INVISIBLE, re.compile(f"[{_INVISIBLE}]")),
    "syllables": (SPELLED, re.compile(r"(?<![a-z])[a-z]{1,3}(?:[ \-_.・][a-z0-9]{1,3}){2,}(?![a-z])|(?<![A-Z])[A-Z](?:[ \-_.・][A-Z0-9]){2,}(?![A-Z])")),
    "host": (LATIN, re.compile(rf"[0-9a-z]{{3,}} ?{_DOT} ?(?:[0-9a-z\-]{{2,}} ?{_DOT} ?)?[a-z]{{2,7}}(?![a-z])", re.I)),
    "leet": (LATIN, re.compile(r"[a-z][013457@$|]{1,2}[a-z]")),
    "romaji": (LATIN, re.compile(f"(?<![a-z0-9])(?=[a-z]{{3}}){_MORA}{{2,}}(?![a-z0-9])")),
}
"""Each kind with what calls for it and what finds it: in the raw text, and Latin letters in the normalized one."""
KINDS = tuple(_PATTERNS)
"""The kinds of odd spelling that are told apart."""
_IN_NORMALIZED = ("leet", "romaji")
_JAPANESE = re.compile("[ぁ-ヺ一-鿿]")

_LETTER, _GAP, _SIGN, _HIRAGANA, _KATAKANA, _KANJI, _ROMAN, _KATAKANA_LIKE, _KANJI_LIKE = (1 << k for k in range(12, 21))
_CLASSES = (
    (ENCLOSED, _ENCLOSED), (HALF, "ｦ-ﾟ"), (MASK, _MASKS), (EMOJI, _EMOJI), (SCRIPT, _SCRIPTS), (INVISIBLE, _INVISIBLE), (_LETTER, _LETTERS + "ｦ-ﾟ"),
    (_GAP, " 　"), (_SIGN, _SIGNS + " @$"), (_HIRAGANA, "ぁ-ん"), (_KATAKANA, "ァ-ヺー"), (_KANJI, "一-鿿"), (_ROMAN, "a-z0-9A-Zａ-ｚ０-９Ａ-Ｚ"),
    (_KATAKANA_LIKE, _LIKE_KATAKANA), (_KANJI_LIKE, _LIKE_KANJI),
)  # fmt: skip


def odd_spelling(texts: Sequence[Normalized]) -> list[dict[str, int]]:
    """Return how often each kind of odd spelling stands in each text; mostly nothing."""
    return [_odd(n, call) if call else {} for n, call in zip(texts, _calls([n.raw for n in texts]), strict=True)]


def _odd(normalized: Normalized, call: int) -> dict[str, int]:
    raw = _LINKS.sub(" ", normalized.raw)
    text = _PLACEHOLDER.sub(" ", normalized.text) if _JAPANESE.search(raw) else ""
    found = {}
    for kind, (bit, pattern) in _PATTERNS.items():
        if call & bit and (n := len(pattern.findall(text if kind in _IN_NORMALIZED else raw))):
            found[kind] = n
    return found


def _calls(raws: Sequence[str]) -> list[int]:
    """Return which kinds each text may hold, as bits: what stands beside what tells, in whole-array operations. No other kind is in it
    (Latin letters in another dress count as `script` or `enclosed`).
    """
    if not raws:
        return []
    codes, edges = codes_of(raws)
    bits = _table()[codes]
    bits[edges] = 0
    found = bits & np.uint32(ENCLOSED | HALF | MASK | EMOJI | SCRIPT | INVISIBLE)
    before, here, after = bits[:-2], bits[1:-1], bits[2:]
    between = (before & _LETTER != 0) & (after & _LETTER != 0)
    middle = found[1:-1]
    middle |= (between & (here & _GAP != 0)) * np.uint32(SET_APART)
    middle |= (between & (here & _SIGN != 0)) * np.uint32(SIGNED)
    middle |= ((before & _HIRAGANA != 0) & (here & _KATAKANA != 0) & (after & _KATAKANA == 0)) * np.uint32(MIXED)
    middle |= ((before & _KATAKANA != 0) & (here & _HIRAGANA != 0) & (after & _KATAKANA != 0)) * np.uint32(MIXED)
    middle |= ((here & _KATAKANA_LIKE != 0) & ((before | after) & _KATAKANA != 0)) * np.uint32(ALIKE)
    middle |= ((before & _KANJI != 0) & (here & _KANJI_LIKE != 0) & (after & _KANJI != 0)) * np.uint32(ALIKE)
    roman = (before & _ROMAN != 0) & (after & _ROMAN != 0)
    middle |= (roman & (here & _ROMAN != 0)) * np.uint32(LATIN)
    middle |= (roman & (here & _SIGN != 0)) * np.uint32(SPELLED | LATIN)
    called: list[int] = np.bitwise_or.reduceat(found, edges[:-1]).tolist()
    return called


@cache
def _table() -> npt.NDArray[np.uint32]:
    bits = np.zeros(0x110000, dtype=np.uint32)
    for bit, characters in _CLASSES:
        for first, last in spans(characters):
            bits[first : last + 1] |= np.uint32(bit)
    return bits
