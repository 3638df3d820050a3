"""The analysts' commands: train, evaluate, and the folder of models."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.errors import DataError, InputError, ModelError, UsageError
from classifier.messages import say

if TYPE_CHECKING:
    from classifier.cutoffs import Choice
    from classifier.policy import Policy
    from classifier.registry import Loaded
    from classifier.score import Scorer
    from classifier.validate import Checked

models_app = typer.Typer(no_args_is_help=True, add_completion=False, help="The folder of models: list, show, compare, promote, roll back, verify.")

ModelsOption = Annotated[Path, typer.Option("--models", help="The folder that holds the models.")]
SuitesOption = Annotated[Path | None, typer.Option("--suites", help="A folder of behaviour suites (default: the shipped ones).")]
BaseRateOption = Annotated[float, typer.Option("--base-rate", min=0.0, max=1.0, help="True share of violations on the account, for the estimates.")]
RepliesOption = Annotated[int, typer.Option("--replies-a-day", min=1, help="Replies that come in a day, for the estimates.")]


def train(
    data: Annotated[list[str] | None, typer.Argument(metavar="DATA...", help="Labelled replies (CSV and the other formats, with a column 'labels').")] = None,
    out: Annotated[str | None, typer.Option("--out", help="Name of the new model (default: the date and time).")] = None,
    models: ModelsOption = Path("models"),
    check: Annotated[bool, typer.Option("--check", help="Only check the data: every problem with file and line.")] = False,
    reuse: Annotated[str | None, typer.Option("--reuse", help="Take this model's heads: only cut-offs, rules or the edition of the policy are new.")] = None,
    policy: Annotated[Path | None, typer.Option("--policy", help="Another edition of the policy (TOML).")] = None,
    rules: Annotated[Path | None, typer.Option("--rules", help="Another rule pack (TOML).")] = None,
    targets: Annotated[Path | None, typer.Option("--targets", help="Targets of the cut-offs, also for single grounds (TOML).")] = None,
    precision: Annotated[float | None, typer.Option("--precision", help="Of the suggested replies, the share that must hold a ground (0.981).")] = None,
    misses: Annotated[float | None, typer.Option("--misses", help="Of the violations, the share that may end in keep (0.075).")] = None,
    confidence: Annotated[float | None, typer.Option("--confidence", help="With which the precision must hold (0.95).")] = None,
    base_rate: BaseRateOption = 0.05,
    replies_a_day: RepliesOption = 1000,
    suites: SuitesOption = None,
) -> None:
    """Train a new model from labelled replies: the same data give the same numbers. Never overwrites."""
    from classifier.assess import Field
    from classifier.build import Order, build, rebuild
    from classifier.policy import default_policy, read_policy
    from classifier.provenance import fingerprints
    from classifier.registry import find_folder, load, new_folder
    from classifier.rules import default_pack, read_pack
    from classifier.screen import show_built
    from classifier.suites import read_suites, shipped_suites
    from classifier.train import Recipe
    from classifier.validate import validate

    name = out or f"{datetime.now():%Y%m%d-%H%M%S}"
    if not data and not reuse:
        raise UsageError(say("train.no_data"))
    old = load(find_folder(reuse, models)) if reuse else None
    edition = read_policy(policy) if policy else (old.policy if old else default_policy())
    pack = read_pack(rules, edition) if rules else (old.pack if old else default_pack())
    order = Order(name, edition, pack, _choice(targets, precision, misses, confidence, edition), policy, rules, Field(base_rate, replies_a_day))
    folder = new_folder(models, name)
    _say_changes(find_folder(reuse, models) if reuse else None, edition)
    checked = validate(data or [], edition, fewest=Recipe().fewest)
    for line in () if reuse or checked.errors else checked.warnings:
        print(line, file=sys.stderr)
    if check or checked.errors:
        _tell_checked(checked, everything=check)
        return
    sources, held = fingerprints(data or [], checked.rows), read_suites(suites or shipped_suites(), edition)
    if reuse:
        built = rebuild(order, find_folder(reuse, models), checked.rows, sources=sources, suites=held)
    else:
        built = build(order, checked.rows, sources=sources, suites=held, progress=lambda step: print(step, file=sys.stderr))
    built.save(folder)
    show_built(built, folder)


def evaluate(
    arguments: Annotated[list[str] | None, typer.Argument(metavar="[MODEL DATA...]", help="A model's name or folder ('current': the one in force), then labelled replies.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The report: .html, .md or .json; the figures go beside it as .json.")] = Path("report.html"),
    drift: Annotated[tuple[str, str] | None, typer.Option("--drift", metavar="OLD NEW", help="Compare two exports instead: has the input changed, is retraining due?")] = None,
    part: Annotated[str | None, typer.Option("--part", help="Rows to measure: test, tune, train or all (default: test where there are some, else all).")] = None,
    figures: Annotated[Path | None, typer.Option("--figures", help="Make the page again from this figures file; nothing is scored.")] = None,
    models: ModelsOption = Path("models"),
    fast: Annotated[bool, typer.Option("--fast", help="Leave the sentence vectors out.")] = False,
    base_rate: BaseRateOption = 0.05,
    replies_a_day: RepliesOption = 1000,
    suites: SuitesOption = None,
) -> None:
    """Measure a model on labelled replies and write a report in Japanese: one page that can be printed or shown."""
    from classifier.assess import Field, assess
    from classifier.assessment import read_assessment
    from classifier.labeled import read_labeled
    from classifier.model import read_manifest
    from classifier.provenance import fingerprints, part_of, provenance, trained_texts
    from classifier.report import check_target, write_report
    from classifier.screen import show_headline
    from classifier.suites import read_suites, shipped_suites

    check_target(output)
    given = arguments or []
    if figures:
        if not figures.is_file():
            raise InputError(say("input.not_found", file=figures))
        write_report(output, read_assessment(figures))
        print(say("report.saved", file=output))
        return
    if drift:
        if any(name.startswith("-") for name in drift):
            raise UsageError(say("evaluate.drift"))
        _drift(given[0] if given else "current", drift, output, models, fast)
        return
    if len(given) < 2:
        raise UsageError(say("evaluate.arguments"))
    loaded, folder = _loaded(given[0], models)
    scorer = _scorer(loaded, fast)
    everything = read_labeled(given[1:], loaded.policy)
    rows, measured = part_of(everything, part)
    where = provenance(loaded.model.name, read_manifest(folder), loaded.policy, data=fingerprints(given[1:], everything), rows=rows, part=measured, texts=trained_texts(folder))
    behaviour = tuple(read_suites(suites or shipped_suites(), loaded.policy).items())
    found = assess(scorer, rows, provenance=where, suites=behaviour, field=Field(base_rate, replies_a_day))
    write_report(output, found)
    show_headline(found)
    print(say("report.saved", file=output))


@models_app.command("list")
def list_models(models: ModelsOption = Path("models")) -> None:
    """List the models: which is in force, what each learned from, its figures."""
    from classifier.registry import in_force, known_models
    from classifier.screen import show_models

    show_models([(name, _manifest(name, models)) for name in known_models(models)], in_force(models))


@models_app.command("show")
def show_model(name: Annotated[str, typer.Argument(help="A model's name or folder.")] = "current", models: ModelsOption = Path("models")) -> None:
    """Show a model's card."""
    from classifier.registry import CARD_FILE, find_folder

    card = find_folder(name, models) / CARD_FILE
    if not card.is_file():
        raise ModelError(say("models.no_card", folder=card.parent))
    print(card.read_text(encoding="utf-8"))


@models_app.command("compare")
def compare_models(
    first: Annotated[str, typer.Argument(help="The model to compare with, such as the one in force.")],
    second: Annotated[str, typer.Argument(help="The new model.")],
    data: Annotated[list[str] | None, typer.Argument(metavar="DATA...", help="Labelled replies (default: data/replies.csv).")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write every row that flips to this CSV file.")] = None,
    part: Annotated[str | None, typer.Option("--part", help="Rows to compare on: test, tune, train or all (default: test where there are some, else all).")] = None,
    models: ModelsOption = Path("models"),
    fast: Annotated[bool, typer.Option("--fast", help="Leave the sentence vectors out.")] = False,
    suites: SuitesOption = None,
) -> None:
    """Compare two models on the same replies: what flips, for which ground, register and suite, with paired intervals."""
    from classifier.compare import compare, write_flips
    from classifier.labeled import read_labeled
    from classifier.provenance import part_of
    from classifier.screen import show_comparison
    from classifier.suites import read_suites, shipped_suites

    one, _ = _loaded(first, models)
    other, _ = _loaded(second, models)
    if one.policy.ids != other.policy.ids:
        raise ModelError(say("compare.other_grounds", first=one.model.name, second=other.model.name))
    rows, measured = part_of(read_labeled(data or ["data/replies.csv"], one.policy), part)
    found = compare(_scorer(one, fast), _scorer(other, fast), rows, read_suites(suites or shipped_suites(), one.policy))
    show_comparison(found, one.model.name, other.model.name, measured)
    if output:
        write_flips(output, found, first, second)
        print(say("compare.saved", file=output, n=len(found.flips)))


@models_app.command("ablate")
def ablate_model(
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Labelled replies with train and tune rows.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Write the table to this Markdown file.")] = Path("ablation.md"),
) -> None:
    """Train again without each part of the model (vectors, words, rules, lexicon ...) and write down what each one adds."""
    from classifier.ablation import ablate, ablation_table
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.rules import default_pack
    from classifier.whole import write_whole

    rows = read_labeled(data, default_policy())
    parts = ablate(rows, policy=default_policy(), pack=default_pack(), progress=lambda step: print(step, file=sys.stderr))
    write_whole({output: ablation_table(parts, data)})
    print(say("report.saved", file=output))


@models_app.command("promote")
def promote_model(
    name: Annotated[str, typer.Argument(help="The model that score uses from here on.")],
    override: Annotated[str | None, typer.Option("--override", help="Promote although the criticism gate failed, for this reason; the card records it.")] = None,
    models: ModelsOption = Path("models"),
    suites: SuitesOption = None,
) -> None:
    """Put a model in force, if it passes the criticism gate."""
    from classifier.registry import add_to_card, promote
    from classifier.suites import gate, read_suites, shipped_suites

    loaded, folder = _loaded(name, models)
    if override is not None and not override.strip():
        raise UsageError(say("promote.no_reason"))
    found = gate(_scorer(loaded, fast=False), read_suites(suites or shipped_suites(), loaded.policy))
    if not found.passed and override is None:
        first = ", ".join(f"{suite} {row}" for suite, row in found.suggested[:5])
        raise ModelError(say("promote.gate", name=name, n=len(found.suggested), rows=found.rows, first=first))
    today = f"{date.today():%Y-%m-%d}"
    promote(models, name, on=today, override="" if found.passed else override or "")
    if not found.passed:
        add_to_card(folder, f"\n## Promoted although the criticism gate failed\n\n{today}: {len(found.suggested)} of {found.rows} harmless rows suggested. Reason given: {override}\n")
    print(say("promote.done", name=name, rows=found.rows, n=len(found.suggested)))


@models_app.command("rollback")
def rollback_model(models: ModelsOption = Path("models")) -> None:
    """Put the model in force again that was so before the last promotion."""
    from classifier.registry import rollback

    left, now = rollback(models, on=f"{date.today():%Y-%m-%d}")
    print(say("rollback.done", left=left, now=now))


@models_app.command("verify")
def verify_model(name: Annotated[str, typer.Argument(help="A model's name or folder.")] = "current", models: ModelsOption = Path("models")) -> None:
    """Verify a model's folder: checksums, format, versions, policy and rules."""
    from classifier.model import read_manifest
    from classifier.rules import default_pack

    loaded, folder = _loaded(name, models)
    _scorer(loaded, fast=False)
    whose = say("verify.shipped" if loaded.pack is default_pack() else "verify.own")
    files = len(read_manifest(folder)["files"])
    print(say("verify.done", folder=folder, files=files, grounds=len(loaded.policy.ids), edition=loaded.policy.edition, rules=len(loaded.pack.rules), whose=whose))


def _manifest(name: str, models: Path) -> dict[str, Any]:
    """Return what a model says of itself; nothing, with a message, where it cannot be read."""
    from classifier.model import read_manifest
    from classifier.registry import find_folder

    try:
        return read_manifest(find_folder(name, models))
    except ModelError as error:
        print(error, file=sys.stderr)
        return {}


def _loaded(name: str, models: Path) -> "tuple[Loaded, Path]":
    from classifier.registry import find_folder, load

    folder = find_folder(name, models)
    return load(folder), folder


def _scorer(loaded: "Loaded", fast: bool) -> "Scorer":
    from classifier.score import Scorer

    return Scorer(loaded.model, policy=loaded.policy, pack=loaded.pack, records=loaded.records, fast=fast)


def _choice(targets: Path | None, precision: float | None, misses: float | None, confidence: float | None, policy: "Policy") -> "Choice":
    """Return how the cut-offs are to be chosen: options over the file over the defaults."""
    from dataclasses import replace

    from classifier.cutoffs import Choice
    from classifier.targets import Asked, checked_targets, read_targets

    choice = Choice()
    asked = read_targets(targets, policy, choice.asked.all) if targets else choice.asked
    given = {"precision": precision, "misses": misses, "confidence": confidence}
    overall = checked_targets(replace(asked.all, **{k: v for k, v in given.items() if v is not None}))
    return replace(choice, asked=Asked(overall, asked.own))


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


def _tell_checked(checked: "Checked", everything: bool) -> None:
    from classifier.labeled import SHOWN, SPLITS

    if checked.errors:
        raise DataError("\n".join([say("data.problems", n=len(checked.errors)), *(checked.errors if everything else checked.errors[:SHOWN])]))
    sizes = ", ".join(f"{s} {sum(r.split == s for r in checked.rows):,}" for s in SPLITS)
    print(say("data.fine", n=len(checked.rows), sizes=sizes))


def _drift(model: str, exports: tuple[str, str], output: Path, models: Path, fast: bool) -> None:
    from classifier.drift import drift, write_drift

    loaded, _ = _loaded(model, models)
    found = drift(_scorer(loaded, fast), *exports)
    write_drift(output, found)
    print(say("drift.due" if found.due else "drift.not_due", reasons="; ".join(found.reasons)))
    print(say("report.saved", file=output))
