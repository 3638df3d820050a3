"""The words and characters of replies as counts, and what of them a model does not know."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from classifier.model import Model
from classifier.replies import Reply
from classifier.shift import contributions
from classifier.tokenizer import Tokenizer

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_COMMON = 500  # characters that count one by one; the others by class
_MOST = 20  # changed words that are told
_SEVERAL = 5  # replies that must hold a word before it is told
_CONTEXTS = 50  # replies in which a word is looked up, whether it is a part of a person's name there
_CLASSES = (("kanji", "[一-鿿々]"), ("hiragana", "[ぁ-ゖ]"), ("katakana", "[ァ-ヺー]"), ("latin", "[a-z]"), ("digits", "[0-9]"), ("letters", r"[^\W\d_]"), ("blanks", r"\s"), ("marks", "."))
_CLASS = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _CLASSES), re.DOTALL)
_TOLD = re.compile(r"[ぁ-ヺー一-鿿々]{2,}|[a-z]{3,}")
_OURS = ("url", "mail", "defanged")  # what normalization puts for links and addresses


@dataclass(frozen=True)
class Word:
    """A word that became more or less frequent, and how many replies hold it; no name, handle or number."""

    word: str
    old: int
    new: int
    bits: float  # what it adds to the divergence of the words; below zero where it became rarer


def _class(character: str) -> str:
    found = _CLASS.match(character)
    return (found.lastgroup if found else None) or "marks"


def scripts(texts: Sequence[str]) -> "csr_matrix":
    """Return how many characters of each class each text holds."""
    return counted([[_class(c) for c in t] for t in texts])[1]


def characters(texts: Sequence[str]) -> "csr_matrix":
    """Return how often each text holds each of the most frequent characters, and of the others each class."""
    frequent = sorted(Counter(c for t in texts for c in t).items(), key=lambda x: (-x[1], x[0]))[:_COMMON]
    common = {c for c, _ in frequent}
    return counted([[c if c in common else _class(c) for c in t] for t in texts])[1]


def counted(words: Sequence[Sequence[str]]) -> tuple[list[str], "csr_matrix"]:
    """Return the different words, sorted, and how often each reply holds each: (replies, words)."""
    from scipy.sparse import csr_matrix

    vocabulary = sorted({w for ws in words for w in ws})
    place = {w: i for i, w in enumerate(vocabulary)}
    columns = [place[w] for ws in words for w in ws]
    pointers = np.concatenate([[0], np.cumsum([len(ws) for ws in words])])
    counts = csr_matrix((np.ones(len(columns)), np.array(columns, dtype=np.int64), pointers), shape=(len(words), max(len(vocabulary), 1)))
    counts.sum_duplicates()
    return vocabulary, counts


def unknown_shares(grams: "csr_matrix", model: Model) -> npt.NDArray[np.float64]:
    """Return the share of each reply's n-grams that the model does not know, an estimate."""
    empty = ~model.fast.ngrams.known
    row = np.repeat(np.arange(grams.shape[0]), np.diff(grams.indptr))
    unknown = np.bincount(row, empty[grams.indices], grams.shape[0]) / np.maximum(np.diff(grams.indptr), 1)
    return np.asarray(np.minimum(unknown / max(float(empty.mean()), 1e-9), 1.0))


def changed_words(vocabulary: Sequence[str], counts: "csr_matrix", n: int, replies: Sequence[Reply], texts: Sequence[str]) -> tuple[Word, ...]:
    """Return the words that add most to the divergence; what may be a name, a handle or a number is left out."""
    tokenizer, bits = Tokenizer(), contributions(counts, n)
    handles = {part for r in replies for name in (r.author_handle, r.author_name) for part in re.findall(r"\w+", (name or "").lower())}
    handles |= {h.lower() for r in replies for h in re.findall(r"[@＠](\w+)", r.text)}
    columns = counts.tocsc()
    found: list[Word] = []
    for k in np.argsort(-np.abs(bits), kind="stable").tolist():
        word, holders = vocabulary[k] if vocabulary else "", columns.indices[columns.indptr[k] : columns.indptr[k + 1]]
        if len(found) == _MOST or not bits[k]:
            break
        if len(holders) < _SEVERAL or not _TOLD.fullmatch(word) or word in handles or word in _OURS:
            continue
        if not any(_in_name(tokenizer, word, text) for text in [word, *(texts[i] for i in holders[:_CONTEXTS])]):
            found.append(Word(word, int((holders < n).sum()), int((holders >= n).sum()), round(float(bits[k]), 6)))
    return tuple(found)


def _in_name(tokenizer: Tokenizer, word: str, text: str) -> bool:
    return any(word in text[start:end] for start, end in tokenizer.persons(text))
