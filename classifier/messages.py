"""Every sentence that a user reads on the terminal, in Japanese and English.

The sentences stand in `messages.toml`, each with a key, an English and a Japanese wording with the same {fields}.
"""

import locale
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

LANGUAGES = ("en", "ja")
_language: ContextVar[str | None] = ContextVar("language", default=None)


def say(key: str, /, **values: object) -> str:
    """Return the sentence `key` in the language in use, its fields filled with `values`."""
    return catalogue()[key][language()].format(**values)


def use(code: str) -> None:
    """Use a language ("en" or "ja") for every sentence from here on."""
    _language.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use a language ("en" or "ja") for the sentences of a `with` block."""
    before = _language.set(code)
    try:
        yield
    finally:
        _language.reset(before)


def language() -> str:
    """Return the language in use: the one that `use` set, else that of the locale, else English."""
    return _language.get() or ("ja" if _locale().lower().startswith("ja") else "en")


def _locale() -> str:
    """Return the name of the user's locale: that of the environment, also where the system has not installed it, else the system's own."""
    named = (os.environ.get(variable) for variable in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), None) or locale.getlocale()[0] or ""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return all sentences: key to language to wording."""
    return tomllib.loads(resources.files(__package__).joinpath("messages.toml").read_text(encoding="utf-8"))
