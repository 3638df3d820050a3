"""Every sentence that a user reads on the terminal, in Japanese and English.

The sentences stand in `messages.toml`, each with a key, an English and a Japanese wording with the same {fields}.
"""

import errno
import locale
import os
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

LANGUAGES = ("en", "ja")
_PROBLEMS = {
    errno.ENOENT: "problem.missing",
    errno.EACCES: "problem.denied",
    errno.EPERM: "problem.denied",
    errno.EISDIR: "problem.folder",
    errno.ENOSPC: "problem.full",
}
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_language: ContextVar[str | None] = ContextVar("language", default=None)


def say(key: str, /, **values: object) -> str:
    """Return the sentence `key` in the language in use, its fields filled with `values`: what Python and the system report (OSError and the like) in words."""
    return catalogue()[key][language()].format(**{name: _in_words(value) if isinstance(value, Exception) else value for name, value in values.items()})


def _in_words(error: Exception) -> str:
    """Return why a file could not be read or written; in the words of Python where we have none."""
    if isinstance(error, tomllib.TOMLDecodeError):
        where = _TOML_PLACE.search(str(error))
        return say("problem.toml", line=where[1], column=where[2]) if where else say("problem.toml_end")
    if isinstance(error, UnicodeDecodeError):
        return say("problem.bytes", place=error.start + 1)
    if isinstance(error, OSError):
        key = _PROBLEMS.get(error.errno or 0)
        return say(key) if key else error.strerror or str(error)
    return str(error)


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
