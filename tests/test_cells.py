"""Cells: protection against formulas, ids, values as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.cells import as_text, is_rounded, mend, plain_id, protect, unprotect

ID = "1577318900085186562"


@pytest.mark.parametrize(
    ("cell", "protected"),
    [
        ("=1+1", "'=1+1"),
        ("@MIC_ICT こんにちは", "'@MIC_ICT こんにちは"),
        ("-", "'-"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("''", "'''"),
        ("'", "'"),
        ("'あ", "'あ"),
        ("", ""),
        ("a=1", "a=1"),
    ],
)
def test_protect_puts_an_apostrophe_where_a_formula_could_start(cell, protected):
    assert protect(cell) == protected
    assert unprotect(protected) == cell


@given(st.text(alphabet=st.one_of(st.sampled_from("=+-@'\t\r\n＝＠a"), st.characters())))
def test_unprotect_undoes_protect(cell):
    assert unprotect(protect(cell)) == cell
    assert protect(cell)[:1] not in tuple("=+-@\t\r\n")


@pytest.mark.parametrize(
    ("cell", "ident"),
    [
        (f"'{ID}", ID),
        (f'="{ID}"', ID),
        (f" {ID}\t", ID),
        ("123.0", "123"),
        ("na-0001", "na-0001"),
        ("'quoted", "'quoted"),
        ("007", "007"),
    ],
)
def test_plain_id_undoes_what_excel_users_type(cell, ident):
    assert plain_id(cell) == ident


@pytest.mark.parametrize(
    "ident", ["1.57E+18", "1.570000000000000000E+18", "1.5773189000851866e+18", "2E+18", "1577318900085186562.0"]
)
def test_is_rounded_finds_floating_point(ident):
    assert is_rounded(ident)


@pytest.mark.parametrize("ident", [ID, "5e3a", "na-1.5", "1E10", "", "1234567890123456"])
def test_is_rounded_leaves_other_ids(ident):
    assert not is_rounded(ident)


def test_as_text_keeps_integers_exact():
    assert as_text(int(ID)) == ID
    assert as_text(3.0) == "3"
    assert as_text(0.5) == "0.5"
    assert as_text(float("nan")) == ""
    assert as_text(["a", "あ"]) == '["a", "あ"]'


def test_mend_joins_halves_and_replaces_lone_ones():
    assert mend("\ud83d\ude00 \ud83d") == "😀 \ufffd"
