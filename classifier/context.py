"""A reply in its surroundings: against the account's post, its author, its links, and its like within the run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein, Opcode

from classifier.links import links
from classifier.normalize import Normalized, normalize, normalize_all
from classifier.replies import Reply
from classifier.views import views_of

_OFFICIAL_MARK = re.compile(r"公式|official|認証済|✅|☑|🏛|事務局|サポート(?:センター|窓口|係|デスク)?|support|お客[様さ]ま?(?:センター|係|相談|サポート)|運営|広報|窓口|ヘルプデスク|help ?desk|カスタマー|センター|本部|担当")
_BODY = re.compile(
    r"総務省|総務大臣|mic[_ ]?ict|ministry|soumu|デジタル庁|内閣|首相官邸|政府|警察|警視庁|検察|裁判所|国税|税務署|年金機構|厚労省|厚生労働省|経産省|金融庁|消費者庁|消費生活|国民生活センター|総合通信|市役所|県庁|区役所|役場"
    r"|nhk|日本放送協会|docomo|ドコモ|softbank|ソフトバンク|kddi|(?<![a-z])au(?![a-z])|楽天|rakuten|ntt|ワイモバイル|ymobile|uq|povo|ahamo|linemo|日本郵便|郵便局|ゆうちょ|銀行|bank|カード会社|amazon|アマゾン|apple|google|line|paypay|メルカリ|ヤマト|佐川|マイナポ|マイナンバー"
)
_HANDLE_MARK = re.compile(r"official|support|help|info|gov|go_?jp|soumu|mic_|_mic|ict|nhk|docomo|softbank|kddi|rakuten|bank|center|_jp$", re.I)
_CONTENT = re.compile(r"[一-鿿々]+|[ァ-ヺー]{2,}|[a-z0-9]{2,}")
_KANJI_FIGURES = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_OF_KANJI = "".join([*_KANJI_FIGURES, *_TENS, *_MYRIADS])
_FIGURE = re.compile(
    r"\d[\d,]*(?:[.:]\d+)*[百千]?[万億兆]?(?:\d[\d,]*[百千]?[万億兆]?)*"  # 1,980, 10:30, 1万5千
    rf"|(?<![数何幾{_OF_KANJI}])(?!十分(?![間後前]))[一二三四五六七八九十百千][{_OF_KANJI}]*+(?=[日月年円人件%割時分歳か])"  # 二十円, 二〇二六年
)
_OF_FIGURE = frozenset(f"0123456789,.:{_OF_KANJI}")
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|.")
_LONGEST_FIGURE = 25  # characters, fewer than a Decimal has digits; longer ones stay as they are
_NEGATION = re.compile(r"ない|ません|なく|ず(?=に|、|。|$)|不要|禁止|中止|廃止|無効|停止|撤回|延期|終了|未|非")
_COPIED_LENGTH = 6
_LEAST_EQUAL = 3  # characters in a stretch that holds a copy together
_LEAST_BETWEEN = 6  # characters that may always stand between two such stretches
ACCOUNT_NAMES = ("総務省ictツイート", "総務省ict", "総務省")


@dataclass(frozen=True)
class Author:
    """What the author's name and handle look like; all False where they are not known."""

    known: bool = False
    mark: bool = False  # the name carries an official mark (公式, 事務局, サポート)
    body: bool = False  # the name holds the name of a public body or firm
    both: bool = False
    handle_mark: bool = False  # the handle looks like that of an office
    look_alike: bool = False  # name or handle nearly that of the account itself


@dataclass(frozen=True)
class Alignment:
    """How a reply's text lies against the parent post's."""

    copied: float = 0.0  # share of the reply that stands in the parent too (n-grams of 6 characters)
    covered: float = 0.0  # share of the parent that stands in the reply too
    shared: float = 0.0  # share of the reply's content characters (pairs) that the parent has
    numbers: int = 0  # numbers that differ in a copied stretch
    negation: bool = False  # a negation was added to or dropped from a copied stretch
    words: int = 0  # other stretches that were replaced
    link: bool = False  # the copy leads to a link of another class than the parent's
    exact: bool = False  # the parent whole and unchanged
    new_figures: int = 0  # numbers of the reply that the parent does not have
    known_figures: int = 0  # and those that it has
    changes: tuple[tuple[int, int], ...] = ()  # where the reply's normalized text differs from what it copies

    @property
    def changed(self) -> bool:
        """Tell whether a copied stretch says something else than the post."""
        return bool(self.numbers or self.negation or self.link)

    @property
    def commented(self) -> bool:
        """Tell whether own words stand beside a copy of half the post and more."""
        return self.covered >= 0.5 and self.copied < 1


_UNKNOWN, _UNALIGNED = Author(), Alignment()


class Observed(NamedTuple):
    """One reply with all that rules and features look at."""

    reply: Reply
    normalized: Normalized
    links: tuple[str, ...]  # the classes of its links
    author: Author
    alignment: Alignment  # against the parent; empty without one
    views: tuple[str, ...]  # other readings of the text: downwards, backwards, Latin letters as kana; mostly none
    repeats: int = 1  # how often this text came in within the run

    @property
    def text(self) -> str:
        """The normalized text."""
        return self.normalized.text

    @property
    def judged_against_parent(self) -> bool:
        """Tell whether there is a parent to judge against; without one off_topic and alteration are not judged."""
        return bool(self.reply.parent_text and self.reply.parent_text.strip())


def post_of(reply: Reply) -> str | None:
    """Return the normalized text of the post that a reply answers, None where it is not known."""
    return _post(reply.parent_text).text if reply.parent_text and reply.parent_text.strip() else None


def observe(replies: Sequence[Reply], *, account: str = "MIC_ICT", repeats: Sequence[int] = ()) -> list[Observed]:
    """Return the replies with their surroundings, in order; `repeats` counts how often each text came in (1 where not given)."""
    normalized = normalize_all([r.text for r in replies], [r.urls for r in replies])
    return [
        Observed(
            r,
            n,
            found := links(r.text, r.urls) if r.urls or "." in r.text or "．" in r.text else (),
            look_at_author(r.author_name or "", r.author_handle or "", account) if r.author_name or r.author_handle else _UNKNOWN,
            align(n.text, r.parent_text, found) if r.parent_text else _UNALIGNED,
            other,
            times,
        )
        for r, n, other, times in zip(replies, normalized, views_of(normalized), repeats or [1] * len(replies), strict=True)
    ]


@lru_cache(maxsize=65536)
def look_at_author(name: str, handle: str, account: str) -> Author:
    """Return what a display name and a handle (without @) look like, beside the official account's."""
    plain = normalize(name).text
    mark, body = bool(_OFFICIAL_MARK.search(plain)), bool(_BODY.search(plain))
    handle = handle.lstrip("@").lower()
    own = account.lower()
    near_handle = handle != own and bool(handle) and fuzz.ratio(_flat(handle), _flat(own)) >= 80
    near_name = handle != own and any(fuzz.ratio(plain.replace(" ", ""), n) >= 85 for n in ACCOUNT_NAMES)
    return Author(True, mark, body, mark and body, bool(_HANDLE_MARK.search(handle)), near_handle or near_name)


def _flat(handle: str) -> str:
    """Return a handle with characters of like look made one."""
    return handle.translate(str.maketrans("10l5", "iois")).replace("_", "").replace("rn", "m")


@dataclass(frozen=True)
class _Post:
    """A parent post, prepared once for all its replies."""

    text: str
    stretches: frozenset[str]
    content: frozenset[str]
    links: tuple[str, ...]
    figures: frozenset[str]


@lru_cache(maxsize=2048)
def _post(raw: str) -> _Post:
    text = normalize(raw).text
    return _Post(text, frozenset(_pieces(text)), frozenset(_content_pairs(text)), links(raw, ()), frozenset(_figures(text)))


def _figures(text: str) -> set[str]:
    """Return the numbers of a normalized text as figures without separators: 1,980, 二十 and 5千 are 1980, 20 and 5000."""
    return {_in_figures(n) for n in _FIGURE.findall(text)}


def _in_figures(number: str) -> str:
    """Return a number in figures: 千九百八十 is 1980, 二〇二六 is 2026 and 1.5万 is 15000; what has no kanji (10:30, 1.10) stays as it is, but for commas and zeros before it."""
    plain = number.replace(",", "")
    if not any(c in _OF_KANJI for c in plain) or ":" in plain or plain.count(".") > 1 or len(plain) > _LONGEST_FIGURE:
        return (plain.lstrip("0") or "0") if plain.isdigit() else plain
    whole = Decimal(0)  # up to the last myriad
    part: Decimal | None = None  # since then, up to the last ten
    digits: Decimal | None = None  # since then; a ten or a myriad with nothing before it stands for one
    for piece in _PART.findall(plain):
        if piece in _TENS:
            part, digits = (part or 0) + (Decimal(1) if digits is None else digits) * _TENS[piece], None
        elif piece in _MYRIADS:
            counted = Decimal(1) if part is None and digits is None else (part or 0) + (digits or Decimal(0))
            whole, part, digits = whole + counted * _MYRIADS[piece], None, None
        elif piece in _KANJI_FIGURES:
            digits = (digits or 0) * Decimal(10) + _KANJI_FIGURES[piece]
        else:
            digits = Decimal(piece)
    return f"{(whole + (part or 0) + (digits or 0)).normalize():f}"


def _pieces(text: str) -> set[str]:
    return {text[i : i + _COPIED_LENGTH] for i in range(len(text) - _COPIED_LENGTH + 1)}


def _content_pairs(text: str) -> set[str]:
    return {word[i : i + 2] for word in _CONTENT.findall(text) for i in range(max(len(word) - 1, 1))}


def align(text: str, parent_raw: str, link_classes: Sequence[str] = ()) -> Alignment:
    """Return how a normalized reply text lies against a raw parent post: what is copied, and what in the copy was changed."""
    post = _post(parent_raw)
    pairs = _content_pairs(text)
    shared = len(pairs & post.content) / len(pairs) if pairs else 0.0
    figures = _figures(text)
    known = len(figures & post.figures)
    plain = Alignment(shared=shared, new_figures=len(figures) - known, known_figures=known)
    pieces = _pieces(text)
    common = len(pieces & post.stretches)
    if not common:
        return plain
    plain = replace(plain, copied=common / len(pieces), covered=common / len(post.stretches))
    if common < 6 or (plain.copied < 0.2 and plain.covered < 0.2):
        return plain
    return _changes(text, post, plain, figures, link_classes)


def _changes(text: str, post: _Post, plain: Alignment, figures: set[str], link_classes: Sequence[str]) -> Alignment:
    """Compare the part of the reply that copies with the part of the post that it copies.

    A figure of the post that still stands among the reply's `figures` was not changed: another one was put beside it.
    """
    numbers = words = 0
    negation = False
    spans = []
    for b in _of_the_copy(list(Levenshtein.opcodes(post.text, text))):
        if b.tag == "equal":
            continue
        old, new = _with_figures(post.text, b.src_start, b.src_end), _with_figures(text, b.dest_start, b.dest_end)
        before, after = _figures(old), _figures(new)
        if before != after and not (before and before <= figures) and _OF_FIGURE & set(post.text[b.src_start : b.src_end] + text[b.dest_start : b.dest_end]):
            numbers += 1
        elif _negations(post.text, b.src_start, b.src_end) != _negations(text, b.dest_start, b.dest_end):
            negation = True
        elif max(b.src_end - b.src_start, b.dest_end - b.dest_start) >= 2:
            words += 1
        spans.append((b.dest_start, max(b.dest_end, min(b.dest_start + 1, len(text)))))
    link = bool(link_classes) and bool(post.links) and not {*post.links, "unexpanded"} & set(link_classes)
    exact = post.text in text or (plain.covered > 0.95 and not spans)
    return replace(plain, numbers=numbers, negation=negation, words=words, link=link, exact=exact, changes=tuple(spans))


def _of_the_copy(blocks: Sequence[Opcode]) -> Sequence[Opcode]:
    """Return the blocks of an alignment that belong to the copy, from the longest equal stretch outwards.

    It ends where the reply goes on for longer than the next equal stretch: what follows are the writer's own words, in which some of the post's come again.
    """
    equal = [i for i, b in enumerate(blocks) if b.tag == "equal" and b.dest_end - b.dest_start >= _LEAST_EQUAL]
    if not equal:
        return []
    sizes = [blocks[i].dest_end - blocks[i].dest_start for i in equal]
    between = [blocks[b].dest_start - blocks[a].dest_end for a, b in pairwise(equal)]
    first = last = int(np.argmax(sizes))
    while first > 0 and between[first - 1] <= max(sizes[first - 1], _LEAST_BETWEEN):
        first -= 1
    while last + 1 < len(equal) and between[last] <= max(sizes[last + 1], _LEAST_BETWEEN):
        last += 1
    return blocks[equal[first] : equal[last] + 1]


def _with_figures(text: str, start: int, end: int) -> str:
    """Return a stretch, widened to the whole numbers at its ends and what is counted: 3月 to 13月 is a change of 3 to 13."""
    while start and text[start - 1] in _OF_FIGURE:
        start -= 1
    while end < len(text) and text[end] in _OF_FIGURE:
        end += 1
    return text[start : end + 1]


def _negations(text: str, start: int, end: int) -> int:
    """Count the negations in and just around a stretch: 使えます -> 使えません changes its last letters only."""
    return len(_NEGATION.findall(text[max(start - 3, 0) : end + 3]))
