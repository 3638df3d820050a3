"""Model folders: what was saved is what is loaded, and nothing broken or altered is used."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from classifier.errors import ModelError
from classifier.model import Cutoffs, load_model, save_model, seal, shipped_folder
from classifier.ngrams import ngrams


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    target = tmp_path_factory.mktemp("saved") / "m"
    save_model(target, load_model(shipped_folder()), {"versions": {"numpy": "1"}, "items": {"illegal": "法令"}, "upper": {"fast": ()}})
    return target


@pytest.fixture
def folder(tmp_path, saved):
    return shutil.copytree(saved, tmp_path / "m")


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def edit(folder, **values):
    """As by hand: the checksum stays what it was."""
    (folder / "manifest.json").write_text(json.dumps({**manifest_of(folder), **values}), encoding="utf-8")


def change(folder, **values):
    """As a program would that writes a wrong manifest."""
    edit(folder, **values)
    edit(folder, checksum=seal(manifest_of(folder)))


def cutoffs(folder, **values):
    """The cut-offs of a folder, some of the fast stage's replaced."""
    found = manifest_of(folder)["cutoffs"]
    return {**found, "fast": {**found["fast"], **values}}


def test_saved_and_loaded_are_the_same(tmp_path) -> None:
    model = load_model(shipped_folder())
    save_model(tmp_path / "again", model, {})
    again = load_model(tmp_path / "again")
    for stage in ("fast", "full"):
        mine, other = getattr(model, stage), getattr(again, stage)
        for part in ("features", "bias"):
            assert np.array_equal(getattr(mine, part), getattr(other, part))
        for part in ("center", "scale", "weights", "offset"):
            assert np.array_equal(getattr(mine.mixing, part), getattr(other.mixing, part))
        assert (mine.nearness is None) is (stage == "fast")
        assert mine.nearness is None or np.array_equal(mine.nearness.axes, other.nearness.axes)
        for a, b in ((mine.ngrams, other.ngrams), (mine.lemmas, other.lemmas)):
            assert (a is None) is (b is None) and (a is None or (np.array_equal(a.columns, b.columns) and np.array_equal(a.weights, b.weights)))
    assert (again.fast_cutoffs, again.full_cutoffs, again.heads) == (model.fast_cutoffs, model.full_cutoffs, model.heads)
    with pytest.raises(FileExistsError, match="again"):
        save_model(tmp_path / "again", model, {})


ALTERED = r"manifest\.json is not the file that was saved \(checksum differs\)\. Restore the folder from a backup, or train again"


def test_what_is_said_of_a_model_comes_back_as_it_was_written(folder) -> None:
    assert load_model(folder).grounds == load_model(shipped_folder()).grounds
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(json.loads(text), indent=4), encoding="utf-8")  # another layout says the same
    assert load_model(folder).fast_cutoffs == load_model(shipped_folder()).fast_cutoffs


def test_a_folder_holds_numbers_and_json_only() -> None:
    names = {p.suffix for p in shipped_folder().iterdir()}
    assert names <= {".npz", ".json", ".md"}
    for path in shipped_folder().glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype.kind in "fui" for name in arrays.files)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda f: (f / "manifest.json").unlink(), "no model here"),
        (lambda f: (f / "manifest.json").write_text("{", encoding="utf-8"), "cannot be read"),
        (lambda f: (f / "manifest.json").write_text("[]", encoding="utf-8"), "cannot be read"),
        (lambda f: (f / "fast.npz").unlink(), "fast.npz is missing"),
        (lambda f: (f / "fast.npz").write_bytes((f / "fast.npz").read_bytes()[:-9]), "not the file that was saved"),
        (lambda f: change(f, format=99), "format is 99"),
        (lambda f: change(f, format=1), "format is 1"),
        (lambda f: change(f, hashing={"bits": 4, "longest": 2}), "other n-grams"),
        (lambda f: change(f, rules=["a.b"]), "cannot be read"),
        (lambda f: change(f, cutoffs={}), "cannot be read"),
        (lambda f: edit(f, cutoffs=cutoffs(f, upper=[0.2] * 15)), ALTERED),
        (lambda f: edit(f, cutoffs=cutoffs(f, together=0.5)), ALTERED),
        (lambda f: edit(f, name="other"), ALTERED),
        (lambda f: edit(f, checksum=None), ALTERED),
        (lambda f: change(f, cutoffs=cutoffs(f, lower=[float("nan")] * 15)), "cannot be read .cut-offs: .*expected 15 finite numbers each"),
        (lambda f: change(f, cutoffs=cutoffs(f, crisis=[0.3, float("inf")])), "cannot be read .cut-offs"),
        (lambda f: change(f, cutoffs=cutoffs(f, lower=[0.3] * 3, upper=[0.9] * 3)), "cannot be read .cut-offs: 3 lower and 3 upper ones, expected 15"),
        (lambda f: change(f, cutoffs=cutoffs(f, upper=[0.9] * 14)), "cannot be read .cut-offs: 15 lower and 14 upper ones"),
        (lambda f: change(f, versions=["x"]), "cannot be read"),
        (lambda f: change(f, versions={"unidic-lite": "0.1"}), "unidic-lite 0.1"),
        (lambda f: change(f, files={"gone.npz": "0"}), "gone.npz is missing"),
    ],
    ids=[
        "no manifest", "broken json", "a list", "file gone", "altered", "later format", "earlier format", "hashing", "rules", "no cutoffs",
        "cutoffs edited", "cutoff for all edited", "name edited", "no checksum", "no numbers", "infinite", "cutoffs of other grounds", "a cutoff short", "a list of versions", "other dictionary", "unknown file",
    ],
)
def test_a_broken_folder_is_refused_with_the_reason(folder, harm, message: str) -> None:
    harm(folder)
    with pytest.raises(ModelError, match=message):
        load_model(folder)


@pytest.mark.parametrize(
    ("name", "harm"),
    [("bias", lambda a: a * np.nan), ("bias", lambda a: a[:-1]), ("mixing", lambda a: a[:, None]), ("scale", lambda a: a * 0), ("features", lambda a: a[:-1]), ("ngrams_largest", lambda a: a * np.inf)],
    ids=["no numbers", "a head short", "three dimensions", "no spread", "a feature short", "infinite"],
)
def test_arrays_that_are_no_finite_numbers_of_their_shape_are_refused(folder, name: str, harm) -> None:
    path = folder / "fast.npz"
    with np.load(path, allow_pickle=False) as arrays:
        held = dict(arrays)
    with np.errstate(invalid="ignore"):
        np.savez(path, **{**held, name: harm(held[name])})
    change(folder, files={**manifest_of(folder)["files"], "fast.npz": hashlib.sha256(path.read_bytes()).hexdigest()})
    with pytest.raises(ModelError, match=f"cannot be read .{name}"):
        load_model(folder)


def test_evidence_is_the_stretch_that_speaks_most() -> None:
    model = load_model(shipped_folder())
    texts = ["昨日の説明は分かりやすかったけど、お前は寄生虫以下のゴミクズだな", ""]
    wanted = np.zeros((2, len(model.heads) - 1), dtype=np.bool_)
    wanted[:, model.heads.index("defamation")] = True
    evidence = model.evidence_of(texts, ngrams(texts), wanted)
    stretch = evidence(texts[0], "defamation")
    assert stretch is not None
    words = texts[0][slice(*stretch)]
    assert "説明" not in words
    assert "ゴミクズ" in words or "寄生虫" in words
    assert evidence("", "defamation") is None


def test_a_batch_notes_the_grounds_that_each_reply_reaches() -> None:
    cutoffs = Cutoffs(lower=(0.3, 0.5, 0.2), upper=(0.9, None, 0.9), crisis=(0.4, 0.2), doubtful=0.1, together=0.6)
    scores = np.random.default_rng(20200302).uniform(0, 0.7, (300, 5))  # three grounds, danger, all together
    scores[:100, :3] *= 0.25
    answering = np.arange(300) % 2 == 0
    noted = cutoffs.noted(scores, scores[:, :3], answering)
    assert [np.flatnonzero(row[:3]).tolist() for row in noted] == [cutoffs.reached(row[:3], row[4]) for row in scores]
    assert noted[:, 3].tolist() == (scores[:, 3] >= np.where(answering, 0.2, 0.4)).tolist()
    assert {len(cutoffs.reached(row[:3], row[4])) for row in scores} >= {0, 1, 2}
    assert cutoffs.noted(np.zeros((1, 5)), np.array([[0.9, 1.0, 0.89]]), answering[:1]).tolist() == [[True, False, False, False, False]]
