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
_ENCLOSED = "Ⓐ-ⓩ㈀-㈩㈳-㈸㈺-㉃㊀-㊰㋐-㋾\U0001f110-\U0001f189\U0001f200-\U0001f265"  # no numbers, firms or units
_MASKS = "○〇◯●◎□■◇◆✕✖×△▲▽▼☆★＊*＿_"
_ENDING_MASKS = "○〇◯●◎□■◇◆✕✖×＊*＿_"  # a star ends a cheerful sentence
_EMOJI = "☀-➿⬀-⯿\U0001f000-\U0001f0ff\U0001f300-\U0001faff"
_ADORNING = "☀☎-☻♀♂♡♥♪❗❓❤✨⭐\U0001f31f\U0001f338\U0001f3b5\U0001f3b6\U0001f389\U0001f44b-\U0001f44f\U0001f493-\U0001f49f\U0001f4a6\U0001f600-\U0001f64f\U0001f90d-\U0001f92f\U0001f970-\U0001f97a"
_SIGNS = r".,．，・･/／_\-*＊~|'’^゛゜ﾞﾟ‐-―♪☆★"
_SCRIPTS = "ㄅ-ㄯㇰ-ㇿゐゑヰヱ〼ᴀ-ᶿⁱⁿₐ-ₜͰ-ԯ\U0001d400-\U0001d7ff"
_INVISIBLE = "\xad\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff\u0300-\u036f\u0483-\u0489\u20d0-\u20df\u20e4-\u20ff"
_LIKE_KATAKANA, _LIKE_KANJI = "口力工夕卜二八千又", "ニロカエタトハミソンチ"
_MORA = r"(?:(?:[kgsztdnhbpmyrwfj]|ch|sh|ts|[kgnhbpmr]y|kk|ss|ssh|tt|tch|pp)?[aiueo]|n(?![aiueoy]))"
_SPELLED_DOT, _DOT = r"(?:[(（](?:てん|どっと|ドット|dot|\.)[)）]| dot |[—–-]+dot[—–-]+|, ?dot, ?)", "[、。▲☆★●・]"
_TLD = "(?:com|net|org|info|biz|co|jp|cn|ru|tv|cc|me|io|xyz|top|site|online|shop|club|link|live|app|dev|page|vip|win|pro|example|test|invalid)"
_LISTED = ("月火水木金土日祝", "ドレミファソラシ", "春夏秋冬", "大中小特", "上中下左右前後", "東西南北中", "年月日時分秒", "衆参", "男女老若", "父母子兄弟姉妹", "衣食住", "産官学民",
           "国都道府県市区町村", "赤青黄緑白黒", "アイウエオ", "あいうえお", "陸海空", "昼夜朝夕晩", "甲乙丙丁")  # fmt: skip
_LATIN_NAMES = ["amazon", "anime", "base", "cafe", "code", "cute", "date", "demo", "docomo", "face", "fake", "file", "game", "gu", "hate", "home", "hope", "image", "izakaya", "karaoke", "karate", "kawaii", "koto", "ramen", "line", "live", "love", "magazine", "made", "make", "manga", "mate", "me", "mode", "mono", "more", "name", "naze", "nanaco", "nice", "no", "note", "nine", "one", "online", "page", "paypay", "phone", "photo", "pose", "price", "quo", "rakuten", "reno", "rise", "routine", "sake", "same", "sauna", "save", "score", "sega", "seiko", "shine-post", "site", "size", "so", "some", "sony", "suica", "sumo", "sushi", "take", "tape", "time", "toyota", "tone", "tokyo", "tsunami", "tune", "type", "uniqlo", "use", "vote", "wake", "wine", "you", "youtube", "yo"]
_PLACEHOLDER = re.compile("|".join((DEFANGED, MENTION, URL)))
_LINKS = re.compile(r"https?://[!-~]+|[@＠][A-Za-z0-9_]+")


def _no_list() -> str:
    """Return what no list of days, notes or sides is read as: 木・金・土, 大・中・小."""
    return "".join(rf"(?!(?:[{s}][{_SIGNS}]){{2,9}}[{s}])" for s in _LISTED)


SET_APART, SIGNED, ENCLOSED, HALF, MASK, MIXED, ALIKE, EMOJI, SCRIPT, INVISIBLE, LATIN, SPELLED = (1 << k for k in range(12))
_RAW, _JAPANESE_RAW, _NORMALIZED = range(3)
_PATTERNS: dict[str, tuple[int, int, re.Pattern[str]]] = {
    # し ね, or one letter alone between blanks
    "spaced": (SET_APART, _RAW, re.compile(rf"(?<![{_LETTERS}])[{_LETTERS}](?:[ 　][{_LETTERS}])+(?![{_LETTERS}])|(?<=[{_LETTERS}][ 　])[{_LETTERS}](?=[ 　][{_LETTERS}])")),
    "signs": (SIGNED, _RAW, re.compile(rf"{_no_list()}(?:[{_LETTERS}ｦ-ﾟ][{_SIGNS}]){{2,}}[{_LETTERS}ｦ-ﾟ]")),
    "enclosed": (ENCLOSED, _RAW, re.compile(f"(?<=[{_LETTERS}{_ENCLOSED}])[{_ENCLOSED}]|[{_ENCLOSED}](?=[{_LETTERS}{_ENCLOSED}])|[④➃⓸](?=[ねネなす])")),
    "half_width": (HALF, _RAW, re.compile("[ｦ-ﾟ]+")),
    "mask": (MASK, _RAW, re.compile(
        f"(?<=[{_LETTERS}a-zA-Z])([{_MASKS}])(?!\\1)(?=[{_LETTERS}a-zA-Z])(?![月日時分])|(?<=[{_LETTERS}a-zA-Z])([{_ENDING_MASKS}])(?!\\2)(?=$|[\\s。、!?！？])"
        f"|(?<![{_MASKS}{_LETTERS}])([○〇◯×])(?!\\3)(?=[{_LETTERS}])(?![月日時年分点人円市区町村県])|(?<=[^\\s{_MASKS}{_LETTERS}])([{_MASKS}])(?!\\4)(?=[{_LETTERS}])")),
    "hint": (MASK, _RAW, re.compile(f"[{_MASKS}](?:は|→|＝|=)|[(（「『].{{0,6}}は(?:平仮名|ひらがな|カタカナ|片仮名|漢字)")),
    "mixed_kana": (MIXED, _RAW, re.compile(
        f"(?<=[ぁ-ん])[ァ-ヺ](?![ァ-ヺー・])(?<![ヨワナゾサノカッァィゥェォ](?![{_LETTERS}]))(?<!(?<!し)ネ(?![{_LETTERS}]))"
        "|(?<=[ァ-ヺ])[あえおけさそちつぬひ-ほま-めゆらりん](?=[ァ-ヺ])")),
    "look_alike": (ALIKE, _RAW, re.compile(
        f"(?<=[ァ-ヺ])[夕卜二八千又](?![一-鿿])|(?<![ァ-ヺー])[ァ-ヺ][{_LIKE_KATAKANA}]|(?<![一-鿿])(?!口コミ|口パク|力ワザ)[{_LIKE_KATAKANA}](?=[ァ-ヺ])(?![ッツヶヵケカ])"
        f"|(?<=[一-鿿])[{_LIKE_KANJI}](?=[一-鿿])(?<!カ(?=[月国所年条村店]))")),
    "emoji": (EMOJI, _RAW, re.compile(f"(?![{_ADORNING}])[{_EMOJI}]\ufe0f?(?=[すしせねえやつっるれりんまみめろ])|(?<=[をの])(?![{_ADORNING}])[{_EMOJI}]")),
    # no Cyrillic words by themselves, Greek letters as in formulas, kaomoji, old names
    "script": (SCRIPT, _RAW, re.compile(
        f"(?<![А-яёЁ])(?![А-яёЁ]{{2,}}(?![0-9A-Za-z{_LETTERS}]))(?![Д´ωΦσεжШμ]|ヰスキー|ヱビス|ヱヴァ|ゑ[?？っー]|[α-ωΔΩΣΠΑΒΓ](?![A-Za-z]))[{_SCRIPTS}]")),
    "invisible": (INVISIBLE, _RAW, re.compile(f"[{_INVISIBLE}]|\u200d(?<![{_EMOJI}\ufe0f]\u200d)|\u200d(?![{_EMOJI}])|(?<![0-9#*\ufe0f])\u20e3")),
    "syllables": (SPELLED, _JAPANESE_RAW, re.compile(
        rf"(?<![a-z])[a-z]{{1,3}}(?:[\-_.・][a-z0-9]{{1,3}}){{2,}}(?![a-z])|(?<![a-z]){_MORA}(?: {_MORA}){{2,}}(?![a-z])|(?<![A-Z])[A-Z](?:[ \-_.・][A-Z0-9]){{3,}}(?![A-Z])")),
    "host": (LATIN, _RAW, re.compile(
        rf"(?<![0-9a-z])[0-9a-z]{{3,63}} ?(?:(?:{_SPELLED_DOT} ?[0-9a-z\-]{{2,63}} ?)?{_SPELLED_DOT} ?[a-z]{{2,7}}|(?:{_DOT} ?[0-9a-z\-]{{2,63}} ?)?{_DOT} ?{_TLD})(?![a-z])", re.I)),
    "leet": (LATIN, _NORMALIZED, re.compile(r"[a-z](?:[013457@$|]|00|\$\$|\|\|)[a-z]")),
    "romaji": (LATIN, _NORMALIZED, re.compile(f"(?<![a-z0-9])(?=[a-z]{{3}})(?!(?:{'|'.join(_LATIN_NAMES)})(?![a-z]))(?:{_MORA}){{2,}}(?![a-z0-9])")),
}  # fmt: skip
"""Each kind with what calls for it, where it is looked for, and what finds it. Latin letters are looked for in texts that hold Japanese."""
KINDS = tuple(_PATTERNS)
"""The kinds of odd spelling that are told apart."""
_JAPANESE = re.compile("[ぁ-ヺ一-鿿]")

_LETTER, _GAP, _SIGN, _HIRAGANA, _KATAKANA, _KANJI, _ROMAN, _KATAKANA_LIKE, _KANJI_LIKE = (1 << k for k in range(12, 21))
_CLASSES = (
    (ENCLOSED, _ENCLOSED + "④➃⓸"), (HALF, "ｦ-ﾟ"), (MASK, _MASKS), (EMOJI, _EMOJI), (SCRIPT, _SCRIPTS), (INVISIBLE, _INVISIBLE + "\u200d\u20e3"), (_LETTER, _LETTERS + "ｦ-ﾟ"),
    (_GAP, " 　"), (_SIGN, _SIGNS + " @$"), (_HIRAGANA, "ぁ-ん"), (_KATAKANA, "ァ-ヺー"), (_KANJI, "一-鿿"), (_ROMAN, _INVISIBLE + "a-z0-9A-Zａ-ｚ０-９Ａ-Ｚ"),
    (_KATAKANA_LIKE, _LIKE_KATAKANA), (_KANJI_LIKE, _LIKE_KANJI),
)  # fmt: skip


def odd_spelling(texts: Sequence[Normalized]) -> list[dict[str, int]]:
    """Return how often each kind of odd spelling stands in each text; mostly nothing."""
    raws = [_LINKS.sub(" ", n.raw) if "@" in n.raw or "＠" in n.raw or "http" in n.raw else n.raw for n in texts]
    return [_odd(n, raw, call) if call else {} for n, raw, call in zip(texts, raws, _calls(raws), strict=True)]


def _odd(normalized: Normalized, raw: str, call: int) -> dict[str, int]:
    japanese = _JAPANESE.search(raw)
    texts = (raw, raw if japanese else "", _PLACEHOLDER.sub(" ", normalized.text) if japanese else "")
    found = {}
    for kind, (bit, where, pattern) in _PATTERNS.items():
        if call & bit and (n := sum(1 for _ in pattern.finditer(texts[where]))):
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
    middle |= ((before & _ROMAN != 0) & (here & _ROMAN != 0) & (after & _ROMAN != 0)) * np.uint32(LATIN)
    middle |= ((before & _ROMAN != 0) & (here & _SIGN != 0) & (after & (_ROMAN | _SIGN) != 0)) * np.uint32(SPELLED | LATIN)
    called: list[int] = np.bitwise_or.reduceat(found, edges[:-1]).tolist()
    return called


@cache
def _table() -> npt.NDArray[np.uint32]:
    bits = np.zeros(0x110000, dtype=np.uint32)
    for bit, characters in _CLASSES:
        for first, last in spans(characters):
            bits[first : last + 1] |= np.uint32(bit)
    return bits
