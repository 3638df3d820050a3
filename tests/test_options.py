import pytest

from classifier.assess import Field
from classifier.errors import UsageError
from classifier.options import desk, named_columns


def test_named_columns_are_pairs() -> None:
    assert named_columns(["text=本文", " id = 番号=1 "], ["a.csv"]) == {"text": "本文", "id": "番号=1"}
    assert named_columns(None, []) == {}


@pytest.mark.parametrize("pair", ["text", "=本文", "text=", " = "])
def test_what_is_no_pair_is_named(pair: str) -> None:
    with pytest.raises(UsageError, match="text=本文"):
        named_columns([pair], ["a.csv"])


def test_a_column_of_one_file_alone_names_a_file_that_is_read() -> None:
    assert named_columns(["a.csv:text=本文", "stdin:text=x"], ["in/a.csv", "-"]) == {"a.csv:text": "本文", "stdin:text": "x"}
    assert named_columns(["in/a.csv:text=本文"], ["in/a.csv"]) == {"a.csv:text": "本文"}  # as it was given
    with pytest.raises(UsageError, match=r"b.csv is not among the files that are read \(a.csv\)"):
        named_columns(["b.csv:text=本文"], ["a.csv"])


def test_a_column_may_be_left_out_but_for_the_text() -> None:
    assert named_columns(["id=", "a.csv:kind="], ["a.csv"]) == {"id": "", "a.csv:kind": ""}
    for pair in ("text=", "a.csv:text="):
        with pytest.raises(UsageError, match=f"--column {pair}: write it as OURS=THEIRS"):
            named_columns([pair], ["a.csv"])


@pytest.mark.parametrize("rate", [0.0, 1.0, -0.1, 1.5, float("nan"), float("inf")])
def test_a_base_rate_out_of_range_is_named_with_the_range(rate: float) -> None:
    with pytest.raises(UsageError, match=r"--base-rate is .*\. Give a number above 0 and below 1\."):
        desk(rate, 1000)


def test_desk_keeps_what_is_assumed() -> None:
    assert desk(0.03, 500) == Field(0.03, 500)
