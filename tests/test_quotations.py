import pytest

from classifier.figures import figures
from classifier.quotations import Quoted, quoted, without_punctuation

POST = "補助金の申請期限は3月31日までです。上限は50万円です。"


@pytest.mark.parametrize(
    ("text", "right", "wrong", "numbers"),
    [
        ("「補助金の申請期限は、3月31日まで」ね", True, False, 0),
        ("『上限は90万円です。』だって", False, True, 1),
        ("母は「もう遅いから寝なさい」と言う", False, False, 0),
        ("上限は90万円です", False, False, 0),
    ],
)
def test_right_and_wrong_quotations_are_told_apart(text, right, wrong, numbers):
    found = quoted(text, without_punctuation(POST), frozenset(figures(POST)))
    assert (found.right, found.wrong > 0, found.wrong_figures) == (right, wrong, numbers)


def test_a_reply_that_quotes_nothing_has_no_quotation():
    assert quoted("期限はいつですか", without_punctuation(POST), frozenset()) == Quoted()
