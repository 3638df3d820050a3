"""The stretch that speaks most: where it stands, and that company changes nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.evidence import stretches, whole_words
from classifier.hashed import Hashed
from classifier.ngrams import COLUMNS, located, ngrams, places, shares

RANDOM = np.random.default_rng(20200302)
WEIGHTS = Hashed(np.arange(COLUMNS, dtype=np.uint32), RANDOM.normal(size=(COLUMNS, 2)).astype(np.float32))
TEXTS = st.lists(st.tuples(st.text("あいうえお、ab1 \n", max_size=60), st.integers(0, 1)), min_size=1, max_size=12)


def found(texts: list[str], heads: list[int]) -> list[tuple[int, int] | None]:
    return stretches(WEIGHTS, texts, [located(t)[0] for t in texts], heads)


def sums(text: str, head: int) -> np.ndarray:
    """What each character brings, one n-gram after the other."""
    starts, ends = places(len(text))
    brought = np.zeros(len(text))
    for column, start, end, share in zip(located(text)[0], starts, ends, shares(len(text)), strict=True):
        brought[start:end] += WEIGHTS.of(np.array([column]), head)[0] * share
    return brought - 0.6 * max(brought.mean(), 0)


@given(TEXTS)
def test_the_stretch_has_the_largest_sum_in_any_company(rows: list[tuple[str, int]]) -> None:
    texts, heads = [t for t, _ in rows], [h for _, h in rows]
    together = found(texts, heads)
    assert together == [found([t], [h])[0] for t, h in rows]
    for text, head, stretch in zip(texts, heads, together, strict=True):
        if not text:
            assert stretch is None
            continue
        values = sums(text, head)
        best = max(values[a:b].sum() for a in range(len(text)) for b in range(a + 1, len(text) + 1))
        if stretch is None:
            assert best <= 1e-9
        else:
            assert 0 <= stretch[0] < stretch[1] <= len(text)
            assert abs(values[slice(*stretch)].sum() - best) < 1e-6


def test_blocks_lose_no_text(monkeypatch) -> None:
    texts = ["あいう" * n for n in (1, 9, 3, 2, 7, 5)]
    together = found(texts, [0] * len(texts))
    monkeypatch.setattr("classifier.evidence._BLOCK", 20)
    assert found(texts, [0] * len(texts)) == together
    assert together[1] is not None


def test_a_word_of_weight_is_found_where_it_stands() -> None:
    word = "寄生虫"
    weights = Hashed(np.unique(ngrams([word]).indices).astype(np.uint32), np.ones((len(np.unique(ngrams([word]).indices)), 1), dtype=np.float32))
    texts = ["この寄生虫め", "長い文の終わりにようやく出てくる寄生虫", "何もない文", ""]
    spans = stretches(weights, texts, [located(t)[0] for t in texts], [0] * 4)
    assert [t[slice(*s)] if s else None for t, s in zip(texts, spans, strict=True)] == [word, word, None, None]


@pytest.mark.parametrize(
    ("text", "stretch", "words"),
    [
        ("unsubscribe now", (2, 6), "unsubscribe"),
        ("クソゴミ野郎です", (1, 5), "クソゴミ野郎"),
        ("暗証番号と口座", (1, 3), "暗証番号"),
        ("これは死ねよ", (3, 5), "死ねよ"),
        ("回線潰そうぜ", (0, 3), "回線潰そうぜ"),
        ("車もお前がしね", (3, 5), "お前がしね"),
        ("総務省はクズの集まりだ", (3, 6), "はクズ"),
        ("荷物を受け取って渡すだけ", (4, 10), "受け取って渡すだけ"),
        ("10時、放送センター", (2, 8), "10時、放送センター"),
        ("庭の紫陽花が咲きました。", (0, 8), "庭の紫陽花が咲きました"),
        ("・妨害の小型機あります", (0, 6), "妨害の小型機あります"),
        ("ぼくはきのうからずっとおうちにひとりでいるんだ", (5, 8), "うから"),  # so is one without stems
        ("你们这些外国人都给我滚出去", (4, 6), "外国"),  # a run too long for one word may be cut
        ("12000円", (1, 3), "12000円"),
        ("а б", (1, 2), " "),
        ("嫌です。クズ、もう", (3, 7), "クズ"),
    ],
)
def test_evidence_is_widened_to_whole_words(text: str, stretch: tuple[int, int], words: str) -> None:
    start, end = whole_words(text, *stretch)
    assert text[start:end] == words


@given(st.text("abあいアイ漢字1 、", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_widening_keeps_what_was_there_and_is_done_once(text: str, a: int, b: int) -> None:
    a, b = sorted((min(a, len(text)), min(b, len(text))))
    wide = whole_words(text, a, b)
    assert 0 <= wide[0] <= wide[1] <= len(text) and (wide[1] > wide[0] or a == b)
    assert not set(text[a : wide[0]] + text[wide[1] : b]) - set("。、,. ・\n")
    assert whole_words(text, *wide) == wide


def test_a_masked_mail_address_leaves_no_place() -> None:
    assert found(["taro@example.jp の寄生虫", "寄生虫"], [0, 0])[0] is None
