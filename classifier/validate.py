"""Labelled data before a training run: everything that is wrong with it or wanting, named with file and line."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from classifier.labeled import Labeled, load_labeled, truth
from classifier.messages import language, say
from classifier.model import CRISIS
from classifier.policy import Policy, default_policy
from classifier.tables import PostIds
from classifier.wording import SIGNALS

SIMILAR = 0.8
"""Jaccard similarity of character trigrams from which on two texts are nearly the same."""

LONG = 15
"""Characters from which on equal texts are taken for one: what is shorter is often the same by chance."""

_BLOCK = 1000
_BESIDE = re.compile(r"^(?:@\w+\s+)+|https?://\S+|\s")  # what does not make a text another one


@dataclass(frozen=True)
class Checked:
    """Labelled rows, and what was found: errors that stop a training run, and warnings that do not."""

    rows: tuple[Labeled, ...]
    errors: tuple[str, ...]
    warnings: tuple[str, ...]


def validate(sources: Sequence[str | Path], policy: Policy, *, fewest: int, columns: Mapping[str, str] | None = None) -> Checked:
    """Return the rows of labelled files with all that is wrong or wanting; a ground should have `fewest` positives to train.

    `columns` says which of our columns is which header, where that is not a usual one.
    Labels of grounds that the packaged edition has and `policy` has not are dropped, with a warning: their item was removed.
    Raises DataError where a file has no labels at all, InputError where it cannot be read.
    """
    removed = tuple(g for g in default_policy().ids if g not in policy.ids)
    found = load_labeled(sources, policy, dropped=removed, columns=columns)
    rows, errors = found.rows, found.problems
    if sources and not rows and not errors:
        errors.append(say("data.empty"))
    return Checked(tuple(rows), (*errors, *_near(rows)), (*found.notes(), *_twice(rows), *_removed(rows, removed), *_lost_posts(rows), *_wanting(rows, policy, fewest)))


def nearly_same(rows: Sequence[Labeled], others: Sequence[Labeled], *, similar: float = SIMILAR) -> list[tuple[int, int, float]]:
    """Return which texts of `rows` are nearly one of `others`: (place in rows, place in others, similarity), sorted.

    The similarity is that of Jaccard (1901) over the sets of character trigrams, mentions, links and blanks aside.
    """
    index: dict[str, int] = {}
    left, right = (_trigrams([r.reply.text for r in side], index) for side in (rows, others))
    width = max(len(index), 1)
    a, b = (csr_matrix((np.ones(len(c), dtype=np.float32), c, p), shape=(len(p) - 1, width)) for c, p in (left, right))
    sizes = np.diff(a.indptr), np.diff(b.indptr)
    turned = b.T.tocsr()
    found = []
    for start in range(0, len(rows), _BLOCK):
        shared = (a[start : start + _BLOCK] @ turned).tocoo()
        i, j = shared.row + start, shared.col
        jaccard = shared.data / (sizes[0][i] + sizes[1][j] - shared.data)
        near = jaccard >= similar
        found += [(int(x), int(y), float(s)) for x, y, s in zip(i[near], j[near], jaccard[near], strict=True)]
    return sorted(found)


def bare(text: str) -> str:
    """Return a text without leading mentions, links and blanks."""
    return _BESIDE.sub("", text)


def _trigrams(texts: Sequence[str], index: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    columns, pointers = [], [0]
    for text in texts:
        text = bare(text)
        if len(text) >= LONG:
            columns += sorted({index.setdefault(text[i : i + 3], len(index)) for i in range(len(text) - 2)})
        pointers.append(len(columns))
    return np.array(columns, dtype=np.int64), np.array(pointers, dtype=np.int64)


def _near(rows: Sequence[Labeled]) -> list[str]:
    """Name the rows that are nearly a row of another split: what trained would be asked again."""
    train, apart = ([r for r in rows if (r.split == "train") is side] for side in (True, False))
    tune, test = ([r for r in apart if r.split == s] for s in ("tune", "test"))
    problems = []
    for mine, others in ((apart, train), (test, tune)):
        told = set()
        for i, j, _ in nearly_same(mine, others):
            if i not in told:
                told.add(i)
                one, other = mine[i], others[j]
                problems.append(say("data.near", file=one.reply.place, line=one.reply.row, split=one.split, other=f"{other.reply.place}:{other.reply.row}", second=other.split))
    return problems


def _twice(rows: Sequence[Labeled]) -> list[str]:
    """Say how many rows repeat another one, text, post and labels, and how many ids stand more than once."""
    same = len(rows) - len({(r.reply.text, r.reply.parent_text, r.reply.parent_id, r.labels, r.crisis) for r in rows})
    ids = sum(n > 1 for n in Counter(r.reply.id for r in rows).values())
    return [say(key, n=n) for key, n in (("data.same_rows", same), ("data.same_ids", ids)) if n]


def _removed(rows: Sequence[Labeled], removed: Sequence[str]) -> list[str]:
    lost = {g: sum(g in r.dropped for r in rows) for g in removed}
    return [say("data.removed_ground", ground=g, n=n) for g, n in lost.items() if n]


def _lost_posts(rows: Sequence[Labeled]) -> list[str]:
    ids = PostIds()
    for r in rows:
        ids.add(r.reply)
    return [say("data.rounded", n=ids.rounded)] if ids.rounded else []


def _wanting(rows: Sequence[Labeled], policy: Policy, fewest: int) -> list[str]:
    """Say which grounds have too few positives to learn, and which parts are missing."""
    learn = [r for r in rows if r.split == "train"]
    heads = (*policy.ids, CRISIS)
    held = truth(learn, heads).sum(axis=0)
    names = (*(g.short for g in policy.grounds), SIGNALS[CRISIS]) if language() == "ja" else heads
    lines = [say("data.too_few", head=name, found=int(n), wanted=fewest) for name, n in zip(names, held, strict=True) if n < fewest]
    if (harmless := sum(not (r.labels or r.undecided) for r in learn)) < fewest:
        lines.append(say("data.too_few_harmless", found=harmless, wanted=fewest))
    lines += [say(f"data.no_{split}") for split in ("tune", "test") if not any(r.split == split for r in rows)]
    return lines
