"""Japanese words: fugashi with unidic-lite, created on first use so that a Tokenizer can go to worker processes."""

from collections.abc import Sequence
from functools import cached_property

import fugashi


class Tokenizer:
    """Splits normalized texts into surface words.

    >>> Tokenizer()(["電波が弱い"])
    [['電波', 'が', '弱い']]
    """

    def __call__(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the words of each text, in order; a text without words gives an empty list."""
        parse = self._tagger.parse
        return [parse(text).split() if text else [] for text in texts]

    def lemmas(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the dictionary forms of the words of each text, in order: 死ねば as 死ぬ, ば; a word that is in no dictionary as it stands."""
        parse = self._to_lemmas.parse
        return [[lemma.partition("-")[0] or lemma for lemma in parse(text).split("\n") if lemma] if text else [] for text in texts]

    def persons(self, text: str) -> list[tuple[int, int]]:
        """Return where names of persons stand in a text (start, end), by the dictionary's part of speech 人名."""
        spans, at = [], 0
        for word in self._parser(text):
            start = text.find(word.surface, at)
            at = start + len(word.surface)
            if word.feature.pos3 == "人名":
                spans.append((start, at))
        return spans

    @cached_property
    def _parser(self) -> fugashi.Tagger:
        return fugashi.Tagger()

    @cached_property
    def _tagger(self) -> fugashi.Tagger:
        return fugashi.Tagger("-Owakati")

    @cached_property
    def _to_lemmas(self) -> fugashi.Tagger:
        return fugashi.Tagger(r'-O "" -F%f[7]\\n -U%m\\n -E\\n')  # the dictionary form (エアコン-air conditioner) of a known word, an unknown one as it stands

    @property
    def dictionary(self) -> str:
        """Name and version of the dictionary."""
        from importlib.metadata import version

        return f"unidic-lite {version('unidic-lite')}"

    def __getstate__(self) -> dict[str, object]:
        return {}
