"""The command line as people type it: exit codes, what stands on which stream, files that result."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def command(*args: str, cwd: Path = ROOT, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "classifier", *args], cwd=cwd, input=stdin, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "返信.csv"
    path.write_text("ポストID,本文,投稿者名\n1790000000000000001,お前みたいな寄生虫はタヒね,たろう\n1790000000000000002,電波が弱いです,はなこ\n3,,だれか\n", encoding="utf-8-sig")
    return path


def test_score_writes_a_workbook_and_prints_the_counts(export: Path, tmp_path: Path) -> None:
    done = command("--lang", "ja", "score", str(export), "-o", str(tmp_path / "結果.xlsx"), "--fast")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 件を判定しました" in done.stdout
    assert "措置候補: 1" in done.stdout
    assert "誹謗中傷" in done.stdout
    assert "読めなかった行 1 件" in done.stdout
    assert "元の投稿がない返信 2 件" in done.stdout
    assert "削除は一切行っていません" in done.stdout
    assert (tmp_path / "結果.xlsx").stat().st_size > 5000
    assert (tmp_path / "結果.xlsx.rejected.csv").exists()


def test_posts_that_match_no_reply_are_told_as_such(export: Path, tmp_path: Path) -> None:
    (tmp_path / "投稿.csv").write_text("ポストID,本文\n5,5Gの整備について\n", encoding="utf-8-sig")
    done = command("--lang", "ja", "score", str(export), "--posts", str(tmp_path / "投稿.csv"), "-o", str(tmp_path / "結果.xlsx"), "--fast")
    assert done.returncode == 0, done.stderr
    assert "--posts の投稿 1 件は、どの返信とも結び付きませんでした" in done.stdout
    assert "--posts で投稿のファイルを渡せます" not in done.stdout


def test_replies_whose_letters_were_lost_are_counted(tmp_path: Path) -> None:
    texts = ["ID,本文", "1,?? ???. ? ?? ? ?????", "2,本当ですか???", "3,????", "4,死にたい"]
    (tmp_path / "返信.csv").write_bytes("\r\n".join(texts).encode("cp932"))
    done = command("--lang", "ja", "score", "返信.csv", "--fast", cwd=tmp_path)
    assert "ほとんど「?」だけの返信 2 件" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.csv", "id,本文,いいね,空\n1,電波が弱い,3,\n", "Read as the text of the replies: 本文. Not used: いいね. The workbook holds them at the right edge, marked 元：."),
        ("a.csv", "id,本文,空\n1,電波が弱い,\n", "Read as the text of the replies: 本文."),
        ("a.csv", "ID,返信,日付,投稿者,元の投稿\n1,電波が弱い,2025/5/1,山田,お知らせ\n", "Read as the text of the replies: 返信. Read too: 投稿者 as author_name, 日付 as created_at."),
        ("a.csv", f"本文,{','.join(f'列{n}' for n in range(11))}\n電波が弱い{',x' * 11}\n", "Read as the text of the replies: 本文. Not used: 列0, 列1, 列2, 列3, 列4, 列5, 列6, 列7, 列8, 列9, …. The workbook holds them at the right edge, marked 元：."),
        ("a.jsonl", '{"本文": "電波が弱い", "いいね": 3}\n{"返信": "ありがとう", "いいね": 3}\n', "Read as the text of the replies: 本文, 返信. Not used: いいね. The workbook holds them at the right edge, marked 元：."),
        ("a.json", '{"data": [{"id": "1790000000000000001", "text": "電波が弱い", "author_id": "5", "lang": "ja"}]}', None),
    ],
    ids=["unused", "unused-and-empty", "guessed", "many", "two-headings", "x-api"],
)
def test_the_column_that_was_read_as_the_text_is_told(run_here, tmp_path: Path, name: str, content: str, line: str | None) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    told = run_here("score", name, "-o", "out.xlsx", "--model", "none", cwd=tmp_path)
    assert (told.returncode, [said for said in told.stdout.splitlines() if "Read as the text" in said]) == (0, [line] if line else [])


@pytest.mark.parametrize(("ids", "told"), [(("1", "2", ""), ["1 rows have no id though others have one"]), (("", "", ""), []), (("1", "2", "3"), [])], ids=["totals", "none", "all"])
def test_rows_without_an_id_among_others_are_told(run_here, tmp_path: Path, ids: tuple[str, ...], told: list[str]) -> None:
    texts = ("電波が弱い", "ありがとう", "2件")
    (tmp_path / "a.csv").write_text("id,本文\n" + "".join(f"{i},{text}\n" for i, text in zip(ids, texts, strict=True)), encoding="utf-8")
    done = run_here("score", "a.csv", "-o", "out.csv", "--model", "none", cwd=tmp_path)
    assert [line.partition(";")[0] for line in done.stdout.splitlines() if "have no id" in line] == told
    assert not told or "The first: a.csv:4." in done.stdout


def test_score_names_its_result_after_the_export(export: Path, tmp_path: Path) -> None:
    assert command("score", export.name, "--fast", cwd=tmp_path).returncode == 0
    assert (tmp_path / "返信.scored.xlsx").exists()


def test_a_run_that_is_told_to_end_leaves_nothing_half_written(export: Path, tmp_path: Path) -> None:
    told_while_writing = "import signal, sys; from classifier import cli, sinks; sinks.JsonlSink.write = lambda self, results: signal.raise_signal(signal.SIGTERM); cli.main()"
    run = subprocess.run([sys.executable, "-c", told_while_writing, "score", str(export), "-o", str(tmp_path / "x.jsonl"), "--fast"], cwd=ROOT, check=False)
    assert run.returncode == 143
    assert [p.name for p in tmp_path.iterdir()] == [export.name]


def test_a_run_that_is_interrupted_says_so_in_one_line(export: Path, tmp_path: Path) -> None:
    interrupted_while_writing = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from classifier import cli, sinks; sinks.JsonlSink.write = lambda self, results: signal.raise_signal(signal.SIGINT); cli.main()"
    run = subprocess.run([sys.executable, "-c", interrupted_while_writing, "--lang", "ja", "score", str(export), "-o", str(tmp_path / "x.jsonl"), "--model", "none"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "中断しました。終わっていない結果は何も書き出していません。元からあるファイルはそのままです。\n")
    assert [p.name for p in tmp_path.iterdir()] == [export.name]


def test_strict_turns_rejected_rows_into_exit_code_1(export: Path, tmp_path: Path) -> None:
    done = command("score", str(export), "-o", str(tmp_path / "x.jsonl"), "--fast", "--strict")
    assert done.returncode == 1
    assert len((tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def test_standard_input_is_read(tmp_path: Path) -> None:
    done = command("score", "-", "-o", str(tmp_path / "x.jsonl"), "--fast", stdin='{"text": "電波が弱い"}\n')
    assert done.returncode == 0
    assert json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))["text"] == "電波が弱い"


@pytest.mark.parametrize(
    ("args", "code", "part"),
    [
        (("score", "gone.csv"), 1, "gone.csv: no such file"),
        (("score", "data/sample_export.csv", "-o", "x.pdf"), 1, "x.pdf"),
        (("score", "data/sample_export.csv", "--column", "text"), 2, "text=本文"),
        (("score", "data/sample_export.csv", "--column", "text=ない列"), 1, "ない列"),
        (("score", "data/sample_export.csv", "--model", "nothing"), 1, "No model 'nothing'"),
        (("score", "data/sample_export.csv", "--policy", "gone.toml"), 1, "gone.toml"),
        (("explain", " "), 2, "no text"),
        (("--lang", "fr", "policy"), 2, "fr"),
        (("--lang", "fr"), 2, "fr"),
        (("policy", "--check", "gone.toml"), 1, "gone.toml"),
        (("policy", "--check", "README.md"), 1, "not valid TOML"),
        (("rules", "--check", "gone.toml"), 1, "gone.toml"),
        (("rules", "--check", "classifier/rules.toml", "--measure", "data/suites/innocent.csv"), 2, "Leave out --measure and --record"),
        (("rules", "--check", "classifier/rules.toml", "--record", "gone/rec.csv"), 2, "Leave out --measure and --record"),
        (("train", "data/sample_export.csv", "--out", "x"), 1, "no column 'labels'"),
        (("train", "data/replies.csv", "--out", "default"), 1, "never overwritten"),
        (("train", "data/replies.csv", "--out", "../x"), 1, "cannot be a model's name"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else None,
)
def test_wrong_input_ends_in_one_clear_line(run_here, args: tuple[str, ...], code: int, part: str) -> None:
    done = run_here(*(("--lang", "en") if args[0] != "--lang" else ()), *args, cwd=ROOT)
    assert done.returncode == code
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_explain_shows_scores_cutoffs_and_hits() -> None:
    done = command("explain", "お前みたいな寄生虫はタヒね", "--parent", "5Gの整備について", "--fast")
    assert done.returncode == 0
    assert "suggest / defamation" in done.stdout
    assert "お前みたいな寄生虫はタヒね" in done.stdout
    assert "defamation 誹謗中傷" in done.stdout
    assert "defamation.die_to_person" in done.stdout


def test_policy_shows_the_fifteen_grounds_and_checks_a_file() -> None:
    done = command("--lang", "ja", "policy")
    assert done.returncode == 0
    assert [f"5({n})" in done.stdout for n in range(1, 16)] == [True] * 15
    assert "valid, 15 grounds" in command("--lang", "en", "policy", "--check", "classifier/policy.toml").stdout


def test_rules_are_listed_and_checked() -> None:
    assert "defamation.die_to_person" in command("rules").stdout
    assert command("--lang", "en", "rules", "--check", "classifier/rules.toml").returncode == 0


def test_a_broken_default_model_falls_back_to_rules_with_a_message(export: Path, tmp_path: Path) -> None:
    (tmp_path / "models" / "default").mkdir(parents=True)
    (tmp_path / "models" / "default" / "manifest.json").write_text("{", encoding="utf-8")
    done = command("--lang", "en", "score", export.name, "-o", "x.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    assert "cannot be read" in done.stderr
    assert "rules alone decided" in done.stdout
    assert json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()[0])["model"] == "none"


def test_version_and_help_answer() -> None:
    assert command("--version").stdout.startswith("reply-classifier 0.")
    assert "score" in command("--help").stdout


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("policy",), ("score", "in.csv", "-o", "out.jsonl", "--model", "none")], ids=" ".join)
def test_output_that_cannot_be_written_ends_in_one_clear_line(tmp_path: Path, args: tuple[str, ...]) -> None:
    (tmp_path / "in.csv").write_text("text\n電波が弱い\n", encoding="utf-8")
    with Path("/dev/full").open("wb") as full:  # every write to it fails
        done = subprocess.run([sys.executable, "-m", "classifier", "--lang", "en", *args], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "could not be written to the standard output (No space left on device)" in done.stderr
    assert (tmp_path / "out.jsonl").exists() == ("score" in args)


@pytest.mark.parametrize("args", [("policy",), ("rules",), ("--help",), ("--version",), ("policy", "--check", "classifier/policy.toml"), ("explain", "電波が弱い", "--model", "none")], ids=" ".join)
def test_a_closed_pipe_ends_quietly(args: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # before it starts, so that no output can go out first
    try:
        ended = subprocess.run([sys.executable, "-m", "classifier", *args], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert ended.stderr == b""
    assert ended.returncode == 141
