"""The commands on the folder of models: list, show, compare, promote, roll back, verify, ablate."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.arguments import Command, Group
from classifier.errors import ModelError, UsageError
from classifier.messages import language, say
from classifier.options import (
    ColumnOption,
    FastOption,
    ModelsOption,
    NameArgument,
    PartOption,
    SuitesOption,
    named_columns,
    opened,
    scorer_of,
)

if TYPE_CHECKING:
    from classifier.screen import Listed

models_app = typer.Typer(cls=Group, no_args_is_help=True, add_completion=False, help="command.models")


@models_app.command("list", cls=Command, help="command.models_list")
def list_models(models: ModelsOption = Path("models")) -> None:
    """Print the models, how each did, and which is in force."""
    from classifier.registry import in_force, known_models, without_manifest
    from classifier.screen import show_models

    show_models([_listed(name, models) for name in sorted({*known_models(models), *without_manifest(models)})], in_force(models))


@models_app.command("show", cls=Command, help="command.models_show")
def show_model(name: NameArgument = "current", models: ModelsOption = Path("models")) -> None:
    """Print a model's card."""
    from classifier.model import CARD_FILES
    from classifier.registry import find_folder

    folder = find_folder(name, models)
    card = next((folder / file for file in (CARD_FILES[language()], CARD_FILES["en"]) if (folder / file).is_file()), None)
    if card is None:
        raise ModelError(say("models.no_card", folder=folder))
    print(card.read_text(encoding="utf-8"))


@models_app.command("compare", cls=Command, help="command.models_compare")
def compare_models(
    first: Annotated[str, typer.Argument(help="option.first")],
    second: Annotated[str, typer.Argument(help="option.second")],
    data: Annotated[list[str] | None, typer.Argument(metavar="DATA...", help="option.compare_data")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="option.flips")] = None,
    column: ColumnOption = None,
    part: PartOption = None,
    models: ModelsOption = Path("models"),
    fast: FastOption = False,
    suites: SuitesOption = None,
) -> None:
    """Print how the decisions of two models differ on the same replies."""
    from classifier.compare import compare, write_flips
    from classifier.decided import keep_sources
    from classifier.labeled import read_labeled
    from classifier.provenance import part_of, seen_rows, trained_texts
    from classifier.screen import show_comparison
    from classifier.suites import read_suites, shipped_suites

    one, one_folder = opened(first, models)
    other, other_folder = opened(second, models)
    if one.policy.ids != other.policy.ids:
        raise ModelError(say("compare.other_grounds", first=one.model.name, second=other.model.name))
    data, suites = data or ["data/replies.csv"], suites or shipped_suites()
    if output:
        keep_sources([*data, *suites.glob("*.csv")], [output])
    rows, measured = part_of(read_labeled(data, one.policy, columns=named_columns(column, data)), part)
    print(say("headline.scoring", n=len(rows)), file=sys.stderr)
    found = compare(scorer_of(one, fast=fast), scorer_of(other, fast=fast), rows, read_suites(suites, one.policy))
    show_comparison(found, one.model.name, other.model.name, measured, one.policy)
    unknown = 0
    for name, folder in {first: one_folder, second: other_folder}.items():
        texts = trained_texts(folder)
        if texts is not None:
            seen, unknown = seen_rows(rows, texts)
            if seen:
                print(say("compare.seen", name=name, n=seen))
    if unknown:
        print(say("headline.unknown", n=unknown))
    if output:
        write_flips(output, found, first, second)
        print(say("compare.saved", file=output, n=len(found.flips)))


@models_app.command("ablate", cls=Command, help="command.models_ablate")
def ablate_model(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="option.ablate_data")],
    output: Annotated[Path, typer.Option("--output", "-o", help="option.ablate_output")] = Path("ablation.md"),
    column: ColumnOption = None,
) -> None:
    """Write the table of what each part of the model adds."""
    from classifier.ablation import ablate, ablation_table
    from classifier.decided import keep_sources
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.rules import default_pack
    from classifier.whole import write_whole

    keep_sources(data, [output])
    rows = read_labeled(data, default_policy(), columns=named_columns(column, data))
    parts = ablate(rows, policy=default_policy(), pack=default_pack(), progress=lambda step: print(step, file=sys.stderr))
    write_whole({output: ablation_table(parts, data)})
    print(say("report.saved", file=output))


@models_app.command("promote", cls=Command, help="command.models_promote")
def promote_model(
    name: Annotated[str, typer.Argument(help="option.promoted")],
    override: Annotated[str | None, typer.Option("--override", help="option.override")] = None,
    models: ModelsOption = Path("models"),
    suites: SuitesOption = None,
) -> None:
    """Put a model in force that passes the criticism gate, or another one for a reason."""
    from classifier.registry import note_override, promote
    from classifier.suites import gate, read_suites, shipped_suites

    loaded, folder = opened(name, models)
    if override is not None and not override.strip():
        raise UsageError(say("promote.no_reason"))
    found = gate(scorer_of(loaded), read_suites(suites or shipped_suites(), loaded.policy))
    if not found.passed and override is None:
        first = ", ".join(f"{suite} {row}" for suite, row in found.suggested[:5])
        raise ModelError(say("promote.gate", name=name, n=len(found.suggested), rows=found.rows, first=first))
    today = f"{date.today():%Y-%m-%d}"
    promote(models, name, on=today, override="" if found.passed else override or "")
    if not found.passed:
        note_override(folder, on=today, suggested=len(found.suggested), rows=found.rows, reason=override or "")
    print(say("promote.done", name=name, rows=found.rows, n=len(found.suggested)))


@models_app.command("rollback", cls=Command, help="command.models_rollback")
def rollback_model(models: ModelsOption = Path("models")) -> None:
    """Take the last promotion back."""
    from classifier.registry import rollback

    left, now = rollback(models, on=f"{date.today():%Y-%m-%d}")
    print(say("rollback.done", left=left, now=now))


@models_app.command("verify", cls=Command, help="command.models_verify")
def verify_model(name: NameArgument = "current", models: ModelsOption = Path("models")) -> None:
    """Print whether a model's folder is sound; raise ModelError where it is not."""
    from classifier.model import read_manifest
    from classifier.rules import default_pack

    loaded, folder = opened(name, models)
    scorer_of(loaded)
    whose = say("verify.shipped" if loaded.pack is default_pack() else "verify.own")
    files = len(read_manifest(folder)["files"])
    print(say("verify.done", folder=folder, files=files, grounds=len(loaded.policy.ids), edition=loaded.policy.edition, rules=len(loaded.pack.rules), whose=whose))


def _listed(name: str, models: Path) -> "Listed":
    """Return a model for the list; with nothing but its name, and a message, where it cannot be read."""
    from classifier.model import read_manifest
    from classifier.registry import find_folder, told
    from classifier.screen import Listed

    try:
        folder = find_folder(name, models)
        return Listed(name, read_manifest(folder), told(folder))
    except ModelError as error:
        print(error, file=sys.stderr)
        return Listed(name)
