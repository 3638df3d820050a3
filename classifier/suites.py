"""Behaviour suites: labelled replies that no model trains on, and the criticism gate that every model must pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from classifier.errors import DataError
from classifier.labeled import Labeled, read_labeled
from classifier.messages import say
from classifier.policy import Policy, default_policy
from classifier.scorer import Scorer

GATE = ("criticism", "identity", "innocent")
"""Suites of which no row may be suggested: criticism, words for groups of people in neutral sentences, look-alikes of disguises."""


@dataclass(frozen=True)
class Gate:
    """What the gate found: rows of the gate's suites that the model would suggest."""

    rows: int
    suggested: tuple[tuple[str, str], ...]  # suite and id

    @property
    def passed(self) -> bool:
        """Tell whether the model may be promoted."""
        return not self.suggested


def shipped_suites() -> Path:
    """Return the folder of the shipped suites: in a clone `data/suites`, in an installed wheel beside the package."""
    beside = Path(str(resources.files(__package__))) / "shipped_suites"
    return beside if beside.is_dir() else Path(str(resources.files(__package__))).parent / "data" / "suites"


def read_suites(folder: Path, policy: Policy) -> dict[str, list[Labeled]]:
    """Return the suites of a folder, one a CSV file, by name; labels of removed grounds are set aside.

    Raises DataError where a suite of the gate is missing, or a row of any is wrong: a gate of fewer rows is another gate.
    """
    removed = [g for g in default_policy().ids if g not in policy.ids]
    suites = {p.stem: read_labeled([p], policy, dropped=removed) for p in sorted(folder.glob("*.csv"))}
    for name in GATE:
        if not suites.get(name):
            raise DataError(say("suites.missing", folder=folder, suite=name))
    return suites


def gate(scorer: Scorer, suites: Mapping[str, Sequence[Labeled]]) -> Gate:
    """Return whether the model suggests any row of the criticism, identity and innocent suites."""
    suggested = []
    for name in GATE:
        for r in scorer([row.reply for row in suites[name]]):
            if r.decision.action == "suggest":
                suggested.append((name, r.reply.id))
    return Gate(sum(len(suites[name]) for name in GATE), tuple(suggested))
