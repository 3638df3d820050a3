"""What an evaluation holds: one tree of plain figures, written to JSON and read back; pages are made from it alone."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from classifier.errors import InputError
from classifier.evaluate import Figures, Ratio
from classifier.messages import say

FORMAT = 3
"""Version of the figures file. 1: first. 2: with the review cut-off for all grounds together. 3: with the rows that are too short to be known again, with what decided each mistake, and with how many replies name their author."""


FEW_ROWS = 200
"""Measured rows below which readers are warned: a share of 5 % of them has an interval wider than 6 points."""


@dataclass(frozen=True)
class Source:
    """A file that was read."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """Which model decided about which data, by which edition of the policy."""

    model: str
    policy: str  # edition
    program: str  # version of the program
    made_on: str  # date, 2026-04-01
    data: tuple[Source, ...]
    part: str  # which rows were measured: test, all
    trained_on: tuple[Source, ...]  # by the model's own account
    trained_rows: int
    seen: int  # measured rows of which it is known that they also trained the model: above zero, the figures flatter
    unknown: int  # measured rows of which that cannot be known: their texts are too short
    dictionary: str
    targets: tuple[tuple[str, float], ...]  # what was asked of the cut-offs


@dataclass(frozen=True)
class FieldEstimate:
    """What the same rates would give on an account where a share `base_rate` of the replies are violations; no counts, an estimate."""

    base_rate: float
    precision: float | None  # of the suggested replies, those that hold a ground
    wrong_per_thousand: float | None  # harmless replies suggested, among 1,000 harmless ones
    read: float | None  # share of all replies that people read: suggested or sent to review
    missed_per_thousand: float | None  # violations kept, among 1,000 replies


@dataclass(frozen=True)
class Workload:
    """What a desk that reads so many replies a day would miss."""

    reviews_a_day: int
    replies_a_day: int
    missed_a_day: float | None
    missed_share: float | None  # of the violations


@dataclass(frozen=True)
class Curve:
    """Precision against recall over the scores of one ground."""

    ground: str
    positives: int
    points: tuple[tuple[float, float], ...]  # recall, precision


@dataclass(frozen=True)
class Bin:
    """Replies whose predicted probability lies in one tenth."""

    predicted: float  # mean
    observed: Ratio


@dataclass(frozen=True)
class Reliability:
    """How probabilities compare with what was found; `ground` is "any" for all grounds together."""

    ground: str
    error: float  # expected calibration error over ten equal bins (Guo et al. 2017)
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Load:
    """What lower or higher cut-offs for review would do: all of them moved by `shift` on the logit scale; 0 is the model's choice."""

    shift: float
    harmless_read: Ratio
    violations_kept: Ratio


@dataclass(frozen=True)
class Confusion:
    """How often replies that hold one ground were proposed, or sent to people, for another."""

    held: str
    proposed: str  # a ground, or "" for kept
    count: int


@dataclass(frozen=True)
class Slice:
    """One group of replies beside all others: by identity word, register, length, language, suite, or with names blanked."""

    kind: str
    value: str
    replies: int
    harmless_suggested: Ratio
    harmless_reviewed: Ratio
    violations_suggested: Ratio
    violations_kept: Ratio
    crisis_marked: Ratio  # of the writers in danger, those sent to people with the signal


@dataclass(frozen=True)
class Uneven:
    """Two nearly equal texts that were treated differently."""

    one: str  # id
    other: str
    similarity: float
    actions: tuple[str, str]
    same_labels: bool
    texts: tuple[str, str]  # masked


@dataclass(frozen=True)
class Mistake:
    """One wrong decision, with its text masked."""

    id: str
    kind: str  # wrong_suggestion, missed, wrong_review
    text: str
    labels: tuple[str, ...]
    action: str
    grounds: tuple[str, ...]
    words: tuple[str, ...]  # the evidence, masked
    decided_by: str  # model, rule, crisis
    score: float | None  # of the model, for the ground that it named, of missed violations for the one that holds; None where a rule or the danger signal decided


@dataclass(frozen=True)
class Assessment:
    """A whole evaluation."""

    format: int
    provenance: Provenance
    grounds: tuple[tuple[str, str, str], ...]  # id, clause, short name, in the policy's order
    together: float | None  # review from this score of all grounds together on; None for rules alone
    cutoffs: tuple[tuple[float | None, float | None], ...]  # of each ground: review from, suggest from (full stage where there is one)
    figures: Figures
    actions: tuple[tuple[str, int], ...]
    estimate: FieldEstimate
    workloads: tuple[Workload, ...]
    curves: tuple[Curve, ...]
    reliability: tuple[Reliability, ...]
    loads: tuple[Load, ...]
    confusions: tuple[Confusion, ...]
    suites: tuple[Slice, ...]
    slices: tuple[Slice, ...]
    named: int  # replies that have the name or handle of their author
    near_pairs: int  # pairs of nearly equal texts that were looked at
    uneven: tuple[Uneven, ...]
    mistakes: tuple[Mistake, ...]
    rules_only: tuple[str, ...]  # grounds without a learned head
    settled_by_people: tuple[str, ...]  # grounds that are never suggested

    def of_any(self) -> Reliability:
        """Return the reliability of the any-ground probability."""
        return next(r for r in self.reliability if r.ground == "any")


def dump(assessment: Assessment) -> str:
    """Return the figures as JSON: the same figures give the same bytes."""
    return json.dumps(asdict(assessment), ensure_ascii=False, indent=1) + "\n"


def read_assessment(path: Path) -> Assessment:
    """Return the figures of a file that `evaluate` wrote; raise InputError where it is none."""
    from cattrs import BaseValidationError, structure

    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw.get("format") != FORMAT:
            raise InputError(say("report.format", file=path, found=raw.get("format"), known=FORMAT))
        return structure(raw, Assessment)
    except (OSError, ValueError, AttributeError, BaseValidationError) as error:
        raise InputError(say("report.not_figures", file=path)) from error
