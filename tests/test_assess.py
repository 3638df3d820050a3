"""The figures of an evaluation: they add up, agree with each other, and survive the file."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from classifier.assess import Field, assess, estimate, reliability, workloads
from classifier.assessment import Load, dump, read_assessment
from classifier.errors import InputError
from classifier.evaluate import Ratio
from classifier.labeled import Labeled, read_labeled
from classifier.policy import default_policy
from classifier.provenance import fingerprints, part_of, provenance, trained_texts
from classifier.replies import Reply
from classifier.scorer import Scorer
from classifier.validate import LONG, bare

POLICY = default_policy()


@pytest.fixture(scope="module")
def found(small_data):
    rows, part = part_of(read_labeled([small_data], POLICY), "tune")
    where = provenance("default", {}, POLICY, data=fingerprints([small_data], rows), rows=rows, part=part)
    return rows, assess(Scorer.default(), rows, provenance=where, suites=(("some", rows[:10]),))


def test_counts_add_up(found):
    rows, a = found
    assert sum(n for _, n in a.actions) == a.figures.replies == len(rows)
    bad = sum(bool(r.labels) for r in rows)
    f = a.figures
    assert f.violations_suggested.whole == f.violations_kept.whole == bad
    assert dict(a.actions)["suggest"] == f.violations_suggested.part + f.harmless_suggested.part
    assert sum(c.count for c in a.confusions if c.held == c.proposed) <= sum(g.caught.part for g in f.grounds)
    assert a.of_any().bins and sum(b.observed.whole for b in a.of_any().bins) == len(rows)
    assert sum(s.replies for s in a.slices if s.kind == "language") <= len(rows)
    assert {s.value for s in a.slices if s.kind == "names"} == {"as_given", "blanked"}
    assert 0 < a.named == sum(bool(r.reply.author_name or r.reply.author_handle) for r in rows) < len(rows)
    assert [(s.kind, s.value, s.replies) for s in a.suites] == [("suite", "some", 10)]


def test_the_models_own_cutoffs_are_one_point_of_the_trade(found):
    _, a = found
    (chosen,) = [p for p in a.loads if p.shift == 0]
    assert chosen.violations_kept == a.figures.violations_kept
    assert chosen.harmless_read.part == a.figures.harmless_suggested.part + a.figures.harmless_reviewed.part
    kept = [p.violations_kept.part for p in a.loads]
    read = [p.harmless_read.part for p in a.loads]
    assert kept == sorted(kept) and read == sorted(read, reverse=True)


def test_mistakes_carry_the_score_of_the_ground_beside_them():
    texts = {"model": "登録で5千円もらえる招待コードA", "rule": "マイナンバーは123456789018です", "crisis": "もう死にたい。誰にも相談できない", "missed": "電波が弱いです"}
    rows = [Labeled(Reply(i, text), frozenset({"malware"} if i == "missed" else ())) for i, text in texts.items()]
    scorer = Scorer.default()
    results = {r.reply.id: r for r in scorer([r.reply for r in rows])}
    found = {m.id: m for m in assess(scorer, rows, provenance=provenance("m", {}, POLICY, data=(), rows=rows, part="all")).mistakes}
    by_model = next(x.score for x in results["model"].decision.reasons if x.ground == "commercial" and x.source == "model")
    of_malware = round(results["missed"].scores[POLICY.ids.index("malware")], 4)
    assert {i: (m.decided_by, m.score) for i, m in found.items()} == {
        "model": ("model", by_model), "rule": ("rule", None), "crisis": ("crisis", None), "missed": ("model", of_malware)
    }  # fmt: skip


def test_the_file_gives_back_the_same_figures(found, tmp_path):
    _, a = found
    (tmp_path / "f.json").write_text(dump(a), encoding="utf-8")
    again = read_assessment(tmp_path / "f.json")
    assert again == a
    assert dump(again) == dump(a)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": 99}', '{"format": 1}'], ids=["broken", "list", "empty", "format", "parts"])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "f.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"f\.json: (figures of format|not a figures file)"):
        read_assessment(tmp_path / "f.json")


def test_texts_are_masked():
    rows = [Labeled(Reply("1", "@taro お前みたいな寄生虫はタヒね 090-1234-5678"), frozenset())]
    a = assess(Scorer.default(fast=True), rows, provenance=provenance("m", {}, POLICY, data=(), rows=rows, part="all"))
    (mistake,) = a.mistakes
    assert mistake.kind in ("wrong_suggestion", "wrong_review")
    assert "taro" not in dump(a) and "1234" not in dump(a)


def test_nothing_and_rules_alone_give_figures_too():
    where = provenance("none", {}, POLICY, data=(), rows=(), part="all")
    empty = assess(Scorer.default(fast=True), (), provenance=where)
    assert (empty.figures.replies, empty.estimate.precision, empty.near_pairs) == (0, None, 0)
    rows = [Labeled(Reply("1", "お前みたいな寄生虫はタヒね"), frozenset({"defamation"}))]
    alone = assess(Scorer(None), rows, provenance=where)
    assert (alone.loads, alone.rules_only, alone.cutoffs[0]) == ((), POLICY.ids, (None, None))


def test_rows_that_trained_the_model_are_counted(small_built, small_data):
    rows = read_labeled([small_data], POLICY)
    where = provenance("small", small_built.trained.notes, POLICY, data=fingerprints([small_data], rows), rows=rows, part="all")
    assert where.seen == sum(r.split == "train" for r in rows)
    assert small_built.assessment.provenance.seen == 0


def test_texts_of_any_length_have_their_slice():
    texts = ["電波が弱い", *("電" * n for n in (10, 11, 30, 31, 80)), *("電波が入らない。" * n for n in (11, 13, 1300)), *("長い文です。" * (20 + i) for i in range(7))]
    rows = [Labeled(Reply(str(i), text), frozenset()) for i, text in enumerate(texts * 5)]
    a = assess(Scorer(None), rows, provenance=provenance("none", {}, POLICY, data=(), rows=rows, part="all"))
    assert {s.value: s.replies for s in a.slices if s.kind == "length"} == {"1-10": 10, "11-30": 10, "31-80": 10, "81-": 50}


def test_files_of_one_name_are_told_apart(tmp_path):
    paths = [tmp_path / folder / "x.csv" for folder in ("spring", "autumn")]
    for path, texts in zip(paths, (["電波が弱い", "回線が遅い", "料金が高い"], ["説明が分かりにくい"]), strict=True):
        path.parent.mkdir()
        path.write_text("\n".join(["text,labels", *(f"{t}," for t in texts)]), encoding="utf-8")
    rows = read_labeled(paths, POLICY)
    sources = fingerprints(paths, rows)
    assert [(s.name, s.rows) for s in sources] == [("x.csv", 3), ("x.csv", 1)]
    assert sources[0].sha256 != sources[1].sha256
    where = provenance("m", {"data": [asdict(sources[1])]}, POLICY, data=sources, rows=rows, part="all")
    assert where.seen == 1


def test_equal_texts_that_are_treated_differently_are_told():
    text = "この件について担当の方にお伺いしたいのですが、いつ頃になりますでしょうか"
    rows = [Labeled(Reply("1", text), frozenset()), Labeled(Reply("2", text + "。お前みたいな寄生虫は死ね"), frozenset({"defamation"})), Labeled(Reply("3", text + "？"), frozenset())]
    a = assess(Scorer.default(fast=True), rows, provenance=provenance("m", {}, POLICY, data=(), rows=rows, part="all"))
    assert a.near_pairs >= 1
    assert {(u.one, u.other) for u in a.uneven} <= {("1", "2"), ("2", "3")}


def test_estimate_is_bayes(found):
    _, a = found
    figures = replace(a.figures, violations_suggested=Ratio(50, 100), violations_kept=Ratio(10, 100), harmless_suggested=Ratio(1, 1000), harmless_reviewed=Ratio(99, 1000))
    e = estimate(figures, 0.03)
    assert e.precision == pytest.approx(0.03 * 0.5 / (0.03 * 0.5 + 0.97 * 0.001))
    assert e.wrong_per_thousand == pytest.approx(1)
    assert e.read == pytest.approx(0.03 * 0.9 + 0.97 * 0.1)
    assert e.missed_per_thousand == pytest.approx(3)


def test_workloads_take_the_largest_load_that_fits():
    loads = [Load(-1, Ratio(50, 100), Ratio(0, 100)), Load(0, Ratio(10, 100), Ratio(5, 100)), Load(1, Ratio(2, 100), Ratio(40, 100))]
    out = workloads(loads, Field(0.05, 1000, (10, 60, 150, 2000)))
    assert [(w.reviews_a_day, w.missed_share) for w in out] == [(10, None), (60, 0.4), (150, 0.05), (2000, 0.0)]
    assert out[2].missed_a_day == pytest.approx(2.5)


def test_perfect_probabilities_have_no_calibration_error():
    probability = np.repeat([0.0, 0.25, 0.75, 1.0], 100)
    true = np.concatenate([np.zeros(100), np.arange(100) < 25, np.arange(100) < 75, np.ones(100)]).astype(bool)
    assert reliability("any", probability, true).error == pytest.approx(0)
    assert reliability("any", 1 - probability, true).error == pytest.approx(0.75)


def test_texts_that_trained_the_model_are_known_again_in_another_file(small_models, small_data, tmp_path):
    """A copy of the data with one label corrected is another file, and its rows trained the model all the same."""
    rows = read_labeled([small_data], POLICY)
    texts = trained_texts(small_models / "small")
    trained, apart = ([r for r in rows if (r.split == "train") is side and len(bare(r.reply.text)) >= LONG] for side in (True, False))
    for part, seen in ((trained, len(trained)), (apart, 0)):
        assert provenance("small", {}, POLICY, data=(), rows=part, part="all", texts=texts).seen == seen
    short = [r for r in rows if r.split == "train" and len(bare(r.reply.text)) < LONG]
    where = provenance("small", {}, POLICY, data=(), rows=[*short, *trained], part="all", texts=texts)
    assert short and (where.seen, where.unknown) == (len(trained), len(short))
    assert trained_texts(tmp_path) is None
