"""Raw text to the text that rules and model match on, with a way back to the raw text.

Each step looks for places to change and gives edits; the steps are repeated until none of them finds anything more,
so that normalizing twice changes nothing. The offsets are worked out from the recorded edits, and only when asked for.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from classifier.disguises import DISGUISES, ENCLOSED, HINT, LOOK_ALIKES

URL, MENTION, DEFANGED = "〈url〉", "〈at〉", "〈defanged〉"

Edit = tuple[int, int, str]
"""Start and end in the text before the step, and what stands there afterwards."""

_URL_BODY = r"[0-9A-Za-z!#$%&'()*+,\-./:;=?@_~\[\]]"
MEDIA_LINK = re.compile(
    r"(?:https?://)?pic\.(?:twitter|x)\.com/\w+|https?://(?:twitter|x)\.com/\w+/status/\d+/(?:photo|video)/\d"
    r"|https?://(?:pbs|video)\.twimg\.com/" + _URL_BODY + "+",
    re.I,
)
SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.I)
_TAIL_SHORT_LINKS = re.compile(r"(?:\s*https?://t\.co/\w+)+\s*\Z", re.I)
LINK = re.compile(
    rf"h(?:tt|xx)ps?[ ]?:[ ]?//{_URL_BODY}+"
    rf"|(?<![0-9A-Za-z@._\-/])(?:[0-9A-Za-z][0-9A-Za-z\-]*(?:\[\.\]|\.))+(?:com|net|org|jp|info|biz|example|invalid|test|xyz|top|site|shop|online|app|io|me|tv|cc|cn|ru|to|ly|gg)"
    rf"(?![0-9A-Za-z.@\-])(?:[/?:]{_URL_BODY}*)?",
    re.I,
)
_LEADING_MENTIONS = re.compile(r"\A(?:\s*[@＠][0-9A-Za-z_]{1,20}(?![0-9A-Za-z_@]))+(?=\s|[^\x00-\x7f]|\Z)[\s]*")
MENTION_PATTERN = re.compile(r"(?<![0-9A-Za-z_.+\-@])@[0-9A-Za-z_]{1,20}(?![0-9A-Za-z_]*[@.][0-9A-Za-z])")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_VOICED = re.compile("[\u309b\u309c\u3099\u309a]")
_BLANKS = re.compile(r"\s*[\r\n\x85\u2028\u2029]\s*|[^\S\r\n\x85\u2028\u2029]{2,}|[^\S \r\n\x85\u2028\u2029]|\A\s+|\s+\Z")
_COMBINING = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")  # struck through, decorated
_RUN = re.compile(r"([^\n0-9])\1{3,}")
_NARROW = {**{c: chr(c + 32) for c in range(65, 91)}, **{c: chr(c - 0xFEE0).lower() for c in range(0xFF01, 0xFF5F)}}
"""Full-width and capital ASCII to small ASCII, as compatibility normalization (NFKC) and lower case give it."""
_CLUSTER = re.compile(r"[^\u0300-\u036f\u3099\u309a\uff9e\uff9f][\u0300-\u036f\u3099\u309a\uff9e\uff9f]*|[\u0300-\u036f\u3099\u309a\uff9e\uff9f]+")
_UPPER = re.compile(r"[^\W\d_a-zぁ-ヿ一-鿿]|[\U0001f130-\U0001f189]")  # a letter that may have a lower case
_PLAIN = re.compile(r"(?:[ぁ-ゖァ-ヺー一-鿿々a-z0-9、。!?「」『』()→〜:;+%¥]|(?:(?<=[ぁ-ゖァ-ヺー一-鿿々a-z0-9]{2})|(?<=[、。!?」』)]))[\n ](?=[ぁ-ゖァ-ヺー一-鿿々a-z0-9「『(]))*")
"""Characters that no step touches, and line ends and blanks between longer stretches of them."""
_SPACED_OUT = re.compile(
    r"(?<![ぁ-ゖァ-ヺー一-鿿々0-9a-z])[ぁ-ゖァ-ヺ一-鿿](?:([ .・_\-/|*★☆♪、,]{1,3})[ぁ-ゖァ-ヺー一-鿿])(?:\1[ぁ-ゖァ-ヺー一-鿿])*(?![ぁ-ゖァ-ヺー一-鿿々])"
)
_SPACED_LETTERS = re.compile(r"(?<![a-z0-9])[a-z](?:([ ・.\-_=*|~]{1,2})[a-z])(?:\1[a-z]){2,}(?![a-z0-9])")
_SIGNS_BETWEEN = re.compile(
    r"[ぁ-ゖァ-ヺ一-鿿々](?:([^\w\s、。・ー〜~…!?「」『』()\[\]{}<>〈〉《》【】=:;,+&%#¥→←↑↓○〇◯×./\-‐-―]{1,2})[ぁ-ゖァ-ヺ一-鿿々])(?:\1[ぁ-ゖァ-ヺ一-鿿々])+"
    r"|[ぁ-ゖァ-ヺ一-鿿々](?:([._/\-‐-―])[ぁ-ゖァ-ヺ一-鿿々])(?:\2[ぁ-ゖァ-ヺ一-鿿々])+"
)
_KANA = re.compile("[ぁ-ヺ]")
_SIGN = re.compile(r"[*\-./^_|\\$@'\"`‐-―‘-⯿\U0001f000-\U0001faff]")
_TURNED = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069\n]+)")
_WORD_WITH_LOOK_ALIKES = re.compile(r"[a-zͰ-ԯ]*[Ͱ-ԯ][a-zͰ-ԯ]*")


@dataclass(frozen=True)
class Normalized:
    """A text as it is matched, with the raw text and the edits that lead from one to the other."""

    raw: str
    text: str
    disguises: int = 0  # places where a disguise was undone
    _rounds: tuple[tuple[Edit, ...], ...] = field(default=(), repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the start and end in the raw text of what stands at `start` to `end` here (characters, end excluded)."""
        if end <= start:
            at = self._offsets[start][0] if start < len(self.text) else len(self.raw)
            return at, at
        spans = self._offsets[start:end]
        return min(s for s, _ in spans), max(e for _, e in spans)

    @cached_property
    def _offsets(self) -> list[tuple[int, int]]:
        """The raw start and end of every character of the text."""
        spans = [(i, i + 1) for i in range(len(self.raw))]
        for edits in self._rounds:
            moved: list[tuple[int, int]] = []
            last = 0
            for start, end, new in edits:
                moved += spans[last:start]
                if new:
                    whole = (spans[start][0], spans[end - 1][1])
                    moved += spans[start:end] if len(new) == end - start else [whole] * len(new)
                last = end
            spans = moved + spans[last:]
        return spans


def normalize(raw: str, urls: tuple[str, ...] = ()) -> Normalized:
    """Return `raw` as rules and model match on it: width, case, blanks, entities, mentions, links and disguises made uniform.

    Leading mentions go, other mentions become 〈at〉, links 〈url〉, defanged ones 〈defanged〉; pictures and videos go.
    `urls` are the expanded links of the reply: X wraps all links and pictures as t.co, and these tell which it is.

    >>> n = normalize("@MIC_ICT ﾊﾞｶ &amp; ｱﾎ")
    >>> n.text, n.span(0, 2)
    ('バカ & アホ', (9, 12))
    """
    text = raw
    rounds: list[tuple[Edit, ...]] = []
    for edits in _media_edits(text, urls):
        text = _apply(text, edits)
        rounds.append(edits)
    if not _PLAIN.fullmatch(text):
        text = text.translate(_NARROW)  # one character for one: no edit to record
    disguises = 0
    changed = True
    while changed and not _settled(text):
        changed = False
        for step in _STEPS:
            found = tuple(step(text))
            if found:
                text = _apply(text, found)
                rounds.append(found)
                changed = True
                disguises += len(found) * (step in _UNDOING)
    return Normalized(raw, text, disguises, tuple(rounds))


def _settled(text: str) -> bool:
    """Tell, in a few cheap looks, that no step would change a text: most short texts need nothing, or nothing more."""
    return bool(_PLAIN.fullmatch(text)) and not _RUN.search(text) and not HINT.search(text)


def is_media(url: str) -> bool:
    """Tell whether an expanded link is a picture or video of a post, which is no link."""
    return MEDIA_LINK.match(url) is not None


def _apply(text: str, edits: tuple[Edit, ...]) -> str:
    parts: list[str] = []
    last = 0
    for start, end, new in edits:
        parts += text[last:start], new
        last = end
    return "".join(parts) + text[last:]


def _media_edits(text: str, urls: tuple[str, ...]) -> Iterator[tuple[Edit, ...]]:
    """Take out what stands for pictures: t.co links that are known to be media, or of unknown kind at the end of the text.

    Known links that X has moved out of the text (`urls` with no t.co and no link in the text) are no matter of the text.
    """
    if "t.co/" not in text:
        return
    media = sum(map(is_media, urls))
    if not urls or media == len(urls):
        tail = _TAIL_SHORT_LINKS.search(text)
        found = list(SHORT_LINK.finditer(text)) if urls else []
        if tail and not urls and text[: tail.start()].strip():
            yield ((tail.start(), tail.end(), ""),)
        elif found:
            yield tuple((m.start(), m.end(), "") for m in found)
    elif media:
        last = list(SHORT_LINK.finditer(text))[-media:]
        yield tuple((m.start(), m.end(), "") for m in last)


def _substitute(pattern: re.Pattern[str], new: Callable[[re.Match[str]], str] | str) -> Callable[[str], Iterator[Edit]]:
    """Return the step that replaces what `pattern` finds."""

    def step(text: str) -> Iterator[Edit]:
        for m in pattern.finditer(text):
            replacement = new if isinstance(new, str) else new(m)
            if replacement != m.group():
                yield m.start(), m.end(), replacement

    return step


def _blank(m: re.Match[str]) -> str:
    if m.start() == 0 or m.end() == len(m.string):
        return ""
    return "\n" if re.search("[\r\n\x85\u2028\u2029]", m.group()) else " "


def _entities(text: str) -> Iterator[Edit]:
    if "&" in text:
        yield from _substitute(_ENTITY, lambda m: html.unescape(m.group()))(text)


def _mentions_and_links(text: str) -> Iterator[Edit]:
    leading = _LEADING_MENTIONS.match(text) if text.lstrip()[:1] in ("@", "＠") else None
    start = leading.end() if leading else 0
    if leading:
        yield 0, start, ""
    if "." not in text and "@" not in text:
        return
    found = [(m.start(), m.end(), "" if MEDIA_LINK.match(m.group()) else _link_name(m.group())) for m in LINK.finditer(text, start)]
    found += [(m.start(), m.end(), MENTION) for m in MENTION_PATTERN.finditer(text, start)]
    last = start
    for edit in sorted(found):
        if edit[0] >= last:
            yield edit
            last = edit[1]


def _link_name(link: str) -> str:
    return DEFANGED if "[.]" in link or link[:3].lower() == "hxx" else URL


def _voiced_marks(text: str) -> Iterator[Edit]:
    """Join a kana and its sound mark; a mark that no kana takes (あ゛) goes."""
    for m in _VOICED.finditer(text):
        at = m.start()
        mark = "\u3099" if m.group() in "\u309b\u3099" else "\u309a"
        joined = unicodedata.normalize("NFKC", text[at - 1] + mark) if at else ""
        if len(joined) == 1:
            yield at - 1, at + 1, joined
        else:
            yield at, at + 1, ""


def _width_and_case(text: str) -> Iterator[Edit]:
    if text.isascii():
        if not text.islower():
            yield from ((i, i + 1, c.lower()) for i, c in enumerate(text) if "A" <= c <= "Z")
        return
    if unicodedata.is_normalized("NFKC", text) and not _UPPER.search(text):
        return
    found = False
    for m in _CLUSTER.finditer(text):
        new = unicodedata.normalize("NFKC", m.group().translate(ENCLOSED)).lower()
        if new != m.group():
            found = True
            yield m.start(), m.end(), new
    if not found and not unicodedata.is_normalized("NFKC", text):  # letters that only join across clusters (Hangul)
        yield 0, len(text), unicodedata.normalize("NFKC", text)


def _letters_out_of_place(text: str) -> Iterator[Edit]:
    """Read Cyrillic and Greek letters as the Latin ones they look like, in words that hold Latin letters too."""
    for m in _WORD_WITH_LOOK_ALIKES.finditer(text):
        if re.search("[a-z]", m.group()):
            for i, c in enumerate(m.group(), m.start()):
                if c in LOOK_ALIKES:
                    yield i, i + 1, LOOK_ALIKES[c]


def _spaced_out(text: str) -> Iterator[Edit]:
    """Join characters that are set apart one by one (し ね, こ・ろ・す)."""
    for m in _SPACED_OUT.finditer(text):
        separator = m.group(1)
        if separator.strip() in ("", ".", "_", "*", "|", "★", "☆", "♪") or (m.group().count(separator) >= 2 and separator.strip() not in ("、", ",")):
            yield from _without(separator, m)


def _spaced_letters(text: str) -> Iterator[Edit]:
    """Join Latin letters that are set apart one by one (s・h・i・n・e)."""
    for m in _SPACED_LETTERS.finditer(text):
        yield from _without(m.group(1), m)


def _signs_between(text: str) -> Iterator[Edit]:
    """Join single characters with one and the same sign between them, wherever they stand (このク♯ズ♯が)."""
    if _SIGN.search(text):
        for m in _SIGNS_BETWEEN.finditer(text):
            if m.group(1) or _KANA.search(m.group()):  # 春/夏/秋 is a list
                yield from _without(m.group(1) or m.group(2), m)


def _turned(text: str) -> Iterator[Edit]:
    """Put into reading order what a right-to-left override shows the other way round."""
    if "\u202e" in text:
        for m in _TURNED.finditer(text):
            if m.group(1) != m.group(1)[::-1]:
                yield m.start(), m.end(), m.group(1)[::-1]


def _without(separator: str, m: re.Match[str]) -> Iterator[Edit]:
    for k in re.finditer(re.escape(separator), m.group()):
        yield k.start() + m.start(), k.end() + m.start(), ""


def _disguises(text: str) -> Iterator[Edit]:
    if not HINT.search(text):
        return
    found = sorted((m.start(), m.end(), m.expand(word)) for pattern, word in DISGUISES for m in pattern.finditer(text))
    last = 0
    for start, end, word in found:
        if start >= last and text[start:end] != word:
            yield start, end, word
            last = end


_STEPS: tuple[Callable[[str], Iterator[Edit]], ...] = (
    _entities,
    _substitute(_SURROGATE, "\ufffd"),
    _turned,
    _substitute(_INVISIBLE, ""),
    _voiced_marks,
    _mentions_and_links,
    _width_and_case,
    _substitute(_COMBINING, ""),
    _letters_out_of_place,
    _substitute(_BLANKS, _blank),
    _substitute(_RUN, lambda m: m.group(1) * 3),
    _signs_between,
    _spaced_out,
    _spaced_letters,
    _disguises,
)
_UNDOING = (_turned, _letters_out_of_place, _spaced_out, _signs_between, _spaced_letters, _disguises)
