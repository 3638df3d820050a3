"""The READMEs say what is true: their commands exist, their example runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from classifier.headers import ReadOptions, place
from classifier.replies import COLUMNS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = ("score", "explain", "policy", "rules", "train", "evaluate")
MODELS = ("list", "show", "compare", "promote", "rollback", "verify", "ablate")


def test_the_python_example_runs_and_says_what_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", README, re.S)
    assert example
    exec(example[1], {})
    assert capsys.readouterr().out == "1 keep ()\n2 suggest ('defamation',)\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help(name: str) -> None:
    assert f"reply-classifier {name}" in README
    done = subprocess.run([sys.executable, "-m", "classifier", name, "--help"], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0
    assert "--help" in done.stdout


def test_no_command_is_missing_from_the_list() -> None:
    from classifier.cli import app

    assert sorted(c.callback.__name__ for c in app.registered_commands if c.callback) == sorted(COMMANDS)


def test_no_command_of_the_models_folder_is_missing() -> None:
    from classifier.models_app import models_app

    assert sorted(c.name for c in models_app.registered_commands if c.name) == sorted(MODELS)
    assert all(f"models {name}" in README or (name in ("show", "verify", "ablate") and name in README) for name in MODELS)


def test_there_are_exactly_two_set_up_commands() -> None:
    section = README.split("## Set-up")[1].split("\n## ")[0]
    assert len(re.findall(r"```sh\n(.+)\n```", section)) == 2


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_options_named_in_the_readmes_exist(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    helps = "".join(
        subprocess.run([sys.executable, "-m", "classifier", *args, "--help"], capture_output=True, text=True, encoding="utf-8", check=False).stdout
        for args in ([], *[[c] for c in COMMANDS], *[["models", c] for c in MODELS])
    )
    assert {o for o in re.findall(r"(?<![\w-])--[a-z]+", text) if o not in helps} == set()


def test_the_headings_that_the_desk_reads_of_are_the_ones_that_are_recognized() -> None:
    text = (ROOT / "README.ja.md").read_text(encoding="utf-8")
    named = {column: examples.split("、") for column, examples in re.findall(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \|$", text, re.M)}
    assert set(named) == set(COLUMNS)
    assert {column: [h for h in headings if place([h], ReadOptions()).places != {column: 0}] for column, headings in named.items()} == {c: [] for c in COLUMNS}
