"""The command line: arguments, what is printed, exit codes (0 done, 1 the user can fix it, 2 wrong arguments).

Heavy modules are imported by the commands that need them, so that `--help` answers at once.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from classifier import __version__, messages
from classifier.errors import ClassifierError, OutputError, UsageError
from classifier.messages import say

if TYPE_CHECKING:
    from classifier.headers import ReadOptions
    from classifier.model import Model
    from classifier.score import Scorer

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

ModelOption = Annotated[str, typer.Option("--model", help="A model's folder or its name under ./models; 'none' for rules alone.")]
PolicyOption = Annotated[Path | None, typer.Option("--policy", help="Another policy file (TOML).")]


def main() -> None:
    """Run the command line; errors meant for users end in one line and exit code 1 (2 for wrong arguments)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except UsageError as error:
        _fail(error, 2)
    except ClassifierError as error:
        _fail(error, 1)


def _fail(error: ClassifierError, code: int) -> NoReturn:
    print(error, file=sys.stderr)
    raise SystemExit(code)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"reply-classifier {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    lang: Annotated[str | None, typer.Option("--lang", help="Language of the terminal: ja or en (else the locale's).")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,
) -> None:
    """Sort exported replies by the deletion grounds of the policy. It proposes; it never deletes."""
    if lang is not None:
        if lang not in messages.LANGUAGES:
            raise UsageError(say("cli.language", found=lang))
        messages.use(lang)


@app.command()
def score(
    sources: Annotated[list[str], typer.Argument(metavar="FILES...", help="Exports: CSV, TSV, XLSX, JSONL, Parquet, X API JSON; - for standard input.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Result: .xlsx, .csv, .jsonl or .parquet (default: FILE.scored.xlsx here).")] = None,
    column: Annotated[list[str] | None, typer.Option("--column", help="Name a column of the export: text=本文 (repeatable).")] = None,
    posts: Annotated[list[str] | None, typer.Option("--posts", help="A file with the account's own posts, joined by parent_id or conversation_id.")] = None,
    model: ModelOption = "default",
    policy: PolicyOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave the sentence vectors out: many times faster, a little less accurate.")] = False,
    audit: Annotated[float, typer.Option("--audit", min=0.0, max=1.0, help="Share of the kept replies marked for people, to count the misses.")] = 0.01,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when a row was rejected.")] = False,
) -> None:
    """Score replies: for each one suggest, review or keep, with ground, clause and evidence."""
    from classifier.score import score as run_score
    from classifier.screen import progress_bar, show_run

    scorer = _scorer(model, policy, fast, audit)
    output = output or Path(f"{Path(sources[0]).stem if sources[0] != '-' else 'stdin'}.scored.xlsx")
    with progress_bar() as progress:
        run = run_score(sources, output, scorer, options=_options(column, scorer.policy.account), posts=posts or [], version=__version__, progress=progress)
    show_run(run, output, scorer)
    if strict and run.rejected:
        raise typer.Exit(1)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="The reply; - reads it from standard input.")],
    parent: Annotated[str | None, typer.Option("--parent", help="The account's post that it hangs on.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="The author's display name.")] = None,
    handle: Annotated[str | None, typer.Option("--handle", help="The author's handle.")] = None,
    model: ModelOption = "default",
    policy: PolicyOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="Leave the sentence vectors out.")] = False,
) -> None:
    """Explain one reply: scores, cut-offs, rule hits, and the text with its evidence marked."""
    from classifier.explain import explain as rendered
    from classifier.replies import Reply
    from classifier.screen import console

    if text == "-":
        raw = sys.stdin.buffer.read()
        text = next(t for t in (_decoded(raw, code) for code in ("utf-8-sig", "cp932", "latin-1")) if t is not None)
    if not text.strip():
        raise UsageError(say("cli.empty_text"))
    scorer = _scorer(model, policy, fast)
    reply = Reply(id="1", text=text, parent_text=parent, author_name=author, author_handle=(handle or "").lstrip("@") or None)
    result = scorer([reply])[0]
    console().print(rendered(result, scorer.policy, scorer.last_cutoffs))


@app.command()
def policy(
    check: Annotated[Path | None, typer.Option("--check", help="Validate this policy file instead.")] = None,
) -> None:
    """Show the policy's fifteen grounds as a table, or validate another policy file."""
    from classifier.policy import default_policy, read_policy
    from classifier.screen import show_policy

    if check:
        found = read_policy(check)
        print(say("policy.valid", file=check, n=len(found.grounds), edition=found.edition))
    else:
        show_policy(default_policy())


@app.command()
def train(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled replies (CSV and the other formats, with a column 'labels').")],
    out: Annotated[str | None, typer.Option("--out", help="Name of the new model (default: the date and time).")] = None,
    models: Annotated[Path, typer.Option("--models", help="The folder that holds the models.")] = Path("models"),
) -> None:
    """Train a new model from labelled replies: the same data give the same numbers. Never overwrites."""
    from datetime import datetime

    from classifier.card import card_of
    from classifier.labeled import read_labeled
    from classifier.model import save_model
    from classifier.policy import default_policy
    from classifier.registry import new_folder
    from classifier.rules import default_pack
    from classifier.train import train as run_train

    name = out or f"{datetime.now():%Y%m%d-%H%M%S}"
    folder = new_folder(models, name)
    rows = read_labeled(data, default_policy())
    trained = run_train(rows, name, policy=default_policy(), pack=default_pack(), progress=lambda step: print(step, file=sys.stderr))
    save_model(folder, trained.model, trained.notes, card_of(trained, rows, default_policy()))
    print(say("train.saved", folder=folder))


@app.command()
def rules(
    check: Annotated[Path | None, typer.Option("--check", help="Validate this rule pack, with its texts to hit and to miss.")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="Labelled replies to count right and wrong hits on (repeatable).")] = None,
    record: Annotated[Path | None, typer.Option("--record", help="Write the counts to this file (rule, hits, right).")] = None,
) -> None:
    """List the rules, validate a rule pack, or measure the rules on labelled replies."""
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.rules import default_pack, failures, measure_rules, read_pack, shipped_records
    from classifier.screen import show_rules

    pack = read_pack(check) if check else default_pack()
    if check:
        wrong = failures(pack)
        for line in wrong:
            print(line, file=sys.stderr)
        if wrong:
            raise typer.Exit(1)
        print(say("rules.valid", file=check, n=len(pack.rules)))
        return
    counted = shipped_records()
    if measure:
        counted = measure_rules(pack, [(r.reply, r.labels, r.crisis) for r in read_labeled(measure, default_policy())])
    if record:
        lines = ["rule,hits,right", *(f"{rule},{hits},{right}" for rule, (hits, right) in counted.items())]
        try:
            record.write_text("\n".join(lines) + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(say("output.cannot_write", file=record, why=error.strerror)) from error
    show_rules(pack, counted)


def _scorer(model: str, policy: Path | None, fast: bool, audit: float = 0.0) -> "Scorer":
    from classifier.policy import read_policy
    from classifier.score import Scorer

    return Scorer(_model(model), policy=read_policy(policy) if policy else None, fast=fast, audit=audit)


def _model(name: str) -> "Model | None":
    """Return the model of this name or folder; None for rules alone, also where the folder cannot be read (with a message)."""
    from classifier.errors import ModelError
    from classifier.model import load_model
    from classifier.registry import find_folder

    if name == "none":
        return None
    try:
        return load_model(find_folder(name))
    except ModelError as error:
        if name != "default":
            raise
        print(error, file=sys.stderr)
        print(say("score.rules_only"), file=sys.stderr)
        return None


def _decoded(raw: bytes, code: str) -> str | None:
    try:
        return raw.decode(code)
    except UnicodeDecodeError:
        return None


def _options(columns: list[str] | None, account: str) -> "ReadOptions":
    from classifier.headers import ReadOptions

    named = {}
    for pair in columns or []:
        ours, equals, theirs = pair.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise UsageError(say("cli.column", found=pair))
        named[ours.strip()] = theirs.strip()
    return ReadOptions(columns=named, account=account)
