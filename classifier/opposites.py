"""Words of a notice that say the opposite of each other, and which of them a reply sets against those of its post."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Self

_OPPOSITES = (
    ("無料", "有料"), ("不要", "必要"), ("任意", "義務"), ("任意", "必須"), ("義務", "努力"), ("以上", "以下"), ("以上", "未満"),
    ("以下", "超え"), ("以前", "以降"), ("以前", "以後"), ("まで", "以降"), ("上限", "下限"), ("最大", "最低"),
    ("午前", "午後"), ("毎月", "毎年"), ("月額", "年額"), ("税込", "税抜"), ("先着", "抽選"), ("平日", "土日"), ("平日", "休日"),
    ("開始", "終了"), ("始ま", "終わ"), ("開催", "中止"), ("継続", "廃止"), ("継続", "終了"), ("前倒", "延期"), ("短縮", "延長"),
    ("公開", "非公開"), ("許可", "禁止"), ("可能", "不可"), ("できる", "できない"), ("できます", "できません"), ("します", "しません"),
    ("ありません", "あります"), ("有効", "無効"), ("含み", "除き"), ("含む", "除く"), ("含みます", "含みません"), ("対象", "対象外"),
    ("全員", "のみ"), ("全員", "だけ"), ("誰でも", "のみ"), ("誰でも", "だけ"), ("すべて", "一部"), ("全て", "一部"), ("全国", "一部"),
    ("個人", "法人"), ("本人", "代理"), ("国内", "海外"), ("大人", "子ども"), ("市区町村", "都道府県"), ("増や", "減ら"), ("増え", "減り"),
    ("増加", "減少"), ("上が", "下が"), ("引き上げ", "引き下げ"), ("値上げ", "値下げ"), ("拡大", "縮小"), ("改善", "悪化"), ("安全", "危険"),
    ("賛成", "反対"), ("自動", "手動"), ("発信", "着信"), ("オンライン", "対面"), ("オンライン", "会場"), ("郵送", "持参"), ("原則", "例外"),
)  # fmt: skip
"""Words of notices that say the opposite of each other, or what cannot both hold."""


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds the words, of those that begin alike the longest."""
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


_ALL = _one_of({word for pair in _OPPOSITES for word in pair})


@dataclass(frozen=True)
class Opposites:
    """What would say the opposite of the words of one post."""

    _against: Mapping[str, Set[str]]  # words that the post does not have, and those of its own that they are the opposite of
    _either: re.Pattern[str] | None  # finds them and its own ones, the longest first; None where nothing would

    @classmethod
    def of(cls, post: str) -> Self:
        """Look for such words in a normalized post."""
        against: dict[str, set[str]] = {}
        own = set(_ALL.findall(post))
        for pair in _OPPOSITES:
            for word, other in (pair, pair[::-1]):
                if word in own and other not in own:
                    against.setdefault(other, set()).add(word)
        words = {*against, *(word for words in against.values() for word in words)}
        return cls(against, _one_of(words) if words else None)

    def count(self, text: str) -> int:
        """Return how many words of a normalized reply say the opposite of one of the post's that it does not repeat."""
        said = set(self._either.findall(text)) if self._either else set()
        return sum(word in said and not said & own for word, own in self._against.items()) if said else 0
