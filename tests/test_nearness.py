"""How near replies lie to their posts: by the encoder's vectors, and along directions learned from replies and posts."""

import numpy as np
import pytest

from classifier.encoder import DIMENSIONS, Posts
from classifier.nearness import Nearness


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def answered():
    """Posts on forty subjects, and replies that take up the subject in other words: a fixed turn of the vector, under much that is their own."""
    random = np.random.default_rng(7)
    posts = unit(random.normal(size=(40, DIMENSIONS)))
    turn = np.linalg.qr(random.normal(size=(DIMENSIONS, DIMENSIONS)))[0]
    of = np.tile(np.arange(40), 60)
    return unit(posts[of] @ turn + random.normal(scale=2 / np.sqrt(DIMENSIONS), size=(len(of), DIMENSIONS))), Posts(posts, of)


def test_directions_tell_replies_to_other_posts_apart_where_the_encoder_does_not(answered):
    vectors, posts = answered
    nearness = Nearness.of(vectors[:2000], posts.take(np.arange(2000)))
    rest = np.arange(2000, len(vectors))
    own, other = nearness(vectors[rest], posts.take(rest)), nearness(vectors[rest], Posts(posts.vectors, np.roll(posts.of[rest], 1)))
    assert (own[:, 1] > other[:, 1]).mean() > 0.99
    assert 0.3 < (own[:, 0] > other[:, 0]).mean() < 0.7


def test_nearness_is_two_cosines_and_nothing_without_a_post(answered):
    vectors, posts = answered
    of = np.where(np.arange(len(vectors)) % 3, posts.of, -1)
    found = Nearness.of(vectors, posts)(vectors, Posts(posts.vectors, of))
    assert found.shape == (len(vectors), 2)
    assert np.array_equal(np.isnan(found), np.stack([of < 0] * 2, axis=1))
    assert np.abs(found[of >= 0]).max() <= 1 + 1e-5
    assert found[1, 0] == pytest.approx(vectors[1] @ posts.vectors[of[1]], abs=1e-5)


@pytest.mark.parametrize("replies", [0, 1])
def test_nothing_is_learned_from_fewer_than_two_replies(answered, replies):
    vectors, posts = answered
    found = Nearness.of(vectors[:replies], posts.take(np.arange(replies)))(vectors, posts)
    assert not found[:, 1].any() and found[:, 0].any()


def test_replies_that_are_all_alike_teach_nothing_and_break_nothing():
    same = Posts(unit(np.ones((1, DIMENSIONS))), np.zeros(5, dtype=np.intp))
    assert np.isfinite(Nearness.of(np.repeat(same.vectors, 5, axis=0), same)(same.vectors, same.take(np.array([0])))).all()
