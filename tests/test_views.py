import pytest

from classifier.context import observe
from classifier.normalize import normalize, normalize_all
from classifier.replies import Reply
from classifier.rules import default_pack
from classifier.views import views, views_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("しつこい\nねむい\nよるだ", ("しねよ",), id="three-lines"),
        pytest.param("しつこい\nねむい", (), id="two-lines"),
        pytest.param("し\n\nね\n\nよ", ("しねよ",), id="blank-lines"),
        pytest.param("役所さん\n（人手不足）\nしかたない\nねてよし", ("役人死ねよ", "ん足いし"), id="call-down-the-lines"),
        pytest.param("大変\n「臣下」より\n屑かご", ("大臣クズ野郎", "変りご"), id="insult-down-the-lines"),
        pytest.param("今日は\nくもり\nずっと雨", ("今くず", "はり雨"), id="letters-by-chance"),
        pytest.param("おい\n前の\n〈url〉\nしらん\nね", ("お前死ねよ", "いの〉んね"), id="no-letter-of-a-link"),
        pytest.param("どこ\nけいろ。\nくらす…", ("どけく", "ころす"), id="line-ends"),
        pytest.param("まぢしねばぃぃ", ("まぢしねばいい",), id="small-kana"),
        pytest.param("帰るし\n忙しいしね。\n夏も終わるよ…", ("帰忙夏",), id="common-line-ends"),
        pytest.param("役人は寄・生・虫だ", ("役人は寄生虫だ",), id="marks-between"),
        pytest.param("かわいいちゃわん", (), id="small-kana-in-their-place"),
        pytest.param("だまって死゛ん゛ど゛け゛", ("だまって死んどけ",), id="sound-marks"),
        pytest.param("d1e alone", ("die alone", "dle alone"), id="figures"),
        pytest.param("wi-fi6e と h265 と 5g", (), id="figures-of-techniques"),
        pytest.param("逆から ねし", ("しね らか逆",), id="backwards"),
        pytest.param("omae kuzu", ("おまえくず",), id="romaji"),
        pytest.param("shi ni ta i", ("しにたい",), id="syllables"),
        pytest.param("minnna shine", ("みんなしね",), id="n-as-keyboards-take-it"),
        pytest.param("〈〈shine〉〉", ("しね",), id="brackets-of-the-writer"),
        pytest.param("to be or not to be", (), id="english-words"),
        pytest.param("low income countries need more vaccines", (), id="english-words-that-read-as-kana"),
        pytest.param("omae no ie ni hi wo tsukeru", ("おまえのいえにひをつける",), id="sentence"),
        pytest.param("you shine, Michibiki", (), id="english-beside-names"),
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


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("書いた者は き○が○か", "discrimination.masked_word", id="two-masks"),
        pytest.param("今回の大雨は気〇兵〇のテストです", "false_information.masked_word", id="a-rumor"),
        pytest.param("揺れたのは気象○器のせい", "false_information.masked_word", id="one-mask"),
    ],
)
def test_a_strong_word_behind_a_mask_goes_to_a_person(text: str, rule: str) -> None:
    assert rule in {h.rule for h in default_pack()(observe([Reply("1", text)]))[0].hits}


@pytest.mark.parametrize(
    "text",
    ["○○市の説明会は○月○日", "ド○モの料金", "5○歳です", "看板に「人○し」と読める字", "こ○すは何と読む?", "マ○コミの報道", "中華○ーバーを買った", "098-××3-××××", "○○党の気○兵○さん"],
)
def test_a_mask_with_another_reading_is_no_hit(text: str) -> None:
    assert [h.rule for h in default_pack()(observe([Reply("1", text)]))[0].hits if h.rule.endswith("masked_word")] == []


def test_a_batch_is_read_as_each_text_by_itself():
    texts = ["しんだ\nねこ\nよかった", "ﾊﾞｶとｼﾈ", "shine", "ふつうの返信です。", "", "し゛ね", "寄・生・虫", "d1e だと", "逆から読むとネシ", "しねばぃぃ"]
    normalized = normalize_all(texts, [()] * len(texts))
    assert views_of(normalized) == [views(n) for n in normalized]
    assert sum(map(bool, views_of(normalized))) >= 7
