"""Where figures come from: which files, which rows of them, which model."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from classifier import __version__
from classifier.assessment import Provenance, Source
from classifier.errors import DataError, UsageError
from classifier.labeled import SPLITS, Labeled
from classifier.messages import say
from classifier.policy import Policy
from classifier.tokenizer import Tokenizer


def fingerprints(sources: Sequence[str | Path], rows: Sequence[Labeled]) -> tuple[Source, ...]:
    """Return name, number of rows and SHA-256 of each file; standard input (-) has none."""
    out = []
    for s in sources:
        path = Path(s)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        out.append(Source(path.name, sum(r.reply.file == path.name or r.reply.file == str(s) for r in rows), digest))
    return tuple(out)


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


def provenance(model: str, manifest: Mapping[str, Any], policy: Policy, *, data: Sequence[Source], rows: Sequence[Labeled], part: str, made_on: date | None = None) -> Provenance:
    """Return where the figures of `rows` come from; `manifest` is the model's own account ({} for rules alone)."""
    trained_on = tuple(Source(**s) for s in manifest.get("data", ()))
    known = {s.sha256 for s in trained_on if s.sha256}
    seen_files = {s.name for s in data if s.sha256 in known}
    seen = sum(r.split == "train" and Path(r.reply.file).name in seen_files for r in rows)
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
        dictionary=Tokenizer().dictionary,
        targets=tuple((k, float(asked[k])) for k in ("precision", "confidence", "naming", "misses") if k in asked),
    )
