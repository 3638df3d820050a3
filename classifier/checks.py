"""Rules that are no patterns: each looks at a reply in its surroundings and answers with hits, none, or None where it cannot run."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from classifier.characters import codes_of, holds
from classifier.context import Observed
from classifier.normalize import LINK, MENTION_PATTERN, URL
from classifier.personal import find_personal, worth_reading


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds, and where in the normalized text."""

    rule: str
    ground: str  # a ground id, or a signal where the rule is of no ground
    start: int
    end: int


_LONE_LINKS = re.compile(r"(?:〈url〉|〈at〉|[\s\W_]|ー)+")
_FLOOD = re.compile(r"(.{1,12}?)\1{5,}", re.S)
_LAUGH = re.compile(r"^[w笑草8!?。.ー~〜…・\s、―\-=＝_*☆★♪pa]+$")
_FLOOD_LENGTH = 24
_UNIT = 12  # characters in the longest phrase of a flood
_JUNK_CHARACTERS = "0-9a-z+/="
_ALPHANUMERIC = re.compile(f"[{_JUNK_CHARACTERS}]{{{_FLOOD_LENGTH},}}")
_WARNING = re.compile(
    r"注意|偽|にせ|ニセ|詐欺|ないで|しないよう|するな|危険|怪し|本物|通報|ウイルスで|でしょうか|ですか|動きません|動かない|[?]$|踏(む|ま|ん|み)|開(く|け|か)な|開いちゃ|押(す|しちゃ|さ)な|消費者センター|届け(まし|出)|報告|フィッシング|マルウェア"
    r"|スパム|だまさ|騙さ|入れ(てしま|ちゃ)|アンインストール|どうした(ら|ん)|どうすれ|教えて|大丈夫|いいの|勝手に|scam|phish|malware|fake|don.?t|do not|is this|别点|不要点|骗|假的|吗|詐騙|嗎|사기|피싱|스미싱|누르지|인가요|맞나요"
)
OF_AUTHOR = "impersonation.look_alike"
"""The rule that tells of the author alone: its hits stand nowhere in the text."""

MANY_MENTIONS = 5
MANY_REPEATS = 3
_SHORTEST_REPEAT = 12  # characters; thanks and greetings repeat by nature


def personal_data(o: Observed) -> list[Hit]:
    """Addresses, numbers and mail of private persons, by form and check digit."""
    return [Hit(f"privacy.{p.kind}", "privacy", p.start, p.end) for p in find_personal(o.text) if not p.public]


def executable_link(o: Observed) -> list[Hit]:
    """A link that leads to a program file, without a word of warning or doubt."""
    warned = "executable" not in o.links or _WARNING.search(o.text)
    return [] if warned else _link(o, "malware.executable_link", "malware")


def look_alike_link(o: Observed) -> list[Hit]:
    """A link to a host that borrows the name of a public body or a firm."""
    return _link(o, "malware.look_alike_link", "malware") if "look_alike" in o.links else []


def lone_link(o: Observed) -> list[Hit]:
    """Links without a word of the writer's, to no official, news or social place."""
    alone = bool(o.links) and bool(_LONE_LINKS.fullmatch(o.text or "〈url〉"))
    return _whole(o, "other.lone_link", "other") if alone and set(o.links) & {"unknown", "shortener", "files", "messenger"} else []


def flood(o: Observed) -> list[Hit]:
    """One phrase over and over, or characters that no one can read."""
    raw = _without_links(o.reply.text)
    if any(len(m[0]) >= max(_FLOOD_LENGTH, len(raw) // 2) for m in _FLOOD.finditer(raw)) and not _LAUGH.match(o.text):
        return _whole(o, "other.flood", "other")
    junk = _ALPHANUMERIC.search(o.text)
    if junk and len(set(junk.group()) & set("0123456789")) >= 3 and len(junk.group()) * 2 > len(o.text):
        return _whole(o, "other.junk", "other")
    return []


def _without_links(raw: str) -> str:
    """Return a raw text without links and mentions."""
    if "." in raw or "//" in raw:
        raw = LINK.sub("", raw)
    if "@" in raw:
        raw = MENTION_PATTERN.sub("", raw)
    return raw.strip()


def _may_be_flooded(raws: Sequence[str], texts: Sequence[str]) -> list[int]:
    """Return the places of the replies, by raw text without links and by normalized text, that `flood` may find something in.

    A flood of half the text reaches its middle: of the characters around it so many come in again at the distance of the phrase.
    """
    codes, edges = codes_of(raws)
    first, after, reach = edges[:-1] + 1, edges[1:], _FLOOD_LENGTH
    around = np.arange(-reach, reach)[:, None] + (first + after) // 2  # a row a character, so that a phrase's distance is one of whole rows
    outside = (around < first) | (around >= after)
    near = np.where(outside, np.arange(2 * reach, dtype=np.uint32)[:, None] + np.uint32(0x110000), codes[np.clip(around, 0, len(codes) - 1)])  # outside, no two are alike
    possible = np.zeros(len(raws), dtype=np.bool_)
    for size in range(1, _UNIT + 1):
        possible |= (near[size:] == near[:-size]).sum(axis=0, dtype=np.uint8) >= reach - 1 - size
    codes, edges = codes_of(texts)
    until = np.concatenate([[0], np.cumsum(holds(codes, _JUNK_CHARACTERS))])
    ends = np.flatnonzero(until[_FLOOD_LENGTH:] - until[:-_FLOOD_LENGTH] == _FLOOD_LENGTH)
    possible[np.searchsorted(edges, ends, side="right") - 1] = True
    return np.flatnonzero(possible).tolist()


def mass_tagging(o: Observed) -> list[Hit]:
    """Many handles in the text, with few words beside them; those at its start are X's own, and say nothing."""
    text = o.text
    if "〈at〉" not in text:
        return []
    tags = text.count("〈at〉")
    words = len(text) - tags * len("〈at〉")
    return _whole(o, "other.mass_tagging", "other") if tags >= MANY_MENTIONS and words < 12 * tags else []


def repeated(o: Observed) -> list[Hit]:
    """The same longer text came in several times from the same author within the run."""
    return _whole(o, "other.repeated", "other") if o.repeats >= MANY_REPEATS and len(o.text) >= _SHORTEST_REPEAT else []


def look_alike_author(o: Observed) -> list[Hit] | None:
    """An author whose name or handle is nearly the account's own."""
    if not o.author.known:
        return None
    return [Hit(OF_AUTHOR, "impersonation", 0, 0)] if o.author.look_alike else []


def changed_post(o: Observed) -> list[Hit] | None:
    """The parent post reproduced with a number, a negation or the link changed."""
    if not o.judged_against_parent:
        return None
    a = o.alignment
    long_copy = a.covered >= 0.3 and a.copied >= 0.4
    if not (long_copy and a.changed):
        return []
    spans = a.changes or ((0, len(o.text)),)
    return [Hit("alteration.changed_post", "alteration", s, e) for s, e in spans[:8]]


def _whole(o: Observed, rule: str, ground: str) -> list[Hit]:
    return [Hit(rule, ground, 0, len(o.text))]


def _link(o: Observed, rule: str, ground: str) -> list[Hit]:
    """Return a hit at the first link; the whole text where the export names it beside the text alone."""
    at = o.text.find(URL)
    return [Hit(rule, ground, at, at + len(URL))] if at >= 0 else _whole(o, rule, ground)


CHECKS: Mapping[str, Callable[[Observed], list[Hit] | None]] = {
    f.__name__: f
    for f in (personal_data, executable_link, look_alike_link, lone_link, flood, mass_tagging, repeated, look_alike_author, changed_post)
}
MAY_BE_UNABLE = (look_alike_author.__name__, changed_post.__name__)
"""The checks that need more than the text: an author, a parent."""
_UNABLE = {can: tuple(name for name, runs in zip(MAY_BE_UNABLE, can, strict=True) if not runs) for can in product((False, True), repeat=2)}
"""Which checks cannot run, by whether the author is known and whether there is a parent."""
CHECK_RULES = (
    "privacy.my_number", "privacy.card", "privacy.phone", "privacy.mail", "privacy.address", "privacy.plate", "privacy.account",
    "malware.executable_link", "malware.look_alike_link", "other.lone_link", "other.flood", "other.junk", "other.mass_tagging", "other.repeated",
    "impersonation.look_alike", "alteration.changed_post",
    "defamation.masked_word", "discrimination.masked_word", "public_order.masked_word", "obscenity.masked_word", "illegal.masked_word",
    "false_information.masked_word",
)  # fmt: skip
"""The ids of the rules that the checks speak for; the masked words are looked up by the rule pack, which has the lexicon."""


class Checked(NamedTuple):
    """What the checks say of a reply."""

    hits: Sequence[Hit]
    unable: tuple[str, ...]  # checks that could not run


_NO_HITS = {can_run: Checked((), unable) for can_run, unable in _UNABLE.items()}


def check_all(replies: Sequence[Observed]) -> list[Checked]:
    """Return what all checks say of each reply, in order; none is asked where it can have found nothing."""
    texts = [o.text for o in replies]
    linked = [i for i, o in enumerate(replies) if o.links]
    worth_asking: dict[Callable[[Observed], list[Hit] | None], Sequence[int]] = {
        personal_data: worth_reading(texts),
        executable_link: linked,
        look_alike_link: linked,
        lone_link: linked,
        flood: _may_be_flooded([_without_links(o.reply.text) for o in replies], texts),
        mass_tagging: [i for i, text in enumerate(texts) if "〈at〉" in text],
        repeated: [i for i, o in enumerate(replies) if o.repeats >= MANY_REPEATS],
        look_alike_author: [i for i, o in enumerate(replies) if o.author.look_alike],
        changed_post: [i for i, o in enumerate(replies) if o.alignment.changed],
    }
    hits: dict[int, list[Hit]] = {}
    for check in CHECKS.values():
        for i in worth_asking[check]:
            if answer := check(replies[i]):
                hits.setdefault(i, []).extend(answer)
    plain = [_NO_HITS[o.author.known, o.judged_against_parent] for o in replies]
    return [Checked(hits[i], checked.unable) if i in hits else checked for i, checked in enumerate(plain)]
