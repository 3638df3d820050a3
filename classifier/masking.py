"""Texts fit to leave the desk: names, handles, numbers, addresses and links of people are masked."""

import re

from classifier.normalize import LINK, normalize
from classifier.personal import find_personal
from classifier.tokenizer import Tokenizer

_HANDLE = re.compile(r"[@＠][A-Za-z0-9_]{1,30}")
_MASK = "■■"


class Masker:
    """Masks texts; the tokenizer tells which words are names of persons."""

    def __init__(self, tokenizer: Tokenizer, *, account: str) -> None:
        self.tokenizer, self.account = tokenizer, account.lower()

    def __call__(self, text: str) -> str:
        """Return a text with what may point at a person masked; the account's own handle stays.

        >>> Masker(Tokenizer(), account="MIC_ICT")("@MIC_ICT @taro 連絡は090-1234-5678")
        '@MIC_ICT @■■ 連絡は■■'
        """
        normalized = normalize(text)
        for p in sorted(find_personal(normalized.text), key=lambda p: -p.start):
            start, end = normalized.span(p.start, p.end)
            text = text if p.public else text[:start] + _MASK + text[end:]
        text = LINK.sub("[link]", text)
        text = _HANDLE.sub(lambda m: m[0] if m[0][1:].lower() == self.account else f"@{_MASK}", text)
        for start, end in reversed(self.tokenizer.persons(text)):
            text = text[:start] + _MASK + text[end:]
        return text
