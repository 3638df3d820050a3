"""Other readings of a text, in which something may be hidden: down its lines, backwards, Latin letters as kana, figures as letters, marks taken off."""

import re
from collections.abc import Sequence

import jaconv

from classifier.characters import holding
from classifier.normalize import Normalized, normalize
from classifier.reading import ENGLISH, kana, latin_letters, romaji

_HALF_WIDTH = re.compile("[ｦ-ﾝ][ｦ-ﾟ]{2}")
_LISTED = re.compile("[ぁ-ヺ一-鿿々](?:([・〜~/])[ぁ-ヺ一-鿿々])(?:\\1[ぁ-ヺ一-鿿々])+")
_COMMON_LINE_ENDS = re.compile("[しねよなかだわさのがてにをはもけどすいたる]*")
_CALLS = {"しね": "死ねよ", "きえろ": "消えろよ", "ころす": "殺すぞ", "くず": "クズ野郎", "屑": "クズ野郎", "ごみ": "ゴミ野郎"}
_CALLED = "お前|おまえ|役人|やくにん|職員|しよくいん|大臣|だいじん|総務省|そうむしよう|調査員|ちようさいん|講師|こうし|先生|せんせい|記者|きしや|係|かかり|局長|課長|全員|ぜんいん|みんな|老人|店員|てんいん"
_CALL = re.compile(f"(?:{_CALLED})(?:は|も|ら|よ)?({'|'.join(_CALLS)})$")
"""What the first letters of lines end in after somebody who is called, and how it is written openly; two letters alone come by chance."""
_LETTER = re.compile(r"[^\W_]")
_LATIN_LETTER = re.compile("[a-z]")
_LATIN = re.compile(r"[a-z][a-z \-]{3}")
_CALLING, _CALLING_IN_RAW = "逆・〜~/ぃゎぉa-vx-z", "\u202e゛゜ﾞﾟｦ-ﾝ"
"""A text of one or two lines without the first, whose raw form is without the second, has no other reading, but for figures between laughter (w0w)."""
_MOSTLY = 0.5  # of the Latin letters must read as kana; less is English, where some words read so too
_LEAST_BREAKS = 2  # in a text that is read down its lines
_AT_LINE_END = "。、.,!?…~〜w笑草ー)）」』】 "
_MARKED = re.compile("(?<=[ぁ-ん一-鿿])[゛゜ﾞﾟ]")
_SMALL_KANA = re.compile("[ぁぃぅぇぉゎ]|(?<![きしちにひみりぎじぢびぴ])[ゃゅょ]")
_LARGE = str.maketrans("ぁぃぅぇぉゎゃゅょ", "あいうえおわやゆよ")
_FIGURES_FOR_LETTERS = re.compile(r"[a-z][0134578@!$|]{1,3}[a-z]")
_WORD_WITH_FIGURES = re.compile(r"(?<![a-z0-9@!$|])(?=[0134578@!$|]*[a-z])(?=[a-z]*[0134578@!$|])[a-z0134578@!$|]{2,}(?![a-z0-9])")
_LETTERS = str.maketrans("034578@!$|", "oeastbaisl")


def views_of(normalized: Sequence[Normalized]) -> list[tuple[str, ...]]:
    """Return what `views` gives for each text, in order; a text without the characters that call for another reading costs next to nothing."""
    called = {*holding([n.text for n in normalized], _CALLING), *holding([n.raw for n in normalized], _CALLING_IN_RAW)}
    return [views(n) if i in called or n.text.count("\n") >= _LEAST_BREAKS or ("w" in n.text and _FIGURES_FOR_LETTERS.search(n.text)) else () for i, n in enumerate(normalized)]


def views(normalized: Normalized) -> tuple[str, ...]:
    """Return the other readings of a text; mostly none.

    Downwards (縦読み) by the first and by the last letters of three lines and more, backwards where the text or its raw form
    hints at it, without the sound marks that no kana needs (し゛ね) and the marks
    between single characters (寄・生・虫), half-width
    katakana as hiragana (ｵﾏｴﾗｼﾈ), with small kana as large ones (しねばぃぃ), with the figures in
    words as letters (d1e), and the words in Latin letters as kana (shine, korosu).
    """
    text, raw = normalized.text, normalized.raw
    found = []
    if text.count("\n") >= _LEAST_BREAKS:
        lines = [line for line in text.split("\n") if line]
        heads = "".join(m.group() for line in lines if line[0] != "〈" and (m := _LETTER.search(line)))
        found.append(heads[: m.start(1)] + _CALLS[m.group(1)] if (m := _CALL.search(heads)) else heads)
        ends = "".join(line.rstrip(_AT_LINE_END)[-1:] for line in lines)
        if not _COMMON_LINE_ENDS.fullmatch(ends):  # ..し, ..ね, ..よ end many a sentence
            found.append(ends)
    if "逆" in text or "\u202e" in raw:
        found.append(text[::-1])
    if ("゛" in raw or "ﾞ" in raw or "゜" in raw or "ﾟ" in raw) and _MARKED.search(raw):
        found.append(normalize(_MARKED.sub("", raw)).text)
    if ("・" in text or "〜" in text or "~" in text or "/" in text) and _LISTED.search(text):
        found.append(_LISTED.sub(lambda m: m.group().replace(m.group(1), ""), text))
    if _HALF_WIDTH.search(raw):
        found.append(jaconv.kata2hira(text))
    if "ぃ" in text or "ゎ" in text or "ぉ" in text:
        found.append(_SMALL_KANA.sub(lambda m: m.group().translate(_LARGE), text))
    if not _LATIN_LETTER.search(text):
        return tuple(found)
    if _FIGURES_FOR_LETTERS.search(text):
        for one in "il":
            found.append(_WORD_WITH_FIGURES.sub(lambda m: m.group().replace("1", one).translate(_LETTERS), text))  # noqa: B023
    if _LATIN.search(text):
        joined, words = romaji(text)
        if words and sum(map(len, words)) >= _MOSTLY * latin_letters(joined) and not ENGLISH.search(joined):
            found.append(kana("".join(dict.fromkeys(words))))
    return tuple(found)
