"""Labelled replies as numbers: the same however the rows are cut."""

from pathlib import Path

import numpy as np
import pytest

from classifier.inputs import inputs_of
from classifier.labeled import read_labeled
from classifier.policy import default_policy
from classifier.rules import default_pack


@pytest.mark.parametrize("place", ["classifier.inputs.MANY", "classifier.replies._CHUNK"])
def test_inputs_are_the_same_however_the_rows_are_cut(small_data: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    rows, pack = read_labeled([small_data], default_policy())[:60], default_pack()
    whole = inputs_of(rows, pack, "MIC_ICT")
    monkeypatch.setattr(place, 7)
    cut = inputs_of(rows, pack, "MIC_ICT")
    for part in ("ngrams", "features", "lemmas"):
        assert (getattr(whole, part) != getattr(cut, part)).nnz == 0
    assert whole.vectors is not None and cut.vectors is not None
    np.testing.assert_allclose(whole.vectors, cut.vectors, atol=1e-5)
    np.testing.assert_array_equal(whole.judged, cut.judged)
    assert whole.posts is not None and cut.posts is not None
    np.testing.assert_array_equal(whole.posts.of >= 0, whole.judged)
    np.testing.assert_allclose(whole.posts.vectors[whole.posts.of], cut.posts.vectors[cut.posts.of], atol=1e-5)
    some = np.arange(0, len(rows), 3)
    np.testing.assert_array_equal(whole.take(some).posts.of, whole.posts.of[some])
    assert inputs_of([], pack, "MIC_ICT").features.shape[0] == 0
