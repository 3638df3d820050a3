"""The workbook's last sheet: counts, what the words mean, and how to go on."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from classifier import wording
from classifier.decide import ACTIONS, Result
from classifier.policy import Policy
from classifier.sheets import LINE, Losses, Styles, TextSheet, lines_of, printed, write_text

NAME = "集計"
WIDTHS = (24, 12, 12, 12, 80)


@dataclass
class Summary:
    """Counts of the results so far."""

    actions: Counter[str] = field(default_factory=Counter)
    grounds: Counter[tuple[str, str]] = field(default_factory=Counter)  # action, ground
    signals: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    editions: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        """Count one result."""
        decision = result.decision
        self.actions[decision.action] += 1
        self.grounds.update((decision.action, ground) for ground in decision.grounds)
        self.signals.update(decision.signals)
        self.models[result.model] += 1
        self.editions[result.policy] += 1


def write_summary(
    workbook: Any, summary: Summary, *, policy: Policy, version: str, now: datetime, styles: Styles, losses: Losses
) -> None:
    """Add the sheet; the losses are those of the sheets before it."""
    page = _Page(workbook, styles)
    page.title("返信の仕分け結果")
    models = "、".join(name for name in summary.models if name != "none")
    page.pairs(
        ("作成日時", f"{now:%Y年%m月%d日 %H:%M}"),
        ("アカウント", f"@{policy.account}"),
        ("ポリシー", f"{policy.title}（{'、'.join(summary.editions) or policy.edition.isoformat()} 版）"),
        ("判定に使ったモデル", losses.fit(models) or "なし（語句の規則だけで判定）"),
        ("プログラム", f"reply-classifier {version}"),
    )
    page.note(wording.CAUTIONS[0], strong=True)

    page.heading("件数と区分の意味")
    page.row("区分", "件数", words="意味", head=True)
    for action in ACTIONS:
        page.row(wording.ACTIONS[action], summary.actions[action], words=wording.ACTION_NOTES[action])
    page.row("合計", summary.actions.total(), words="")

    page.heading("項目ごとの件数（一件の返信が二つ以上の項目に当たることがあります）")
    page.row("項目", "条項", "措置候補", "要確認", words="運用ポリシーの文言", head=True)
    for ground in policy.grounds:
        counts = (summary.grounds["suggest", ground.id], summary.grounds["review", ground.id])
        page.row(ground.short, ground.clause, *counts, words=ground.text)

    page.heading("信号")
    page.row("信号", "件数", words="意味", head=True)
    for signal, name in wording.SIGNALS.items():
        page.row(name, summary.signals[signal], words=wording.SIGNAL_NOTES[signal])
    for signal in sorted(summary.signals.keys() - wording.SIGNALS.keys()):
        page.row(losses.fit(signal), summary.signals[signal], words="")

    page.heading("進め方")
    for number, step in enumerate(wording.STEPS, 1):
        page.note(f"{number}. {step}")
    page.heading("読むときの注意")
    for note in (wording.URGENCY_NOTE, *wording.CAUTIONS[1:]):
        page.note(f"・{note}")
    page.heading("ブックに収まらなかったもの")
    replaced = "制御文字など、Excel が扱えない文字。「\ufffd」に置き換えた。"
    page.row("置き換えた文字", losses.characters, words=replaced)
    cut = "32,767 文字を超える本文など。末尾に「…［以下省略］」と示した。"
    page.row("省略したセル", losses.cells, words=cut)


class _Page:
    """A sheet of five columns, written line by line."""

    def __init__(self, workbook: Any, styles: Styles) -> None:
        self.sheet = workbook.add_worksheet(NAME, worksheet_class=TextSheet)
        self.sheet.set_tab_color("#548235")
        self.sheet.hide_gridlines(2)
        printed(self.sheet, paper=9)
        self._styles, self._line = styles, 0
        for place, width in enumerate(WIDTHS):
            self.sheet.set_column(place, place, width)

    def title(self, text: str) -> None:
        self._put(0, text, bold=True, font_size=16)
        self._next(28)

    def heading(self, text: str) -> None:
        self._next(8)
        self._put(0, text, bold=True, font_size=12, font_color="#375623")
        self._next(22)

    def pairs(self, *pairs: tuple[str, str]) -> None:
        for name, value in pairs:
            self._put(0, name, font_color="#595959")
            self._put(1, value)
            self._next(LINE + 3)

    def note(self, text: str, *, strong: bool = False) -> None:
        style = {"bold": True, "font_color": "#C00000"} if strong else {}
        self._put(0, text, **style)
        self._next(LINE + 3)

    def row(self, *cells: str | int, words: str, head: bool = False) -> None:
        """Write a row of a table; its last text reaches to the last column."""
        look: dict[str, object] = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True}
        if head:
            look |= {"bold": True, "bg_color": "#E2EFDA"}
        for place, cell in enumerate(cells):
            self._put(place, cell, **look)
        first, last = len(cells), len(WIDTHS) - 1
        if first < last:
            self.sheet.merge_range(self._line, first, self._line, last, "", self._styles.get(**look))
        self._put(first, words, **look)
        self._next(LINE * lines_of(words, sum(WIDTHS[first:]) - 2) + 3)

    def _put(self, place: int, value: str | int, **look: object) -> None:
        if isinstance(value, int):
            self.sheet.write_number(self._line, place, value, self._styles.get(**look, num_format="#,##0"))
        elif value:
            write_text(self.sheet, self._line, place, value, self._styles.pair(**look), self._styles)
        else:
            self.sheet.write_blank(self._line, place, None, self._styles.get(**look))

    def _next(self, height: float) -> None:
        self.sheet.set_row(self._line, height)
        self._line += 1
