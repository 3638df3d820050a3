"""Training: the shipped model is what the shipped data give, and wrong data are refused with file and row."""

import csv
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from classifier.errors import DataError
from classifier.labeled import Labeled, read_labeled
from classifier.model import ANY, CRISIS, load_model, read_manifest, shipped_folder
from classifier.policy import default_policy
from classifier.provenance import fingerprints
from classifier.replies import Reply
from classifier.rules import default_pack
from classifier.scorer import Scorer
from classifier.thresholds import together
from classifier.train import Recipe, train, weights_of

DATA = Path(__file__).parents[1] / "data" / "replies.csv"


def test_the_shipped_model_names_the_shipped_data() -> None:
    """Rows that changed after the training would show here."""
    rows = read_labeled([DATA], default_policy())
    assert read_manifest(shipped_folder())["data"] == [asdict(s) for s in fingerprints([DATA], rows)]


@pytest.mark.retrain
def test_the_shipped_model_is_what_the_shipped_data_give() -> None:
    """The whole training run; numbers may differ in the last digits from one processor to another, decisions may not."""
    rows = read_labeled([DATA], default_policy())
    built = train(rows, "default", policy=default_policy(), pack=default_pack()).model
    shipped = load_model(shipped_folder())
    assert (built.grounds, built.heads, built.policy, built.rules) == (shipped.grounds, shipped.heads, shipped.policy, shipped.rules)
    for mine, other in ((built.fast, shipped.fast), (built.full, shipped.full)):
        for part, a, b in (*((p, getattr(mine, p), getattr(other, p)) for p in ("features", "vectors", "bias")), ("mixing", mine.mixing.weights, other.mixing.weights), ("offset", mine.mixing.offset, other.mixing.offset)):
            if a is not None:
                assert np.allclose(a, b, rtol=0.02, atol=0.02), part
        for a, b in ((mine.ngrams, other.ngrams), (mine.lemmas, other.lemmas)):
            if a is not None:
                assert np.array_equal(a.columns, b.columns) and np.allclose(a.weights, b.weights, rtol=0.02, atol=0.02)
    for mine, other in ((built.fast_cutoffs, shipped.fast_cutoffs), (built.full_cutoffs, shipped.full_cutoffs)):
        assert np.allclose(mine.lower, other.lower, atol=0.02)
        assert [u is None for u in mine.upper] == [u is None for u in other.upper]
        assert np.allclose([u or 0 for u in mine.upper], [u or 0 for u in other.upper], atol=0.02)


def test_too_few_positives_are_named(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["text", "labels"], *[[f"電波の話 {i}", ""] for i in range(30)]])
    with pytest.raises(DataError, match="No ground has the 20 positives"):
        train(read_labeled([path], default_policy()), "x", policy=default_policy(), pack=default_pack())


def test_a_rare_ground_goes_by_rules_and_people(small_built) -> None:
    model = small_built.trained.model
    rare = {g for g, n in small_built.trained.notes["positives"].items() if n < 20}
    assert set(model.rules_only) == rare != set()
    for g in rare:
        k = model.grounds.index(g)
        assert not model.fast.ngrams.weights[:, k].any() and model.fast_cutoffs.upper[k] is None
        assert f"| {g} | {small_built.trained.notes['positives'][g]} | - | - | rules and people alone" in small_built.cards["en"]


WORDS = {"commercial": ["登録", "副業", "儲かる", "投資", "紹介", "限定"], "": ["電波", "回線", "料金", "窓口", "地域", "番組"]}


def some(path: Path, harmless: int, parents: int) -> list[Labeled]:
    """Return 90 adverts under posts of their own and some harmless rows under so many others."""
    rows = [(f"{WORDS['commercial'][i % 6]}の{WORDS['commercial'][i % 5]}はこちら {i}", f"お知らせ{i % 9}", "commercial") for i in range(90)]
    rows += [(f"{WORDS[''][i % 6]}の{WORDS[''][i % 5]}が気になる {i}", f"別の話{i % parents}", "") for i in range(harmless)]
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["text", "parent_text", "labels"], *rows])
    return read_labeled([path], default_policy())


@pytest.mark.parametrize(("harmless", "parents", "learned"), [(40, 1, True), (40, 6, True), (0, 1, False)], ids=["one-parent", "six-parents", "none"])
def test_the_head_for_any_ground_is_learned_where_there_is_something_to_tell_apart(tmp_path: Path, harmless: int, parents: int, learned: bool) -> None:
    rows = some(tmp_path / "d.csv", harmless, parents)
    if not harmless:  # one ground is told from another, whatever else is missing
        rows += [replace(r, reply=r.reply._replace(id=f"{r.reply.id}b", text=f"お前は寄生虫 {i}"), labels=frozenset({"defamation"})) for i, r in enumerate(rows)]
    model = train(rows, "x", policy=default_policy(), pack=default_pack()).model
    assert (ANY in model.learned, CRISIS in model.learned) == (learned, False)
    (result,) = Scorer(model)([Reply("1", "電波が弱いです")])
    assert learned or result.together == pytest.approx(float(together(np.array(result.scores))), abs=1e-6)
    assert "crisis" not in result.decision.signals


def test_a_row_whose_grounds_are_undecided_counts_for_danger_alone() -> None:
    rows = [Labeled(Reply(str(n), "本文"), frozenset(), sure=sure, undecided=undecided) for n, (sure, undecided) in enumerate([(True, False), (True, True), (False, True)])]
    assert weights_of(rows, ("privacy", CRISIS, ANY), Recipe()).tolist() == [[1, 1, 1], [0, 1, 0], [0, 0.5, 0]]


def test_what_people_say_of_danger_alone_moves_no_other_head(tmp_path: Path) -> None:
    """Adverts that are marked for danger and otherwise undecided: what the others teach of adverts stays."""
    rows = some(tmp_path / "d.csv", 60, 6)
    rows += [replace(r, reply=r.reply._replace(id=f"{r.reply.id}d", text=f"もう消えたい {i}"), labels=frozenset(), crisis=True) for i, r in enumerate(rows[:40])]
    told = [replace(r, reply=r.reply._replace(id=f"{r.reply.id}u"), labels=frozenset(), crisis=True, undecided=True) for r in rows[:60]]
    (before, after, as_decided) = (train([*rows, *more], "x", policy=default_policy(), pack=default_pack()).model for more in ([], told, [replace(r, undecided=False) for r in told]))
    advert = [Reply("1", f"{WORDS['commercial'][0]}の{WORDS['commercial'][1]}はこちら", parent_text="お知らせ1")]
    (first,), (second,), (third,) = (Scorer(m)(advert) for m in (before, after, as_decided))
    k = before.grounds.index("commercial")
    assert first.scores[k] - second.scores[k] < 0.1 < first.scores[k] - third.scores[k]


def test_too_few_parents_are_named(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([["text", "parent_text", "labels"], *[[f"電波の話 {i}", "お知らせ", "other" if i % 2 else ""] for i in range(60)]])
    with pytest.raises(DataError, match=r"hang on 1 parent post\(s\)"):
        train(read_labeled([path], default_policy()), "x", policy=default_policy(), pack=default_pack())
