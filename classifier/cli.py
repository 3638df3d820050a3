"""The command line: arguments, what is printed, exit codes (0 done, 1 the user can fix it, 2 wrong arguments).

Heavy modules are imported by the commands that need them, so that `--help` answers at once.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from classifier import __version__, analyst, messages
from classifier.errors import ClassifierError, ModelError, OutputError, UsageError
from classifier.messages import say

if TYPE_CHECKING:
    from classifier.headers import ReadOptions
    from classifier.score import Scorer

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

app.command()(analyst.train)
app.command()(analyst.evaluate)
app.add_typer(analyst.models_app, name="models")

ModelOption = Annotated[str, typer.Option("--model", help="A model's folder or its name under ./models; 'current' is the one in force, 'none' stands for rules alone.")]
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
    model: ModelOption = "current",
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
    model: ModelOption = "current",
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
def rules(
    check: Annotated[Path | None, typer.Option("--check", help="Validate this rule pack, with its texts to hit and to miss.")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="Labelled replies to count right and wrong hits on (repeatable).")] = None,
    record: Annotated[Path | None, typer.Option("--record", help="Write the counts to this file (rule, hits, right).")] = None,
) -> None:
    """List the rules, validate a rule pack, or measure the rules on labelled replies."""
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.rules import default_pack, failures, measure_rules, read_pack, records_text, shipped_records
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
        try:
            record.write_text(records_text(counted), encoding="utf-8")
        except OSError as error:
            raise OutputError(say("output.cannot_write", file=record, why=error.strerror)) from error
    show_rules(pack, counted)


def _scorer(name: str, policy: Path | None, fast: bool, audit: float = 0.0) -> "Scorer":
    """Return a scorer with the model of this name or folder; by rules alone for `none`, and, with a message, where the model in force cannot be read."""
    from classifier.policy import read_policy
    from classifier.registry import CURRENT, DEFAULT, find_folder, load
    from classifier.score import Scorer

    edition = read_policy(policy) if policy else None
    if name != "none":
        try:
            loaded = load(find_folder(name))
        except ModelError as error:
            if name not in (CURRENT, DEFAULT):
                raise
            print(error, file=sys.stderr)
            print(say("score.rules_only"), file=sys.stderr)
        else:
            return Scorer(loaded.model, policy=edition or loaded.policy, pack=loaded.pack, records=loaded.records, fast=fast, audit=audit)
    return Scorer(None, policy=edition, fast=fast, audit=audit)


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
