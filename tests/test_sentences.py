"""Where a long reply is cut, and that every character of it belongs to a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.sentences import LONG, sentences

STORY = "窓口で三十分待たされました。番号札は一枚だけ。椅子も足りません！どうにかしてください。よろしくお願いいたします。長くなりました。"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("短い。文。", [], id="short"),
        pytest.param("あ" * 80, [], id="one-sentence"),
        pytest.param(STORY, ["窓口で三十分待たされました。", "番号札は一枚だけ。", "椅子も足りません！", "どうにかしてください。", "よろしくお願いいたします。", "長くなりました。"], id="marks"),
        pytest.param("はい。" + STORY, ["はい。窓口で三十分待たされました。"], id="a-short-one-starts-the-next"),
        pytest.param(STORY + "以上。", ["長くなりました。以上。"], id="a-short-one-at-the-end"),
        pytest.param("We waited for an hour at the counter. Nobody came. Then the line went dead.", ["We waited for an hour at the counter. ", "Nobody came. ", "Then the line went dead."], id="english"),
        pytest.param("一行目の話はここまでです\n二行目には料金のことを書きます\n" + "三" * 40, ["一行目の話はここまでです\n", "二行目には料金のことを書きます\n", "三" * 40], id="lines"),
    ],
)
def test_sentences_end_at_marks_and_lines(text: str, pieces: list[str]) -> None:
    found = [text[a:b] for a, b in sentences(text)]
    assert [p for p in found if p in pieces] == pieces
    assert bool(found) == bool(pieces)


@given(st.text("あいう。！?\n a.", max_size=200))
def test_sentences_stand_in_order_and_leave_out_nothing_but_blanks(text: str) -> None:
    found = sentences(text)
    assert len(found) != 1 and (len(text) >= LONG or not found)
    edges = [0, *(e for span in found for e in span), len(text)]
    assert edges == sorted(edges)
    if found:
        between = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
        assert not "".join(between).strip()
