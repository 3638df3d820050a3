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
    np.testing.assert_allclose(whole.near, cut.near, atol=1e-5)
    np.testing.assert_array_equal(np.isnan(whole.near), ~whole.judged)
    assert inputs_of([], pack, "MIC_ICT").features.shape[0] == 0
