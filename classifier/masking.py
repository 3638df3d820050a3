"""Texts fit to leave the desk: names, handles, numbers, addresses and links of people are masked."""

import re

from classifier.normalize import LINK, normalize
from classifier.personal import find_personal
from classifier.tokenizer import Tokenizer

_HANDLE = re.compile(r"@[A-Za-z0-9_]{1,30}")
_NUMBER = re.compile(r"(?<![0-9.,])[0-9](?:[ -]?[0-9]){6,}(?![0-9]|[.,][0-9]|\s*[円万億兆人件票台個%])")
"""Seven digits and more, as licences, receipts and accounts have them; amounts are told by their unit or their commas."""
_DATE = re.compile(r"(?:19|20)[0-9]{2}([ -]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])|(?:19|20)[0-9]{2}[ -](?:19|20)[0-9]{2}")
_ADDRESS_OF_MACHINE = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])")
_MASK = "■■"
_AS_TYPED = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | dict.fromkeys([*range(9), *range(0xE, 0x20), 0x7F], " ")
"""Full-width letters and figures in half width, and control characters, which end the tokenizer's reading, as blanks: one for one."""


class Masker:
    """Masks texts; the tokenizer tells which words are names of persons."""

    def __init__(self, tokenizer: Tokenizer, *, account: str) -> None:
        self.tokenizer, self.account = tokenizer, account.lower()

    def __call__(self, text: str) -> str:
        """Return a text with what may point at a person masked; the account's own handle stays.

        >>> Masker(Tokenizer(), account="MIC_ICT")("@MIC_ICT @taro 連絡は090-1234-5678")
        '@MIC_ICT @■■ 連絡は■■'
        """
        return self.part(text, 0, len(text))

    def part(self, text: str, start: int, end: int) -> str:
        """Return what stands from `start` to `end` (characters, end excluded), masked as it is in the whole text: half a number is masked too."""
        if start >= end:
            return ""
        parts: list[str] = []
        last = start
        for first, after, instead in self._places(text):
            if first < end and after > last:
                parts += text[last : max(first, last)], instead
                last = min(after, end)
        return "".join(parts) + text[last:end]

    def _places(self, text: str) -> list[tuple[int, int, str]]:
        """Return what is masked: start, end and what stands there instead, in order; where some overlap, the first one covers all of them."""
        normalized, typed = normalize(text), text.translate(_AS_TYPED)
        known = [(p.public, *normalized.span(p.start, p.end)) for p in find_personal(normalized.text)]
        found = [(start, end, _MASK) for public, start, end in known if not public]
        found += [(*m.span(), _MASK) for m in _ADDRESS_OF_MACHINE.finditer(typed)]
        for m in _NUMBER.finditer(typed):
            if not _DATE.fullmatch(m[0]) and not any(public and start < m.end() and m.start() < end for public, start, end in known):
                found.append((*m.span(), _MASK))
        found += [(*m.span(), "[link]") for m in LINK.finditer(typed)]
        found += [(*m.span(), f"@{_MASK}") for m in _HANDLE.finditer(typed) if m[0][1:].lower() != self.account]
        found += [(start, end, _MASK) for start, end in self.tokenizer.persons(typed)]
        places: list[tuple[int, int, str]] = []
        for place in sorted(found, key=lambda place: (place[0], -place[1])):
            if not places or place[0] >= places[-1][1]:
                places.append(place)
            elif place[1] > places[-1][1]:
                places[-1] = (places[-1][0], place[1], places[-1][2])
        return places
