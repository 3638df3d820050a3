"""The export's other columns in a result workbook: under which headings they stand there, and what they hold."""

import re
from functools import lru_cache

from classifier.headers import ALIASES, DECISION
from classifier.replies import Reply
from classifier.sinks import KEYS, free_names

MARK = "元："
"""What stands before the heading of a column that a result workbook takes over from the export."""

PROPERTY = "reply_classifier_carried"
"""The property of a result workbook that says how many these columns are, and how many of their cells are filled in each sheet of replies: 3,120,44,0."""

_OF_WORKBOOK = frozenset({"確からしさ", "信号", DECISION})
_OF_FILE = frozenset({"action", "grounds", "text_sha256"})
"""Columns by which a result workbook and a result file of ours that are scored again are known."""


@lru_cache(maxsize=256)  # asked of every reply, whose columns are those of the one before
def left_out(names: tuple[str, ...], told_anew: frozenset[str]) -> frozenset[str]:
    """Return which columns of a result workbook or result file of ours that is scored again are not carried: what is told anew, in a workbook under the headings `told_anew`."""
    again, of_file = _OF_WORKBOOK.issubset(names), _OF_FILE.issubset(names)
    return frozenset(n for n in names if (again and n in told_anew) or (of_file and (n in KEYS or n.startswith("score_"))))


class Carried:
    """Finds the headings as replies come in; `told_anew` are the columns that this program fills in every result workbook."""

    def __init__(self, told_anew: frozenset[str]) -> None:
        self.headings: dict[str, None] = {}  # under which something stands, in order
        self._told_anew = told_anew
        self._found: dict[tuple[str, ...], tuple[str, ...]] = {}

    def cells(self, reply: Reply) -> dict[str, str]:
        """Return what stands in the other columns of a reply's row, by their headings here; nothing for a reply that no table held."""
        if not (reply.headings and reply.extra):
            return {}
        names = tuple(name for name, _ in reply.extra)
        if names not in self._found:
            self._found[names] = self._headings_of(names)
        found = {heading: value for heading, (_, value) in zip(self._found[names], reply.extra, strict=True) if heading and value}
        self.headings.update(dict.fromkeys(found))
        return found

    def _headings_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the heading of each column, empty where it is left out: of results of ours, what is told anew.

        A heading that is marked already keeps its name, and those of the same name get a number: 元：担当_2.
        """
        left = left_out(names, self._told_anew)
        marked = free_names([n for n in names if n.startswith(MARK)], ())
        free = [*marked, *free_names([f"{MARK}{_in_japanese(n)}" for n in names if n not in left and not n.startswith(MARK)], marked)]
        before, after = iter(free[: len(marked)]), iter(free[len(marked) :])
        return tuple("" if n in left else next(before) if n.startswith(MARK) else next(after) for n in names)


def _in_japanese(name: str) -> str:
    """Return what a heading of ours, whose cells cannot be used, or a column without a heading is called in a workbook; any other name as it is."""
    if nameless := re.fullmatch(r"column ([0-9]+)", name):
        return f"{nameless[1]}列目"
    return ALIASES[name][0] if name in ALIASES else name
