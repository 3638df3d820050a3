"""Weights of hashed columns: as the whole matrix would give them, though only the used columns are kept."""

import numpy as np
import pytest

from classifier.hashed import Hashed
from classifier.ngrams import COLUMNS, ngrams

TEXTS = ["電波が弱い", "電波が強い日", "", "www"]


@pytest.fixture
def weights() -> Hashed:
    columns = np.unique(ngrams(TEXTS[:2]).indices)[::-1].astype(np.uint32)
    values = np.arange(len(columns) * 3, dtype=np.float16).reshape(len(columns), 3) / 8
    return Hashed.rounded(columns, values)


def whole(weights: Hashed) -> np.ndarray:
    matrix = np.zeros((COLUMNS, weights.weights.shape[1]), dtype=np.float32)
    matrix[weights.columns] = weights.weights
    return matrix


def test_products_are_those_of_the_whole_matrix(weights: Hashed) -> None:
    rows = ngrams(TEXTS)
    assert np.allclose(weights.logits(rows), rows @ whole(weights), atol=1e-4)
    assert np.array_equal(weights.of(rows.indices, 1), whole(weights)[rows.indices, 1])
    assert np.array_equal(np.flatnonzero(weights.known), np.sort(weights.columns))


def test_what_is_packed_is_unpacked_again(weights: Hashed) -> None:
    again = Hashed.unpacked("x", weights.packed("x"), 3)
    assert np.array_equal(again.columns, weights.columns) and np.array_equal(again.weights, weights.weights)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda arrays: {**arrays, "x": arrays["x"][:-1]}, "x: .* int8"),
        (lambda arrays: {**arrays, "x": arrays["x"][:, :2]}, "x: .* int8"),
        (lambda arrays: {**arrays, "x": arrays["x"].astype(np.float32)}, "x: .* int8"),
        (lambda arrays: {**arrays, "x_largest": arrays["x_largest"] * np.nan}, "x_largest: .* finite numbers"),
        (lambda arrays: {**arrays, "x_largest": -arrays["x_largest"]}, "x_largest: .* finite numbers"),
        (lambda arrays: {**arrays, "x_largest": arrays["x_largest"][:2]}, "x_largest: .* finite numbers"),
        (lambda arrays: {**arrays, "x_columns": arrays["x_columns"] + np.uint32(COLUMNS)}, "x_columns: not a row"),
        (lambda arrays: {**arrays, "x_columns": arrays["x_columns"] * np.uint32(0)}, "x_columns: not a row"),
        (lambda arrays: {**arrays, "x_columns": arrays["x_columns"] + 0.5}, "x_columns: not a row"),
        (lambda arrays: {**arrays, "x_columns": arrays["x_columns"][:, None]}, "x_columns: not a row"),
    ],
    ids=["a row short", "a head short", "no codes", "no numbers", "less than nothing", "a largest short", "columns beyond the last", "a column twice", "broken numbers", "two dimensions"],
)
def test_arrays_that_are_no_weights_are_refused(weights: Hashed, harm, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Hashed.unpacked("x", harm(weights.packed("x")), 3)


def test_rounding_keeps_small_weights_in_proportion_and_is_done_once() -> None:
    exact = np.random.default_rng(3).laplace(size=(5000, 2)) ** 3 * np.array([1, 0])  # few are large, as in a model; a head of zeros
    columns = np.arange(5000, dtype=np.uint32)
    rounded = Hashed.rounded(columns, exact)
    assert np.sqrt(((rounded.weights - exact) ** 2).sum() / (exact**2).sum()) < 0.02
    assert np.array_equal(Hashed.rounded(columns, rounded.weights).weights, rounded.weights)
