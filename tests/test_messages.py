import ast
import re
import string
from pathlib import Path

import pytest

from classifier.messages import LANGUAGES, catalogue, language, say, use

PACKAGE = Path(__file__).parents[1] / "classifier"


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def keys_used() -> set[str]:
    used = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in catalogue():
                used.add(node.value)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"\w+\.", node.value):
                used |= {k for k in catalogue() if k.startswith(node.value)}  # looked through by its beginning
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                used |= {k for k in catalogue() if k.startswith(str(node.values[0].value)) and "." in str(node.values[0].value)}
    return used


def said() -> set[str]:
    found = set()
    for path in PACKAGE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def test_every_sentence_has_both_languages_with_the_same_fields() -> None:
    for key, wordings in catalogue().items():
        assert set(wordings) == set(LANGUAGES), key
        assert fields(wordings["en"]) == fields(wordings["ja"]), key


def test_every_sentence_said_stands_in_the_catalogue_and_none_is_left_over() -> None:
    assert said() - set(catalogue()) == set()
    assert set(catalogue()) - keys_used() == set()


@pytest.mark.parametrize(("code", "part"), [("en", "no such file"), ("ja", "ファイルがありません")])
def test_say_uses_the_language_chosen(code: str, part: str) -> None:
    before = language()
    use(code)
    assert part in say("input.not_found", file="x.csv")
    use(before)


@pytest.mark.parametrize(
    ("variables", "code"),
    [({"LANG": "ja_JP.UTF-8"}, "ja"), ({"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"), ({"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP"}, "ja"), ({"LANG": "", "LC_ALL": "C"}, "en")],
)
def test_the_locale_of_the_environment_counts_where_no_language_was_chosen(variables: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    use("")
    assert language() == code
