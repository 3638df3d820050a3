import ast
import importlib
import re
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from classifier.checks import MAY_BE_UNABLE
from classifier.drift import FLOORS
from classifier.errors import ClassifierError
from classifier.messages import LANGUAGES, catalogue, language, say, speaking, use
from classifier.policy import SETTLED_BY, read_policy
from classifier.registry import FIGURES
from classifier.rules import read_pack

PACKAGE = Path(__file__).parents[1] / "classifier"


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


RUNTIME = {
    "compare.{g.kind}": ("ground", "register", "suite"),
    "drift.{d.name}": FLOORS,
    "explain.unable_{check}": MAY_BE_UNABLE,
    "figure.{f.name}": (*FIGURES, "crisis_reviewed", "others_marked_crisis"),
    "models.column_{column}": ("name", "policy", "rows", "grounds", "made", *FIGURES, "gate"),
    "models.gate_{m.told.gate}": ("passed", "failed", "overridden", "unknown"),
    "policy.settled_{g.settled_by}": SETTLED_BY,
    "reject.{kind}": ("user", "compliance"),
    "sampling.{self.reason}": ("audit", "uncertain", "rare", "copy"),
    "score.lost_{lost.what}": ("decisions", "foreign", "unreadable", "changes"),
}
"""What stands in a key that is put together from a value; the names of a loop around it are taken from the loop."""


def put_together(node: ast.AST, module: str, loops: dict[str, ast.expr]) -> Iterator[str]:
    """Give the keys of f-strings that are said within a node, `loops` being what the loops around it go over, by their variable."""
    around = [node] if isinstance(node, ast.For) else getattr(node, "generators", [])
    loops = {**loops, **{ast.unparse(loop.target): loop.iter for loop in around}}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "_sentence"):
        for part in ast.walk(node.args[0]):
            if isinstance(part, ast.JoinedStr):
                key = ast.unparse(part)[2:-1]
                before, variable, after = re.fullmatch(r"(.*){(.*)}(.*)", key).groups()
                names = RUNTIME.get(key) or eval(ast.unparse(loops[variable]), vars(importlib.import_module(f"classifier.{module}")))
                yield from (f"{before}{name}{after}" for name in names)
    for child in ast.iter_child_nodes(node):
        yield from put_together(child, module, loops)


def said_and_used() -> tuple[set[str], set[str]]:
    """Return the keys that are said, and beside them those that stand in the code in another way."""
    said, used = set(), set()
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said |= set(put_together(tree, path.stem, {}))
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in catalogue():
                used.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and isinstance(node.args[0], ast.Constant):
                said.add(node.args[0].value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith" and isinstance(node.args[0], ast.Constant):
                beginning = str(node.args[0].value)  # by which the catalogue is looked through
                used |= {k for k in catalogue() if re.fullmatch(r"\w+\.", beginning) and k.startswith(beginning)}
    return said, used


def test_every_sentence_has_both_languages_with_the_same_fields() -> None:
    for key, wordings in catalogue().items():
        assert set(wordings) == set(LANGUAGES), key
        assert fields(wordings["en"]) == fields(wordings["ja"]), key


def test_every_sentence_said_stands_in_the_catalogue_and_none_is_left_over() -> None:
    said, used = said_and_used()
    assert said - set(catalogue()) == set()
    assert set(catalogue()) - said - used == set()


@pytest.mark.parametrize(("code", "part"), [("en", "no such file"), ("ja", "ファイルがありません")])
def test_say_uses_the_language_chosen(code: str, part: str) -> None:
    before = language()
    use(code)
    assert part in say("input.not_found", file="x.csv")
    use(before)


@pytest.mark.parametrize("read", [read_policy, read_pack])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "(ファイルがありません)"),
        ("folder", "(フォルダーです)"),
        (b"# abc\n\xff", "(7 バイト目が文字コードに合いません)"),
        (b"x = 1\nx = = 1\n", ": 2 行目 5 文字目。"),
        (b'x = """1', ": 途中で終わっています。"),
    ],
    ids=["missing", "folder", "bytes", "syntax", "end"],
)
def test_what_the_system_reports_is_said_in_words(tmp_path: Path, read: Callable[[Path], object], content: bytes | str | None, why: str) -> None:
    path = tmp_path / "a.toml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    with speaking("ja"), pytest.raises(ClassifierError, match=re.escape(why)) as error:
        read(path)
    assert not re.search("Errno|codec|at line|No such|at end", str(error.value))


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
