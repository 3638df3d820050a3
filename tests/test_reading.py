"""What the model reads in place of a text: no mail address told from another, katakana alone and Latin letters for kana in hiragana."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.ngrams import ngrams
from classifier.normalize import normalize
from classifier.reading import as_seen, mask, read_aloud
from classifier.replies import Reply
from classifier.scorer import Scorer


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("ﾀｽｹﾃ ｸﾀﾞｻｲ", "たすけて ください", id="half-width"),
        pytest.param("デンワ ツナガラズ 3ニチ", "でんわ つながらず 3にち", id="telegram"),
        pytest.param("ソフトバンク", "そふとばんく", id="a-name-alone-reads-so-too"),
        pytest.param("ドコモ!", "ドコモ!", id="short-name"),
        pytest.param("ソフトバンクの窓口", "ソフトバンクの窓口", id="among-other-letters"),
        pytest.param("taro@example.jp ヘ レンラク シテ", "〈mail〉 へ れんらく して", id="mail"),
    ],
)
def test_katakana_alone_is_seen_as_hiragana(text: str, seen: str) -> None:
    assert as_seen(normalize(text).text) == seen


@given(st.text(alphabet="ァアィイカガザシッツヴヵヶンー゛、。 aZ3ぁあ漢", max_size=30))
def test_seen_texts_keep_their_places(text: str) -> None:
    """One character for one, so that evidence found in what is seen stands at the same place in the text."""
    assert len(as_seen(text)) == len(mask(text))
    assert (ngrams([text]) != ngrams([as_seen(text)])).nnz == 0


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("Kono onna no hito wa shinsetsu desu", "このおんなのひとはしんせつです", id="sentence"),
        pytest.param("tonari e itta. denwa o kaketa", "となりへいった. でんわをかけた", id="particles"),
        pytest.param("shi ni ta i desu yo ne", "しにたいですよね", id="syllables"),
        pytest.param("You shine every single day", "you shine every single day", id="english"),
        pytest.param("I hope you die", "i hope you die", id="english-in-syllables"),
        pytest.param("maraming salamat po sa inyong lahat", "maraming salamat po sa inyong lahat", id="tagalog"),
        pytest.param("saya mau mati saja", "saya mau mati saja", id="malay"),
        pytest.param("asante sana rafiki yangu", "asante sana rafiki yangu", id="swahili"),
        pytest.param("você me ama e me paga", "você me ama e me paga", id="portuguese"),
        pytest.param("Я умру здесь, yopo kusa tebe", "я умру здесь, yopo kusa tebe", id="other-letters"),
        pytest.param("on'na no hito to hon'ya ni itta", "おんなのひととほんやにいった", id="apostrophes"),
        pytest.param("konnna hennna koto wa hacchaku desu", "こんなへんなことははっちゃくです", id="doubled"),
        pytest.param("hai!", "hai!", id="short"),
        pytest.param("5Gは kirei", "5gは kirei", id="among-kana"),
        pytest.param("ｵﾊﾖｳ ｺﾞｻﾞｲﾏｽ", "おはよう ございます", id="katakana"),
    ],
)
def test_latin_letters_for_kana_are_read_aloud(text: str, read: str) -> None:
    assert read_aloud(normalize(text).text) == read


def test_evidence_of_katakana_is_shown_as_it_was_written() -> None:
    decision = Scorer.default()([Reply(id="1", text="ｵﾏｴ ﾉ ﾖｳﾅ ｷｾｲﾁｭｳ ﾊ ｼﾈ ｺﾞﾐｸｽﾞ")])[0].decision
    assert decision.action != "keep"
    assert any(set(r.words) & set("ｷｾｲﾁｭｳｼﾈｺﾞﾐｸｽﾞ") for r in decision.reasons)


def test_letters_parted_by_apostrophes_are_left_as_they_are():
    text = "n'" * 5_000
    assert read_aloud(text) == text
