"""The second layer: what the score of a head means beside those of the other heads (stacked generalization: Wolpert 1992).

A reply that half looks like an insult is one where much speaks for a threat too, and none where it reads like a report. The
layer sees the raw score of every head and the products of two, and gives calibrated probabilities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NEVER = -30.0  # the logit of a head that was not learned
_FAR = 6.0  # standard deviations from the mean that a raw score is taken for at most: beyond what training saw, products tell nothing


@dataclass(frozen=True)
class Mixing:
    """Weights from the terms of raw scores to the log odds of each head; arrays have one column a head."""

    center: Floats  # (heads,), mean of the raw scores in training
    scale: Floats  # (heads,), their standard deviation
    weights: Floats  # (terms, heads)
    offset: Floats  # (heads,)

    @classmethod
    def of_nothing(cls, logits: Floats) -> Self:
        """Return a layer for raw scores like these, (rows, heads), whose heads all say never."""
        heads = logits.shape[1]
        spread = logits.std(axis=0)
        return cls(logits.mean(axis=0), np.where(spread > 0, spread, 1.0), np.zeros((len(pairs(heads)), heads)), np.full(heads, NEVER))

    @classmethod
    def unpacked(cls, arrays: Mapping[str, Any], heads: int) -> Self:
        """Return the layer of a file's arrays; raise KeyError or ValueError where they are none."""
        shapes = {"center": (heads,), "scale": (heads,), "mixing": (len(pairs(heads)), heads), "offset": (heads,)}
        for name, shape in shapes.items():
            if arrays[name].dtype.kind != "f" or arrays[name].shape != shape or not np.isfinite(arrays[name]).all():
                raise ValueError(f"{name}: {arrays[name].shape} {arrays[name].dtype}, expected {shape} finite numbers")
        if not (arrays["scale"] > 0).all():
            raise ValueError("scale: expected numbers above 0")
        return cls(*(arrays[name].astype(np.float64) for name in shapes))

    def packed(self) -> dict[str, Any]:
        """Return the arrays that a file keeps."""
        return {"center": self.center, "scale": self.scale, "mixing": self.weights, "offset": self.offset}

    def terms(self, logits: npt.NDArray[Any]) -> Floats:
        """Return what the layer sees of raw scores, (rows, heads): each as it lies to those of training, and the products of two; shape (rows, terms)."""
        seen = np.ones((len(logits), logits.shape[1] + 1))
        seen[:, 1:] = np.clip((logits - self.center) / self.scale, -_FAR, _FAR)
        first, second = pairs(logits.shape[1]).T
        return np.asarray(seen[:, first] * seen[:, second])

    def log_odds(self, logits: npt.NDArray[Any]) -> Floats:
        """Return the log odds of each head for raw scores, both (rows, heads)."""
        return np.asarray(self.terms(logits) @ self.weights + self.offset)

    def probabilities(self, logits: npt.NDArray[Any]) -> Floats:
        """Return calibrated probabilities for raw scores, both (rows, heads)."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.log_odds(logits), -30, 30))))

    def carried(self, places: npt.NDArray[np.intp]) -> Self:
        """Return the layer for other heads: those of `places` among these, and where it is -1, heads that say never; what heads that are gone said of others is lost."""
        before = {tuple(pair): t for t, pair in enumerate(pairs(len(self.offset)).tolist())}
        known = places >= 0
        of_old = np.concatenate([[0], places + 1])  # place 0 is the one that stands for no head
        weights = np.zeros((len(pairs(len(places))), len(places)))
        for t, pair in enumerate(pairs(len(places)).tolist()):
            old = tuple(sorted(int(of_old[h]) for h in pair))
            if all(h == 0 or known[h - 1] for h in pair):
                weights[t, known] = self.weights[before[old], places[known]]
        return type(self)(
            np.where(known, self.center[places], NEVER), np.where(known, self.scale[places], 1.0), weights, np.where(known, self.offset[places], NEVER)
        )

    def silenced(self, places: Sequence[int]) -> Self:
        """Return the layer with some heads that say never; what their raw scores tell of others stays."""
        weights, offset = self.weights.copy(), self.offset.copy()
        weights[:, places], offset[places] = 0, NEVER
        return replace(self, weights=weights, offset=offset)


@cache
def pairs(heads: int) -> npt.NDArray[np.intp]:
    """Return which two places each term is the product of, shape (terms, 2): place 0 stands for no head, the others for the heads in order."""
    return np.stack(np.triu_indices(heads + 1), axis=1)[1:]
