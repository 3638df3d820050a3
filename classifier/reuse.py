"""An old model in a new folder: other cut-offs, other rules, or another edition of the policy, without new training."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from classifier.cutoffs import Choice, HeldOut, choose
from classifier.errors import ModelError
from classifier.features import feature_names, rule_ids
from classifier.messages import say
from classifier.mixing import NEVER
from classifier.model import ANY, CRISIS, Model, Stage, load_model, read_manifest
from classifier.policy import Policy
from classifier.registry import HELD_OUT_FILE
from classifier.rules import RulePack
from classifier.train import Trained

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Changes:
    """What a new edition of the policy changes, by ids."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    reworded: tuple[str, ...]


def changes(items: Mapping[str, str], policy: Policy) -> Changes:
    """Return what an edition changes against the items (id to wording) of an earlier one."""
    return Changes(
        tuple(g for g in policy.ids if g not in items),
        tuple(g for g in items if g not in policy.ids),
        tuple(g.id for g in policy.grounds if g.id in items and items[g.id] != g.text),
    )


def reuse(folder: Path, name: str, *, policy: Policy, pack: RulePack, choice: Choice) -> Trained:
    """Return the model of a folder under a new name, for this policy and these rules, with cut-offs chosen anew.

    Heads stay where the id of the ground stays; a new ground starts with rules and people alone. A rule that the model
    does not know carries no weight until the next training; what a rule that is gone had learned is lost, and so is what
    the head of a ground that is gone said of the others.
    Raises ModelError where the folder is broken or holds no held-out scores.
    """
    old = load_model(folder)
    manifest = read_manifest(folder)
    try:
        held_out = HeldOut.from_bytes((folder / HELD_OUT_FILE).read_bytes(), old.heads)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(say("reuse.no_scores", folder=folder)) from error
    heads = (*policy.ids, CRISIS, ANY)
    rules = rule_ids(pack)
    gone = set(old.grounds) - set(policy.ids)  # the head for any ground still speaks for these
    learned = tuple(h for h in heads if h in old.learned and not (h == ANY and gone))
    fast, full = (None if s is None else _carried(s, old, heads, learned, feature_names(rules)) for s in (old.fast, old.full))
    if fast is None:
        raise ModelError(say("model.broken", folder=folder, why="fast.npz"))
    cutoffs, uppers = choose(held_out, policy, learned, choice)
    model = Model(
        name, policy.ids, heads, policy.edition.isoformat(), rules, fast, full, cutoffs["fast"], cutoffs.get("full"),
        tuple(g for g in policy.ids if g not in learned),
    )  # fmt: skip
    upper = {s: {g: asdict(u) for g, u in zip(policy.ids, us, strict=True)} for s, us in uppers.items()}
    kept: dict[str, Any] = {k: manifest[k] for k in ("recipe", "rows", "positives", "versions", "data") if k in manifest}
    kept["recipe"] = {**kept.get("recipe", {}), "choice": asdict(choice)}
    notes = {**kept, "items": {g.id: g.text for g in policy.grounds}, "upper": upper, "reused": {"model": old.name, "files": manifest["files"]}}
    return Trained(model, uppers, held_out.of(heads), notes)


def _carried(stage: Stage, old: Model, heads: tuple[str, ...], learned: tuple[str, ...], names: tuple[str, ...]) -> Stage:
    """Return a stage whose columns are those of `heads` and whose feature rows are those of `names`."""
    before = {n: i for i, n in enumerate(feature_names(old.rules))}
    features = np.zeros((len(names), stage.features.shape[1]), dtype=stage.features.dtype)
    for i, n in enumerate(names):
        if n in before:
            features[i] = stage.features[before[n]]

    def columns(values: Floats, fill: float) -> Floats:
        new = np.full((*values.shape[:-1], len(heads)), fill, dtype=values.dtype)
        for k, h in enumerate(heads):
            if h in old.heads:
                new[..., k] = values[..., old.heads.index(h)]
        return new

    mixing = stage.mixing.carried(np.array([old.heads.index(h) if h in old.heads else -1 for h in heads]))
    return Stage(
        stage.ngrams.changed(lambda w: columns(w, 0)), columns(features, 0), None if stage.vectors is None else columns(stage.vectors, 0), columns(stage.bias, NEVER),
        None if stage.lemmas is None else stage.lemmas.changed(lambda w: columns(w, 0)), stage.nearness, mixing.silenced([k for k, h in enumerate(heads) if h not in learned]),
    )  # fmt: skip
