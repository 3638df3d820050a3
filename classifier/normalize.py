"""Raw text to the text that rules and model match on, with a way back to the raw text.

Each step looks for places to change and gives edits; the steps are repeated until none of them finds anything more,
so that normalizing twice changes nothing. The offsets are worked out from the recorded edits, and only when asked for.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from classifier import characters
from classifier.disguises import ENCLOSED, HINT
from classifier.undo import (
    Edit,
    known_disguises,
    letters_out_of_place,
    signs_between,
    spaced_letters,
    spaced_out,
    turned,
)

URL, MENTION, DEFANGED = "〈url〉", "〈at〉", "〈defanged〉"

Step = Callable[[str], Iterator[Edit]]

_URL_BODY = r"[0-9A-Za-z!#$%&'()*+,\-./:;=?@_~\[\]]"
MEDIA_LINK = re.compile(
    r"(?:https?://)?pic\.(?:twitter|x)\.com/\w+|https?://(?:twitter|x)\.com/\w+/status/\d+/(?:photo|video)/\d"
    r"|https?://(?:pbs|video)\.twimg\.com/" + _URL_BODY + "+",
    re.I,
)
SHORT_LINK = re.compile(r"https?://t\.co/\w+", re.I)
LINK = re.compile(
    rf"h(?:tt|xx)ps?[ ]?:[ ]?//{_URL_BODY}+"
    rf"|(?<![0-9A-Za-z@._\-/])(?:[0-9A-Za-z][0-9A-Za-z\-]*(?:\[\.\]|\.))+(?:com|net|org|jp|info|biz|example|invalid|test|xyz|top|site|shop|online|app|io|me|tv|cc|cn|ru|to|ly|gg)"
    rf"(?![0-9A-Za-z.@\-])(?:[/?:]{_URL_BODY}*)?",
    re.I,
)
_LEADING_MENTIONS = re.compile(r"\A(?:\s*[@＠][0-9A-Za-z_]{1,20}(?![0-9A-Za-z_@]))+(?=\s|[^\x00-\x7f]|\Z)[\s]*")
MENTION_PATTERN = re.compile(r"(?<![0-9A-Za-z_.+\-@])@[0-9A-Za-z_]{1,20}(?![0-9A-Za-z_]*[@.][0-9A-Za-z])")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_INVISIBLE = re.compile(f"[{characters.INVISIBLE_CHARACTERS}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_VOICED = re.compile("[\u309b\u309c\u3099\u309a]")
_BLANKS = re.compile(r"\s*[\r\n\x85\u2028\u2029]\s*|[^\S\r\n\x85\u2028\u2029]{2,}|[^\S \r\n\x85\u2028\u2029]|\A\s+|\s+\Z")
_COMBINING = re.compile(f"[{characters.COMBINING_CHARACTERS}]")
_RUN = re.compile(r"([^\n0-9])\1{3,}")
_PLAIN_FORM = {**ENCLOSED, 0x2018: "'", 0x2019: "'"}
"""What compatibility normalization leaves alone, and its plain form: enclosed letters, the apostrophe that phones type (I’m)."""
_MARKS = "\u0300-\u036f\u3099\u309a\uff9e\uff9f"
_CLUSTER = re.compile(rf"[^{_MARKS}{characters.UNIFORM_CHARACTERS}][{_MARKS}]*|[^{_MARKS}][{_MARKS}]+|[{_MARKS}]+")
"""A character with its marks, where compatibility normalization or lower case may change it."""
_PLAIN = re.compile(r"(?:[ぁ-ゖァ-ヺー一-鿿々a-z0-9、。!?「」『』()→〜:;+%¥]|(?:(?<=[ぁ-ゖァ-ヺー一-鿿々a-z0-9]{2})|(?<=[、。!?」』)]))[\n ](?=[ぁ-ゖァ-ヺー一-鿿々a-z0-9「『(]))*")
"""Words and what stands between them in plain writing."""



class Normalized(NamedTuple):
    """A text as it is matched, with the raw text and the edits that lead from one to the other."""

    raw: str
    text: str
    disguises: int = 0  # places where a disguise was undone
    rounds: tuple[tuple[Edit, ...], ...] = ()  # the edits of each step, in order

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the start and end in the raw text of what stands at `start` to `end` here (characters, end excluded)."""
        if end <= start:
            at = self._place(start)[0] if start < len(self.text) else len(self.raw)
            return at, at
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, at: int) -> tuple[int, int]:
        """Return the raw start and end of one character: the edits are walked back, the last first."""
        first = last = at
        for edits in reversed(self.rounds):
            first, last = _before(first, edits)[0], _before(last, edits)[1]
        return first, last + 1


def _before(at: int, edits: tuple[Edit, ...]) -> tuple[int, int]:
    """Return the first and last character before the edits of what is one character after them."""
    longer = 0  # by how much the text has grown so far
    for start, end, new in edits:
        if at < start + longer:
            break
        if at < start + longer + len(new):
            return (start, end - 1) if len(new) != end - start else (at - longer, at - longer)
        longer += len(new) - (end - start)
    return at - longer, at - longer


def normalize(raw: str, urls: tuple[str, ...] = ()) -> Normalized:
    """Return `raw` as rules and model match on it: width, case, blanks, entities, mentions, links and disguises made uniform.

    Leading mentions go, other mentions become 〈at〉, links 〈url〉, defanged ones 〈defanged〉; pictures and videos go.
    `urls` are the expanded links of the reply: X wraps all links and pictures as t.co, and these tell which it is.

    >>> n = normalize("@MIC_ICT ﾊﾞｶ &amp; ｱﾎ")
    >>> n.text, n.span(0, 2)
    ('バカ & アホ', (9, 12))
    """
    return normalize_all([raw], [urls])[0]


def normalize_all(raws: Sequence[str], urls: Sequence[tuple[str, ...]]) -> list[Normalized]:
    """Return what `normalize` gives for each raw text and its urls, in order; texts that need nothing cost next to nothing."""
    texts, disguises = list(raws), [0] * len(raws)
    rounds: dict[int, list[tuple[Edit, ...]]] = {}
    for i, raw in enumerate(raws):
        if "t.co/" in raw:
            for edits in _media_edits(raw, urls[i]):
                texts[i] = _apply(raw, edits)
                rounds[i] = [edits]
    texts = characters.narrow(texts)  # one character for one: no edit to record
    pending = list(range(len(texts)))
    while pending:
        changed = set()
        pending = [i for i in pending if not _only_pauses(texts[i])]
        for steps in (_BY_CHARACTER, _BY_NEIGHBORS):
            calling = {i: called for i, called in zip(pending, characters.calls([texts[i] for i in pending]).tolist(), strict=True) if called}
            for i, called in calling.items():
                for step, edits, text in _run(steps, texts[i], called):
                    texts[i] = text
                    rounds.setdefault(i, []).append(edits)
                    disguises[i] += len(edits) * (step in _UNDOING)
                    changed.add(i)
            pending = list(calling)  # what calls for nothing stays as it is
        pending = sorted(changed)
    return [Normalized(raw, text, n, tuple(rounds.get(i, ()))) for i, (raw, text, n) in enumerate(zip(raws, texts, disguises, strict=True))]


def _run(steps: tuple[tuple[int, Step], ...], text: str, called: int) -> Iterator[tuple[Step, tuple[Edit, ...], str]]:
    """Yield each step that finds something, its edits and the text after it, of the steps that the text or an edit calls for."""
    for bit, step in steps:
        if called & bit and (edits := tuple(step(text))):
            text = _apply(text, edits)
            yield step, edits, text
            called |= characters.AROUND
            for _, _, new in edits:
                called |= characters.called_by(new)


def _only_pauses(text: str) -> bool:
    """Tell whether a text holds 、、 and is plain beside it: there it is a pause, and sets no letters apart."""
    return "、、" in text and _PLAIN.fullmatch(text) is not None and not _RUN.search(text) and not HINT.search(text)


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
        found = list(SHORT_LINK.finditer(text))
        if urls and found:
            yield tuple((m.start(), m.end(), "") for m in found)
        elif not urls and 0 < (tail := _tail_of_links(text, found)) < len(text.rstrip()):
            yield ((tail, len(text), ""),)
    elif media:
        last = list(SHORT_LINK.finditer(text))[-media:]
        yield tuple((m.start(), m.end(), "") for m in last)


def _tail_of_links(text: str, links: Sequence[re.Match[str]]) -> int:
    """Return where the links at the end of a text begin, with the blanks before them; the length without the blanks at the end where there are none."""
    start = len(text.rstrip())
    for link in reversed(links):
        if link.end() != start:
            break
        start = len(text[: link.start()].rstrip())
    return start


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
    found = []
    if "." in text or "//" in text:
        found += [(m.start(), m.end(), "" if MEDIA_LINK.match(m.group()) else _link_name(m.group())) for m in LINK.finditer(text, start)]
    if text.find("@", start) >= 0:
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
    found = False
    for m in _CLUSTER.finditer(text):
        new = unicodedata.normalize("NFKC", m.group().translate(_PLAIN_FORM)).lower()
        if new != m.group():
            found = True
            yield m.start(), m.end(), new
    if not found and not unicodedata.is_normalized("NFKC", text):  # letters that only join across clusters (Hangul)
        yield 0, len(text), unicodedata.normalize("NFKC", text)


_BY_CHARACTER: tuple[tuple[int, Step], ...] = (
    (characters.ENTITY, _entities),
    (characters.HALF, _substitute(_SURROGATE, "\ufffd")),
    (characters.INVISIBLE, turned),
    (characters.INVISIBLE, _substitute(_INVISIBLE, "")),
    (characters.SOUND, _voiced_marks),
    (characters.LINK, _mentions_and_links),
    (characters.WIDE, _width_and_case),
    (characters.COMBINING, _substitute(_COMBINING, "")),
    (characters.FOREIGN, letters_out_of_place),
)
"""The first steps of a round in order, each with what calls for it (EVERY_STEP: anything may); a character alone tells."""
_BY_NEIGHBORS: tuple[tuple[int, Step], ...] = (
    (characters.BLANK, _substitute(_BLANKS, _blank)),
    (characters.RUN, _substitute(_RUN, lambda m: m.group(1) * 3)),
    (characters.SIGNED, signs_between),
    (characters.SPACED, spaced_out),
    (characters.SPELLED, spaced_letters),
    (characters.HINT, known_disguises),
)
"""The steps after them: what stands side by side tells, so that they are called anew once the first steps are done."""
_UNDOING = (turned, letters_out_of_place, spaced_out, signs_between, spaced_letters, known_disguises)
