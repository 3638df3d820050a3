"""How near a reply lies in meaning to the post it answers: as the sentence encoder has it, and as replies were seen to answer posts.

For the second, canonical correlation analysis (Hotelling 1936) finds the directions in which the vectors of replies go with those of their
posts: a remark on a fee lies near a post on a procedure. Its ridge (Vinod 1976) keeps what a few hundred posts say by chance out.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from classifier.encoder import DIMENSIONS, Posts

Floats = npt.NDArray[np.float32]

_DIRECTIONS = 64
_RIDGE = 1.0  # of the mean variance, added to every variance
_FEWEST = 2  # replies that can go with something at all


@dataclass(frozen=True)
class Nearness:
    """The directions in which replies go with their posts."""

    axes: Floats  # (2, 513, directions): of replies and of posts; the last row is added

    @classmethod
    def of(cls, vectors: Floats, posts: Posts) -> Self:
        """Learn from replies that hang on their posts, (replies, 512): all have one. From fewer than two nothing is learned."""
        if len(vectors) < _FEWEST:
            return cls(np.zeros((2, DIMENSIONS + 1, 0), dtype=np.float32))
        sides = [side.astype(np.float64) for side in (vectors, posts.vectors[posts.of])]
        centers = [side.mean(axis=0) for side in sides]
        replies, answered = (side - center for side, center in zip(sides, centers, strict=True))
        whiten = [_whitening(side) for side in (replies, answered)]
        left, strength, right = np.linalg.svd(whiten[0] @ (replies.T @ answered / len(vectors)) @ whiten[1])
        axes = [w @ turned[:, :_DIRECTIONS] * np.sqrt(strength[:_DIRECTIONS]) for w, turned in zip(whiten, (left, right.T), strict=True)]
        return cls(np.array([np.vstack([a, -center @ a]) for a, center in zip(axes, centers, strict=True)], dtype=np.float32))

    def __call__(self, vectors: Floats, posts: Posts) -> Floats:
        """Return two cosines of each reply and its post, of the encoder's vectors and along the directions, shape (replies, 2), NaN where there is no post."""
        found = np.full((len(vectors), 2), np.nan, dtype=np.float32)
        rows = np.flatnonzero(posts.of >= 0)
        of = posts.of[rows]
        found[rows, 0] = (vectors[rows] * posts.vectors[of]).sum(axis=1)
        found[rows, 1] = (self._along(0, vectors[rows]) * self._along(1, posts.vectors)[of]).sum(axis=1)
        return found

    def _along(self, side: int, vectors: Floats) -> Floats:
        seen = vectors @ self.axes[side, :-1] + self.axes[side, -1]
        return np.asarray(seen / np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9))


def _whitening(centered: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the inverse square root of the covariance with its ridge, (512, 512)."""
    covariance = centered.T @ centered / len(centered)
    values, axes = np.linalg.eigh(covariance + _RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance)))
    return np.asarray((axes / np.sqrt(np.maximum(values, np.finfo(float).tiny))) @ axes.T)
