import pytest

from classifier.opposites import Opposites

NOTICE = Opposites.of("手続は無料です。代理の方は対象外です。申込みは任意です。")


@pytest.mark.parametrize(
    ("text", "count"),
    [("有料になります", 1), ("有料で、全員の義務です", 2), ("無料だったのが有料に", 0), ("対象外かあ", 0), ("申込みました", 0)],
)
def test_words_that_say_the_opposite_of_the_post_are_counted(text, count):
    assert NOTICE.count(text) == count


def test_a_post_without_such_words_has_no_opposites():
    assert Opposites.of("本日の放送は晴れの話題です").count("有料で禁止") == 0
