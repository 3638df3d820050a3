import pytest

from classifier.context import observe
from classifier.normalize import normalize
from classifier.replies import Reply
from classifier.rules import default_pack
from classifier.views import views


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("しつこい\nねむい\nよるだ", ("しねよ",), id="three-lines"),
        pytest.param("しつこい\nねむい", (), id="two-lines"),
        pytest.param("し\n\nね\n\nよ", ("しねよ",), id="blank-lines"),
        pytest.param("逆から ねし", ("しね らか逆",), id="backwards"),
        pytest.param("omae kuzu", ("おまえくず",), id="romaji"),
        pytest.param("shi ni ta i", ("しにたい",), id="syllables"),
        pytest.param("to be or not to be", (), id="english-words"),
        pytest.param("5G network", (), id="english"),
        pytest.param("電波が弱い", (), id="nothing"),
    ],
)
def test_views_read_a_text_another_way(text: str, found: tuple[str, ...]) -> None:
    assert views(normalize(text)) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("あいつはガイ□臭い、人間のク○", "dehumanizing", id="one-mask"),
        pytest.param("書いたのは き○が○", "slur_disability", id="two-masks"),
        pytest.param("omae shine", "death", id="romaji"),
    ],
)
def test_hidden_words_are_found(text: str, kind: str) -> None:
    assert kind in {w.entry.kind for w in default_pack()(observe([Reply("1", text)]))[0].hidden}


@pytest.mark.parametrize("text", ["○○市の説明会", "答えは○か×か", "rise and wake", "二〇二六年", "5×3=15"])
def test_harmless_masks_and_letters_hide_nothing(text: str) -> None:
    assert default_pack()(observe([Reply("1", text)]))[0].hidden == ()
