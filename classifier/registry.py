"""The folder of models: where a model is found, and where a new one goes."""

import re
from pathlib import Path

from classifier.errors import ModelError
from classifier.messages import say
from classifier.model import shipped_folder

DEFAULT = "default"
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,63}")


def find_folder(name: str, models: Path = Path("models")) -> Path:
    """Return the folder of a model given by name (under `models`) or by path; `default` is the shipped one unless `models` holds another."""
    for folder in (models / name, Path(name)):
        if (folder / "manifest.json").is_file():
            return folder
    if name == DEFAULT:
        return shipped_folder()
    known = sorted({DEFAULT, *(p.parent.name for p in models.glob("*/manifest.json"))})
    raise ModelError(say("registry.unknown", name=name, known=", ".join(known)))


def new_folder(models: Path, name: str) -> Path:
    """Return the folder for a new model; raise ModelError where the name is taken or cannot be a folder's."""
    if not _NAME.fullmatch(name):
        raise ModelError(say("registry.name", name=name))
    folder = models / name
    if folder.exists():
        raise ModelError(say("registry.taken", folder=folder))
    return folder
