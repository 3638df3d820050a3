"""The command line: arguments, what is printed, exit codes (0 done, 1 the user can fix it, 2 wrong arguments).

Heavy modules are imported by the commands that need them, so that `--help` answers at once.
"""

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from classifier import __version__, analyst, messages
from classifier.arguments import Command, Group, asked_language, complaint
from classifier.errors import ClassifierError, ModelError, OutputError, UsageError
from classifier.messages import say
from classifier.models_app import models_app
from classifier.options import ColumnOption, FastOption, PolicyOption, named_columns, scorer_of

if TYPE_CHECKING:
    from classifier.scorer import Scorer

NOBODY_READS = 141
"""Exit code where the reader of a pipe has left, as the shell gives it to a program that ends by SIGPIPE (128 + 13)."""

INTERRUPTED = 130
"""Exit code that the parser gives where somebody has pressed Ctrl-C, as the shell has it (128 + 2)."""

app = typer.Typer(cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

app.command(cls=Command, help="command.train")(analyst.train)
app.command(cls=Command, help="command.evaluate")(analyst.evaluate)
app.add_typer(models_app, name="models")

ModelOption = Annotated[str, typer.Option("--model", help="option.model")]


def main() -> None:
    """Run the command line; errors meant for users end in one line and exit code 1 (2 for wrong arguments)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    signal.signal(signal.SIGTERM, _leave)
    asked = asked_language(sys.argv[1:])
    try:
        if asked in messages.LANGUAGES:
            messages.use(asked)
        elif asked is not None:
            raise UsageError(say("cli.language", found=asked))
        code = _run()
        if code == INTERRUPTED:
            print(say("cli.interrupted"), file=sys.stderr)
        raise SystemExit(code)
    except typer.TyperException as error:
        print(complaint(error), file=sys.stderr)
        raise SystemExit(error.exit_code) from error
    except ClassifierError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2 if isinstance(error, UsageError) else 1) from error


def _leave(number: int, frame: object) -> NoReturn:
    """End by a signal as by an error: what was half written is taken away."""
    raise SystemExit(128 + number)


def _run() -> int:
    """Run the command that the arguments name and return its exit code; end quietly where nobody reads the output any more, and with one line where it cannot be written."""
    try:
        code = app(standalone_mode=False)
        print(end="", flush=True)
    except (OSError, SystemExit) as error:  # Typer and Rich turn a broken pipe into an exit
        if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):
            _drop_output()
            return NOBODY_READS
        if isinstance(error, OSError) and _output_fails():
            _drop_output()
            raise OutputError(say("cli.output", why=error)) from error
        raise
    return code or 0


def _output_fails() -> bool:
    """Tell whether the standard output takes nothing more."""
    try:
        print(flush=True)  # what failed before need not wait in the buffer any more
    except OSError:
        return True
    return False


def _drop_output() -> None:
    """Let the last flush of the interpreter go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(wanted: bool) -> None:
    if wanted:
        print(f"reply-classifier {__version__}")
        raise typer.Exit


@app.callback(help="command.program")
def _start(
    lang: Annotated[str | None, typer.Option("--lang", help="option.lang")] = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="option.version")] = False,
) -> None:
    """Take the language, which `main` has put in use already for the pages and errors of the parser."""


@app.command(cls=Command, help="command.score")
def score(
    sources: Annotated[list[str], typer.Argument(metavar="FILES...", help="option.sources")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="option.score_output")] = None,
    column: ColumnOption = None,
    posts: Annotated[list[str] | None, typer.Option("--posts", help="option.posts")] = None,
    model: ModelOption = "current",
    policy: PolicyOption = None,
    fast: FastOption = False,
    audit: Annotated[float, typer.Option("--audit", min=0.0, max=1.0, help="option.audit")] = 0.01,
    strict: Annotated[bool, typer.Option("--strict", help="option.strict")] = False,
) -> None:
    """Write the result file of some exports and print its counts."""
    from classifier.headers import ReadOptions
    from classifier.score import score as run_score
    from classifier.screen import progress_bar, show_run

    scorer = _scorer(model, policy, fast, audit)
    options = ReadOptions(columns=named_columns(column, [*sources, *(posts or [])]), account=scorer.policy.account)
    output = output or Path(f"{Path(sources[0]).stem if sources[0] != '-' else 'stdin'}.scored.xlsx")
    with progress_bar() as progress:
        run = run_score(sources, output, scorer, options=options, posts=posts or [], version=__version__, progress=progress)
    show_run(run, output, scorer)
    if strict and (run.rejected or any(sheet.decisive for sheet in run.unread)):
        raise typer.Exit(1)


@app.command(cls=Command, help="command.explain")
def explain(
    text: Annotated[str, typer.Argument(help="option.text")],
    parent: Annotated[str | None, typer.Option("--parent", help="option.parent")] = None,
    author: Annotated[str | None, typer.Option("--author", help="option.author")] = None,
    handle: Annotated[str | None, typer.Option("--handle", help="option.handle")] = None,
    model: ModelOption = "current",
    policy: PolicyOption = None,
    fast: FastOption = False,
) -> None:
    """Print how one reply is decided and why."""
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
    out = console()
    out.print(rendered(scorer.inspect(reply), scorer.policy, marks=("", "") if out.color_system else ("【", "】")))


@app.command(cls=Command, help="command.policy")
def policy(
    check: Annotated[Path | None, typer.Option("--check", help="option.policy_check")] = None,
) -> None:
    """Print the packaged policy, or whether a file is a valid one."""
    from classifier.policy import default_policy, read_policy
    from classifier.screen import show_policy

    if check:
        found = read_policy(check)
        print(say("policy.valid", file=check, n=len(found.grounds), edition=found.edition))
    else:
        show_policy(default_policy())


@app.command(cls=Command, help="command.rules")
def rules(
    check: Annotated[Path | None, typer.Option("--check", help="option.rules_check")] = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", help="option.measure")] = None,
    record: Annotated[Path | None, typer.Option("--record", help="option.record")] = None,
) -> None:
    """Print the packaged rules with their counts, or whether a pack is a valid one."""
    from classifier.decided import keep_sources
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.rules import default_pack, failures, measure_rules, read_pack, records_text, shipped_records
    from classifier.screen import show_rules
    from classifier.whole import write_whole

    if check and (measure or record):
        raise UsageError(say("rules.check_alone"))
    if check:
        pack = read_pack(check)
        wrong = failures(pack)
        for line in wrong:
            print(line, file=sys.stderr)
        if wrong:
            raise typer.Exit(1)
        print(say("rules.valid", file=check, n=len(pack.rules)))
        return
    pack, counted = default_pack(), shipped_records()
    if measure:
        keep_sources(measure, [record] if record else [])
        counted = measure_rules(pack, [(r.reply, r.labels, r.crisis) for r in read_labeled(measure, default_policy()) if not r.undecided])
    if record:
        write_whole({record: records_text(counted)})
    show_rules(pack, counted)


def _scorer(name: str, policy: Path | None, fast: bool, audit: float = 0.0) -> "Scorer":
    """Return a scorer with the model of this name or folder; by rules alone for `none`, and, with a message, where the model in force cannot be read."""
    from classifier.policy import read_policy
    from classifier.registry import CURRENT, DEFAULT, find_folder, load
    from classifier.scorer import Scorer

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
            return scorer_of(loaded, fast=fast, audit=audit, policy=edition)
    return Scorer(None, policy=edition, fast=fast, audit=audit)


def _decoded(raw: bytes, code: str) -> str | None:
    try:
        return raw.decode(code)
    except UnicodeDecodeError:
        return None
