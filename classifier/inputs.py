"""Labelled replies as numbers: what the heads see of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, vstack

from classifier import encoder
from classifier.context import observe, post_of
from classifier.encoder import Posts
from classifier.features import features, with_meaning
from classifier.labeled import Labeled
from classifier.nearness import Nearness
from classifier.ngrams import ngrams, word_ngrams
from classifier.reading import as_seen, read_aloud
from classifier.replies import Reply, chunks
from classifier.rules import RulePack
from classifier.tokenizer import Tokenizer

Bools = npt.NDArray[np.bool_]

MANY = 5000  # rows from which on two processes share the work


@dataclass(frozen=True)
class Inputs:
    """Rows as numbers: what the heads see of them."""

    ngrams: csr_matrix
    features: csr_matrix
    vectors: npt.NDArray[np.float32] | None
    lemmas: csr_matrix
    judged: Bools  # has a parent
    posts: Posts | None  # what they answer; None without the encoder

    def take(self, rows: npt.NDArray[np.intp]) -> "Inputs":
        """Return these rows."""
        return Inputs(
            self.ngrams[rows], self.features[rows], None if self.vectors is None else self.vectors[rows], self.lemmas[rows], self.judged[rows],
            None if self.posts is None else self.posts.take(rows),
        )  # fmt: skip

    def full_features(self, nearness: Nearness | None) -> csr_matrix:
        """Return the features as the full stage sees them; without directions, as the fast one does."""
        if nearness is None or self.vectors is None or self.posts is None:
            return self.features
        return with_meaning(self.features, nearness(self.vectors, self.posts))


def inputs_of(rows: Sequence[Labeled], pack: RulePack, account: str) -> Inputs:
    """Return the rows as numbers, for replies to an account (its handle); without the encoder's package there are no vectors.

    Many rows go to two processes, which are always cut alike: the same numbers each time.
    """
    half = len(rows) // 2
    parts = [rows[:half], rows[half:]] if len(rows) >= MANY else [rows]
    return _together(Parallel(n_jobs=len(parts))(delayed(_inputs)([r.reply for r in part], pack, account) for part in parts))


def _inputs(replies: Sequence[Reply], pack: RulePack, account: str) -> Inputs:
    tokenizer, encode = Tokenizer(), encoder.Encoder()
    done = []
    for chunk in chunks(replies) if replies else [[]]:
        observed = observe(chunk, account=account)
        texts = [as_seen(o.text) for o in observed]
        read = [read_aloud(t) for t in texts]
        grams, lemmas = ngrams(texts), word_ngrams(tokenizer.lemmas(read))
        grams.sum_duplicates()
        lemmas.sum_duplicates()
        vectors = encode(read) if encoder.available() else None
        judged = np.array([o.judged_against_parent for o in observed], dtype=bool)
        posts = None if vectors is None else encode.posts([None if post is None else as_seen(post) for post in map(post_of, chunk)])
        done.append(Inputs(grams, features(observed, pack(observed), pack), vectors, lemmas, judged, posts))
    return _together(done)


def _together(parts: Sequence[Inputs]) -> Inputs:
    """Return the rows of all parts, one under the other."""
    vectors, posts = [p.vectors for p in parts if p.vectors is not None], [p.posts for p in parts if p.posts is not None]
    return Inputs(
        vstack([p.ngrams for p in parts], format="csr"),
        vstack([p.features for p in parts], format="csr"),
        np.concatenate(vectors) if vectors else None,
        vstack([p.lemmas for p in parts], format="csr"),
        np.concatenate([p.judged for p in parts]),
        Posts.together(posts) if posts else None,
    )
