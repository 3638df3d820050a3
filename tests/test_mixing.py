"""The second layer: products of raw scores, within what training saw, and nothing from heads that may not tell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.features import mixing_mask
from classifier.mixing import NEVER, Mixing, pairs
from classifier.model import load_model, shipped_folder


@pytest.fixture
def layer() -> Mixing:
    random = np.random.default_rng(20200302)
    return Mixing(np.array([0.5, -1.0, 0.0]), np.array([1.0, 2.0, 0.5]), random.normal(0, 0.3, (9, 3)), np.array([0.1, -0.2, 0.0]))


def test_the_terms_are_each_score_and_the_products_of_two(layer) -> None:
    assert pairs(3).tolist() == [[0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3]]
    (terms,) = layer.terms(np.array([[1.5, 1.0, -1.0]]))
    assert terms.tolist() == [1, 1, -2, 1, 1, -2, 1, -2, 4]
    odds = layer.log_odds(np.array([[1.5, 1.0, -1.0]]))
    assert np.allclose(odds, terms @ layer.weights + layer.offset)
    assert np.allclose(layer.probabilities(np.array([[1.5, 1.0, -1.0]])), 1 / (1 + np.exp(-odds)))


def test_a_score_beyond_what_training_saw_counts_as_the_furthest_of_it(layer) -> None:
    far, further = np.array([[6.5, -1.0, 0.0]]), np.array([[650.0, -1.0, 0.0]])
    assert layer.probabilities(far).tolist() == layer.probabilities(further).tolist()
    assert layer.probabilities(far).tolist() != layer.probabilities(np.array([[6.4, -1.0, 0.0]])).tolist()


@given(st.permutations([0, 1, 2]))
def test_heads_in_another_order_give_the_same_probabilities(order: list[int]) -> None:
    random = np.random.default_rng(1)
    layer = Mixing(np.zeros(3), np.ones(3), random.normal(0, 0.5, (9, 3)), random.normal(0, 1, 3))
    logits = random.normal(0, 1, (20, 3))
    assert np.allclose(layer.carried(np.array(order)).probabilities(logits[:, order]), layer.probabilities(logits)[:, order])


def test_a_new_head_says_never_and_one_that_is_gone_tells_nothing(layer) -> None:
    carried = layer.carried(np.array([0, -1, 2]))  # the second head gave way to a new one
    logits = np.array([[1.5, NEVER, -1.0], [0.0, NEVER, 0.3]])
    mean = logits.copy()
    mean[:, 1] = layer.center[1]  # as if the old one had said what it says on average
    assert np.allclose(carried.probabilities(logits)[:, [0, 2]], layer.probabilities(mean)[:, [0, 2]])
    assert (carried.probabilities(logits)[:, 1] < 1e-6).all()


def test_a_silenced_head_says_never_and_still_tells_of_others(layer) -> None:
    logits = np.random.default_rng(2).normal(0, 1, (10, 3))
    found = layer.silenced([1]).probabilities(logits)
    assert (found[:, 1] < 1e-6).all() and np.allclose(found[:, [0, 2]], layer.probabilities(logits)[:, [0, 2]])


def test_who_may_tell_of_whom() -> None:
    heads = ("defamation", "off_topic", "impersonation", "privacy", "crisis", "any")
    tells = mixing_mask(heads).tolist()
    told = {b: {a for i, a in enumerate(heads) if tells[i][k]} for k, b in enumerate(heads)}
    assert told["defamation"] == told["privacy"] == {"defamation", "privacy", "crisis"}
    assert told["off_topic"] == {"defamation", "privacy", "crisis", "off_topic"}
    assert told["impersonation"] == set(heads) - {"any"}
    assert (told["crisis"], told["any"]) == ({"crisis"}, {"any"})


@pytest.mark.parametrize("stage", ["fast", "full"])
def test_the_shipped_layer_hears_only_those_who_may_tell(stage: str) -> None:
    model = load_model(shipped_folder())
    mixing, tells = getattr(model, stage).mixing, mixing_mask(model.heads)
    may = np.vstack([np.ones(len(model.heads), dtype=bool), tells])  # place 0 stands for no head
    allowed = may[pairs(len(model.heads))].all(axis=1)
    assert not mixing.weights[~allowed].any()
    assert (np.abs(mixing.weights[allowed]) > 0).mean() > 0.9


@pytest.mark.parametrize("stage", ["fast", "full"])
def test_more_of_what_speaks_for_a_ground_never_makes_a_plain_reply_less_likely_to_hold_it(stage: str) -> None:
    """Raw scores around their mean, one raised at a time by up to four standard deviations."""
    model = load_model(shipped_folder())
    mixing: Mixing = getattr(model, stage).mixing
    for k in range(len(model.heads)):
        raised = np.repeat(mixing.center[None], 9, axis=0)
        raised[:, k] += np.linspace(0, 4, 9) * mixing.scale[k]
        assert (np.diff(mixing.log_odds(raised)[:, k]) > 0).all(), model.heads[k]
