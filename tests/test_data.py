"""The labelled replies and suites: what they must hold, and that no row is another one again."""

import re
from collections import Counter
from collections.abc import Sequence, Set
from itertools import chain, combinations
from math import ceil
from operator import itemgetter
from pathlib import Path
from random import Random

import numpy as np
import pytest
from exports import rows_of
from scipy.sparse import csr_matrix

from classifier.labeled import counts, read_labeled
from classifier.policy import default_policy

DATA = Path(__file__).parents[1] / "data"
SUITES = sorted((DATA / "suites").glob("*.csv"))
LEAST = {
    "defamation": 700, "discrimination": 600, "false_information": 500, "commercial": 500, "off_topic": 500, "obscenity": 350, "public_order": 350,
    "political_religious": 300, "illegal": 300, "privacy": 300, "impersonation": 250, "malware": 250, "alteration": 250, "intellectual_property": 250, "other": 200, "": 4500,
}  # fmt: skip
LEAST_TAGS = {"criticism": 1800, "dull": 800, "identity": 300, "coarse": 300, "innocent": 200, "pair": 400}
LEAST_IN_SUITES = {"criticism": 600, "identity": 150, "hard_negatives": 300, "disguises": 400, "disguises_fresh": 260, "innocent": 160, "distress": 60, "distress_fresh": 89, "distress_fresh_2": 110, "distress_fresh_3": 280, "distress_fresh_4": 260, "distress_fresh_5": 278, "distress_fresh_6": 290, "distress_alikes": 60, "distress_alikes_fresh": 110, "threats_fresh": 200, "threats_fresh_2": 240, "pairs": 130, "contrasts_fresh": 240, "languages_fresh": 270, "slurs_fresh": 290, "asides_fresh": 290, "mixture_fresh": 300, "mixture_fresh_2": 310, "mixture_fresh_3": 310, "reports_fresh": 220, "exposures_fresh": 250, "lists_fresh": 270, "scripts_fresh": 250, "statements_fresh": 320, "gloating_fresh": 280, "off_topic_fresh": 440, "rumours_fresh": 440, "alterations_fresh": 279, "alterations_fresh_2": 310, "suspicions_fresh": 330, "slurs_fresh_2": 280, "posing_fresh": 280, "plain_fresh": 330, "plain_fresh_2": 297, "new_writers_fresh": 7400}
SIMILAR = 0.6


@pytest.fixture(scope="module")
def rows():
    return read_labeled([DATA / "replies.csv"], default_policy())


def suite_rows() -> list[dict[str, str]]:
    return [row for path in SUITES for row in rows_of(path)]


def parts(cell: str) -> Set[str]:
    return {part for part in cell.split("|") if part}


def bare(text: str) -> str:
    return re.sub(r"\s", "", re.sub(r"^(?:@\w+ )+|(?<=.) https://t\.co/\w+$", "", text))


def test_replies_hold_enough_of_every_ground_and_kind(rows) -> None:
    assert len(rows) >= 8000
    held = counts(rows)
    assert {g: n for g, n in LEAST.items() if held[g] < n} == {}
    tags = Counter(t.partition(":")[0] for r in rows for t in r.tags)
    assert {t: n for t, n in LEAST_TAGS.items() if tags[t] < n} == {}
    hard = Counter(t.partition(":")[2] for r in rows for t in r.tags if t.startswith("hard:"))
    assert {g: hard[g] for g in default_policy().ids if hard[g] < 60} == {}
    assert sum(r.crisis for r in rows) >= 150
    assert not any(r.crisis and r.labels for r in rows)


def similar_pairs(sets: Sequence[Set[str]], least: float) -> list[tuple[int, int]]:
    """Return the pairs of sets whose Jaccard similarity is at least `least`, none left out.

    Of two such sets with n and m members each shares at least ceil(least * n) with the other; so that among the n - ceil(least * n) + 3 rarest of the one
    and as many of the other three are shared (prefix filtering: Chaudhuri, Ganti and Kaushik 2006). Few others share so many, and they are counted out.
    """
    often = Counter(chain.from_iterable(sets))
    rank = {gram: i for i, (gram, _) in enumerate(sorted(often.items(), key=itemgetter(1)))}
    ordered = [sorted(rank[gram] for gram in s) for s in sets]
    shared = [ceil(least * len(o)) for o in ordered]
    rarest = membership([o[: len(o) - n + 3] for o, n in zip(ordered, shared, strict=True)], len(rank))
    enough = np.minimum(shared, 3)
    found = []
    for start in range(0, len(sets), 1000):
        block = (rarest[start : start + 1000] @ rarest.T).tocoo()
        left = block.row + start
        likely = (left < block.col) & (block.data >= np.minimum(enough[left], enough[block.col]))
        for a, b in zip(left[likely].tolist(), block.col[likely].tolist(), strict=True):
            if len(sets[a] & sets[b]) >= least * len(sets[a] | sets[b]):
                found.append((a, b))
    return found


def membership(sets: Sequence[Sequence[int]], members: int) -> csr_matrix:
    ends = np.cumsum([0, *map(len, sets)])
    return csr_matrix((np.ones(ends[-1], dtype=np.float32), np.fromiter(chain.from_iterable(sets), dtype=np.int32, count=ends[-1]), ends), shape=(len(sets), members))


def test_no_similar_pair_is_left_out() -> None:
    drawn = Random(1)
    sets = [{chr(97 + min(int(drawn.expovariate(0.2)), 20)) for _ in range(drawn.randint(1, 12))} for _ in range(1500)]
    for least in (0.4, SIMILAR, 1.0):
        assert sorted(similar_pairs(sets, least)) == [(a, b) for a, b in combinations(range(len(sets)), 2) if len(sets[a] & sets[b]) >= least * len(sets[a] | sets[b])]


def test_splits_share_neither_parent_nor_writer(rows) -> None:
    for side in ("group", "writer"):
        splits: dict[str, set[str]] = {}
        for r in rows:
            splits.setdefault(getattr(r, side), set()).add(r.split)
        assert [k for k, s in splits.items() if len(s) > 1] == []


def test_every_writer_is_told_of_once(rows) -> None:
    """What each writer was asked for stands in writers.csv, beside its number of rows."""
    told = [(w["writer"], w["split"], int(w["rows"])) for w in rows_of(DATA / "writers.csv")]
    assert sorted(told) == sorted((writer, split, n) for (writer, split), n in Counter((r.writer, r.split) for r in rows).items())


def test_what_was_settled_last_is_what_a_row_holds(rows) -> None:
    held = {row["id"]: (parts(row["labels"]) | parts(row["signals"]), row["sure"]) for row in (*rows_of(DATA / "replies.csv"), *suite_rows())}
    settled = {row["id"]: (parts(row["settled"]) - {"-"}, row["sure"]) for row in rows_of(DATA / "disagreements.csv")}
    assert len(settled) > 4000
    assert {ident: (what, held.get(ident)) for ident, what in settled.items() if held.get(ident) != what} == {}


def test_links_and_names_are_as_common_in_harmless_rows_that_need_them(rows) -> None:
    for has in (lambda r: r.reply.author_name, lambda r: r.reply.text.startswith("@MIC_ICT") and r.reply.parent_id, lambda r: any("/photo/" in u for u in r.reply.urls)):
        bad, good = ([bool(has(r)) for r in rows if bool(r.labels) == side] for side in (True, False))
        assert abs(np.mean(bad) - np.mean(good)) < 0.1


def test_no_row_is_nearly_another(rows) -> None:
    """Character trigrams of the texts without mentions and pictures, Jaccard similarity; declared minimal pairs may be near."""
    suites = suite_rows()
    texts = [bare(r.reply.text) for r in rows] + [bare(r["text"]) for r in suites]
    pairs = [{t for t in r.tags if t.startswith("pair:")} for r in rows] + [{r["pair"].split("-")[0]} - {""} for r in suites]
    names = [r.reply.id for r in rows] + [r["id"] for r in suites]
    grams = [{t[i : i + 3] for i in range(max(len(t) - 2, 1))} for t in texts]
    near = [(names[a], names[b]) for a, b in similar_pairs(grams, SIMILAR) if not pairs[a] & pairs[b]]
    assert near == []


@pytest.mark.parametrize(("suite", "least"), LEAST_IN_SUITES.items())
def test_suites_are_large_enough(suite: str, least: int) -> None:
    rows = [r for r in suite_rows() if r["suite"] == suite]
    assert len(rows) >= least
    if suite in ("criticism", "identity", "hard_negatives", "innocent", "distress", "distress_fresh", "distress_fresh_2", "distress_alikes", "distress_alikes_fresh"):
        assert {r["labels"] for r in rows} == {""}


def test_no_mobile_number_can_be_somebodys(rows) -> None:
    """In Japan the digit after 050, 070, 080 and 090 is never a zero: invented numbers have one there, but for sequences that everybody takes for dummies."""
    number = re.compile(r"(?<![0-9])(?:0|\+81[ -]?)[5789]0[- ]?([1-9][0-9]{3})[- ]?([0-9]{4})(?![0-9])")
    texts = [(r.reply.id, r.reply.text) for r in rows] + [(r["id"], r["text"]) for r in suite_rows()]
    found = [(name, m[0]) for name, text in texts for m in number.finditer(text) if m.groups() != ("1234", "5678") and len(set(m[1] + m[2])) > 1]
    assert found == []


def test_no_suite_row_trains(rows) -> None:
    trained = {bare(r.reply.text) for r in rows}
    assert [r["id"] for r in suite_rows() if bare(r["text"]) in trained] == []
