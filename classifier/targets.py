"""What is asked of the cut-offs, for all grounds together and for single ones: options of a command, or a TOML file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from classifier.errors import UsageError
from classifier.messages import say
from classifier.policy import Policy
from classifier.thresholds import Targets


@dataclass(frozen=True)
class OwnTargets:
    """What is asked of one ground; None where it goes with the others."""

    precision: float | None = None
    misses: float | None = None  # of its violations, the share that may end in keep


@dataclass(frozen=True)
class Asked:
    """The targets of a run."""

    all: Targets
    own: Mapping[str, OwnTargets]  # ground id to what is asked of it alone

    def precise(self, ground: str) -> Targets | None:
        """Return the targets of a ground whose precision is asked for by itself, else None."""
        own = self.own.get(ground)
        return replace(self.all, precision=own.precision) if own and own.precision is not None else None


def checked_targets(targets: Targets, where: str = "") -> Targets:
    """Return the targets; raise UsageError that names what lies outside of its range."""
    for name, low, high in (("precision", 0.5, 1), ("confidence", 0.5, 1), ("naming", 0, 1), ("misses", -1e-9, 1)):
        _share(getattr(targets, name), name, low, high, where)
    return targets


def read_targets(path: Path, policy: Policy, targets: Targets) -> Asked:
    """Return the targets of a TOML file: `precision`, `misses`, `confidence` on top, tables `[grounds.ID]` with `precision` and `misses`.

    What the file leaves out is taken from `targets`. Raises UsageError that names file and setting.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(say("targets.unreadable", file=path, why=error)) from error
    where = f"{path}: "
    tables = raw.pop("grounds", {})
    _known(raw, ("precision", "misses", "confidence", "naming"), where)
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise UsageError(say("targets.tables", file=path))
    own = {}
    for ground, table in tables.items():
        if ground not in policy.ids:
            raise UsageError(say("targets.ground", file=path, id=ground, known=", ".join(policy.ids)))
        inside = f"{path}, [grounds.{ground}]: "
        _known(table, ("precision", "misses"), inside)
        own[ground] = OwnTargets(
            _share(table["precision"], "precision", 0.5, 1, inside) if "precision" in table else None,
            _share(table["misses"], "misses", -1e-9, 1, inside) if "misses" in table else None,
        )
    return Asked(checked_targets(replace(targets, **raw), where), own)


def _known(table: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            raise UsageError(say("targets.unknown", where=where, key=key, known=", ".join(known)))


def _share(value: object, name: str, low: float, high: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low < value < high:
        raise UsageError(say("targets.range", where=where, name=name, found=value, low=max(low, 0), high=high))
    return float(value)
