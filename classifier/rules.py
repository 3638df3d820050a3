"""The rule pack: patterns over normalized text and checks over a reply in its surroundings.

A rule answers with its hits, with none, or, where it cannot run (no parent post, no author), not at all:
what could not run has not said "no".
"""

import csv
import io
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from classifier.checks import Checked, Hit, check_all
from classifier.context import Observed, observe
from classifier.errors import RulesError
from classifier.lexicon import BAD_KINDS, Entry, Found, Matcher, default_lexicon
from classifier.messages import say
from classifier.policy import Policy, default_policy
from classifier.replies import Reply, chunks

SIGNALS = ("crisis", "inquiry", "threat")
NEEDS_PARENT = ("alteration", "off_topic")
_MASKED_GROUNDS: Mapping[str, str] = {
    **dict.fromkeys(("abuse", "dehumanizing", "looks", "death"), "defamation"),
    **dict.fromkeys(("slur_origin", "slur_disability", "slur_gender", "slur_other"), "discrimination"),
    **dict.fromkeys(("threat", "self_harm"), "public_order"),
    **dict.fromkeys(("crime", "drug", "fraud"), "illegal"),
    "sexual": "obscenity",
    "rumor": "false_information",
}
"""The ground that a word of a kind speaks for where it is hidden behind a mask: nobody hides a harmless word."""
_LONG_ENOUGH = 3  # characters of a word that is no accident of another reading
_NAMED = re.compile(r"\(\?&(\w*)\)")  # a named part of a pattern, written as a call of a subpattern is in other dialects
_BACK_REFERENCE = re.compile(r"\\[1-9]")
_AROUND = 20  # characters on each side of a hit in which `unless` is looked for


@dataclass(frozen=True)
class Rule:
    """A pattern rule as the pack holds it."""

    id: str
    ground: str  # a ground id, or "" for a signal alone
    signal: str  # crisis, inquiry, threat or ""
    looks: tuple[tuple[str, ...], ...]  # sets of literals, of each of which every match holds one
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    hits: tuple[str, ...]
    misses: tuple[str, ...]

    def find(self, text: str) -> Hit | None:
        """Return the first hit in a normalized text that nothing near it takes back."""
        for m in self.pattern.finditer(text):
            if self.unless and self.unless.search(text, max(m.start() - _AROUND, 0), m.end() + _AROUND):
                continue
            return Hit(self.id, self.ground or self.signal, m.start(), m.end())
        return None


class Findings(NamedTuple):
    """What rules and lexicon found in one reply."""

    hits: tuple[Hit, ...]
    words: tuple[Found, ...]
    hidden: tuple[Found, ...] = ()  # bad words behind masks and in other readings of the text
    unable: tuple[str, ...] = ()  # checks that could not run


@dataclass(frozen=True)
class RulePack:
    """Rules and lexicon, ready to run."""

    rules: tuple[Rule, ...]
    lexicon: tuple[Entry, ...]
    _matcher: Matcher = field(init=False, repr=False)
    _searches: tuple[Callable[[str], re.Match[str] | None], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_matcher", Matcher(self.lexicon, [rule.looks for rule in self.rules]))
        object.__setattr__(self, "_searches", tuple(rule.pattern.search for rule in self.rules))

    def __call__(self, replies: Sequence[Observed]) -> list[Findings]:
        """Return what the rules find in each reply, in order."""
        texts = [o.text for o in replies]
        masked = self._matcher.behind_masks(texts)
        viewed = self._in_views(replies)
        return [
            self._findings(o, words, self._hits(text, rules), masked.get(i, []), viewed.get(i, []), checked)
            for i, (o, text, (words, rules), checked) in enumerate(zip(replies, texts, self._matcher.search(texts), check_all(replies), strict=True))
        ]

    def _findings(self, o: Observed, words: list[Found], hits: list[Hit], hidden: list[Found], views: list[tuple[list[Found], list[Hit]]], checked: Checked) -> Findings:
        if hidden:
            masked = [(_MASKED_GROUNDS.get(w.entry.kind), w) for w in self._matcher.surely_masked(o.text, hidden)]
            hits += [Hit(f"{ground}.masked_word", ground, w.start, w.end) for ground, w in masked if ground]
        for others, found in views:
            known = {h.rule for h in hits}
            hits += [Hit(h.rule, h.ground, 0, len(o.text)) for h in found if h.rule not in known]
            shown = [w for w in others if w.entry.kind in BAD_KINDS and (w.entry.strength >= 2 or w.entry.kind == "death")]
            hidden += shown
            hits += [Hit(f"{ground}.masked_word", ground, 0, len(o.text)) for ground in _surely_hidden(shown, words) if "「" not in o.text]
        hits += checked.hits
        if hits and not o.judged_against_parent:  # what needs the parent is not judged without it, not by a word either
            hits = [h for h in hits if h.ground not in NEEDS_PARENT]
        if len(hits) > 1:
            hits = sorted(set(hits), key=lambda h: (h.start, h.end, h.rule))
        return Findings(tuple(hits), tuple(words), tuple(hidden), checked.unable)

    def _in_views(self, replies: Sequence[Observed]) -> dict[int, list[tuple[list[Found], list[Hit]]]]:
        """Return what stands in the other readings of each reply that has some, by its place."""
        places = [(i, view) for i, o in enumerate(replies) for view in o.views]
        viewed: dict[int, list[tuple[list[Found], list[Hit]]]] = {}
        for (i, view), (words, rules) in zip(places, self._matcher.search([view for _, view in places]), strict=True):
            viewed.setdefault(i, []).append((words, self._hits(view, rules)))
        return viewed

    def _hits(self, text: str, rules: Sequence[int]) -> list[Hit]:
        return [h for i in rules if self._searches[i](text) and (h := self.rules[i].find(text))]  # most patterns find nothing

    def scan(self, text: str) -> list[Hit]:
        """Return the hits of the pattern rules in a normalized text."""
        return self._hits(text, self._matcher(text)[1])

    @property
    def signals(self) -> Mapping[str, str]:
        """The signal that a hit of a rule raises, by rule id."""
        return {r.id: r.signal for r in self.rules if r.signal}


def unjudged(scores: npt.NDArray[np.float64], judged: npt.NDArray[np.bool_], heads: Sequence[str]) -> npt.NDArray[np.float64]:
    """Set the scores, (rows, heads), of the grounds that need a parent post to zero where there is none to judge against, and return them."""
    for ground in NEEDS_PARENT:
        if ground in heads:
            scores[~judged, heads.index(ground)] = 0.0
    return scores


def _surely_hidden(shown: Sequence[Found], words: Sequence[Found]) -> set[str]:
    """Return the grounds of strong words that another reading of a text shows, and the text itself does not."""
    known = {w.entry.word for w in words}
    sure = [w.entry for w in shown if w.entry.strength == 3 and len(w.entry.word) >= _LONG_ENOUGH and w.entry.word not in known]
    return {_MASKED_GROUNDS[e.kind] for e in sure if e.kind in _MASKED_GROUNDS}


@cache
def default_pack() -> RulePack:
    """Return the pack that travels with the package."""
    text = resources.files(__package__).joinpath("rules.toml").read_text(encoding="utf-8")
    return RulePack(parse_rules(text, "rules.toml"), default_lexicon())


@cache
def shipped_records() -> dict[str, tuple[int, int]]:
    """Return how each rule did on labelled replies when the pack was released: rule id to (hits, right ones)."""
    return _records(resources.files(__package__).joinpath("rule_records.csv").read_text(encoding="utf-8"))


def read_records(path: Path) -> dict[str, tuple[int, int]]:
    """Return the records of a file that `records_text` wrote; raise RulesError where it is something else."""
    try:
        return _records(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RulesError(say("rules.unreadable", file=path, why=error)) from error


def records_text(records: Mapping[str, tuple[int, int]]) -> str:
    """Return rule records as CSV: rule, hits, right."""
    return "\n".join(["rule,hits,right", *(f"{rule},{hits},{right}" for rule, (hits, right) in records.items())]) + "\n"


def _records(text: str) -> dict[str, tuple[int, int]]:
    return {row["rule"]: (int(row["hits"]), int(row["right"])) for row in csv.DictReader(io.StringIO(text))}


def read_pack(path: str | Path, policy: Policy | None = None) -> RulePack:
    """Return the rules of a TOML file, for the grounds of a policy, with the package's lexicon; raise RulesError where it is not valid."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(say("rules.unreadable", file=path, why=error)) from error
    return RulePack(parse_rules(text, str(path), (policy or default_policy()).ids), default_lexicon())


def parse_rules(text: str, name: str, grounds: Sequence[str] = ()) -> tuple[Rule, ...]:
    """Return the rules written in `text` (TOML); raise RulesError that names file and rule."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(say("rules.syntax", file=name, why=error)) from error
    tables, named = raw.get("rule"), raw.get("define", {})
    if set(raw) - {"version", "define", "rule"} or not isinstance(tables, list) or not tables or not all(isinstance(t, dict) for t in tables):
        raise RulesError(say("rules.no_rules", file=name))
    if not isinstance(named, dict) or not all(isinstance(part, str) for part in named.values()):
        raise RulesError(say("rules.define", file=name))
    defined: dict[str, str] = {}
    for part, written in named.items():
        defined[part] = _written_out(written, defined, name, f"[define] {part}")
        _compiled(defined[part], name, f"[define] {part}")
    rules = tuple(_rule(table, defined, name, grounds) for table in tables)
    ids = [r.id for r in rules]
    for twice in {i for i in ids if ids.count(i) > 1}:
        raise RulesError(say("rules.twice", file=name, rule=twice))
    return rules


def _written_out(pattern: str, defined: Mapping[str, str], name: str, rule: str) -> str:
    """Return a pattern with what stands in [define], as a group, in place of its name, (?&name); a definition may name those before it."""
    if _NAMED.search(pattern) and _BACK_REFERENCE.search(pattern):  # the groups of what is named would be counted too
        raise RulesError(say("rules.back_reference", file=name, rule=rule))

    def part(m: re.Match[str]) -> str:
        if m[1] not in defined:
            raise RulesError(say("rules.not_defined", file=name, rule=rule, name=m[1], known=", ".join(defined)))
        return f"(?:{defined[m[1]]})"

    return _NAMED.sub(part, pattern)


def _compiled(pattern: str, name: str, rule: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise RulesError(say("rules.pattern", file=name, rule=rule, why=error)) from error


def _rule(table: dict[str, Any], defined: Mapping[str, str], name: str, grounds: Sequence[str]) -> Rule:
    rule = str(table.get("id", "?"))
    known = {"id", "ground", "signal", "any", "also", "pattern", "unless", "hits", "misses", "note"}
    for key in set(table) - known:
        raise RulesError(say("rules.unknown_key", file=name, rule=rule, key=key, known=", ".join(sorted(known))))
    for key, value in table.items():
        listed = key in ("any", "also", "hits", "misses")
        if not (isinstance(value, list) and all(isinstance(v, str) and v for v in value) if listed else isinstance(value, str)):
            raise RulesError(say("rules.kind", file=name, rule=rule, key=key, wanted="a list of texts" if listed else "a text"))
    ground, signal, first = table.get("ground", ""), table.get("signal", ""), tuple(table.get("any", ()))
    grounds = grounds or default_policy().ids
    if (ground and ground not in (*grounds, *default_policy().ids)) or (signal and signal not in SIGNALS) or not (ground or signal) or not first or not table.get("id"):
        raise RulesError(say("rules.incomplete", file=name, rule=rule, known=", ".join((*grounds, *SIGNALS))))
    if "also" in table and not (table["also"] and table.get("pattern")):
        raise RulesError(say("rules.also", file=name, rule=rule))
    pattern = _compiled(_written_out(table.get("pattern", ""), defined, name, rule) or "|".join(map(re.escape, first)), name, rule)
    unless = _compiled(_written_out(table["unless"], defined, name, rule), name, rule) if table.get("unless") else None
    looks = (first, tuple(table["also"])) if "also" in table else (first,)
    return Rule(rule, ground, signal, looks, pattern, unless, tuple(table.get("hits", ())), tuple(table.get("misses", ())))


def failures(pack: RulePack) -> list[str]:
    """Return a line for every text of the pack that a rule should hit and does not, or should miss and hits."""
    wrong = []
    for rule in pack.rules:
        for text in rule.hits:
            if not all(any(a in text for a in look) for look in rule.looks) or rule.find(text) is None:
                wrong.append(say("rules.should_hit", rule=rule.id, text=text))
        wrong += [say("rules.should_miss", rule=rule.id, text=text) for text in rule.misses if rule.find(text) is not None]
    return wrong


def measure_rules(pack: RulePack, labeled: Sequence[tuple[Reply, frozenset[str], bool]]) -> dict[str, tuple[int, int]]:
    """Return how often each rule hits labelled replies (reply, grounds, crisis), and how often it is right: rule id to (hits, right)."""
    hits: Counter[str] = Counter()
    right: Counter[str] = Counter()
    rest = iter(labeled)
    for chunk in chunks(r for r, _, _ in labeled):
        for finding, (_, labels, crisis) in zip(pack(observe(chunk)), rest, strict=False):
            for rule, ground in {(h.rule, h.ground) for h in finding.hits}:
                hits[rule] += 1
                right[rule] += crisis if ground == "crisis" else ground in labels
    return {rule: (hits[rule], right[rule]) for rule in sorted(hits) if not rule.startswith("inquiry.")}
