"""Weights of hashed columns, kept only for the columns that have some: most of a million have none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier.ngrams import COLUMNS

Floats = npt.NDArray[np.float32]
_STEPS = np.float32(127)


@dataclass(frozen=True)
class Hashed:
    """A matrix of shape (2**20, heads), without the rows that are zero."""

    columns: npt.NDArray[np.uint32]  # (used,), which rows of the whole matrix these are; products are fastest where the commonest come first
    weights: Floats  # (used, heads); a file keeps them in eight bits

    @classmethod
    def unpacked(cls, name: str, arrays: Mapping[str, Any], heads: int) -> Self:
        """Return the weights of a file's arrays; raise KeyError or ValueError where they are none."""
        columns, codes, largest = arrays[f"{name}_columns"], arrays[name], arrays[f"{name}_largest"]
        if columns.dtype.kind != "u" or columns.ndim != 1 or len(np.unique(columns)) != len(columns) or columns.max(initial=0) >= COLUMNS:
            raise ValueError(f"{name}_columns: not a row of different numbers below {COLUMNS}")
        if codes.dtype != np.int8 or codes.shape != (len(columns), heads):
            raise ValueError(f"{name}: {codes.shape} {codes.dtype}, expected {(len(columns), heads)} int8")
        if largest.dtype.kind != "f" or largest.shape != (heads,) or not (np.isfinite(largest) & (largest >= 0)).all():
            raise ValueError(f"{name}_largest: {largest.shape} {largest.dtype}, expected {(heads,)} finite numbers of zero and more")
        return cls(columns.astype(np.uint32), _fine(codes, largest.astype(np.float32)))

    @classmethod
    def rounded(cls, columns: npt.NDArray[np.uint32], weights: npt.NDArray[np.floating[Any]]) -> Self:
        """Return weights, (used, heads), as they will be once they have been kept in a file."""
        return cls(columns, _fine(*_coarse(weights.astype(np.float32))))

    def packed(self, name: str) -> dict[str, Any]:
        """Return the arrays that a file keeps."""
        codes, largest = _coarse(self.weights)
        return {f"{name}_columns": self.columns, name: codes, f"{name}_largest": largest}

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Tell of every column whether it has weights, (2**20,)."""
        return np.asarray(self._places < len(self.columns))

    def of(self, columns: npt.NDArray[Any], head: int | npt.NDArray[np.int64]) -> Floats:
        """Return the weights that a head gives to columns, or one head for each column."""
        found: Floats = self._padded[self._places[columns], head]
        return found

    def logits(self, rows: csr_matrix) -> Floats:
        """Return what the columns of rows add up to, shape (rows, heads)."""
        found: Floats = csr_matrix((rows.data, self._places[rows.indices], rows.indptr), shape=(rows.shape[0], len(self._padded))) @ self._padded
        return found

    def changed(self, change: Callable[[Floats], Floats]) -> Self:
        """Return the same columns with other weights, (used, heads)."""
        return type(self)(self.columns, change(self.weights))

    @cached_property
    def _places(self) -> npt.NDArray[np.int32]:
        """Return where each column stands among the used ones; those without weights behind the last."""
        places = np.full(COLUMNS, len(self.columns), dtype=np.int32)
        places[self.columns] = np.arange(len(self.columns), dtype=np.int32)
        return places

    @cached_property
    def _padded(self) -> Floats:
        """Return the weights with a row of zeros behind them, row by row in memory as products with sparse rows need it."""
        padded = np.zeros((len(self.weights) + 1, self.weights.shape[1]), dtype=np.float32)
        padded[:-1] = self.weights
        return padded


def _coarse(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return weights as codes of eight bits, (used, heads), and the largest of each head, (heads,).

    A code is the root of a weight's share of the largest one, so that small weights, which most are, keep their
    proportions: the noise is 1.2 to 1.5 % of a head's weights by root mean squares, with steps of equal size two to three times as much.
    """
    largest = np.abs(weights).max(axis=0, initial=0).astype(np.float32)
    share = np.abs(weights) / np.where(largest > 0, largest, 1)
    return np.rint(np.copysign(_STEPS * np.sqrt(share), weights)).astype(np.int8), largest


def _fine(codes: npt.NDArray[np.int8], largest: Floats) -> Floats:
    """Return the weights for codes of eight bits."""
    root = codes.astype(np.float32) / _STEPS
    return np.asarray(root * np.abs(root) * largest, dtype=np.float32)
