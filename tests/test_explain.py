import io
import re

import pytest
from rich.console import Console

from classifier.explain import explain
from classifier.policy import default_policy
from classifier.replies import Reply
from classifier.scorer import Scorer


def shown(text: str, **known: str) -> str:
    scorer = Scorer.default(fast=True)
    found = scorer.inspect(Reply(id="1", text=text, **known))
    out = io.StringIO()
    Console(file=out, force_terminal=True, width=100, markup=False, highlight=False).print(explain(found, default_policy()))
    return out.getvalue()


def test_nothing_in_a_reply_reaches_the_terminal_as_a_command() -> None:
    assert "\x1b[2J" not in shown("a\x1b[2Jお前みたいな寄生虫はタヒね")
    assert "\x07" not in shown("鳴る\x07")


def test_evidence_is_marked_where_there_are_no_colors() -> None:
    scorer = Scorer.default(fast=True)
    found = scorer.inspect(Reply(id="1", text="お前みたいな寄生虫はタヒね"))
    out = io.StringIO()
    Console(file=out, width=100, markup=False, highlight=False).print(explain(found, default_policy(), marks=("【", "】")))
    line = next(line for line in out.getvalue().splitlines() if "【" in line)
    assert re.sub("[【】]", "", line) == "お前みたいな寄生虫はタヒね"
    assert "寄生虫" in re.findall("【(.+?)】", line)[0]


def test_danger_stands_in_the_first_line() -> None:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown("もう死にたい。限界です")).splitlines()
    assert "crisis" in lines[0]
    score, cutoff = next(line for line in lines if line.startswith("crisis 危機のおそれ")).split()[2:4]
    assert float(score) >= float(cutoff) > 0


@pytest.mark.parametrize(
    ("known", "post", "name"),
    [({}, True, True), ({"parent_text": "通信障害のお知らせです"}, False, True), ({"author_handle": "hanako"}, True, False), ({"parent_text": "通信障害のお知らせです", "author_name": "花子"}, False, False)],
    ids=["nothing-known", "post", "author", "both"],
)
def test_what_could_not_be_checked_is_told_with_the_option_that_gives_it(known: dict[str, str], post: bool, name: bool) -> None:
    told = shown("電波が弱い", **known)
    assert ("--parent" in told, "--handle" in told) == (post, name)
