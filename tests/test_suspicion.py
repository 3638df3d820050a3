import pytest

from classifier.suspicion import suspects

BOUGHT = "局長は業者から金もらって"


@pytest.mark.parametrize(
    "ending",
    ["るんだろ", "るよね", "るんでしょ、どうせ", "るっしょ", "ると思う", "るかもしれない", "るっぽい", "るみたい", "るようだ", "そう", "るはず", "るらしい", "るのか", "ますよね", "るんやないか", "るに決まってる", "るに100%決まってる", "るの!", "るの…", "るの...", "んのw", "るなら辞職しろ", "たら笑う", "ないか調べて", "る可能性がある", "たりして", "たって噂だけど", "るとの疑惑", "そうで怖い"],
)
def test_a_clause_that_doubts_asks_or_guesses_is_a_suspicion(ending: str) -> None:
    assert suspects(BOUGHT + ending)


@pytest.mark.parametrize(
    "text",
    ["課長さん、ベンダーといくらで癒着してるんやろ", "審議官は接待漬けなんじゃないの?", "局長、業者からいくらもらったの", "大臣はキャリアとつながってるんだろ", "裏でキャリアと繋がってるんだろ", "裏で業者と繋がってそう", "課長補佐は袖の下もらってるよね", "全員グルなのか"],
)
def test_so_is_one_in_other_words_for_being_bought(text: str) -> None:
    assert suspects(text)


@pytest.mark.parametrize(
    "text",
    ["大臣は部下と不倫してるんでしょ", "局長、税金を横領してそう", "次官は経歴を詐称してるに違いない", "業者に名簿を売ってるよね", "会長は飲酒運転したんだろ", "大臣はまた嘘ついてるんじゃね", "データを改ざんしたのか", "証拠を隠しているのではないか", "大臣はパワハラしてるんだろ", "局長は横領してるよね💢", "局長は横領してるよね〜", "局長は横領してるよなぁ", "局長は横領してるよね(笑)", "局長は横領してそう😡"],
)
def test_so_is_one_of_another_misdeed(text: str) -> None:
    assert suspects(text)


@pytest.mark.parametrize("text", ["大臣は部下と不倫している", "局長は税金を横領した。以上", "次官は経歴を詐称して居座る男だ", "会長は飲酒運転の常習犯です", "詐欺師なんか死ね", "嘘つきやろう殺してやろうか", "横領した証拠は揃っている", "この教授データ捏造で追われた人からね、近づくな", "前科もん。気ぃつけや", "愛人にしてはるねん", "不正解だよね", "スパイスかな", "恋愛人生かも", "奨学金もらってるよね"])
def test_an_asserted_misdeed_is_none(text: str) -> None:
    assert not suspects(text)


@pytest.mark.parametrize(
    "text",
    [
        f"{BOUGHT}いる。みんな言ってる",
        "課長の田中は業者から賄賂を受け取った人ですから信用するな",
        "天下りの愚かなゴミ役人ども",
        "グループの課長はゴミクズですか",
        "税金もらってるだけのゴミだろお前",
        "電話がつながらないんだろ",
        "募金してもらって恥ずかしくないの?",
        "あいつがリベートもらって決めたんだろが",
    ],
)
def test_an_assertion_and_other_talk_of_money_are_none(text: str) -> None:
    assert not suspects(text)
