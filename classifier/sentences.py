"""The sentences of a long reply: what is said in passing is thin in the whole, and plain by itself."""

import re
from itertools import pairwise

LONG = 60  # characters from which on a reply is looked at sentence by sentence too
HINTED = 0.1  # score of all grounds together for the whole, from which on it is looked at so: with less no violation was found by its sentences
_SHORT = 8  # characters of a sentence that is no more than the start of the next one
_END = re.compile(r"(?<=[。!?！？\n…])|(?<=[.;] )")

BY_THE_WHOLE = frozenset({"impersonation", "intellectual_property", "alteration", "off_topic", "other"})
"""Grounds that no sentence shows by itself: they lie in what stands around it, or in there being nothing else."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence of a normalized text stands (start, end), short ones together with the next; none for a text that is not long or has but one.

    >>> sentences("窓口で三十分待ちました。" * 5)[:2]
    [(0, 12), (12, 24)]
    """
    if len(text) < LONG:
        return []
    found: list[tuple[int, int]] = []
    for start, end in _cut(text):
        if found and found[-1][1] - found[-1][0] < _SHORT:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    if len(found) > 1 and found[-1][1] - found[-1][0] < _SHORT:
        (start, _), (_, end) = found[-2:]
        found[-2:] = [(start, end)]
    return found if len(found) > 1 else []


def _cut(text: str) -> list[tuple[int, int]]:
    edges = [0, *(m.start() for m in _END.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(edges) if text[a:b].strip()]
