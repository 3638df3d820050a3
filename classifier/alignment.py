"""A reply's text against the account's post: what it shares with it, what of it it copies, and what it changes in the copy."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein, Opcode

from classifier.characters import Codes, codes_of, holding, holds
from classifier.figures import MAY_BE_FIGURE, OF_FIGURE, counted, figures
from classifier.links import links
from classifier.normalize import normalize_all
from classifier.opposites import Opposites
from classifier.quotations import MAY_BE_QUOTED, quoted, without_punctuation

_CONTENT_SCRIPTS = ("一-鿿々", "ァ-ヺー", "a-z0-9")
_NEGATION = re.compile(r"ない|ません|なく|ず(?=に|、|。|$)|不要|禁止|中止|廃止|無効|停止|撤回|延期|終了|未|非")
_COPIED_LENGTH = 6
_LEAST_EQUAL = 3  # characters in a stretch that holds a copy together
_LEAST_BETWEEN = 6  # characters that may always stand between two such stretches
_PAIR = 42  # bits of two code points; the text or post that they stand in comes above them
_ODD = np.uint64(0x9E3779B97F4A7C15)
_BLOCK = 4096  # texts that are compared with their posts at once
_MOST_POSTS = 10_000  # that are kept prepared, about 2 kB each

Keys = npt.NDArray[np.int64]


class Alignment(NamedTuple):
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
    swapped_figures: int = 0  # those that it does not have, of what it has other numbers of (another percentage, another month)
    opposites: int = 0  # words of the reply that say the opposite of one of the parent's
    quoted: bool = False  # words in quotation marks, or on a line after >, stand in the parent so
    misquoted: float = 0.0  # share of such words that stands in the parent, of those that are not in it so: the largest
    misquoted_figures: int = 0  # numbers in them that the parent does not have
    changes: tuple[tuple[int, int], ...] = ()  # where the reply's normalized text differs from what it copies

    @property
    def changed(self) -> bool:
        """Tell whether a copied stretch says something else than the post."""
        return bool(self.numbers or self.negation or self.link)

    @property
    def commented(self) -> bool:
        """Tell whether own words stand beside a copy of half the post and more."""
        return self.covered >= 0.5 and self.copied < 1


_UNALIGNED = Alignment()


@dataclass(frozen=True)
class _Post:
    """A post, prepared once for all its replies."""

    text: str
    bare: str  # without blanks and punctuation
    stretches: Keys  # hashes of its n-grams of _COPIED_LENGTH, in order
    content: Keys  # its pairs of content characters, in order
    links: tuple[str, ...]
    figures: frozenset[str]
    counted: frozenset[str]  # what its figures count: %, 円, 月
    opposites: Opposites


_prepared: dict[str, _Post] = {}


def _posts(raws: Sequence[str]) -> list[_Post]:
    """Return the posts, prepared together where they are new."""
    if len(_prepared) > _MOST_POSTS:
        _prepared.clear()
    if new := [raw for raw in dict.fromkeys(raws) if raw not in _prepared]:
        texts = [n.text for n in normalize_all(new, [()] * len(new))]
        codes, edges = codes_of(texts)
        parts = zip(texts, _by_text(*_stretches(codes, edges), edges), _by_text(*_content_pairs(codes), edges), strict=True)
        _prepared.update((raw, _post(raw, *its)) for raw, its in zip(new, parts, strict=True))
    return [_prepared[raw] for raw in raws]


def _post(raw: str, text: str, stretches: Keys, content: Keys) -> _Post:
    return _Post(text, without_punctuation(text), stretches, content, links(raw, ()), frozenset(figures(text)), frozenset(unit for _, unit in counted(text)), Opposites.of(text))


def _by_text(at: Keys, keys: Keys, edges: Keys) -> list[Keys]:
    """Return the distinct keys of each text, in order."""
    own = np.unique(_texts_at(at, edges) << _PAIR | keys)
    return np.split(own & (1 << _PAIR) - 1, np.searchsorted(own >> _PAIR, np.arange(1, len(edges) - 1)))


def _texts_at(at: Keys, edges: Keys) -> Keys:
    """Return the text that each place of a batch lies in."""
    return np.searchsorted(edges, at, side="right") - 1


def post_text(raw: str) -> str:
    """Return the normalized text of a post."""
    return _posts([raw])[0].text


def align_all(texts: Sequence[str], posts: Sequence[str | None], link_classes: Sequence[Sequence[str]]) -> list[Alignment]:
    """Return how each normalized reply text lies against its raw post: what is copied, and what in the copy was changed; an empty alignment without a post.

    `link_classes` are those of the links of each reply. Raises ValueError where there are not as many of each.
    """
    if not len(texts) == len(posts) == len(link_classes):
        raise ValueError(f"{len(texts)} texts, {len(posts)} posts, links of {len(link_classes)}")
    aligned = [_UNALIGNED] * len(texts)
    answering = [i for i, post in enumerate(posts) if post]
    for first in range(0, len(answering), _BLOCK):
        block = answering[first : first + _BLOCK]
        raws = [posts[i] or "" for i in block]
        for i, alignment in zip(block, _aligned([texts[i] for i in block], raws, [link_classes[i] for i in block]), strict=True):
            aligned[i] = alignment
    return aligned


def align(text: str, post: str, link_classes: Sequence[str] = ()) -> Alignment:
    """Return what `align_all` gives for one reply text."""
    return align_all([text], [post], [link_classes])[0]


def _aligned(texts: Sequence[str], raws: Sequence[str], link_classes: Sequence[Sequence[str]]) -> list[Alignment]:
    places = {raw: k for k, raw in enumerate(dict.fromkeys(raws))}
    prepared = _posts(list(places))
    its_post = np.array([places[raw] for raw in raws], dtype=np.int64)
    codes, edges = codes_of(texts)
    at, pairs = _content_pairs(codes)
    own = np.unique(_texts_at(at, edges) << _PAIR | pairs)
    of_text, pairs = own >> _PAIR, own & (1 << _PAIR) - 1
    known = _among(its_post[of_text] << _PAIR | pairs, [p.content for p in prepared])
    shared = np.bincount(of_text[known], minlength=len(texts)) / np.maximum(np.bincount(of_text, minlength=len(texts)), 1)
    at, stretches = _stretches(codes, edges)
    of_text = _texts_at(at, edges)
    copying = set(of_text[_among(its_post[of_text] << _PAIR | stretches, [p.stretches for p in prepared])].tolist())
    with_figures, quoting = set(holding(texts, MAY_BE_FIGURE)), set(holding(texts, MAY_BE_QUOTED))
    aligned = []
    for i, (text, k, share) in enumerate(zip(texts, its_post.tolist(), shared.tolist(), strict=True)):
        post = prepared[k]
        its_counted = set(counted(text)) if i in with_figures else set()
        its_figures = {figure for figure, _ in its_counted}
        swapped = {figure for figure, unit in its_counted if unit in post.counted} - post.figures
        new = len(its_figures - post.figures)
        plain = Alignment(shared=share, new_figures=new, known_figures=len(its_figures) - new, swapped_figures=len(swapped)) if share or its_figures else _UNALIGNED
        if against := post.opposites.count(text):
            plain = plain._replace(opposites=against)
        if share and i in quoting:
            right, wrong, wrong_figures = quoted(text, post.bare, post.figures)
            plain = plain._replace(quoted=right, misquoted=wrong, misquoted_figures=wrong_figures)
        aligned.append(_copied(text, post, plain, its_figures, link_classes[i]) if i in copying else plain)
    return aligned


def _among(keys: Keys, sorted_parts: Sequence[Keys]) -> npt.NDArray[np.bool_]:
    """Tell which keys stand in the part that their upper bits name."""
    known = np.concatenate([*(part | k << _PAIR for k, part in enumerate(sorted_parts)), [np.iinfo(np.int64).max]])
    return np.asarray(known[np.searchsorted(known, keys)] == keys)


def _content_pairs(codes: Codes) -> tuple[Keys, Keys]:
    """Return the places of what texts are about and the pairs themselves: two kanji, katakana, letters or figures side by side, and kanji that stand alone."""
    kinds = np.zeros(len(codes), dtype=np.int8)
    for kind, script in enumerate(_CONTENT_SCRIPTS, 1):
        kinds[holds(codes, script)] = kind
    paired = np.flatnonzero((kinds[1:] == kinds[:-1]) & (kinds[1:] > 0))
    alone = np.flatnonzero((kinds[1:-1] == 1) & (kinds[:-2] != 1) & (kinds[2:] != 1)) + 1
    wide = codes.astype(np.int64)
    return np.concatenate([paired, alone]), np.concatenate([wide[paired] << 21 | wide[paired + 1], wide[alone] << 21])


def _stretches(codes: Codes, edges: Keys) -> tuple[Keys, Keys]:
    """Return the places of the n-grams of _COPIED_LENGTH that lie in one text, and their hashes of _PAIR bits."""
    last = np.repeat(edges[1:], np.diff(edges))  # of each place, where its text ends
    at = np.flatnonzero(np.arange(len(last)) + _COPIED_LENGTH <= last)
    at = at[codes[at] > 0]
    hashed = np.zeros(len(at), dtype=np.uint64)
    for k in range(_COPIED_LENGTH):
        hashed = (hashed + codes[at + k]) * _ODD
        hashed ^= hashed >> np.uint64(29)
    return at, (hashed >> np.uint64(64 - _PAIR)).astype(np.int64)


def _pieces(text: str) -> set[str]:
    return {text[i : i + _COPIED_LENGTH] for i in range(len(text) - _COPIED_LENGTH + 1)}


def _copied(text: str, post: _Post, plain: Alignment, its_figures: set[str], link_classes: Sequence[str]) -> Alignment:
    """Return the alignment of a reply that copies a stretch of the post."""
    pieces, stretches = _pieces(text), _pieces(post.text)
    common = len(pieces & stretches)
    if not common:
        return plain
    plain = plain._replace(copied=common / len(pieces), covered=common / len(stretches))
    if common < 6 or (plain.copied < 0.2 and plain.covered < 0.2):
        return plain
    return _changes(text, post, plain, its_figures, link_classes)


def _changes(text: str, post: _Post, plain: Alignment, its_figures: set[str], link_classes: Sequence[str]) -> Alignment:
    """Compare the part of the reply that copies with the part of the post that it copies.

    A figure of the post that still stands among the reply's figures was not changed: another one was put beside it.
    """
    numbers = words = 0
    negation = False
    spans = []
    for b in _of_the_copy(list(Levenshtein.opcodes(post.text, text))):
        if b.tag == "equal":
            continue
        old, new = _with_figures(post.text, b.src_start, b.src_end), _with_figures(text, b.dest_start, b.dest_end)
        before, after = figures(old), figures(new)
        if before != after and not (before and before <= its_figures) and OF_FIGURE & set(post.text[b.src_start : b.src_end] + text[b.dest_start : b.dest_end]):
            numbers += 1
        elif _negations(post.text, b.src_start, b.src_end) != _negations(text, b.dest_start, b.dest_end):
            negation = True
        elif max(b.src_end - b.src_start, b.dest_end - b.dest_start) >= 2:
            words += 1
        spans.append((b.dest_start, max(b.dest_end, min(b.dest_start + 1, len(text)))))
    link = bool(link_classes) and bool(post.links) and not {*post.links, "unexpanded"} & set(link_classes)
    exact = post.text in text or (plain.covered > 0.95 and not spans)
    return plain._replace(numbers=numbers, negation=negation, words=words, link=link, exact=exact, changes=tuple(spans))


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
    while start and text[start - 1] in OF_FIGURE:
        start -= 1
    while end < len(text) and text[end] in OF_FIGURE:
        end += 1
    return text[start : end + 1]


def _negations(text: str, start: int, end: int) -> int:
    """Count the negations in and just around a stretch: 使えます -> 使えません changes its last letters only."""
    return len(_NEGATION.findall(text[max(start - 3, 0) : end + 3]))
