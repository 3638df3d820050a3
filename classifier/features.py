"""The columns that a model sees beside n-grams and sentence vectors, and their names.

Most replies have few of them, so that they come as a sparse matrix. Groups of columns are kept apart: what is known of
the author speaks for impersonation alone, what is known of the parent only for the grounds that need a parent.
Columns of the group `meaning` are filled in where there are sentence vectors.
"""

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier import spelling
from classifier.characters import codes_of, spans
from classifier.checks import CHECK_RULES, OF_AUTHOR
from classifier.context import Observed
from classifier.lexicon import BAD_KINDS, KINDS, Found
from classifier.links import CLASSES
from classifier.rules import Findings, RulePack

_NEAR = 8  # characters between a bad word and a word for a person that still belong together
WHOM_KINDS = ("person", "group", "self", "institution", "quoting", "play")
_SHAPES = ("length", "short", "lines", "kanji", "hiragana", "katakana", "latin", "digits", "marks", "emoji", "exclamation", "question", "laugh", "mentions",
           "hashtags", "quotes", "no_words", "disguised", "money")  # fmt: skip
_AUTHOR = ("mark", "body", "both", "handle_mark", "look_alike")
_PARENT = ("shared_none", "shared", "copied", "copied_half", "covered", "covered_half", "numbers", "negation", "words", "link", "exact", "exact_alone", "copy_changed",
           "new_figures", "known_figures", "all_figures_known", "swapped_figures", "opposites", "quoted", "misquoted", "misquoted_half", "misquoted_figures")  # fmt: skip
_MEANING = ("near", "near_squared", "far", "tied", "tied_squared", "untied")
_FAR = (0.25, 0.5)  # cosines, of the two kinds of nearness, under which a reply lies apart from the post
_OF_CONTEXT = {OF_AUTHOR: "author", "alteration.changed_post": "parent"}
"""Rules that tell of the author or the parent alone: their columns are of that group."""
_JUDGED_BY_PARENT = ("alteration", "off_topic", "intellectual_property", "false_information", "impersonation", "any")
_MONEY = re.compile(r"[0-9一二三四五六七八九十百千万]+ ?(?:万円|円|万|ドル|usdt|btc|%)")
_HASHTAG = re.compile(r"#[^\s#]+")
_KINDS = ("", "一-鿿", "ぁ-ゖ", "ァ-ー", "a-z", "0-9", "\n", "!", "?", "☀-➿⬀-⯿\U0001f000-\U0001faff")
"""Characters that are counted: others, kanji, hiragana, katakana, small Latin letters, digits, line ends, exclamation and question marks, emoji."""


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
        *(f"spelling:{kind}" for kind in spelling.KINDS),
        "spelling:kinds",
        *(f"parent:{p}" for p in _PARENT),
        *(f"meaning:{m}" for m in _MEANING),
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
    sizes = np.zeros(len(replies), dtype=np.int64)
    columns: list[int] = []
    values: list[float] = []
    spelled = spelling.odd_spelling([o.normalized for o in replies])
    for i, (o, f, odd) in enumerate(zip(replies, findings, spelled, strict=True)):
        if found := _found(o, f, odd, at):
            columns += found.keys()
            values += found.values()
            sizes[i] = len(found)
    told = np.hstack([_shapes(replies), _parents(replies)])
    rows, places = np.nonzero(told)
    told_sizes = np.bincount(rows, minlength=len(replies))
    pointers = np.concatenate([[0], np.cumsum(sizes + told_sizes)])
    # in each row first what was found, then shape and parent
    of_found = np.arange(len(columns)) + np.repeat(np.cumsum(told_sizes) - told_sizes, sizes)
    of_told = np.arange(len(rows)) + np.repeat(np.cumsum(sizes), told_sizes)
    data, indices = np.empty(pointers[-1], dtype=np.float32), np.empty(pointers[-1], dtype=np.int32)
    data[of_found], indices[of_found] = values, columns
    data[of_told], indices[of_told] = told[rows, places], _told_columns()[places]
    return csr_matrix((data, indices, pointers), shape=(len(replies), len(names)))


def with_meaning(columns: csr_matrix, near: npt.NDArray[np.float32]) -> csr_matrix:
    """Return feature rows that tell, too, how near each reply lies to the post it answers in meaning.

    `near` are the two cosines of Nearness, shape (replies, 2), NaN where there is no post. The fast stage, which knows no vectors, has zeros there.
    """
    first = feature_names(()).index(f"meaning:{_MEANING[0]}")
    rows = np.flatnonzero(~np.isnan(near[:, 0]))
    values = np.hstack([_meaning(cosine, far) for cosine, far in zip(near[rows].T, _FAR, strict=True)])
    places = np.repeat(rows, len(_MEANING)), np.tile(np.arange(first, first + len(_MEANING)), len(rows))
    return (columns + csr_matrix((values.ravel().astype(np.float32), places), shape=columns.shape)).tocsr()


def _meaning(cosine: npt.NDArray[np.float32], far: float) -> npt.NDArray[np.float32]:
    return np.stack([2 * cosine, 4 * cosine**2, np.maximum(far - cosine, 0) / far], axis=1)


def oddly_spelled(columns: csr_matrix) -> npt.NDArray[np.intp]:
    """Return the places of the feature rows that tell of odd spelling."""
    first, last = _spelling_columns()
    rows = np.repeat(np.arange(columns.shape[0]), np.diff(columns.indptr))
    return np.unique(rows[(columns.indices >= first) & (columns.indices <= last)])


def plainly_spelled(columns: csr_matrix) -> csr_matrix:
    """Return feature rows without what they tell of odd spelling."""
    first, last = _spelling_columns()
    plain = columns.copy()
    plain.data[(plain.indices >= first) & (plain.indices <= last)] = 0
    return plain


@cache
def _told_columns() -> npt.NDArray[np.int32]:
    """Return the columns of shape and parent; they stand before those of the rules."""
    at = _places(feature_names(()))
    return np.array([*(at[f"shape:{s}"] for s in _SHAPES), *(at[f"parent:{p}"] for p in _PARENT)], dtype=np.int32)


@cache
def _spelling_columns() -> tuple[int, int]:
    """Return the first and the last column of odd spelling; they stand before those of the rules."""
    places = [i for i, name in enumerate(feature_names(())) if name.startswith("spelling:")]
    return places[0], places[-1]


def _found(o: Observed, f: Findings, odd: Mapping[str, int], at: dict[str, int]) -> dict[int, float]:
    """Return what words, rules, spelling, links and author give; mostly nothing."""
    found = _words(f.words, at) if f.words else {}
    for w in f.hidden:
        found[at[f"hidden:{w.entry.kind}"]] = w.entry.strength / 2
    if odd:
        found.update((at[f"spelling:{kind}"], min(n, 3) / 3) for kind, n in odd.items())
        found[at["spelling:kinds"]] = min(len(odd), 4) / 4
    for h in f.hits:
        if (column := at.get(f"rule:{h.rule}")) is not None:
            found[column] = 1.0
            if h.rule not in _OF_CONTEXT:
                found[at[f"ground:{h.rule.partition('.')[0]}"]] = 1.0
    for c in o.links:
        found[at[f"links:{c}"]] = found.get(at[f"links:{c}"], 0) + 1.0
    if o.author.known:
        found.update((at[f"author:{a}"], 1.0) for a in _AUTHOR if getattr(o.author, a))
    return found


@cache
def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: i for i, name in enumerate(names)}


def _words(words: Sequence[Found], at: dict[str, int]) -> dict[int, float]:
    """Count the lexicon words by kind and strength, and the bad ones near a word that says whom they mean."""
    found: dict[int, float] = {}
    sums: dict[str, float] = {}
    whom = [w for w in words if w.entry.kind in WHOM_KINDS] if len(words) > 1 else []
    for w in words:
        kind = w.entry.kind
        column = at[_word_name(kind, w.entry.strength)]
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


@cache
def _word_name(kind: str, strength: int) -> str:
    return f"words:{kind}:{strength}"


def _parents(replies: Sequence[Observed]) -> npt.NDArray[np.float64]:
    """Return how each reply lies against the post it answers, shape (replies, len(_PARENT)); zeros without a post."""
    told = np.zeros((len(replies), len(_PARENT)))
    at = [i for i, o in enumerate(replies) if o.judged_against_parent]
    if not at:
        return told
    copied, covered, shared, numbers, negation, words, link, exact, new, known, swapped, opposites, quoted, misquoted, misquoted_figures = np.array([replies[i].alignment[:-1] for i in at], dtype=np.float64).T
    changed = (numbers > 0) | (negation > 0) | (link > 0)
    told[at] = np.stack([
        shared == 0, shared, copied, copied >= 0.5, covered, covered >= 0.5, np.minimum(numbers, 3) / 3, negation,
        np.minimum(words, 4) / 4, (link > 0) & (covered >= 0.3), exact, (exact > 0) & (copied == 1), (covered >= 0.3) & (copied >= 0.4) & changed,
        np.minimum(new, 3) / 3, np.minimum(known, 3) / 3, (known > 0) & (new == 0), np.minimum(swapped, 2) / 2, np.minimum(opposites, 2) / 2, quoted, misquoted, misquoted >= 0.5, np.minimum(misquoted_figures, 2) / 2,
    ], axis=1)  # fmt: skip
    return told


def _shapes(replies: Sequence[Observed]) -> npt.NDArray[np.float64]:
    """Return what each text looks like, shape (replies, len(_SHAPES)); the columns of this group stand first."""
    texts = [o.text for o in replies]
    codes, edges = codes_of(texts)
    row = np.repeat(np.arange(len(texts)), np.diff(edges))
    kinds = _kinds()[codes[:-1]].astype(np.int64)
    counted = np.bincount(row * len(_KINDS) + kinds, minlength=len(texts) * len(_KINDS)).reshape(len(texts), len(_KINDS))
    _, kanji, hiragana, katakana, latin, digits, lines, exclamation, question, emoji = counted.T
    length = np.diff(edges) - 1
    n = np.maximum(length, 1)
    words = kanji + hiragana + katakana + latin
    money = np.zeros(len(texts), dtype=np.bool_)
    for i in np.flatnonzero(digits).tolist():
        money[i] = _MONEY.search(texts[i]) is not None
    given = (
        _log_lengths(length), n <= 6, np.minimum(lines, 6) / 6, kanji / n, hiragana / n, katakana / n, latin / n, digits / n, (n - words - digits) / n,
        np.minimum(emoji, 5) / 5, np.minimum(exclamation, 3) / 3, np.minimum(question, 2) / 2,
        ["ww" in t or "草" in t for t in texts], [min(t.count("〈at〉"), 5) / 5 for t in texts],
        [min(len(_HASHTAG.findall(t)), 5) / 5 if "#" in t else 0 for t in texts], ["「" in t or "『" in t or '"' in t for t in texts],
        words == 0, [o.normalized.disguises > 0 for o in replies], money,
    )  # fmt: skip
    return np.stack([np.asarray(column, dtype=np.float64) for column in given], axis=1)


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """Return the kind of each code point, by its place in _KINDS."""
    kinds = np.zeros(0x110000, dtype=np.uint8)
    for k, characters in enumerate(_KINDS):
        for first, last in spans(characters):
            kinds[first : last + 1] = k
    return kinds


def _log_lengths(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    distinct, places = np.unique(lengths, return_inverse=True)
    return np.array([math.log1p(max(n, 1)) / 5 for n in distinct.tolist()])[places]


def head_mask(names: Sequence[str], ground: str) -> npt.NDArray[np.bool_]:
    """Return which columns the head of a ground may use: author columns speak for impersonation alone, parent columns for grounds that need the parent and for any ground."""
    closed = _closed(ground)
    groups = (_OF_CONTEXT.get(name.removeprefix("rule:"), name.partition(":")[0]) for name in names)
    return np.array([group not in closed for group in groups])


def mixing_mask(heads: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which raw scores the second layer may use for each head, shape (heads that tell, heads that are told).

    A ground is told by those that know nothing of author or post that it may not know itself. Danger and any ground are
    opinions of their own, told by their own scores alone; of danger the grounds are told too.
    """
    return np.array([[a == b or ("any" not in (a, b) and b != "crisis" and _closed(b) <= _closed(a)) for b in heads] for a in heads])


def _closed(ground: str) -> set[str]:
    """Return the groups of columns that the head of a ground may not use."""
    closed = set() if ground == "impersonation" else {"author"}
    return closed if ground in _JUDGED_BY_PARENT else closed | {"parent", "meaning"}
