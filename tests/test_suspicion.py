import pytest

from classifier.suspicion import suspects

BOUGHT = "局長は業者から金もらって"


@pytest.mark.parametrize(
    "ending",
    ["るんだろ", "るよね", "るんでしょ、どうせ", "るっしょ", "ると思う", "るかもしれない", "るっぽい", "るみたい", "るようだ", "そう", "るはず", "るらしい", "るのか", "ますよね", "るんやないか", "るに決まってる", "るに100%決まってる", "るの!", "るの…", "んのw"],
)
def test_a_clause_that_doubts_asks_or_guesses_is_a_suspicion(ending: str) -> None:
    assert suspects(BOUGHT + ending)


@pytest.mark.parametrize(
    "text",
    ["課長さん、ベンダーといくらで癒着してるんやろ", "審議官は接待漬けなんじゃないの?", "局長、業者からいくらもらったの", "大臣はキャリアとつながってるんだろ", "裏でキャリアと繋がってるんだろ", "全員グルなのか"],
)
def test_so_is_one_in_other_words_for_being_bought(text: str) -> None:
    assert suspects(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{BOUGHT}いる。みんな言ってる",
        "課長の田中は業者から賄賂を受け取った人ですから信用するな",
        "天下りの愚かなゴミ役人ども",
        "グループの課長は横領犯ですか",
        "税金もらってるだけのゴミだろお前",
        "電話がつながらないんだろ",
        "募金してもらって恥ずかしくないの?",
        "あいつがリベートもらって決めたんだろが",
    ],
)
def test_an_assertion_and_other_talk_of_money_are_none(text: str) -> None:
    assert not suspects(text)
