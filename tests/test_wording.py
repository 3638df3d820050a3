"""The words in which a desk officer reads a decision."""

import re
from pathlib import Path

from classifier import decide, wording


def test_every_signal_has_a_name_and_a_note():
    named = re.search(r"signals: tuple\[str, ...\] = \(\)  # (.*)", Path(decide.__file__).read_text(encoding="utf-8"))
    assert named is not None
    assert set(wording.SIGNALS) == set(wording.SIGNAL_NOTES) == set(named[1].split(", "))
