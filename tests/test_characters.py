import re
import re._parser as parser
import sys
import unicodedata
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from classifier import characters
from classifier.disguises import DISGUISES, ENCLOSED, HINT, HINT_CHARACTERS, HINT_PAIRS, disguises_for
from classifier.undo import signs_between

EVERY = [chr(c) for c in range(sys.maxunicode + 1)]


def members(written):
    return {chr(c) for c in chain.from_iterable(range(a, b + 1) for a, b in characters.spans(written))}


def test_uniform_characters_are_left_alone_by_nfkc_and_lower_case_in_any_company():
    joining = set(chain.from_iterable(unicodedata.normalize("NFD", c)[1:] for c in EVERY)) | {c for c in EVERY if unicodedata.combining(c)}
    uniform = members(characters.UNIFORM_CHARACTERS)
    assert uniform.isdisjoint(joining)
    assert [c for c in uniform if unicodedata.normalize("NFKC", c.translate(ENCLOSED)).lower() != c] == []


def test_blanks_are_those_of_split():
    assert members(characters.BLANKS) == {c for c in EVERY if c.isspace()}


@pytest.mark.parametrize("written", [characters.UNIFORM_CHARACTERS, characters.INVISIBLE_CHARACTERS, characters.COMBINING_CHARACTERS, HINT_CHARACTERS, *chain.from_iterable(HINT_PAIRS), "a-c\\-x", "-a"])
def test_spans_read_a_set_as_regular_expressions_do(written):
    assert members(written) == set(re.findall(f"[{written}]", "".join(EVERY)))


def strings(parsed):
    """Return all strings that a parsed pattern without unlimited repeats matches, with what it looks back on first."""
    found = [""]
    for op, value in parsed:
        if str(op) == "LITERAL":
            ways = [chr(value)]
        elif str(op) == "IN":
            ways = [chr(c) for o, v in value for c in (range(v[0], v[1] + 1) if str(o) == "RANGE" else [v])]
        elif str(op) == "SUBPATTERN":
            ways = strings(value[-1])
        elif str(op) == "BRANCH":
            ways = [w for branch in value[1] for w in strings(branch)]
        elif str(op) == "MAX_REPEAT":
            ways = [w for n in range(value[0], value[1] + 1) for w in strings(list(value[2]) * n)]
        else:
            assert str(op) == "ASSERT", op
            ways = strings(value[1])
        found = [f + w for f in found for w in ways]
    return found


def test_every_hint_of_a_disguise_calls_for_the_step():
    _, looking_back = parser.parse(HINT.pattern)  # on the character of the first set
    hints = [h for h in strings([looking_back]) if HINT.search(h)]
    assert len(hints) > 500
    assert [h for h, called in zip(hints, characters.calls(hints), strict=True) if not called & characters.HINT] == []


@pytest.mark.parametrize(
    ("text", "step"),
    [
        pytest.param("&amp;", characters.ENTITY, id="entity"),
        pytest.param("\ud800", characters.HALF, id="half"),
        pytest.param("死\u200bね", characters.INVISIBLE, id="invisible"),
        pytest.param("か゛", characters.SOUND, id="sound"),
        pytest.param("@a", characters.LINK, id="mention"),
        pytest.param("①", characters.WIDE, id="wide"),
        pytest.param("Ａ", characters.WIDE, id="wide-letter"),
        pytest.param("死̶", characters.COMBINING, id="struck-through"),
        pytest.param("уоu", characters.FOREIGN, id="cyrillic"),
        pytest.param("あ  い", characters.BLANK, id="two-blanks"),
        pytest.param("あ ", characters.BLANK, id="blank-at-the-end"),
        pytest.param(" あ", characters.BLANK, id="blank-at-the-start"),
        pytest.param("あ\tい", characters.BLANK, id="tabulator"),
        pytest.param("ああああ", characters.RUN, id="run"),
        pytest.param("このク♯ズ♯が", characters.SIGNED, id="set-apart-by-signs"),
        pytest.param("しｗねｗよ", characters.SIGNED | characters.WIDE, id="set-apart-by-laughs"),
        pytest.param("し ね", characters.SPACED, id="spaced-out"),
        pytest.param("s・h・i", characters.SPELLED, id="spelled"),
        pytest.param("タヒね", characters.HINT, id="disguise"),
    ],
)
def test_calls_name_the_step_of_a_text_whatever_its_company(text, step):
    plain, called, _ = characters.calls(["電波が弱い、とても。\nwi fi", text, "電波"])
    assert (plain, bool(called & step)) == (0, True)
    assert characters.calls([text])[0] == called


@pytest.mark.parametrize("second", ["", "♯", "\u0301"])
def test_every_sign_that_sets_letters_apart_calls_for_the_step(second):
    texts = [f"♯ あ{c}{second}い{c}{second}う" for c in EVERY]
    called = characters.calls(texts) & characters.SIGNED != 0
    assert [c for c, text, known in zip(EVERY, texts, called.tolist(), strict=True) if not known and next(signs_between(text), None)] == []


def test_calls_of_no_text():
    assert len(characters.calls([])) == 0
    assert characters.narrow([]) == []


def test_narrow_keeps_every_text_at_its_length():
    texts = ["ＡＢＣabcABC", "", "～！", "\ud800電波\0Ｚ"]
    assert characters.narrow(texts) == ["abcabcabc", "", "~!", "\ud800電波\0z"]


def test_holding_names_the_texts_that_hold_a_character():
    assert characters.holding(["a", "", "xb", "電波5"], "a-c0-9") == [0, 2, 3]
    assert np.array_equal(characters.holds(np.array([97, 100], dtype=np.uint32), "a-c"), [True, False])


def test_patterns_that_are_not_tried_would_have_found_nothing():
    """Of every text that may hold a disguise, among them those of the disguise suites."""
    data = Path(__file__).parents[1] / "data"
    files = [data / "replies.csv", *sorted((data / "suites").glob("*.csv"))]
    texts = {text for f in files for text in characters.narrow(pd.read_csv(f, usecols=["text"], dtype=str, keep_default_na=False)["text"].tolist())}
    hinted = [t for t in texts if HINT.search(t)]
    found = {t: [(m.span(), word) for pattern, word in DISGUISES for m in pattern.finditer(t)] for t in hinted}
    assert sum(map(bool, found.values())) > 150
    assert [t for t in hinted if found[t] != [(m.span(), word) for pattern, word in disguises_for(t) for m in pattern.finditer(t)]] == []
