"""What each part adds: the table is made from labelled rows alone, the same each time."""

import pytest

from classifier.ablation import _GROUPS, ablate, ablation_table
from classifier.labeled import read_labeled
from classifier.policy import default_policy
from classifier.rules import default_pack


@pytest.fixture(scope="module")
def parts(small_data):
    return ablate(read_labeled([small_data], default_policy()), policy=default_policy(), pack=default_pack())


def test_every_part_is_left_out_once_and_compared_with_all(parts):
    assert parts[0].without == "" and {p.without for p in parts[1:]} >= {*_GROUPS, "character n-grams"}
    assert len({p.without for p in parts}) == len(parts)
    for p in parts:
        assert 0 <= p.kept <= 1 and 0 <= p.macro_average_precision <= 1
        for change, whole, own in ((p.precision_change, parts[0].macro_average_precision, p.macro_average_precision), (p.kept_change, parts[0].kept, p.kept)):
            assert (change is None) == (p.without == "")
            if change is not None:
                assert change[0] == pytest.approx(own - whole) and change[1] <= change[2]


def test_the_table_names_data_and_parts(parts):
    table = ablation_table(parts, ["mine.csv"])
    assert "rows of mine.csv" in table
    assert table.count("\n| ") == len(parts) + 1
