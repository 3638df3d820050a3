"""Two exports side by side: no alarm for the same kind of replies, an alarm for others, and no text of a reply in the report."""

import csv
import json
import random
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from exports import rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.spatial.distance import jensenshannon

from classifier.drift import Drift, drift, moved, write_drift
from classifier.errors import DataError, OutputError
from classifier.evaluate import Ratio
from classifier.messages import use
from classifier.scorer import Scorer
from classifier.shift import (
    against_chance,
    change,
    contributions,
    holm,
    jensen_shannon,
    rise_of_mean,
    stability,
    tenths,
)

DATA = Path(__file__).parents[1] / "data" / "replies.csv"


@cache
def rows() -> list[dict[str, str]]:
    return rows_of(DATA)


@cache
def scorer() -> Scorer:
    return Scorer.default(fast=True)


def put(path: Path, replies: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(replies[0]))
        writer.writeheader()
        writer.writerows(replies)
    return path


def compared(folder: Path, old: list[dict[str, str]], new: list[dict[str, str]]) -> Drift:
    return drift(scorer(), put(folder / "old.csv", old), put(folder / "new.csv", new))


def of(found: Drift, name: str) -> float:
    return next(d.value for d in found.divergences if d.name == name)


def halves(seed: int, n: int) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    drawn = random.Random(seed).sample(rows(), 2 * n)
    return drawn[:n], drawn[n:]


def test_an_export_beside_itself_or_in_another_order_is_not_due(tmp_path: Path) -> None:
    replies = halves(1, 200)[0]
    found = compared(tmp_path, replies, random.Random(1).sample(replies, len(replies)))
    assert (found.due, found.reasons) == (False, ())
    assert [d.value for d in found.divergences] == pytest.approx([0] * 6, abs=1e-9)
    assert all(c.difference == 0 for c in (*found.grounds, *found.shapes))
    assert (found.ks, found.words) == (0, ())


def test_random_halves_of_the_same_replies_hardly_ever_alarm(tmp_path: Path) -> None:
    alarms = [seed for seed in range(12) if compared(tmp_path, *halves(seed, 100)).due]
    assert len(alarms) <= 1


def test_the_order_of_replies_changes_nothing(tmp_path: Path) -> None:
    old, new = halves(2, 120)
    assert compared(tmp_path, old[::-1], new[::-1]) == compared(tmp_path, old, new)


def test_more_violations_are_due_and_say_why(tmp_path: Path) -> None:
    harmless, bad = ([r for r in rows() if bool(r["labels"]) is held] for held in (False, True))
    found = compared(tmp_path, harmless[:300], harmless[300:450] + bad[:150])
    assert found.due
    assert next(d for d in found.divergences if d.name == "scores").beyond
    overall = found.grounds[0]
    assert (overall.name, overall.kind, moved(overall)) == ("any", "reached", True)
    assert overall.low < overall.difference < overall.high
    assert any(r.startswith("The scores have moved") for r in found.reasons)
    assert any(r.startswith("any: share that reaches review or suggest") for r in found.reasons)
    use("ja")
    assert found.reasons == found.japanese
    assert any("いずれかの項目" in r for r in found.reasons)


def test_another_language_is_due_for_its_words_and_characters(tmp_path: Path) -> None:
    old, new = halves(3, 150)
    english = ["thank you for the update", "please fix the reception in the subway", "what a waste of taxes", "when will the counter open again"]
    changed = [{**r, "text": f"{english[i % 4]}, {english[(i * 7 + 1) % 4]}", "labels": ""} for i, r in enumerate(new)]
    beyond = {d.name for d in compared(tmp_path, old, changed).divergences if d.beyond}
    assert {"tokens", "characters", "classes"} <= beyond


def test_too_few_replies_are_refused_with_the_number_wanted(tmp_path: Path) -> None:
    old, new = halves(4, 60)
    with pytest.raises(DataError, match=r"new\.csv: 49 replies .* at least 50 on each side"):
        compared(tmp_path, old, new[:49])


def test_reposts_and_own_posts_do_not_count(tmp_path: Path) -> None:
    old, new = halves(5, 60)
    with pytest.raises(DataError, match=r"old\.csv: 40 replies"):
        compared(tmp_path, [{**r, "kind": "repost" if i < 20 else r["kind"]} for i, r in enumerate(old)], new)


def test_rules_alone_can_be_compared(tmp_path: Path) -> None:
    old, new = halves(6, 60)
    found = drift(Scorer(None), put(tmp_path / "old.csv", old), put(tmp_path / "new.csv", new))
    assert found.model == "none"
    assert [d.name for d in found.divergences] == ["tokens", "characters", "classes", "scores"]


def test_shapes_are_links_other_than_pictures_mentions_and_known_posts(tmp_path: Path) -> None:
    texts = ["電波が弱い"] * 20 + ["電波が弱い https://www.example.com/a"] * 15 + ["電波が弱い pic.twitter.com/AbCdEfGhIj"] * 10 + ["@tanaka_ken さん、電波が弱い"] * 15
    old = [{"id": f"o{i}", "text": t, "parent_text": "5Gの整備について" if i < 6 else ""} for i, t in enumerate(texts)]
    new = [{"id": f"n{i}", "text": "電波が弱い", "parent_text": ""} for i in range(60)]
    found = drift(Scorer(None), put(tmp_path / "old.csv", old), put(tmp_path / "new.csv", new))
    assert {c.name: (c.old.part, c.new.part) for c in found.shapes} == {"links": (15, 0), "mentions": (15, 0), "parents": (6, 0)}


def test_changed_words_hold_no_name_handle_or_number(tmp_path: Path) -> None:
    old, new = halves(7, 80)
    secret = "山田太郎さんと@hidden_name 09012345678 kobayashi の件、地デジ化"
    found = compared(tmp_path, old, [{**r, "text": f"{r['text']} {secret}", "author_name": "Kobayashi Ken"} for r in new])
    words = [w.word for w in found.words]
    assert "地" not in words
    assert not [w for w in words if re.search(r"山田|太郎|hidden|kobayashi|\d", w)]
    assert found.words
    assert all(w.old + w.new >= 5 for w in found.words)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Drift, Path]:
    folder = tmp_path_factory.mktemp("drift")
    old, new = halves(8, 100)
    old[0] = {**old[0], "id": "<script>alert(1)</script>"}
    found = compared(folder, old, new)
    for suffix in ("html", "md", "json"):
        write_drift(folder / f"drift.{suffix}", found)
    return found, folder


@pytest.mark.parametrize("suffix", ["html", "md", "json"])
def test_no_text_of_a_reply_and_no_link_stands_in_the_report(written: tuple[Drift, Path], suffix: str) -> None:
    text = (written[1] / f"drift.{suffix}").read_text(encoding="utf-8")
    for reply in (r for part in halves(8, 100) for r in part):
        body = reply["text"].removeprefix("@MIC_ICT ")
        assert len(body) < 8 or body[:12] not in text
    assert "<script" not in text
    assert not re.search(r"(?:src|href)=\"(?!#|data:,)", text)


def test_the_page_says_the_verdict_and_every_figure(written: tuple[Drift, Path]) -> None:
    found, folder = written
    page = (folder / "drift.html").read_text(encoding="utf-8")
    assert "学習し直すほどの変化は見つかりませんでした" in page
    for d in found.divergences:
        assert f"<b>{round(d.value, 3) + 0.0:.3f}</b>" in page  # no -0.000
    told = json.loads((folder / "drift.json").read_text(encoding="utf-8"))
    assert (told["due"], told["reasons"], told["format"]) == (False, [], 1)
    assert [d["value"] for d in told["divergences"]] == [d.value for d in found.divergences]
    assert (folder / "drift.md").read_text(encoding="utf-8").startswith("# 返信の傾向の比較報告書")
    assert not list(folder.glob("*.part"))


def test_another_suffix_is_refused_and_nothing_written(written: tuple[Drift, Path], tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"report\.pdf: no format for this ending"):
        write_drift(tmp_path / "report.pdf", written[0])
    assert not list(tmp_path.iterdir())


def test_a_comparison_takes_the_place_of_figures_alone(written: tuple[Drift, Path], tmp_path: Path) -> None:
    for _ in range(2):
        write_drift(tmp_path / "d.json", written[0])
    (tmp_path / "gold.json").write_text('{"text": "甲", "labels": ""}', encoding="utf-8")
    with pytest.raises(OutputError, match=r"gold\.json holds no figures"):
        write_drift(tmp_path / "gold.json", written[0])
    write_drift(tmp_path / "gold.html", written[0])  # of which no figures stand beside it
    assert (tmp_path / "gold.json").read_text(encoding="utf-8") == '{"text": "甲", "labels": ""}'


@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=2, max_size=12), st.integers(1, 11))
@settings(max_examples=50)
def test_jensen_shannon_is_that_of_scipy(counts: list[list[int]], old: int) -> None:
    old = min(old, len(counts) - 1)
    table = np.array(counts)
    left, right = table[:old].sum(axis=0), table[old:].sum(axis=0)
    if left.sum() and right.sum():
        value = float(jensen_shannon(csr_matrix(table))(np.arange(len(counts))[None, :] < old)[0])
        expected = jensenshannon(left, right, base=2) ** 2
        assert value == pytest.approx(0 if np.isnan(expected) else expected, abs=1e-9)
        assert np.abs(contributions(csr_matrix(table), old)).sum() == pytest.approx(value, abs=1e-9)


def test_newcombe_interval_is_that_of_the_paper() -> None:
    """Newcombe (1998), table II, method 10: 56/70 less 48/80 is 0.2, 0.0524 to 0.3339."""
    found = change("x", "reached", Ratio(48, 80), Ratio(56, 70))
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_holm_multiplies_by_the_tests_that_are_left_and_keeps_the_order() -> None:
    given_ = [change(str(i), "reached", Ratio(a, 50), Ratio(b, 50)) for i, (a, b) in enumerate([(0, 20), (10, 12), (5, 14)])]
    found = holm(given_)
    assert [c.name for c in found] == ["0", "1", "2"]
    assert found[0].corrected == pytest.approx(3 * found[0].p)
    assert found[2].corrected == pytest.approx(2 * found[2].p)
    assert found[1].corrected == pytest.approx(found[1].p)


def test_stability_index_of_a_known_shift() -> None:
    old = np.arange(100) / 100
    new = np.concatenate([old[:50], old[:50]])
    assert tenths(old, new) == ([10] * 10, [20] * 5 + [0] * 5)
    low, high, none = 10.5 / 105, 20.5 / 105, 0.5 / 105
    expected = 5 * (high - low) * np.log(high / low) + 5 * (none - low) * np.log(none / low)
    real = np.arange(200)[None, :] < 100
    assert stability(np.concatenate([old, new]))(real)[0] == pytest.approx(expected)


def test_against_chance_tells_a_shift_from_noise() -> None:
    noise = np.random.default_rng(1).random(200)
    assert not against_chance("x", rise_of_mean(noise), 100, 100, floor=0.1, seed=1).beyond
    shifted = against_chance("x", rise_of_mean(np.where(np.arange(200) < 100, noise, noise + 0.3)), 100, 100, floor=0.1, seed=1)
    assert (shifted.beyond, shifted.p) == (True, pytest.approx(1 / 201))


def test_short_links_that_end_a_text_are_no_links_and_the_page_says_so(tmp_path: Path) -> None:
    texts = ["電波が弱い"] * 40 + ["電波が弱い https://t.co/AbCdEfGh"] * 15 + ["電波が https://t.co/AbCdEfGh 弱い"] * 5
    old, new = ([{"id": f"{side}{i}", "text": t, "parent_text": ""} for i, t in enumerate(texts)] for side in "on")
    found = drift(Scorer(None), put(tmp_path / "old.csv", old), put(tmp_path / "new.csv", new))
    assert {c.name: c.old.part for c in found.shapes}["links"] == 5
    write_drift(tmp_path / "d.md", found)
    line = next(x for x in (tmp_path / "d.md").read_text(encoding="utf-8").splitlines() if x.startswith("| リンクを含む"))
    assert "文末のt.coも画像とみなして除く" in line and "8.3%" in line
