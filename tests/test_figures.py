import pytest

from classifier.figures import counted, figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("月額1,980円", {"1980"}),
        ("二十円と5千人", {"20", "5000"}),
        ("二〇二六年七月", {"2026", "7"}),
        ("1万5千円", {"15000"}),
        ("10:30から", {"10:30"}),
        ("数千人、十分です", set()),
        ("", set()),
    ],
)
def test_numbers_are_found_however_they_are_written(text, found):
    assert figures(text) == found


def test_a_number_comes_with_what_it_counts():
    assert counted("3月に20%、千円") == [("3", "月"), ("20", "%"), ("1000", "円")]
