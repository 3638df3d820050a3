"""Where figures come from: which files, which rows of them, which model."""

import hashlib
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier import __version__
from classifier.assessment import Provenance, Source
from classifier.errors import DataError, UsageError
from classifier.labeled import SPLITS, Labeled
from classifier.messages import say
from classifier.policy import Policy
from classifier.registry import TEXTS_FILE
from classifier.tokenizer import Tokenizer
from classifier.validate import LONG, bare

Texts = npt.NDArray[np.uint64]
"""Hashes of texts, sorted."""


def fingerprints(sources: Sequence[str | Path], rows: Sequence[Labeled]) -> tuple[Source, ...]:
    """Return name, number of rows and SHA-256 of each file that the rows were read from together; standard input (-) has no SHA-256."""
    counted = Counter(r.source for r in rows)
    paths = [Path(s) for s in sources]
    return tuple(Source(p.name, counted[i], hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "") for i, p in enumerate(paths))


def text_hashes(rows: Sequence[Labeled]) -> Texts:
    """Return a hash of each text that is long enough to be known again (mentions, links and blanks aside)."""
    texts = {t for r in rows if len(t := bare(r.reply.text)) >= LONG}
    return np.array(sorted(_hash(t) for t in texts), dtype=np.uint64)


def texts_content(texts: Texts) -> bytes:
    """Return the content of the file of a model's folder that `trained_texts` reads."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, texts=texts)
    return buffer.getvalue()


def trained_texts(folder: Path) -> Texts | None:
    """Return the hashes of the texts that a model learned from, None where its folder does not hold them."""
    try:
        with np.load(folder / TEXTS_FILE, allow_pickle=False) as arrays:
            texts: Texts = arrays["texts"]
            return texts
    except (OSError, ValueError, KeyError):
        return None


def seen_rows(rows: Sequence[Labeled], texts: Texts) -> tuple[int, int]:
    """Return how many rows hold a text that a model learned from, given the hashes of those (`trained_texts`), and how many hold one that is too short to be known again."""
    learned = set(texts.tolist())
    bares = [bare(r.reply.text) for r in rows]
    long = [t for t in bares if len(t) >= LONG]
    return sum(_hash(t) in learned for t in long), len(bares) - len(long)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())


def part_of(rows: Sequence[Labeled], part: str | None) -> tuple[list[Labeled], str]:
    """Return the rows to measure, and which they are: those of a split, or all; by default the test rows where there are some.

    Raises UsageError where there is no such split, DataError where it is empty.
    """
    if part is None:
        part = "test" if any(r.split == "test" for r in rows) else "all"
    if part not in (*SPLITS, "all"):
        raise UsageError(say("evaluate.part", found=part, known=", ".join((*SPLITS, "all"))))
    chosen = [r for r in rows if part in ("all", r.split)]
    if not chosen:
        raise DataError(say("evaluate.no_rows", part=part))
    return chosen, part


def provenance(model: str, manifest: Mapping[str, Any], policy: Policy, *, data: Sequence[Source], rows: Sequence[Labeled], part: str, texts: Texts | None = None, made_on: date | None = None) -> Provenance:
    """Return where the figures of `rows` come from; `manifest` is the model's own account ({} for rules alone).

    `data` are the files that the rows were read from together (`fingerprints`).
    `texts` are the hashes of what the model learned from (`trained_texts`); without them a row counts as seen where it is a
    training row of a file that trained the model.
    """
    trained_on = tuple(Source(**s) for s in manifest.get("data", ()))
    known = {s.sha256 for s in trained_on if s.sha256}
    seen_files = {i for i, s in enumerate(data) if s.sha256 in known}
    seen, unknown = (sum(r.split == "train" and r.source in seen_files for r in rows), 0) if texts is None else seen_rows(rows, texts)
    asked = manifest.get("recipe", {}).get("choice", {}).get("asked", {}).get("all", {})
    return Provenance(
        model=model,
        policy=policy.edition.isoformat(),
        program=__version__,
        made_on=f"{made_on or date.today():%Y-%m-%d}",
        data=tuple(data),
        part=part,
        trained_on=trained_on,
        trained_rows=manifest.get("rows", {}).get("train", 0),
        seen=seen,
        unknown=unknown,
        dictionary=Tokenizer().dictionary,
        targets=tuple((k, float(asked[k])) for k in ("precision", "confidence", "naming", "misses") if k in asked),
    )
