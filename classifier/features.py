"""The columns that a model sees beside n-grams and sentence vectors, and their names.

Most replies have few of them, so that they come as a sparse matrix. Groups of columns are kept apart: what is known of
the author speaks for impersonation alone, what is known of the parent only for the grounds that need a parent.
"""

import math
import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier.checks import CHECK_RULES
from classifier.context import Observed
from classifier.lexicon import BAD_KINDS, KINDS, Found
from classifier.links import CLASSES
from classifier.rules import Findings, RulePack

_NEAR = 8  # characters between a bad word and a word for a person that still belong together
WHOM_KINDS = ("person", "group", "self", "institution", "quoting", "play")
_SHAPES = ("length", "short", "lines", "kanji", "hiragana", "katakana", "latin", "digits", "marks", "emoji", "exclamation", "question", "laugh", "mentions",
           "hashtags", "quotes", "no_words", "disguised", "money")  # fmt: skip
_AUTHOR = ("mark", "body", "both", "handle_mark", "look_alike")
_PARENT = ("shared_none", "shared", "copied", "copied_half", "covered", "covered_half", "numbers", "negation", "words", "link", "exact", "copy_changed")
_OF_CONTEXT = {"impersonation.look_alike": "author", "alteration.changed_post": "parent"}
"""Rules that tell of the author or the parent alone: their columns are of that group."""
_MONEY = re.compile(r"[0-9一二三四五六七八九十百千万]+ ?(?:万円|円|万|ドル|usdt|btc|%)")
_HASHTAG = re.compile(r"#[^\s#]+")
_EMOJI = re.compile("[☀-➿⬀-⯿\U0001f000-\U0001faff]")


@cache
def feature_names(rules: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the columns, in order, for a pack with these rule ids."""
    return (
        *(f"shape:{s}" for s in _SHAPES),
        *(f"links:{c}" for c in CLASSES),
        *(f"words:{kind}:{strength}" for kind in KINDS for strength in (1, 2, 3)),
        *(f"near:{bad}:{whom}" for bad in BAD_KINDS for whom in WHOM_KINDS),
        *(f"sum:{bad}" for bad in BAD_KINDS),
        *(f"hidden:{bad}" for bad in BAD_KINDS),
        *(f"parent:{p}" for p in _PARENT),
        *(f"author:{a}" for a in _AUTHOR),
        *(f"rule:{r}" for r in rules),
        *(f"ground:{g}" for g in sorted({r.partition(".")[0] for r in rules})),
    )


def rule_ids(pack: RulePack) -> tuple[str, ...]:
    """Return the ids of all rules whose hits are columns: patterns and checks."""
    return (*(r.id for r in pack.rules), *CHECK_RULES)


def features(replies: Sequence[Observed], findings: Sequence[Findings], pack: RulePack) -> csr_matrix:
    """Return the feature rows of a batch, shape (replies, len(feature_names(rule_ids(pack)))), float32."""
    names = feature_names(rule_ids(pack))
    at = _places(names)
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for o, f, kinds in zip(replies, findings, _scripts([o.text for o in replies]), strict=True):
        found = _words(f.words, at) if f.words else {}
        for w in f.hidden:
            found[at[f"hidden:{w.entry.kind}"]] = w.entry.strength / 2
        for h in f.hits:
            if (column := at.get(f"rule:{h.rule}")) is not None:
                found[column] = 1.0
                if h.rule not in _OF_CONTEXT:
                    found[at[f"ground:{h.rule.partition('.')[0]}"]] = 1.0
        for c in o.links:
            found[at[f"links:{c}"]] = found.get(at[f"links:{c}"], 0) + 1.0
        if o.judged_against_parent:
            found.update(_parent(o, at))
        if o.author.known:
            found.update((at[f"author:{a}"], 1.0) for a in _AUTHOR if getattr(o.author, a))
        found.update(_shape(o, kinds))
        columns += found.keys()
        values += found.values()
        rows.append(len(found))
    pointers = np.concatenate([[0], np.cumsum(rows, dtype=np.int64)])
    return csr_matrix((np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), pointers), shape=(len(replies), len(names)))


@cache
def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _words(words: Sequence[Found], at: dict[str, int]) -> dict[int, float]:
    """Count the lexicon words by kind and strength, and the bad ones near a word that says whom they mean."""
    found: dict[int, float] = {}
    sums: dict[str, float] = {}
    whom = [w for w in words if w.entry.kind in WHOM_KINDS]
    for w in words:
        kind = w.entry.kind
        column = at[f"words:{kind}:{w.entry.strength}"]
        found[column] = found.get(column, 0) + 1.0
        if kind in BAD_KINDS:
            sums[kind] = sums.get(kind, 0) + w.entry.strength
            for o in whom:
                if o.start - w.end <= _NEAR and w.start - o.end <= _NEAR:
                    found[at[f"near:{kind}:{o.entry.kind}"]] = 1.0
    for column in found:
        found[column] = min(found[column], 3.0) ** 0.5
    for kind, total in sums.items():
        found[at[f"sum:{kind}"]] = min(total, 6.0) / 3
    return found


def _parent(o: Observed, at: dict[str, int]) -> dict[int, float]:
    a = o.alignment
    copy_changed = float(a.covered >= 0.3 and a.copied >= 0.4 and bool(a.numbers or a.negation or a.link))
    given = (
        float(a.shared == 0), a.shared, a.copied, float(a.copied >= 0.5), a.covered, float(a.covered >= 0.5), min(a.numbers, 3) / 3, float(a.negation),
        min(a.words, 4) / 4, float(a.link and a.covered >= 0.3), float(a.exact), copy_changed,
    )  # fmt: skip
    return {at[f"parent:{name}"]: value for name, value in zip(_PARENT, given, strict=True) if value}


def _scripts(texts: Sequence[str]) -> list[list[int]]:
    """Return how many kanji, hiragana, katakana, small Latin letters and digits each text holds, in one pass over the batch."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), dtype=np.uint32)
    row = np.repeat(np.arange(len(texts)), [len(t) for t in texts])
    spans = (("一", "鿿"), ("ぁ", "ゖ"), ("ァ", "ー"), ("a", "z"), ("0", "9"))
    held = [np.bincount(row[(codes >= ord(a)) & (codes <= ord(z))], minlength=len(texts)) for a, z in spans]
    counted: list[list[int]] = np.stack(held, axis=1).tolist()
    return counted


def _shape(o: Observed, kinds: Sequence[int]) -> dict[int, float]:
    """Return what the text looks like; the columns of this group stand first. `kinds` are the counts of `_scripts`."""
    text = o.text
    n = len(text) or 1
    kanji, hiragana, katakana, latin, digits = kinds
    marks = n - kanji - hiragana - katakana - latin - digits
    emoji = len(_EMOJI.findall(text)) if marks else 0
    given = (
        math.log1p(n) / 5, float(n <= 6), min(text.count("\n"), 6) / 6, kanji / n, hiragana / n, katakana / n, latin / n, digits / n, marks / n,
        min(emoji, 5) / 5, min(text.count("!"), 3) / 3, min(text.count("?"), 2) / 2, float("ww" in text or "草" in text), min(text.count("〈at〉"), 5) / 5,
        min(len(_HASHTAG.findall(text)), 5) / 5 if "#" in text else 0.0, float("「" in text or "『" in text or '"' in text), float(kanji + hiragana + katakana + latin == 0),
        float(bool(o.normalized.disguises)), float(bool(digits and _MONEY.search(text))),
    )  # fmt: skip
    return {i: value for i, value in enumerate(given) if value}


def head_mask(names: Sequence[str], ground: str) -> npt.NDArray[np.bool_]:
    """Return which columns the head of a ground may use: author columns speak for impersonation alone, parent columns for grounds that need the parent."""
    closed = set() if ground == "impersonation" else {"author"}
    if ground not in ("alteration", "off_topic", "intellectual_property", "false_information", "impersonation"):
        closed.add("parent")
    groups = (_OF_CONTEXT.get(name.removeprefix("rule:"), name.partition(":")[0]) for name in names)
    return np.array([group not in closed for group in groups])
