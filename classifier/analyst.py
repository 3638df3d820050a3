"""The analysts' commands train and evaluate."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from classifier.errors import DataError, InputError, UsageError
from classifier.messages import say
from classifier.options import (
    BaseRateOption,
    ColumnOption,
    DataArgument,
    FastOption,
    ModelsOption,
    PartOption,
    PolicyOption,
    RepliesOption,
    SuitesOption,
    desk,
    named_columns,
    opened,
    scorer_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from classifier.cutoffs import Choice
    from classifier.policy import Policy
    from classifier.registry import GoesBy
    from classifier.validate import Checked


def train(
    data: DataArgument = None,
    out: Annotated[str | None, typer.Option("--out", help="option.out")] = None,
    models: ModelsOption = Path("models"),
    column: ColumnOption = None,
    check: Annotated[bool, typer.Option("--check", help="option.check")] = False,
    reuse: Annotated[str | None, typer.Option("--reuse", help="option.reuse")] = None,
    policy: PolicyOption = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="option.rules")] = None,
    targets: Annotated[Path | None, typer.Option("--targets", help="option.targets")] = None,
    precision: Annotated[float | None, typer.Option("--precision", help="option.precision")] = None,
    misses: Annotated[float | None, typer.Option("--misses", help="option.misses")] = None,
    confidence: Annotated[float | None, typer.Option("--confidence", help="option.confidence")] = None,
    base_rate: BaseRateOption = 0.05,
    replies_a_day: RepliesOption = 1000,
    suites: SuitesOption = None,
) -> None:
    """Save a new model, trained or with an old one's heads, and print how it did; with `check` only look at the data."""
    from classifier.build import Order, build, rebuild
    from classifier.provenance import fingerprints
    from classifier.registry import find_folder, new_folder
    from classifier.screen import show_built
    from classifier.suites import read_suites, shipped_suites
    from classifier.train import Recipe, learnable
    from classifier.validate import validate

    name = out or f"{datetime.now():%Y%m%d-%H%M%S}"
    if not data and not reuse:
        raise UsageError(say("train.no_data"))
    old = find_folder(reuse, models) if reuse else None
    goes_by = _goes_by(old, policy, rules)
    edition = goes_by.policy
    order = Order(name, goes_by, _choice(targets, precision, misses, confidence, edition), desk(base_rate, replies_a_day))
    folder = new_folder(models, name)
    _say_changes(old, edition)
    checked = validate(data or [], edition, fewest=Recipe().fewest, columns=named_columns(column, data or []))
    for line in () if old or checked.errors else checked.warnings:
        print(line, file=sys.stderr)
    if check and not old and not checked.errors:
        learnable(checked.rows, edition, Recipe())
    if check or checked.errors:
        _tell_checked(checked, data or [], everything=check)
        return
    sources, held = fingerprints(data or [], checked.rows), read_suites(suites or shipped_suites(), edition)
    if old:
        built = rebuild(order, old, checked.rows, sources=sources, suites=held)
    else:
        built = build(order, checked.rows, sources=sources, suites=held, progress=lambda step: print(step, file=sys.stderr))
    built.save(folder)
    show_built(built, folder)


def evaluate(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[MODEL DATA...]", help="option.model_and_data")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="option.report")] = Path("report.html"),
    drift: Annotated[tuple[str, str] | None, typer.Option("--drift", metavar="OLD NEW", help="option.drift")] = None,
    column: ColumnOption = None,
    part: PartOption = None,
    figures: Annotated[Path | None, typer.Option("--figures", help="option.figures")] = None,
    models: ModelsOption = Path("models"),
    fast: FastOption = False,
    base_rate: BaseRateOption = 0.05,
    replies_a_day: RepliesOption = 1000,
    suites: SuitesOption = None,
) -> None:
    """Write the report on a model, the page of saved figures, or how two exports differ."""
    from classifier.assess import assess
    from classifier.labeled import load_labeled
    from classifier.model import read_manifest
    from classifier.provenance import fingerprints, part_of, provenance, trained_texts
    from classifier.report import check_target, write_report
    from classifier.screen import show_headline
    from classifier.suites import read_suites, shipped_suites

    given, field = arguments or [], desk(base_rate, replies_a_day)
    check_target(output, [*given[1:], *(drift or ())], alone=drift is not None)
    if figures:
        if given or drift or column:
            raise UsageError(say("evaluate.figures"))
        _page_again(figures, output)
        return
    if drift:
        if len(given) > 1:
            raise UsageError(say("evaluate.drift_data"))
        _drift(given[0] if given else "current", drift, output, models, fast, named_columns(column, drift))
        return
    if len(given) < 2:
        raise UsageError(say("evaluate.arguments"))
    loaded, folder = opened(given[0], models)
    labeled = load_labeled(given[1:], loaded.policy, columns=named_columns(column, given[1:]))
    everything = labeled.sound()
    for line in labeled.notes():
        print(line, file=sys.stderr)
    rows, measured = part_of(everything, part)
    where = provenance(loaded.model.name, read_manifest(folder), loaded.policy, data=fingerprints(given[1:], everything), rows=rows, part=measured, texts=trained_texts(folder))
    behaviour = tuple(read_suites(suites or shipped_suites(), loaded.policy).items())
    print(say("headline.scoring", n=len(rows)), file=sys.stderr)
    found = assess(scorer_of(loaded, fast=fast), rows, provenance=where, suites=behaviour, field=field)
    replaced = write_report(output, found)
    show_headline(found)
    print(say("report.replaced", file=output, model=replaced.provenance.model, n=replaced.figures.replies, date=replaced.provenance.made_on) if replaced else say("report.saved", file=output))


def _goes_by(old: Path | None, policy: Path | None, rules: Path | None) -> "GoesBy":
    """Return what a new model goes by: the files given over those of the old model's folder over the package's."""
    from classifier.registry import POLICY_FILE, RECORDS_FILE, RULES_FILE, GoesBy, own_files

    files = own_files(old) if old else {}
    if policy:
        files[POLICY_FILE] = policy
    if rules:
        files[RULES_FILE] = rules
        files.pop(RECORDS_FILE, None)  # they tell of the rules that were there
    return GoesBy.of(files)


def _choice(targets: Path | None, precision: float | None, misses: float | None, confidence: float | None, policy: "Policy") -> "Choice":
    """Return how the cut-offs are to be chosen: options over the file over the defaults.

    An option also overrides what the defaults ask of single grounds, but for a share of misses that is laxer there still: who asks for fewer misses gets no more of them anywhere.
    """
    from dataclasses import replace

    from classifier.cutoffs import Choice
    from classifier.targets import Asked, checked_targets, read_targets

    choice = Choice()
    asked = read_targets(targets, policy, choice.asked.all) if targets else choice.asked
    given = {k: v for k, v in {"precision": precision, "misses": misses, "confidence": confidence}.items() if v is not None}
    overridden = [] if targets else [k for k in ("precision", "misses") if k in given]
    own = {g: replace(o, **{k: None for k in overridden if k == "precision" or given[k] > (o.misses or 0)}) for g, o in asked.own.items()}
    return replace(choice, asked=Asked(checked_targets(replace(asked.all, **given)), own))


def _say_changes(folder: Path | None, policy: "Policy") -> None:
    """Say which labels need another look under this edition of the policy."""
    from classifier.model import read_manifest
    from classifier.policy import default_policy
    from classifier.reuse import changes

    items = read_manifest(folder).get("items") if folder else None
    found = changes(items or {g.id: g.text for g in default_policy().grounds}, policy)
    for kind in ("added", "removed", "reworded"):
        for ground in getattr(found, kind):
            print(say(f"edition.{kind}", ground=ground), file=sys.stderr)


def _tell_checked(checked: "Checked", sources: Sequence[str], everything: bool) -> None:
    from classifier.labeled import SHOWN, SPLITS
    from classifier.replies import STDIN_NAME

    if n := len(checked.errors):
        many = [say("data.problems_end", n=n)] if everything and n > SHOWN else []
        raise DataError("\n".join([say("data.problems", n=n), *(checked.errors if everything else checked.errors[:SHOWN]), *many]))
    sizes = ", ".join(f"{s} {sum(r.split == s for r in checked.rows):,}" for s in SPLITS)
    print(say("data.fine", n=len(checked.rows), sizes=sizes))
    used = Counter(r.source for r in checked.rows)
    for i, s in enumerate(sources):
        print(say("data.used" if used[i] else "data.unused", file=STDIN_NAME if s == "-" else Path(s).name, n=f"{used[i]:,}"))


def _page_again(figures: Path, output: Path) -> None:
    """Write the page of figures that were saved before."""
    from classifier.assessment import read_assessment
    from classifier.report import write_report

    if not figures.is_file():
        raise InputError(say("input.not_found", file=figures))
    write_report(output, read_assessment(figures))
    print(say("report.saved", file=output))


def _drift(model: str, exports: tuple[str, str], output: Path, models: Path, fast: bool, columns: "Mapping[str, str]") -> None:
    """Write how the second export differs from the first, and print whether retraining is due."""
    from classifier.drift import drift, write_drift

    if any(name.startswith("-") for name in exports):
        raise UsageError(say("evaluate.drift"))
    if Path(exports[0]).resolve() == Path(exports[1]).resolve():
        raise UsageError(say("evaluate.drift_same", file=exports[1]))
    found = drift(scorer_of(opened(model, models)[0], fast=fast), *exports, columns=columns)
    write_drift(output, found)
    print(say("drift.due" if found.due else "drift.not_due", reasons="; ".join(found.reasons)))
    print(say("report.saved", file=output))
