"""The operation policy as data: the fifteen grounds in the policy's words and order, with what follows from each."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import NoReturn

from classifier.errors import PolicyError
from classifier.messages import say

SETTLED_BY = ("text", "context", "person")
URGENT = ("crisis", "threat")
RESERVED = ("any", *URGENT)
"""Ids that no ground may have: they stand for heads and signals of the program's own."""
_GROUND = re.compile(r"\s*\[\[\s*ground\s*\]\]\s*(?:#|$)")  # the line that a table of the file starts with


@dataclass(frozen=True)
class Ground:
    """One item of the policy's list of what may be deleted."""

    id: str
    clause: str
    short: str
    text: str
    measures: tuple[str, ...]
    settled_by: str  # text, context or person


@dataclass(frozen=True)
class Policy:
    """An edition of the policy: its grounds in order, and who is served first."""

    title: str
    account: str
    edition: date
    grounds: tuple[Ground, ...]
    priority: tuple[str, ...]
    handover: str
    handover_grounds: frozenset[str]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of the grounds, in the policy's order."""
        return tuple(g.id for g in self.grounds)

    def ground(self, ground_id: str) -> Ground:
        """Return the ground of this id."""
        return self._by_id[ground_id]

    @cached_property
    def _by_id(self) -> dict[str, Ground]:
        return {g.id: g for g in self.grounds}

    def rank(self, ids: Iterable[str]) -> int:
        """Return the place in the order of priority of the most urgent of `ids` (0 is first); past the end for none."""
        return min((self.priority.index(i) for i in ids), default=len(self.priority))

    def measures(self, ids: Iterable[str], urgent: bool = False) -> tuple[str, ...]:
        """Return the measures proposed for the grounds `ids`, each once, in the policy's order; `urgent` (a threat, or a writer in danger) adds the handover."""
        wanted = set(ids)
        found = dict.fromkeys(m for g in self.grounds if g.id in wanted for m in g.measures)
        if urgent:
            found[self.handover] = None
        return tuple(found)


@cache
def default_policy() -> Policy:
    """Return the edition that travels with the package."""
    text = resources.files(__package__).joinpath("policy.toml").read_text(encoding="utf-8")
    return parse_policy(text, "policy.toml")


def read_policy(path: str | Path) -> Policy:
    """Return the policy of a TOML file; raise PolicyError, naming the line, when it is not valid."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(say("policy.unreadable", file=path, why=error)) from error
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str) -> Policy:
    """Return the policy written in `text` (TOML); `name` names its file in errors. Raise PolicyError with the line."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(say("policy.syntax", file=name, why=error)) from error
    return _Checked(raw, text.splitlines(), name).policy()


class _Checked:
    """A parsed file, its lines at hand so that each complaint can name one."""

    def __init__(self, raw: dict[str, object], lines: list[str], name: str) -> None:
        self.raw, self.lines, self.name = raw, lines, name
        self.starts = [n for n, line in enumerate(lines, 1) if _GROUND.match(line)]

    def policy(self) -> Policy:
        known = {"title", "account", "edition", "priority", "handover", "handover_grounds", "ground"}
        for key in self.raw:
            if key not in known:
                self.fail(self.line_of(key, 1), "policy.unknown_key", key=key, known=", ".join(sorted(known)))
        edition = self.raw.get("edition")
        if type(edition) is not date:  # a date with a time is one of its kinds
            self.fail(self.line_of("edition", 1), "policy.edition")
        tables = self.raw.get("ground")
        if not isinstance(tables, list) or not tables or len(tables) != len(self.starts):
            self.fail(self.starts[0] if self.starts else 1, "policy.no_grounds")
        grounds = tuple(self.ground(t, line) for t, line in zip(tables, self.starts, strict=True))
        ids = [g.id for g in grounds]
        for i, line in enumerate(self.starts):
            if ids[i] in RESERVED:
                self.fail(self.line_of("id", line), "policy.reserved", id=ids[i])
            if ids[i] in ids[:i]:
                self.fail(self.line_of("id", line), "policy.twice", id=ids[i])
        priority = self.texts(self.raw, "priority", 1)
        wanted = {*ids, *URGENT}
        for wrong in [p for p in priority if p not in wanted] + sorted(wanted - set(priority)):
            self.fail(self.line_of("priority", 1), "policy.priority", id=wrong, known=", ".join((*URGENT, *ids)))
        handover_grounds = self.texts(self.raw, "handover_grounds", 1)
        for wrong in set(handover_grounds) - set(ids):
            self.fail(self.line_of("handover_grounds", 1), "policy.unknown_ground", id=wrong, known=", ".join(ids))
        return Policy(
            self.string(self.raw, "title", 1),
            self.string(self.raw, "account", 1).lstrip("@"),
            edition,
            grounds,
            priority,
            self.string(self.raw, "handover", 1),
            frozenset(handover_grounds),
        )

    def ground(self, table: dict[str, object], line: int) -> Ground:
        known = {"id", "clause", "short", "text", "measures", "settled_by"}
        for key in table:
            if key not in known:
                self.fail(self.line_of(key, line), "policy.unknown_key", key=key, known=", ".join(sorted(known)))
        settled = self.string(table, "settled_by", line)
        if settled not in SETTLED_BY:
            self.fail(self.line_of("settled_by", line), "policy.settled_by", value=settled, known=", ".join(SETTLED_BY))
        id_, clause, short, text = (self.string(table, k, line) for k in ("id", "clause", "short", "text"))
        return Ground(id_, clause, short, text, self.texts(table, "measures", line), settled)

    def string(self, table: dict[str, object], key: str, line: int) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(self.line_of(key, line), "policy.string", key=key)
        return value

    def texts(self, table: dict[str, object], key: str, line: int) -> tuple[str, ...]:
        value = table.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
            self.fail(self.line_of(key, line), "policy.strings", key=key)
        return tuple(value)

    def line_of(self, key: str, start: int) -> int:
        """Return the line where `key` is set in the table that begins at `start`; `start` where it is not."""
        for n in range(start, len(self.lines) + 1):
            line = self.lines[n - 1].strip()
            if n > start and line.startswith("[["):
                break
            if line.partition("=")[0].strip() == key:
                return n
        return start

    def fail(self, line: int, sentence: str, **values: object) -> NoReturn:
        raise PolicyError(say(sentence, file=self.name, line=line, **values))
