"""The folder of models: where a model is found, where a new one goes, and which one is in force."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from classifier.errors import ModelError, OutputError
from classifier.messages import catalogue, say, speaking
from classifier.model import CARD_FILES, Model, load_model, read_manifest, shipped_folder
from classifier.policy import Policy, default_policy, read_policy
from classifier.rules import RulePack, default_pack, read_pack, read_records, shipped_records
from classifier.whole import write_whole

DEFAULT = "default"
CURRENT = "current"
"""Stands for the model in force: the one promoted last, else the shipped one."""

POLICY_FILE, RULES_FILE, RECORDS_FILE = "policy.toml", "rules.toml", "rule_records.csv"
HELD_OUT_FILE, TEXTS_FILE = "held_out.npz", "trained_texts.npz"

FIGURES = ("violations_suggested", "violations_kept", "harmless_suggested", "harmless_reviewed")
"""The figures of the test part that a manifest keeps with their counts."""

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,63}")
_LEDGER = "promoted.jsonl"
_OVERRIDDEN = catalogue()["card.overridden"]["en"].partition("\n")[0]
"""Heading of the section that a card gets with such a promotion."""


@dataclass(frozen=True)
class Loaded:
    """A model with the policy, rules and rule records that it goes by."""

    model: Model
    policy: Policy
    pack: RulePack
    records: Mapping[str, tuple[int, int]]  # rule id to (hits, right)


@dataclass(frozen=True)
class GoesBy:
    """What decisions go by beside the numbers of a model: policy, rules and how the rules did; the package's where `files` holds none of one's own."""

    policy: Policy = field(default_factory=default_policy)
    pack: RulePack = field(default_factory=default_pack)
    records: Mapping[str, tuple[int, int]] = field(default_factory=shipped_records)  # rule id to (hits, right)
    files: Mapping[str, Path] = field(default_factory=dict)  # by the name that each has in a model's folder

    @classmethod
    def of(cls, files: Mapping[str, Path]) -> "GoesBy":
        """Read the files, by the names of a model's folder; raise PolicyError or RulesError where one is not valid, or the rules name a ground that the policy has not."""
        policy = read_policy(files[POLICY_FILE]) if POLICY_FILE in files else default_policy()
        pack = read_pack(files[RULES_FILE], policy) if RULES_FILE in files else default_pack()
        records = read_records(files[RECORDS_FILE]) if RECORDS_FILE in files else shipped_records()
        return cls(policy, pack, records, files)


@dataclass(frozen=True)
class Told:
    """What a model's folder says: shares of its test part, "-" for what it does not know, and the criticism gate."""

    violations_suggested: str
    violations_kept: str
    harmless_suggested: str
    harmless_reviewed: str
    gate: str  # passed, failed, overridden or unknown


@dataclass(frozen=True)
class Promotion:
    """A line of the ledger of promotions."""

    name: str
    on: str  # date
    way: str  # promote or rollback
    override: str = ""  # why, where the criticism gate was overridden


def find_folder(name: str, models: Path = Path("models")) -> Path:
    """Return the folder of a model given by name (under `models`) or by path.

    `current` is the model in force; `default` is the shipped one unless `models` holds another. Raises ModelError where there is no
    such folder, or none with a manifest.
    """
    if name == CURRENT:
        name = in_force(models)
    for folder in (models / name, Path(name)):
        if (folder / "manifest.json").is_file():
            return folder
    if name == DEFAULT:
        return shipped_folder()
    for folder in (models / name, Path(name)):
        if _NAME.fullmatch(Path(name).name) and folder.is_dir():
            raise ModelError(say("model.missing", folder=folder))
    raise ModelError(say("registry.unknown", name=name, known=", ".join(known_models(models))))


def known_models(models: Path = Path("models")) -> list[str]:
    """Return the names of all models, the shipped one among them, in order."""
    return sorted({DEFAULT, *(p.parent.name for p in models.glob("*/manifest.json") if not p.parent.name.startswith("."))})


def without_manifest(models: Path = Path("models")) -> list[str]:
    """Return the names of the folders that should hold a model and have no manifest, in order."""
    return sorted(p.name for p in models.glob("[!.]*") if p.is_dir() and not (p / "manifest.json").is_file())


def new_folder(models: Path, name: str) -> Path:
    """Return the folder for a new model; raise ModelError where the name is taken or cannot be a folder's."""
    if not _NAME.fullmatch(name) or name == CURRENT:
        raise ModelError(say("registry.name", name=name))
    folder = models / name
    if folder.exists():
        raise ModelError(say("registry.taken", folder=folder))
    return folder


def own_files(folder: Path) -> dict[str, Path]:
    """Return the files of a model's folder that hold a policy, rules or records of its own, by name."""
    return {name: folder / name for name in (POLICY_FILE, RULES_FILE, RECORDS_FILE) if (folder / name).is_file()}


def load(folder: Path) -> Loaded:
    """Return a model with what it goes by: its own policy, rules and records where its folder holds some, else the package's."""
    model, by = load_model(folder), GoesBy.of(own_files(folder))
    return Loaded(model, by.policy, by.pack, by.records)


def told(folder: Path) -> Told:
    """Return what a model's folder says of its test part and the criticism gate; raise ModelError where there is no model."""
    manifest, card = read_manifest(folder), folder / CARD_FILES["en"]
    try:
        figures, gate = manifest.get("figures", {}), manifest.get("gate")
        overridden = card.is_file() and _OVERRIDDEN in card.read_text(encoding="utf-8")
        state = "unknown" if gate is None else "failed" if gate["suggested"] > 0 else "passed"
        return Told(**{name: _share(*figures.get(name, (0, 0))) for name in FIGURES}, gate="overridden" if overridden else state)
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(say("model.broken", folder=folder, why=error)) from error


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def history(models: Path = Path("models")) -> list[Promotion]:
    """Return all promotions and rollbacks, oldest first; raise ModelError where the ledger cannot be read."""
    path = models / _LEDGER
    try:
        return [Promotion(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(say("registry.ledger", file=path, why=error)) from error


def in_force(models: Path = Path("models")) -> str:
    """Return the name of the model in force."""
    return _stack(models)[-1]


def promote(models: Path, name: str, *, on: str, override: str = "") -> None:
    """Put a model in force from here on; raise ModelError where there is none of this name, or where it is in force already."""
    folder = find_folder(name, models)
    load_model(folder)
    if name == in_force(models):
        raise ModelError(say("registry.in_force", name=name))
    if name not in known_models(models):
        raise ModelError(say("registry.elsewhere", folder=folder, models=models))
    _append(models, Promotion(name, on, "promote", override))


def rollback(models: Path, *, on: str) -> tuple[str, str]:
    """Put the model in force that was so before the last promotion; return the names (left, now in force)."""
    stack = _stack(models)
    if len(stack) == 1:
        raise ModelError(say("registry.nothing_before", name=stack[0]))
    load_model(find_folder(stack[-2], models))
    _append(models, Promotion(stack[-2], on, "rollback"))
    return stack[-1], stack[-2]


def _stack(models: Path) -> list[str]:
    """Return the models in force one upon the other, the present one last; raise ModelError where the ledger takes more back than was promoted."""
    stack = [DEFAULT]
    for e in history(models):
        if e.way != "rollback":
            stack.append(e.name)
        elif len(stack) > 1:
            stack.pop()
        else:
            raise ModelError(say("registry.ledger", file=models / _LEDGER, why=say("registry.rollback_alone", name=e.name, on=e.on)))
    return stack


def _append(models: Path, entry: Promotion) -> None:
    """Add a line to the ledger in one write at its end, so that what another run adds at the same time stays."""
    path = models / _LEDGER
    line = json.dumps(asdict(entry), ensure_ascii=False) + "\n"
    try:
        models.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as ledger:
            if ledger.tell():
                ledger.seek(-1, os.SEEK_END)
                line = line if ledger.read(1) == b"\n" else f"\n{line}"  # an editor may have taken the last line end away
            ledger.write(line.encode())
    except OSError as error:
        raise OutputError(say("output.cannot_write", file=path, why=error.strerror)) from error


def note_override(folder: Path, *, on: str, suggested: int, rows: int, reason: str) -> None:
    """Say in a model's cards, the files of a model folder that may grow, that it was promoted although it failed the gate (`suggested` of `rows` harmless rows)."""
    grown = {}
    for code, name in CARD_FILES.items():
        path = folder / name
        if code != "en" and not path.exists():  # a card of this section alone would hide the other one
            continue
        with speaking(code):
            section = say("card.overridden", on=on, n=suggested, rows=rows, reason=reason)
        try:
            before = path.read_text(encoding="utf-8") if path.exists() else ""
        except OSError as error:
            raise OutputError(say("output.cannot_write", file=path, why=error.strerror)) from error
        grown[path] = f"{before}\n{section}\n"
    write_whole(grown)
