"""Options that several commands share, and what they stand for: a model, named columns, the desk."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.errors import UsageError
from classifier.messages import say
from classifier.replies import STDIN_NAME

if TYPE_CHECKING:
    from classifier.assess import Field
    from classifier.policy import Policy
    from classifier.registry import Loaded
    from classifier.scorer import Scorer

ModelsOption = Annotated[Path, typer.Option("--models", help="option.models")]
SuitesOption = Annotated[Path | None, typer.Option("--suites", help="option.suites")]
PolicyOption = Annotated[Path | None, typer.Option("--policy", help="option.policy")]
ColumnOption = Annotated[list[str] | None, typer.Option("--column", help="option.column")]
PartOption = Annotated[str | None, typer.Option("--part", help="option.part")]
FastOption = Annotated[bool, typer.Option("--fast", help="option.fast")]
BaseRateOption = Annotated[float, typer.Option("--base-rate", help="option.base_rate")]
RepliesOption = Annotated[int, typer.Option("--replies-a-day", min=1, help="option.replies_a_day")]
DataArgument = Annotated[list[str] | None, typer.Argument(metavar="DATA...", help="option.data")]
NameArgument = Annotated[str, typer.Argument(help="option.name")]


def opened(name: str, models: Path) -> "tuple[Loaded, Path]":
    """Return a model, given by name or path, and its folder."""
    from classifier.registry import find_folder, load

    folder = find_folder(name, models)
    return load(folder), folder


def scorer_of(loaded: "Loaded", *, fast: bool = False, audit: float = 0.0, policy: "Policy | None" = None) -> "Scorer":
    """Return a scorer with a model and what it goes by; with another edition of the policy where one is given."""
    from classifier.scorer import Scorer

    return Scorer(loaded.model, policy=policy or loaded.policy, pack=loaded.pack, records=loaded.records, fast=fast, audit=audit)


def named_columns(pairs: list[str] | None, files: Sequence[str | Path]) -> dict[str, str]:
    """Return which of our columns is which header, from pairs such as `text=本文`, or `export.csv:text=本文` for one of the files alone; `id=` takes no header for the id.

    Raises UsageError for what is no pair, and for a file that is not read.
    """
    names = [STDIN_NAME if str(f) == "-" else Path(f).name for f in files]
    given = {str(f): Path(f).name for f in files if str(f) != "-"}
    named = {}
    for pair in pairs or []:
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not equals or not ours or (not theirs and ours.rpartition(":")[2] == "text"):
            raise UsageError(say("cli.column", found=pair))
        file, colon, column = ours.rpartition(":")
        ours = f"{given.get(file, file)}{colon}{column}"
        if file and given.get(file, file) not in names:
            raise UsageError(say("cli.column_file", found=pair, file=file, known=", ".join(names)))
        named[ours] = theirs
    return named


def desk(base_rate: float, replies_a_day: int) -> "Field":
    """Return what is assumed of the desk; raise UsageError for a base rate that is no share between none and all."""
    from classifier.assess import Field

    if not 0 < base_rate < 1:
        raise UsageError(say("targets.range", where="", name="--base-rate", found=base_rate, low=0, high=1))
    return Field(base_rate, replies_a_day)
