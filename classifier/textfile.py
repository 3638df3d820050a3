"""The encoding of a text file, recognized from all of its bytes, and its lines."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from classifier.errors import InputError
from classifier.messages import say

_CHUNK = 1 << 20
_HEAD = 1 << 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ASCII_LIKE = ("utf-8", "utf-8-sig", "cp932")
# Bytes that Python's cp932 lets through as control or private characters: Windows has none of them.
_NOT_CP932 = re.compile("[\udc80-\udcff\x80\uf8f0-\uf8f3]")
_CP932_BYTES = {0x80: "\\x80", 0xF8F0: "\\xa0", 0xF8F1: "\\xfd", 0xF8F2: "\\xfe", 0xF8F3: "\\xff"}
_ESCAPED = re.compile("[\udc80-\udcff]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_ISO_2022_JP = re.compile(rb"\x1b\$[@B][\x21-\x7e]+\x1b\([BJ]")
_HALF_KANA = re.compile("[\uff61-\uff9f]")
_HIRAGANA = re.compile("[ぁ-ん]")


@dataclass(frozen=True, slots=True)
class Coding:
    """An encoding, and whether some bytes of the file are not valid in it."""

    name: str
    damaged: bool = False

    def open(self, path: Path) -> TextIO:
        """Open the file for reading, line ends untouched; bytes that are not valid stay recognizable."""
        errors = "strict" if not self.damaged else "surrogateescape" if self.name in _ASCII_LIKE else "replace"
        return path.open(encoding=self.name, errors=errors, newline="")

    def is_bad(self, text: str) -> bool:
        """Tell whether a text that was read holds bytes that are not valid."""
        if not self.damaged:
            return False
        if self.name not in _ASCII_LIKE:
            return "\ufffd" in text
        return (_NOT_CP932 if self.name == "cp932" else _ESCAPED).search(text) is not None

    def readable(self, text: str) -> str:
        r"""Return a text that was read with its invalid bytes written as \xNN."""
        if self.damaged and self.name == "cp932":
            text = text.translate(_CP932_BYTES)
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def recognize(path: Path, *, file: str) -> Coding:
    """Return the encoding: by BOM, then strict UTF-8, cp932 and its Japanese relatives, then charset-normalizer.

    A file with a few bytes that are not valid in UTF-8 or cp932 counts as damaged: only the rows with those are lost.
    Raises InputError where the file is no text.
    """
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Coding(name, damaged=not _is_valid(path, name))
    if (wide := _utf16_without_bom(head)) and _is_valid(path, wide):
        return Coding(wide)
    if _is_valid(path, "utf-8"):
        header = head.partition(b"\n")[0]  # a row may hold what it likes
        if len(_CONTROL.findall(header)) > 0.3 * len(header):
            raise InputError(say("input.not_text", file=file))
        if _ISO_2022_JP.search(head) and _is_valid(path, "iso2022_jp"):
            return Coding("iso2022_jp")
        return Coding("utf-8")
    if len(_CONTROL.findall(head)) > 0.05 * len(head) + 2:
        raise InputError(say("input.not_text", file=file))
    if _looks_like_utf8(head):
        return Coding("utf-8", damaged=True)
    if _looks_like_euc(head) and _is_valid(path, "euc_jp"):
        return Coding("euc_jp")
    if _is_valid(path, "cp932"):
        return Coding("cp932")
    return _damaged_or_guessed(path, head, file=file)


def _is_valid(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    with path.open("rb") as handle:
        try:
            while chunk := handle.read(_CHUNK):
                text = decoder.decode(chunk)
                if name == "cp932" and _NOT_CP932.search(text):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _utf16_without_bom(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.2 * len(head) / 2 and odd > 4 * even:
        name, line_end = "utf-16-le", b"\n\0"
    elif even > 0.2 * len(head) / 2 and even > 4 * odd:
        name, line_end = "utf-16-be", b"\0\n"
    else:
        return None
    lines = any(head[i : i + 2] == line_end for i in range(0, len(head), 2))  # a text with zero bytes in it has the ends of its lines elsewhere
    return name if lines or b"\n" not in head else None


def _looks_like_utf8(head: bytes) -> bool:
    # Only characters of three bytes count: two half-width kana in cp932 may look like one of two bytes.
    text = head.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    return sum(character >= "\u0800" for character in text) - bad >= bad


def _looks_like_euc(head: bytes) -> bool:
    as_cp932, as_euc = head.decode("cp932", "ignore"), head.decode("euc_jp", "ignore")
    wide = sum(not character.isascii() for character in as_cp932)
    euc = sum(not character.isascii() for character in as_euc)
    return len(_HALF_KANA.findall(as_cp932)) > 0.5 * wide and len(_HIRAGANA.findall(as_euc)) >= 0.2 * euc > 0


def _damaged_or_guessed(path: Path, head: bytes, *, file: str) -> Coding:
    bad = {"utf-8": 0, "cp932": 0}
    lines = 0
    for line in _byte_lines(path):
        lines += 1
        for name in bad:
            coding = Coding(name, damaged=True)
            bad[name] += coding.is_bad(line.decode(name, "surrogateescape"))
    best = min(bad, key=lambda name: bad[name])
    if bad[best] <= max(0.5 * lines, 1):
        return Coding(best, damaged=True)
    from charset_normalizer import from_bytes

    guess = from_bytes(head).best()
    if guess is None:
        raise InputError(say("input.not_text", file=file))
    return Coding(guess.encoding, damaged=not _is_valid(path, guess.encoding))


def _byte_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while line := handle.readline(_CHUNK):
            yield line
