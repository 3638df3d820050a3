import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.literals import Literals

WORDS = st.lists(st.text(alphabet="電波弱a", min_size=1, max_size=6), unique=True, max_size=12)
TEXTS = st.lists(st.text(alphabet="電波弱a\n", max_size=15), max_size=5)


def found(words, texts):
    m = Literals(words).find(texts)
    return [(row, start, end, words[w]) for row, start, end, w in zip(*(part.tolist() for part in m), strict=True)]


@given(WORDS, TEXTS)
def test_find_gives_every_place_of_every_literal(words, texts):
    expected = [(i, k, k + len(w), w) for i, t in enumerate(texts) for k in range(len(t)) for w in words if t.startswith(w, k)]
    assert found(words, texts) == sorted(expected, key=lambda m: (m[0], m[1], -m[2]))


@given(WORDS, TEXTS)
def test_outermost_leaves_out_what_lies_in_a_longer_match(words, texts):
    every = Literals(words).find(texts)
    places = list(zip(every.rows.tolist(), every.starts.tolist(), every.ends.tolist(), strict=True))
    outer = every.outermost()
    expected = [p for p in places if not any(q[0] == p[0] and q != p and q[1] <= p[1] and p[2] <= q[2] for q in places)]
    assert list(zip(outer.rows.tolist(), outer.starts.tolist(), outer.ends.tolist(), strict=True)) == expected


@pytest.mark.parametrize("words", [[], ["電"], ["電波"], ["電波が"], ["電波が弱い"]])
def test_find_takes_literals_of_any_length_and_no_text(words):
    assert found(words, []) == []
    assert found(words, ["", "電波が弱い"]) == [(1, 0, len(w), w) for w in words]
