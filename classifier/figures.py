"""The numbers of a text, in figures however they are written."""

import re
from decimal import Decimal

_KANJI_FIGURES = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
_OF_KANJI = "".join([*_KANJI_FIGURES, *_TENS, *_MYRIADS])
_FIGURE = re.compile(
    r"\d[\d,]*(?:[.:]\d+)*[百千]?[万億兆]?(?:\d[\d,]*[百千]?[万億兆]?)*"  # 1,980, 10:30, 1万5千
    rf"|(?<![数何幾{_OF_KANJI}])(?!十分(?![間後前]))[一二三四五六七八九十百千][{_OF_KANJI}]*+(?=[日月年円人件%割時分歳か])",  # 二十円, 二〇二六年
    re.ASCII,
)
_PART = re.compile(r"\d[\d,]*(?:\.\d+)?|.", re.ASCII)
_LONGEST_FIGURE = 25  # characters, fewer than a Decimal has digits; longer ones stay as they are

OF_FIGURE = frozenset(f"0123456789,.:{_OF_KANJI}")
"""The characters that a number may hold."""
MAY_BE_FIGURE = f"0-9{_OF_KANJI}"
"""A text without any of these, as ranges of characters, has no number."""


def figures(text: str) -> set[str]:
    """Return the numbers of a normalized text as figures without separators: 1,980, 二十 and 5千 are 1980, 20 and 5000. Digits of other scripts, which stand in faces, are none."""
    return {_in_figures(n) for n in _FIGURE.findall(text)}


def counted(text: str) -> list[tuple[str, str]]:
    """Return the numbers of a normalized text, as `figures` does, each with the character after it: what it counts."""
    return [(_in_figures(m[0]), text[m.end() : m.end() + 1]) for m in _FIGURE.finditer(text)]


def _in_figures(number: str) -> str:
    """Return a number in figures: 千九百八十 is 1980, 二〇二六 is 2026 and 1.5万 is 15000; what has no kanji (10:30, 1.10) stays as it is, but for commas and zeros before it."""
    plain = number.replace(",", "")
    if not any(c in _OF_KANJI for c in plain) or ":" in plain or plain.count(".") > 1 or len(plain) > _LONGEST_FIGURE:
        return (plain.lstrip("0") or "0") if plain.isdigit() else plain
    whole = Decimal(0)  # up to the last myriad
    part: Decimal | None = None  # since then, up to the last ten
    digits: Decimal | None = None  # since then; a ten or a myriad with nothing before it stands for one
    for piece in _PART.findall(plain):
        if piece in _TENS:
            part, digits = (part or 0) + (Decimal(1) if digits is None else digits) * _TENS[piece], None
        elif piece in _MYRIADS:
            times = Decimal(1) if part is None and digits is None else (part or 0) + (digits or Decimal(0))
            whole, part, digits = whole + times * _MYRIADS[piece], None, None
        elif piece in _KANJI_FIGURES:
            digits = (digits or 0) * Decimal(10) + _KANJI_FIGURES[piece]
        else:
            digits = Decimal(piece)
    return f"{(whole + (part or 0) + (digits or 0)).normalize():f}"
