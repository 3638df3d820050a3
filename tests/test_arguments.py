"""Help pages and the parser's errors in both languages, as people see them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from classifier.arguments import asked_language, columns, translated, wrapped
from classifier.cli import app
from classifier.messages import catalogue, use

JAPANESE = re.compile(r"[ぁ-ヶ一-龠]")
COMMANDS = [
    [],
    *[[name] for name in ("score", "explain", "policy", "rules", "train", "evaluate", "models")],
    *[["models", name] for name in ("list", "show", "compare", "promote", "rollback", "verify", "ablate")],
]


def command(*args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("LC_ALL", "LC_MESSAGES", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "classifier", *args], env=kept | variables, capture_output=True, text=True, encoding="utf-8", check=False
    )


def every_command(inner=None, path: tuple[str, ...] = ()) -> Iterator[tuple[list[str], object]]:
    inner = inner or typer.main.get_command(app)
    yield list(path), inner
    for name, deeper in getattr(inner, "commands", {}).items():
        yield from every_command(deeper, (*path, name))


def test_every_command_and_option_has_a_japanese_help_text() -> None:
    found = list(every_command())
    assert sorted(path for path, _ in found) == sorted(COMMANDS)
    for path, inner in found:
        for told in [inner, *inner.params]:
            assert told.help in catalogue(), (path, told.name)
            assert JAPANESE.search(catalogue()[told.help]["ja"]), told.help


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_a_page_is_japanese_from_top_to_bottom(path: list[str]) -> None:
    done = command("--lang", "ja", *path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("使い方: ")
    assert "この説明を表示して終わります。" in done.stdout
    assert not re.search(r"Usage|OPTIONS|ARGS|Arguments|Options:|Commands|default:|required|Show|<[a-z]", done.stdout)
    assert max(map(columns, done.stdout.splitlines())) <= 78


def test_a_page_in_english_says_what_typer_says() -> None:
    page = command("--lang", "en", "score", "--help").stdout
    assert page.startswith("Usage: python -m classifier score [OPTIONS] {FILES...}...\n\n  Score replies: for each one suggest")
    for part in ("\n\nArguments:\n  FILES... <list[str]>", "[required]\n\nOptions:\n  -o, --output <path>", "[default: 0.01;", "Show this message and exit.\n"):
        assert part in page


@pytest.mark.parametrize(
    ("args", "variables", "start"),
    [
        (("--lang", "ja", "--help"), {}, "使い方:"),
        (("--help", "--lang", "ja"), {}, "使い方:"),
        (("--lang=ja", "policy", "--help"), {}, "使い方:"),
        (("--help",), {"LANG": "ja_JP.UTF-8"}, "使い方:"),
        (("--help",), {"LANG": "ja_JP.UTF-8", "LC_ALL": "C.UTF-8"}, "Usage:"),
        (("--lang", "en", "--help"), {"LANG": "ja_JP.UTF-8"}, "Usage:"),
        (("--help",), {}, "Usage:"),
    ],
)
def test_the_language_comes_from_the_option_else_from_the_locale(args: tuple[str, ...], variables: dict[str, str], start: str) -> None:
    assert command(*args, **variables).stdout.startswith(start)


WRONG = [
    (("score",), "引数 'FILES...' がありません。"),
    (("scre",), "'scre' というコマンドはありません(近いもの: 'score')。"),
    (("xyz",), "'xyz' というコマンドはありません。"),
    (("--foo",), "--foo というオプションはありません。"),
    (("score", "x", "--polcy"), "--polcy というオプションはありません(近いもの: --policy)。"),
    (("explain", "a", "b"), "余分な引数があります(b)。"),
    (("score", "x", "--model"), "オプション '--model' には値が必要です。"),
    (("evaluate", "--drift", "a"), "オプション '--drift' には値が 2 個必要です。"),
    (("score", "x", "--fast=1"), "オプション '--fast' に値は付けられません。"),
    (("evaluate", "--base-rate", "x"), "'--base-rate' の値が正しくありません: 数ではありません。"),
    (("evaluate", "--replies-a-day", "1.5"), "'--replies-a-day' の値が正しくありません: 整数ではありません。"),
    (("evaluate", "--replies-a-day", "0"), "'--replies-a-day' の値が正しくありません: 1 以上の数にしてください。"),
    (("score", "x", "--audit", "2"), "'--audit' の値が正しくありません: 1 以下の数にしてください。"),
    (("models", "compare", "a"), "引数 'second' がありません。"),
]


@pytest.mark.parametrize(("args", "told"), WRONG, ids=[" ".join(args) for args, _ in WRONG])
def test_what_the_parser_cannot_read_is_told_in_japanese(args: tuple[str, ...], told: str) -> None:
    done = command("--lang", "ja", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"エラー: {told}\n")
    assert "Error" not in done.stderr and "Usage" not in done.stderr


def test_a_text_that_starts_with_a_dash_is_told_where_to_stand() -> None:
    told = command("explain", "-1 電波が弱い").stderr
    assert told.endswith("An argument that starts with - goes after two dashes: python -m classifier explain -- …\n")
    done = command("explain", "--fast", "--", "-1 電波が弱い")
    assert (done.returncode, "-1 電波が弱い" in done.stdout) == (0, True)


@pytest.mark.parametrize("args", [("score", "返信.csv", "--lang", "ja"), ("models", "list", "--lang=ja")], ids=" ".join)
def test_a_language_after_the_command_is_told_where_to_stand(args: tuple[str, ...]) -> None:
    name = " ".join(a for a in args if a in ("score", "models", "list"))
    done = command(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"Error: No such option: --lang\n--lang goes before the command: python -m classifier --lang ja {name} …\n")
    told = command(*args, LANG="ja_JP.UTF-8").stderr
    assert told.endswith(f"エラー: --lang というオプションはありません。\n--lang はコマンドの前に置いてください: python -m classifier --lang ja {name} …\n")


def test_no_command_is_told_in_both_languages() -> None:
    assert command("--lang", "ja").stderr.endswith("エラー: コマンドがありません。\n")
    assert (command().returncode, command().stderr.startswith("Usage:")) == (2, True)
    assert command("--lang", "ja", "models").stderr.startswith("使い方: python -m classifier models [オプション] コマンド [引数]...\n")
    assert command("scre").stderr.endswith("Try 'python -m classifier --help' for help.\n\nError: No such command 'scre'. Did you mean 'score'?\n")


@pytest.mark.parametrize("args", [["--help"], ["train", "--help"], ["models", "list", "--help"]], ids=" ".join)
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    code = f"import sys; sys.argv = ['x', '--lang', 'ja', *{args}]\nfrom classifier.cli import main\ntry: main()\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert {"numpy", "scipy", "sklearn", "rich", "pyarrow", "matplotlib"} & set(done.stderr.split()) == set()


@pytest.mark.parametrize(
    ("args", "asked"),
    [
        (["--lang", "ja", "score"], "ja"),
        (["--version", "--lang=ja"], "ja"),
        (["--lang", "ja", "--lang", "en", "score"], "en"),
        (["score", "--lang", "ja"], None),
        (["--lang"], None),
        ([], None),
    ],
)
def test_asked_language_stands_before_the_command(args: list[str], asked: str | None) -> None:
    assert asked_language(args) == asked


def test_translated_keeps_what_it_does_not_know() -> None:
    use("ja")
    assert translated("Something else.") == "Something else."
    assert translated("No such option: {x}") == "{x} というオプションはありません。"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("返信を読む。", 6, ["返信を", "読む。"]),
        ("あいう。", 6, ["あい", "う。"]),
        ("三つのルール", 10, ["三つの", "ルール"]),
        ("列(labels)です", 8, ["列", "(labels)", "です"]),
        ("averylongword b", 5, ["averylongword", "b"]),
        ("", 5, [""]),
    ],
)
def test_wrapped_cuts_where_a_reader_expects_it(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


@given(st.text(alphabet="ab あい。「」ー語ア(", max_size=60), st.integers(min_value=4, max_value=20))
def test_wrapped_loses_nothing_but_blanks(text: str, width: int) -> None:
    assert "".join("".join(wrapped(text, width)).split()) == "".join(text.split())
