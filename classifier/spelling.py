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
_ENCLOSED = "Ⓐ-Ⓑⓓ-ⓠⓢ-ⓩ㈀-㈩㈳-㈸㈺-㉃㊀-㊖㊚-㊰㋐-㋾\U0001f110-\U0001f189"  # no numbers, firms, units, notices
_MASKS = "○〇◯●◎□■◇◆✕✖△▲▽▼☆★＊*"
_ENDING_MASKS = "○〇◯●◎□■◇◆✕✖×＊*"  # a star ends a cheerful sentence
_COUNTERS = "月日時年分点人円市区町村県歳回個名社台件校つかやとがもでは"  # ○月, ×人, and ○か×か: a blank to fill in, a verdict
_EMOJI = "☀-➿⬀-⯿\U0001f000-\U0001f0ff\U0001f300-\U0001faff"
_ADORNING = "☀☎-☻♀♂♡♥♪✅❌❎❓❗❤✨➡⭐\U0001f31f\U0001f338\U0001f3b5\U0001f3b6\U0001f389\U0001f446-\U0001f44f\U0001f493-\U0001f49f\U0001f4a6\U0001f4de\U0001f4f1\U0001f600-\U0001f64f\U0001f90d-\U0001f92f\U0001f970-\U0001f97a"
_CONTEMPT = "\U0001f40d\U0001f412\U0001f416\U0001f41b\U0001f437\U0001f438\U0001f400\U0001f435\U0001f4a9\U0001f5d1\U0001fab0\U0001fab3"
_SIGNS = r".,．，・･/／_\-*＊~|'’^゛゜ﾞﾟ‐-―♪☆★"
_FOREIGN = "Ͱ-ԯᴀ-ᶿⁱⁿₐ-ₜ"  # Greek, Cyrillic, raised and lowered letters: odd beside Latin or Japanese ones
_SCRIPTS = "ㄅ-ㄯㇰ-ㇿゐゑヰヱ〼\U0001d400-\U0001d7ff"
_COMBINING = "\u0300-\u036f\u0483-\u0489\u20d0-\u20df\u20e4-\u20ff"
_INVISIBLE = "\xad\u200b\u200e\u200f\u2060-\u2064\u2800\u3164\ufeff"
_INDIC_ARABIC = "\u0600-\u06ff\u0750-\u077f\u0900-\u0dff"  # scripts that need joiners
_LIKE_KATAKANA, _LIKE_KANJI = "口力工夕卜又", "ニロカエタトハミソンチ"
_MORA = r"(?:(?:[kgsztdnhbpmyrwfj]|ch|sh|ts|[kgnhbpmrstdzj]y|kk|ss|ssh|tt|tch|cch|pp)?[aiueo]|n(?![aiueoy]))"
_SPELLED_DOT, _DOT, _DECKED_DOT = r"(?:[(（](?:てん|どっと|ドット|dot|\.)[)）]|ドット| dot |[—–-]+dot[—–-]+|, ?dot, ?)", "[、。●・]", "[▲☆★]"
_TLD = "(?:com|net|org|info|biz|jp|cn|ru|xyz|top|site|test|example|invalid)"
_LISTED = (
    "月火水木金土日祝", "ドレミファソラシ", "春夏秋冬", "大中小特高校", "上中下左右前後", "東西南北中", "年月日時分秒", "衆参", "男女老若", "父母子兄弟姉妹", "衣食住医職", "産官学民公",
    "国都道府県市区町村公私立", "赤青黄緑白黒", "アイウエオ", "あいうえお", "イロハニホ", "陸海空", "昼夜朝夕晩", "甲乙丙丁", "日米中韓英仏独露台欧", "心技体", "報連相", "松竹梅", "一二三四五六七八九十",
    "良可優不", "雪月花", "正副主",
)  # fmt: skip
_LATIN_NAMES = (
    "ahamo", "amazon", "anime", "base", "data", "date", "demo", "fake", "game", "hate", "home", "hope", "image", "izakaya", "karaoke", "karate", "kawaii",
    "kobe", "koto", "kyoto", "made", "magazine", "make", "manga", "mate", "media", "mineo", "mode", "mono", "more", "name", "nara", "naze", "nine",
    "nori", "note", "one", "osaka", "page", "pose", "radio", "rakuten", "ramen", "reno", "rise", "routine", "sake", "same", "sapporo", "sauna", "sega",
    "seiko", "shinagawa", "site", "size", "some", "sumo", "sushi", "take", "tape", "time", "tokyo", "tone", "toyota", "tsunami", "tune", "use", "wake",
    "wine", "you", "youtube",
)  # fmt: skip
_PLACEHOLDER = re.compile("|".join((DEFANGED, MENTION, URL)))
_LINKS = re.compile(r"https?://[!-~]+|(?<![A-Za-z0-9])[@＠][A-Za-z0-9_]+")


def _no_list() -> str:
    """Return what no list of days, notes or sides is read as: 木・金・土, 大・中・小."""
    return "".join(rf"(?!(?:[{s}][{_SIGNS}]){{2,9}}[{s}])" for s in _LISTED)


SET_APART, SIGNED, ENCLOSED, HALF, MASK, MIXED, ALIKE, EMOJI, SCRIPT, INVISIBLE, LATIN, SPELLED, HINTED, FOREIGN = (1 << k for k in range(14))
_RAW, _JAPANESE_RAW, _NORMALIZED = range(3)
_PATTERNS: dict[str, tuple[int, int, re.Pattern[str]]] = {
    # し ね, or one letter alone between blanks
    "spaced": (SET_APART, _RAW, re.compile(rf"(?<![{_LETTERS}])[{_LETTERS}](?:[ 　][{_LETTERS}])+(?![{_LETTERS}])|(?<=[{_LETTERS}][ 　])[{_LETTERS}](?=[ 　][{_LETTERS}])")),
    "signs": (SIGNED, _RAW, re.compile(rf"(?=[{_LETTERS}ｦ-ﾟ][{_SIGNS}][{_LETTERS}ｦ-ﾟ][{_SIGNS}]){_no_list()}(?:[{_LETTERS}ｦ-ﾟ][{_SIGNS}]){{2,}}[{_LETTERS}ｦ-ﾟ]")),
    "enclosed": (ENCLOSED, _RAW, re.compile(f"(?<=[{_LETTERS}{_ENCLOSED}])[{_ENCLOSED}]|[{_ENCLOSED}](?=[{_LETTERS}{_ENCLOSED}])|(?<![肢問])[④➃⓸](?=[ねネ])")),
    "half_width": (HALF, _RAW, re.compile("[ｦ-ﾝ][ｦ-ﾟ]+")),
    "mask": (MASK, _RAW, re.compile(
        f"(?<=[{_LETTERS}a-zA-Z])(?<![はがも])([{_MASKS}])(?!\\1)(?=[{_LETTERS}a-zA-Z])(?![月日時分年回歳個件])|(?<=[{_LETTERS}a-zA-Z])([{_ENDING_MASKS}])(?!\\2)(?=$|[\\s。、!?！？])"
        f"|(?<![×{_MASKS}{_LETTERS}])([○〇◯×])(?!\\3)(?=[{_LETTERS}])(?![{_COUNTERS}])|(?<=[^\\s{_MASKS}{_LETTERS}])([{_MASKS}])(?!\\4)(?=[{_LETTERS}])(?![{_COUNTERS}])")),
    "filled": (MASK, _RAW, re.compile(f"[×{_MASKS}](?:は|→|＝|=)")),
    "hint": (HINTED, _RAW, re.compile("[(（「『].{0,6}は(?:平仮名|ひらがな|カタカナ|片仮名|漢字)")),
    "mixed_kana": (MIXED, _RAW, re.compile(
        f"(?<=[ぁ-ん])(?!ド)(?!(?<=の)コ)[ァ-ヺ](?![ァ-ヺー・])(?<![ヨワナゾゼサノカッァィゥェォ](?![{_LETTERS}]))(?<!ヨ(?=ね))(?<!(?<!し)ネ(?![{_LETTERS}]))"
        "|(?<=[ァ-ヺ])[あえおけさそちつぬひびぴふぶぷほぼぽま-めゆらりん](?=[ァ-ヺ])")),
    "look_alike": (ALIKE, _RAW, re.compile(
        f"(?<=[ァ-ヺ])(?:[夕卜]|又(?!は))(?![一-鿿])|(?<![ァ-ヺー])(?!ノ口)[ァ-ヺ](?!又は)[{_LIKE_KATAKANA}]"
        f"|(?<![一-鿿])(?!口コミ|口パク|口グセ|力ワザ|夕ニュース)[{_LIKE_KATAKANA}](?=[ァ-ヺ])(?![ッツヶヵケカ])"
        f"|(?<=[一-鿿])(?!(?<=[日米中対親反露独英仏韓北])[ロソ])[{_LIKE_KANJI}](?=[一-鿿])(?<!カ(?=[月国所年条村店日]))")),
    "emoji": (EMOJI, _RAW, re.compile(
        f"(?![{_ADORNING}])[{_EMOJI}]\ufe0f?(?=[すしせねえやつっるれりんまみめろ])|(?<=[をの])[{_CONTEMPT}]|(?<=[死殺しシタ])[{_ADORNING}]\ufe0f?(?=[ねネぬすせヒ])")),
    "script": (SCRIPT, _RAW, re.compile(f"(?!ヰスキー|ヱビス|ヱヴァ|ゑ[?？っー])[{_SCRIPTS}]")),
    # but for Greek letters as in formulas, and what faces are made of
    "foreign": (FOREIGN, _RAW, re.compile(
        f"(?:(?<=[A-Za-z{_LETTERS}])|(?<![A-Za-z{_LETTERS}{_FOREIGN}])(?=[{_FOREIGN}]{{1,40}}+[A-Za-z{_LETTERS}]))(?![μΩΔΣДωжσε](?![{_FOREIGN}])|[αβγδπλθφΠ](?![{_FOREIGN}A-Za-z]))[{_FOREIGN}]+")),
    "invisible": (INVISIBLE, _RAW, re.compile(
        f"[{_INVISIBLE}]|(?<=[{_LETTERS}])[{_COMBINING}]|[\u0334-\u0338]|(?<![{_INDIC_ARABIC}])\u200c|\u200d(?<![{_EMOJI}\ufe0f{_INDIC_ARABIC}]\u200d)|(?<![{_INDIC_ARABIC}])\u200d(?![{_EMOJI}])")),
    "syllables": (SPELLED, _JAPANESE_RAW, re.compile(
        rf"(?<![A-Za-z.])(?![a-z.]+\.(?:jp|com|net|org)(?![a-z]))[a-z]{{1,3}}(?:[\-_.・][a-z]{{1,3}}){{2,}}(?![A-Za-z0-9])|(?<![A-Za-z])(?i:{_MORA}(?:[ /,]{_MORA}){{2,}})(?![A-Za-z])|(?<![A-Z])[A-Z](?:[ \-_.][A-Z]){{3,}}(?![A-Z])")),
    "host": (LATIN, _RAW, re.compile(
        rf"(?<![0-9a-z])[0-9a-z]{{3,63}} ?(?:(?:{_SPELLED_DOT} ?[0-9a-z\-]{{2,63}} ?)?{_SPELLED_DOT} ?[a-z]{{2,7}}"
        rf"|(?:{_DECKED_DOT} ?[0-9a-z\-]{{2,63}} ?)?{_DECKED_DOT} ?[a-z]{{2,7}}|(?:{_DOT} ?[0-9a-z\-]{{2,63}} ?)?{_DOT} ?{_TLD})(?![a-z])", re.I)),
    "leet": (LATIN, _NORMALIZED, re.compile(r"(?!w3c|p3p)[a-z](?:[0134@$|]|00|55|\$\$|\|\|)[a-z](?<!4g(?![a-z]))")),
    "romaji": (LATIN, _NORMALIZED, re.compile(f"(?<![a-z0-9])(?=[a-z]{{3}})(?!(?:{'|'.join(_LATIN_NAMES)})(?![a-z]))(?:{_MORA}){{2,}}(?![a-z0-9])")),
}  # fmt: skip
"""Each kind with what calls for it, where it is looked for, and what finds it. Syllables, leet and romaji are looked for in texts that hold Japanese."""
KINDS = tuple(_PATTERNS)
"""The kinds of odd spelling that are told apart."""
_JAPANESE = re.compile("[ぁ-ヺ一-鿿]")
_IN_OTHER_DRESS = ENCLOSED | SCRIPT | FOREIGN | INVISIBLE
"""Where these stand, normalizing may bring Latin letters side by side."""

_LETTER, _GAP, _SIGN, _HIRAGANA, _KATAKANA, _KANJI, _ROMAN, _KATAKANA_LIKE, _KANJI_LIKE, _IS, _NAMING, _SPELLING = (1 << k for k in range(14, 26))
_CLASSES = (
    (ENCLOSED, _ENCLOSED + "④➃⓸"), (HALF, "ｦ-ﾟ"), (MASK, _MASKS + "×"), (EMOJI, _EMOJI), (SCRIPT, _SCRIPTS), (FOREIGN, _FOREIGN), (INVISIBLE, _INVISIBLE + _COMBINING + "\u200c\u200d"), (_LETTER, _LETTERS + "ｦ-ﾟ"),
    (_GAP, " 　"), (_SIGN, _SIGNS + " @$"), (_HIRAGANA, "ぁ-ん"), (_KATAKANA, "ァ-ヺー"), (_KANJI, "一-鿿"), (_ROMAN, "a-z0-9A-Zａ-ｚ０-９Ａ-Ｚ"),
    (_KATAKANA_LIKE, _LIKE_KATAKANA), (_KANJI_LIKE, _LIKE_KANJI), (_IS, "は"), (_NAMING, "平ひ片カ漢"), (_SPELLING, "a-zA-Z"),
)  # fmt: skip

_TELLING = np.uint32(_GAP | _SIGN | _KATAKANA | _KATAKANA_LIKE | _KANJI_LIKE | _NAMING | _ROMAN)
"""One of these is a character, or the one before it, where three side by side tell of a kind."""


def odd_spelling(texts: Sequence[Normalized]) -> list[dict[str, int]]:
    """Return how often each kind of odd spelling stands in each text; mostly nothing."""
    raws = [_LINKS.sub(" ", n.raw) if "@" in n.raw or "＠" in n.raw or "http" in n.raw else n.raw for n in texts]
    return [_odd(n, raw, call | (LATIN if call & _IN_OTHER_DRESS else 0)) if call else {} for n, raw, call in zip(texts, raws, _calls(raws), strict=True)]


def _odd(normalized: Normalized, raw: str, call: int) -> dict[str, int]:
    japanese = _JAPANESE.search(raw)
    texts = (raw, raw if japanese else "", _PLACEHOLDER.sub(" ", normalized.text) if japanese else "")
    found = {}
    for kind, (bit, where, pattern) in _PATTERNS.items():
        if call & bit and (n := sum(1 for _ in pattern.finditer(texts[where]))):
            found[kind] = n
    return found


def _calls(raws: Sequence[str]) -> list[int]:
    """Return which kinds each text may hold, as bits: what stands beside what tells, in whole-array operations. No other kind is in it,
    but for Latin letters that normalizing brings together (see _IN_OTHER_DRESS).
    """
    if not raws:
        return []
    codes, edges = codes_of(raws)
    bits = _table()[codes]
    bits[edges] = 0
    found = bits & np.uint32(ENCLOSED | HALF | MASK | EMOJI | SCRIPT | FOREIGN | INVISIBLE)
    at = np.flatnonzero((bits[:-2] | bits[1:-1]) & _TELLING) + 1
    before, here, after = bits[at - 1], bits[at], bits[at + 1]
    between = (before & _LETTER != 0) & (after & _LETTER != 0)
    middle = found[at]
    middle |= (between & (here & _GAP != 0)) * np.uint32(SET_APART)
    middle |= (between & (here & _SIGN != 0)) * np.uint32(SIGNED)
    middle |= ((before & _HIRAGANA != 0) & (here & _KATAKANA != 0) & (after & _KATAKANA == 0)) * np.uint32(MIXED)
    middle |= ((before & _KATAKANA != 0) & (here & _HIRAGANA != 0) & (after & _KATAKANA != 0)) * np.uint32(MIXED)
    middle |= ((here & _KATAKANA_LIKE != 0) & ((before | after) & _KATAKANA != 0)) * np.uint32(ALIKE)
    middle |= ((before & _KANJI != 0) & (here & _KANJI_LIKE != 0) & (after & _KANJI != 0)) * np.uint32(ALIKE)
    middle |= ((before & _IS != 0) & (here & _NAMING != 0)) * np.uint32(HINTED)
    middle |= ((before & _ROMAN != 0) & (here & _ROMAN != 0) & (after & _ROMAN != 0)) * np.uint32(LATIN)
    middle |= ((before & _ROMAN != 0) & (here & _SIGN != 0) & (after & (_ROMAN | _SIGN) != 0)) * np.uint32(LATIN)
    middle |= ((before & _SPELLING != 0) & (here & _SIGN != 0) & (after & _SPELLING != 0)) * np.uint32(SPELLED)
    found[at] = middle
    called: list[int] = np.bitwise_or.reduceat(found, edges[:-1]).tolist()
    return called


@cache
def _table() -> npt.NDArray[np.uint32]:
    bits = np.zeros(0x110000, dtype=np.uint32)
    for bit, characters in _CLASSES:
        for first, last in spans(characters):
            bits[first : last + 1] |= np.uint32(bit)
    return bits
