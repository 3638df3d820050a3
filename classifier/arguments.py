"""The argument parser in the language in use: help pages, and what it says of arguments that it cannot read.

Typer writes in English alone: only a few of its words go through gettext. So commands and options carry a key of
`messages.toml` as their help, the classes below lay out the pages, and the parser's own words are looked up by
their English wording (keys `parser.`).
"""

import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer
from typer.core import TyperCommand, TyperGroup

from classifier.messages import catalogue, language, say

if TYPE_CHECKING:
    from typer._click.core import Command as AnyCommand
    from typer._click.core import Context

NAMES = 30
"""Columns of a page that names of options take at most; the text of a longer one starts on the next line."""

_PIECE = re.compile(
    r"\s+"
    r"|[「（『(\[]*(?:[ァ-ヺー]+|[\u2e80-\uffef])[、。：；？！」）』)\]…:;,.]*"  # a Japanese character (katakana: a word) with its marks
    r"|[^\s\u2e80-\uffef]+"
)


class Command(TyperCommand):
    """A command whose pages are in the language in use."""

    def get_usage(self, ctx: "Context") -> str:
        """Return the line that shows how the command is typed."""
        return usage(self, ctx)

    def get_help(self, ctx: "Context") -> str:
        """Return the help page."""
        return page(self, ctx)


class Group(TyperGroup):
    """A group of commands whose pages are in the language in use."""

    def get_usage(self, ctx: "Context") -> str:
        """Return the line that shows how the group's commands are typed."""
        return usage(self, ctx)

    def get_help(self, ctx: "Context") -> str:
        """Return the help page with the list of commands."""
        return page(self, ctx)


def asked_language(args: Iterable[str]) -> str | None:
    """Return the language that `--lang` before the command asks for, the last one where there are several.

    >>> asked_language(["--help", "--lang", "ja", "score"])
    'ja'
    """
    asked, words = None, iter(args)
    for word in words:
        name, equals, value = word.partition("=")
        if name == "--lang":
            asked = value if equals else next(words, None)
        elif not word.startswith("-"):
            break
    return asked


def usage(command: "AnyCommand", ctx: "Context") -> str:
    """Return how a command is typed, on lines as wide as the page."""
    start = f"{say('parser.usage')} {ctx.command_path} "
    pieces = " ".join(map(translated, command.collect_usage_pieces(ctx)))
    return start + f"\n{' ' * columns(start)}".join(wrapped(pieces, max(_width() - columns(start), 20)))


def page(command: "AnyCommand", ctx: "Context") -> str:
    """Return the help page of a command: how it is typed, what it does, its arguments, options and commands."""
    rows: dict[str, list[tuple[str, str]]] = {"argument": [], "option": []}
    for param in command.get_params(ctx):
        if record := param.get_help_record(ctx):
            rows[param.param_type_name].append(_row(getattr(param, "help", None) or "", *record))
    commands = [(name, _text(inner.help or "")) for name, inner in getattr(command, "commands", {}).items()]
    told = "\n".join(f"  {line}" for line in wrapped(_text(command.help or ""), _width() - 2))
    sections = (_section("parser.arguments", rows["argument"]), _section("parser.options", rows["option"]), _section("parser.commands", commands))
    return "\n\n".join([usage(command, ctx), told, *filter(None, sections)])


def complaint(error: typer.TyperException) -> str:
    """Return what the parser found wrong, with the usage and where help is; without any argument it is the help page itself."""
    ctx: Context | None = getattr(error, "ctx", None)
    message = error.format_message()
    if ctx is None:
        return say("parser.error", message=translated(message))
    if message == ctx.get_help():
        return message
    lines = [ctx.get_usage(), say("parser.try", command=f"{ctx.command_path} --help"), "", say("parser.error", message=translated(message))]
    if re.match(catalogue()["parser.no_option"]["en"].format(option="-[^-]"), message):  # more likely a text than an option
        lines.append(say("parser.dash", command=ctx.command_path))
    if getattr(error, "option_name", None) == "--lang":
        program = ctx.find_root().command_path
        lines.append(say("parser.lang", command=f"{program} --lang ja{ctx.command_path.removeprefix(program)} …"))
    return "\n".join(lines)


def translated(words: str) -> str:
    """Return words of the parser in the language in use; what the catalogue does not know stays as it is."""
    for key, wordings in catalogue().items() if language() != "en" else ():
        alike = key.startswith("parser.") and words.startswith(wordings["en"].partition("{")[0])  # few patterns are built
        if alike and (found := _pattern(wordings["en"]).fullmatch(words)):
            return say(key, **{name: translated(part) for name, part in found.groupdict().items()})
    return words


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns, cut between words and between Japanese characters, never before a closing mark."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and columns(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines]


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pattern(wording: str) -> re.Pattern[str]:
    """Return what matches a wording, its fields as groups."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(wording)), re.DOTALL)


def _text(help_text: str) -> str:
    """Return the sentence of a key; the parser's own help has no key."""
    return say(help_text) if help_text in catalogue() else translated(help_text)


def _row(help_text: str, name: str, told: str) -> tuple[str, str]:
    """Return an option as it stands on a page: its name with the kind of value, and its help with default and range."""
    added = told.removeprefix(help_text).strip().strip("[]")
    shown = f"  [{'; '.join(map(translated, added.split('; ')))}]" if added else ""
    return re.sub(r"<.+>", lambda kind: translated(kind[0]), name), _text(help_text) + shown


def _section(heading: str, rows: Sequence[tuple[str, str]]) -> str:
    if not rows:
        return ""
    first = min(max(columns(name) for name, _ in rows), NAMES) + 2
    lines = [say(heading)]
    for name, text in rows:
        start, *more = wrapped(text, max(_width() - first - 2, 20))
        fits = columns(name) <= first - 2
        lines += [f"  {name}{' ' * (first - columns(name))}{start}"] if fits else [f"  {name}", f"  {' ' * first}{start}"]
        lines += [f"  {' ' * first}{line}" for line in more]
    return "\n".join(lines)


def _width() -> int:
    return max(min(shutil.get_terminal_size().columns, 80) - 2, 50)
