"""The analysts' commands as people type them: the README's section word by word, and wrong input at every step."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from exports import rows_of, write_rows

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def command(run_here) -> Callable[..., subprocess.CompletedProcess[str]]:
    return partial(run_here, "--lang", "en")


@pytest.fixture
def clone(tmp_path: Path, small_data: Path) -> Path:
    """A folder as a fresh clone has it, with small data so that training takes seconds."""
    shutil.copytree(ROOT / "data", tmp_path / "clone" / "data", ignore=shutil.ignore_patterns("replies.csv"))
    shutil.copy(small_data, tmp_path / "clone" / "data" / "replies.csv")
    return tmp_path / "clone"


def change_labels(path: Path) -> None:
    """What an analyst does by hand: correct some labels."""
    rows = rows_of(path)
    for row in [r for r in rows if r["labels"] == "other"][:3]:
        row["labels"] = ""
    write_rows(path, rows)


def test_the_section_of_the_readme_can_be_followed_word_by_word(clone: Path, command) -> None:
    section = README.split("## For analysts")[1].split("\n## ")[0]
    lines = [line.split("#")[0].strip() for block in re.findall(r"```sh\n(.*?)```", section, re.S) for line in block.splitlines() if line.strip()]
    assert len(lines) >= 9
    said = {}
    for line in lines:
        program, *args = line.split()
        if program == "cp":
            shutil.copy(clone / args[0], clone / args[1])
            change_labels(clone / args[1])
            continue
        assert program == "reply-classifier"
        done = command(*args, cwd=clone)
        if args[:2] == ["models", "promote"] and done.returncode == 1:  # a model of so few rows may fail the gate, and then needs a reason
            assert "criticism gate" in done.stderr
            done = command(*args, "--override", "a small model for a test", cwd=clone)
            assert "a small model for a test" in command("models", "show", "mine", cwd=clone).stdout
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), f"{line}\n{done.stderr}"
        said[" ".join(args[:2])] = done.stdout
    assert "nothing wrong" in said["train mine.csv"] or "Saved" in said["train mine.csv"]
    assert "→ mine" in said["models list"]
    assert "In force again: default" in said["models rollback"]
    report = json.loads((clone / "report.json").read_text(encoding="utf-8"))
    assert report["provenance"]["model"] == "mine"
    assert "<html" in (clone / "report.html").read_text(encoding="utf-8")
    assert (clone / "models" / "mine" / "card.md").exists()


WRONG = [
    (("train",), 2, "No labelled data"),
    (("train", "gone.csv", "--check"), 1, "gone.csv: no such file"),
    (("train", "data/sample_export.csv", "--check"), 1, "no column 'labels'"),
    (("train", "bad.csv", "--check"), 1, "bad.csv, line 2: unknown ground 'spam'"),
    (("train", "bad.csv", "--out", "x"), 1, "nothing was done"),
    (("train", "few.csv", "--out", "x"), 1, "No ground has the 20 positives"),
    (("train", "data/replies.csv", "--out", "small"), 1, "never overwritten"),
    (("train", "data/replies.csv", "--out", "current"), 1, "cannot be a model's name"),
    (("train", "data/replies.csv", "--precision", "1.2"), 2, "precision is 1.2"),
    (("train", "data/replies.csv", "--misses", "-1"), 2, "misses is -1"),
    (("train", "data/replies.csv", "--targets", "gone.toml"), 2, "gone.toml: the targets cannot be read"),
    (("train", "data/replies.csv", "--policy", "gone.toml"), 1, "gone.toml"),
    (("train", "data/replies.csv", "--rules", "gone.toml"), 1, "gone.toml"),
    (("train", "--reuse", "nothing", "--out", "x"), 1, "No model 'nothing'. Known: altered, default, small"),
    (("evaluate", "small"), 2, "Name a model and labelled replies"),
    (("evaluate", "nothing", "data/replies.csv"), 1, "No model 'nothing'"),
    (("evaluate", "small", "gone.csv"), 1, "gone.csv: no such file"),
    (("evaluate", "small", "data/sample_export.csv"), 1, "no column 'labels'"),
    (("evaluate", "small", "data/replies.csv", "-o", "report.pdf"), 1, "report.pdf"),
    (("evaluate", "small", "data/replies.csv", "-o", "gone/report.html"), 1, "gone"),
    (("evaluate", "small", "data/replies.csv", "--part", "dev"), 2, "--part dev: no such part"),
    (("evaluate", "small", "few.csv", "--part", "tune"), 1, "No row stands in the part 'tune'"),
    (("evaluate", "small", "few.csv", "--suites", "gone"), 1, "the suite 'criticism' is missing"),
    (("train", "data/replies.csv", "--column", "text"), 2, "text=本文"),
    (("train", "data/replies.csv", "--column", "text=ない列", "--check"), 1, "no header 'ない列'"),
    (("train", "data/replies.csv", "--base-rate", "0"), 2, "--base-rate is 0.0. Give a number above 0 and below 1."),
    (("train", "data/replies.csv", "--replies-a-day", "0"), 2, "'--replies-a-day': Input should be greater than or equal to 1"),
    (("evaluate", "small", "data/replies.csv", "--base-rate", "1"), 2, "--base-rate is 1.0. Give a number above 0 and below 1."),
    (("evaluate", "small", "data/replies.csv", "--figures", "report.json"), 2, "--figures makes a page again"),
    (("evaluate", "--drift", "few.csv", "bad.csv", "--figures", "report.json"), 2, "--figures makes a page again"),
    (("evaluate", "small", "data/replies.csv", "--drift", "few.csv", "bad.csv"), 2, "--drift compares two exports"),
    (("evaluate", "--drift", "few.csv", "bad.csv", "--column", "text=ない列"), 1, "no header 'ない列'"),
    (("evaluate", "--figures", "report.json", "--column", "text=本文"), 2, "--figures makes a page again"),
    (("evaluate", "--drift", "few.csv", "./few.csv"), 2, "./few.csv stands for both sides"),
    (("evaluate", "--figures", "few.csv"), 1, "few.csv: not a figures file"),
    (("evaluate", "--drift", "gone.csv", "few.csv"), 1, "gone.csv: no such file"),
    (("models", "show", "nothing"), 1, "No model 'nothing'"),
    (("models", "compare", "small", "nothing"), 1, "No model 'nothing'"),
    (("models", "compare", "small", "default", "gone.csv"), 1, "gone.csv: no such file"),
    (("models", "promote", "nothing"), 1, "No model 'nothing'"),
    (("models", "promote", "small", "--override", " "), 2, "needs a reason"),
    (("models", "promote", "small", "--suites", "gone"), 1, "the suite 'criticism' is missing"),
    (("models", "rollback"), 1, "nothing was promoted before it"),
    (("models", "verify", "nothing"), 1, "No model 'nothing'"),
    (("models", "verify", "altered"), 1, "fast.npz is not the file that was saved"),
    (("models", "ablate", "few.csv"), 1, "No violation stands in the split 'tune'"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_data: Path, small_built) -> Path:
    path = tmp_path_factory.mktemp("wrong")
    (path / "data").mkdir()
    shutil.copy(small_data, path / "data" / "replies.csv")
    shutil.copy(ROOT / "data" / "sample_export.csv", path / "data")
    small_built.save(path / "models" / "small")
    shutil.copytree(path / "models" / "small", path / "models" / "altered")
    (path / "models" / "altered" / "fast.npz").write_bytes(b"other")
    (path / "bad.csv").write_text("text,labels\n甲,spam\n", encoding="utf-8")
    (path / "few.csv").write_text("text,labels\n" + "".join(f"電波の話 {i},\n" for i in range(5)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("args", "code", "part"), WRONG, ids=[" ".join(w[0]) for w in WRONG])
def test_wrong_input_ends_in_one_clear_line(folder: Path, args: tuple[str, ...], code: int, part: str, command) -> None:
    done = command(*args, cwd=folder)
    assert part in done.stderr
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert sorted(p.name for p in (folder / "models").iterdir()) == ["altered", "small"]


def test_a_model_that_fails_the_gate_is_not_promoted_without_a_reason(small_models: Path, tmp_path: Path, command) -> None:
    suites = tmp_path / "suites"
    suites.mkdir()
    for name in ("criticism", "identity", "innocent"):
        (suites / f"{name}.csv").write_text("id,text,labels\n1,電波が弱い,\n", encoding="utf-8")
    (suites / "innocent.csv").write_text("id,text,labels\n7,お前みたいな寄生虫はタヒね 死ね 消えろゴミ,\n", encoding="utf-8")
    shutil.copytree(ROOT / "models" / "default", small_models / "again")
    done = command("models", "promote", "again", "--suites", str(suites), cwd=tmp_path)
    assert (done.returncode, "again fails the criticism gate: it would suggest 1 of 3 harmless replies (innocent 7)" in done.stderr) == (1, True)
    assert not (small_models / "promoted.jsonl").exists()
    done = command("models", "promote", "again", "--suites", str(suites), "--override", "検証のため", cwd=tmp_path)
    assert done.returncode == 0
    assert "検証のため" in (small_models / "again" / "card.md").read_text(encoding="utf-8")
    assert json.loads((small_models / "promoted.jsonl").read_text(encoding="utf-8"))["override"] == "検証のため"
    assert command("models", "verify", cwd=tmp_path).returncode == 0


def test_cutoffs_are_chosen_anew_without_training(small_models: Path, tmp_path: Path, command) -> None:
    (tmp_path / "targets.toml").write_text("precision = 0.9\nmisses = 0.1\n[grounds.privacy]\nmisses = 0.0\n", encoding="utf-8")
    done = command("train", "--reuse", "small", "--out", "other", "--targets", "targets.toml", "--confidence", "0.9", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((small_models / "other" / "manifest.json").read_text(encoding="utf-8"))
    asked = manifest["recipe"]["choice"]["asked"]
    assert (asked["all"]["precision"], asked["all"]["confidence"], asked["own"]["privacy"]["misses"]) == (0.9, 0.9, 0.0)
    assert manifest["reused"]["model"] == "small"
    assert "cut-offs were chosen anew" in command("models", "show", "other", cwd=tmp_path).stdout
    assert "基準値だけを" in command("--lang", "ja", "models", "show", "other", cwd=tmp_path).stdout
    (small_models / "other" / "card.ja.md").unlink()
    assert "cut-offs were chosen anew" in command("--lang", "ja", "models", "show", "other", cwd=tmp_path).stdout
    assert command("models", "list", cwd=tmp_path).stdout.count("2020-03-02") == 3


def test_models_are_listed_with_how_they_did(small_models: Path, small_built, tmp_path: Path, command) -> None:
    shutil.copytree(small_models / "small", small_models / "bare")
    manifest = json.loads((small_models / "bare" / "manifest.json").read_text(encoding="utf-8"))
    (small_models / "bare" / "manifest.json").write_text(json.dumps({k: v for k, v in manifest.items() if k not in ("figures", "gate")}), encoding="utf-8")
    (small_models / "broken").mkdir()
    (small_models / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    (small_models / "promoted.jsonl").write_text('{"name": "small", "on": "2026-04-01", "way": "promote", "override": ""}\n', encoding="utf-8")
    done = command("models", "list", cwd=tmp_path)
    lines = {" ".join(line.split()) for line in done.stdout.splitlines()}
    f = small_built.assessment.figures
    shares = " ".join(f"{r.value:.1%}" for r in (f.violations_suggested, f.violations_kept, f.harmless_suggested, f.harmless_reviewed))
    assert f"→ small {shares} {'passed' if small_built.gate.passed else 'FAILED'}" in lines
    assert "bare - - - - -" in lines
    assert "broken (cannot be read)" in lines
    assert "In force (→): small." in lines
    assert "manifest" in done.stderr or "cannot be read" in done.stderr


def test_a_column_of_the_labelled_data_can_be_named(small_data: Path, tmp_path: Path, command) -> None:
    text = small_data.read_text(encoding="utf-8")
    (tmp_path / "d.csv").write_text(text.replace("text", "書かれたこと", 1), encoding="utf-8")
    assert "name it with --column text=HEADER" in command("train", "d.csv", "--check", cwd=tmp_path).stderr
    done = command("train", "d.csv", "--check", "--column", "text=書かれたこと", cwd=tmp_path)
    assert (done.returncode, "nothing wrong" in done.stdout) == (0, True), done.stderr


def test_a_check_tells_what_of_each_file_was_used(small_data: Path, tmp_path: Path, command) -> None:
    (tmp_path / "決定前.csv").write_text("text,決定,決定した項目\n電波が弱いです,,\n", encoding="utf-8")
    done = command("train", str(small_data), "決定前.csv", "--check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    (tmp_path / "copy").mkdir()
    shutil.copy(tmp_path / "決定前.csv", tmp_path / "copy")
    twice = command("train", "決定前.csv", str(small_data), "copy/決定前.csv", "--check", cwd=tmp_path)
    assert twice.stdout.count("決定前.csv: no row used: nothing in it is decided yet") == 2
    assert any(line.startswith(f"{small_data.name}: ") and line.endswith(" rows used") for line in lines)
    assert "決定前.csv: no row used: nothing in it is decided yet" in lines


@pytest.mark.parametrize("words", [("evaluate", "default", "d.csv", "--fast"), ("models", "compare", "default", "default", "d.csv", "--fast"), ("models", "ablate", "d.csv")], ids=["evaluate", "compare", "ablate"])
def test_a_column_can_be_named_wherever_labelled_data_are_read(words, tmp_path: Path, command) -> None:
    (tmp_path / "d.csv").write_text("id,書かれたこと,labels\n1,電波が弱いです,\n2,回線を早く直してください,\n", encoding="utf-8")
    assert "no header 'ない列'" in command(*words, "--column", "text=ない列", cwd=tmp_path).stderr
    done = command(*words, "--column", "text=書かれたこと", cwd=tmp_path)
    if words[1] == "ablate":
        assert "tune" in done.stderr  # the text is found; there is nothing to tune on
    else:
        assert done.returncode == 0, done.stderr


def test_a_model_is_compared_and_its_flips_are_written(small_models: Path, small_data: Path, tmp_path: Path, command) -> None:
    done = command("models", "compare", "default", "small", str(small_data), "-o", "flips.csv", "--fast", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "violations kept (missed)" in done.stdout and "rows flip" in done.stdout
    assert (tmp_path / "flips.csv").read_text(encoding="utf-8-sig").startswith("id,file,line,suite,labels,default,small,better\n")


READ = [
    ("evaluate", "default", "gold.json", "-o", "gold.html"),
    ("evaluate", "default", "gold.json", "-o", "gold.json"),
    ("evaluate", "default", "few.csv", "gold.json", "-o", "./gold.md"),
    ("evaluate", "--drift", "few.csv", "gold.json", "-o", "gold.json"),
    ("models", "compare", "default", "default", "few.csv", "-o", "few.csv", "--fast"),
    ("models", "compare", "default", "default", "few.csv", "--suites", "suites", "-o", "suites/criticism.csv", "--fast"),
    ("models", "ablate", "few.csv", "-o", "few.csv"),
    ("rules", "--measure", "few.csv", "--record", "few.csv"),
]


@pytest.mark.parametrize("args", READ, ids=[" ".join(a) for a in READ])
def test_no_command_writes_over_what_it_reads(tmp_path: Path, args: tuple[str, ...], command) -> None:
    (tmp_path / "few.csv").write_text("text,labels\n" + "".join(f"電波の話 {i},\n" for i in range(3)), encoding="utf-8")
    (tmp_path / "gold.json").write_text('{"text": "電波の話です", "labels": ""}\n', encoding="utf-8")
    shutil.copytree(ROOT / "data" / "suites", tmp_path / "suites")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    done = command(*args, cwd=tmp_path)
    assert (done.returncode, "is one of the files to read. Choose another name" in done.stderr) == (1, True), done.stderr
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_check_tells_what_of_standard_input_was_used(small_data: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "classifier", "--lang", "en", "train", "-", "--check"], cwd=tmp_path, input=small_data.read_bytes(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "stdin: " in done.stdout.decode() and "no row used" not in done.stdout.decode()


def test_short_texts_that_trained_the_model_are_told_on_the_screen(small_models: Path, small_data: Path, tmp_path: Path, command) -> None:
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.validate import LONG, bare

    short = [r.reply for r in read_labeled([small_data], default_policy()) if r.split == "train" and len(bare(r.reply.text)) < LONG][:50]
    with (tmp_path / "short.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("id", "text", "labels"), *((r.id, r.text, "") for r in short)])
    done = command("evaluate", "small", "short.csv", "-o", "r.md", cwd=tmp_path)
    assert f"{len(short)} rows were not looked for among those that trained the model" in done.stdout, done.stderr
    done = command("models", "compare", "small", "small", "short.csv", cwd=tmp_path)
    assert done.stdout.count(f"{len(short)} rows were not looked for") == 1, done.stderr


def test_decided_rows_that_are_passed_over_are_counted(tmp_path: Path, command) -> None:
    decided = ["もう消えたい,対応しない,,危機のおそれ", "もう限界です,非表示,誹謗中傷,危機のおそれ", "甲,保留,,", "乙,上席へ,,", "丙,上席へ,,", "丁,,,危機のおそれ", "電波が弱い,対応しない,,"]
    (tmp_path / "d.csv").write_text("\n".join(["本文,決定,決定した項目,信号", *decided]), encoding="utf-8")
    told = ["2 decided rows are passed over: they are marked 危機のおそれ, and 危機の確認 does not say", "3 rows are passed over: they are decided as 保留 or 上席へ", "1 rows are passed over: 決定 is empty"]
    for args in (["train", "d.csv", "--check"], ["train", "d.csv"], ["evaluate", "current", "d.csv", "-o", "r.md"]):
        done = command(*args, cwd=tmp_path)
        assert [t for t in told if t in done.stderr] == told, done.stderr


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("test", f"投稿{i}", "privacy") for i in range(40)], "No ground has the 20 positives in the training part"),
        ([("train", f"投稿{i}", "privacy" if i < 19 else "") for i in range(40)], "No ground has the 20 positives in the training part"),
        ([("train", f"投稿{i % 2}", "privacy" if i < 25 else "") for i in range(40)], "hang on 2 parent post(s)"),
    ],
    ids=["all-test", "too-few", "parents"],
)
def test_the_check_names_what_would_stop_the_training(rows: list[tuple[str, str, str]], told: str, tmp_path: Path, command) -> None:
    with (tmp_path / "d.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("id", "text", "parent_text", "labels", "split"), *((i, f"返信{i}", post, labels, split) for i, (split, post, labels) in enumerate(rows))])
    checked, trained = (command("train", "d.csv", *more, cwd=tmp_path) for more in (["--check"], []))
    assert (checked.returncode, trained.returncode) == (1, 1)
    assert told in checked.stderr and "nothing wrong" not in checked.stdout
    assert checked.stderr.splitlines()[-1] == trained.stderr.splitlines()[-1]
