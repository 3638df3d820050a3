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


@dataclass(frozen=True)
class Hashed:
    """A matrix of shape (2**20, heads), without the rows that are zero."""

    columns: npt.NDArray[np.uint32]  # (used,), which rows of the whole matrix these are; products are fastest where the commonest come first
    weights: Floats  # (used, heads); a file keeps them as float16

    @classmethod
    def unpacked(cls, name: str, arrays: Mapping[str, Any], heads: int) -> Self:
        """Return the weights of a file's arrays; raise KeyError or ValueError where they are none."""
        columns, weights = arrays[f"{name}_columns"], arrays[name]
        if columns.dtype.kind != "u" or columns.ndim != 1 or len(np.unique(columns)) != len(columns) or columns.max(initial=0) >= COLUMNS:
            raise ValueError(f"{name}_columns: not a row of different numbers below {COLUMNS}")
        if weights.dtype.kind != "f" or weights.shape != (len(columns), heads) or not np.isfinite(weights).all():
            raise ValueError(f"{name}: {weights.shape} {weights.dtype}, expected {(len(columns), heads)} finite numbers")
        return cls(columns.astype(np.uint32), weights.astype(np.float32))

    def packed(self, name: str) -> dict[str, Any]:
        """Return the arrays that a file keeps."""
        return {f"{name}_columns": self.columns, name: self.weights.astype(np.float16)}

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
