import pytest

from classifier.masking import Masker
from classifier.tokenizer import Tokenizer

mask = Masker(Tokenizer(), account="MIC_ICT")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@MIC_ICT @taro 連絡は090-1234-5678まで", "@MIC_ICT @■■ 連絡は■■まで"),
        ("総務省の電話は03-5253-5111です", "総務省の電話は03-5253-5111です"),
        ("田中さんの家", "■■さんの家"),
        ("見て https://a.example.com/x?y=1 すごい", "見て [link] すごい"),
        ("メールは taro@example.com へ", "メールは ■■ へ"),
        ("住所は東京都青空市緑町1丁目2番3号", "住所は■■"),
        ("電話は03-3123-4567（090-1234-5678）", "電話は■■（■■）"),
        ("＠ｔａｒｏ１２３さんと＠ＭＩＣ＿ＩＣＴ", "@■■さんと＠ＭＩＣ＿ＩＣＴ"),
        ("見て ｈｔｔｐｓ：／／ａ．ｅｘａｍｐｌｅ．ｃｏｍ／ｘ", "見て [link]"),
        ("\0田中です", "\0■■です"),
        ("免許証は301234567890、受付番号 2026-0012-3456", "免許証は■■、受付番号 ■■"),
        ("接続元は203.0.113.45です", "接続元は■■です"),
        ("2026-12-01から20261231まで、2020-2026の予算12345678円と1,234,567件", "2026-12-01から20261231まで、2020-2026の予算12345678円と1,234,567件"),
        ("電波が弱い", "電波が弱い"),
        ("", ""),
    ],
    ids=["handle and number", "office", "name", "link", "mail", "address", "two numbers", "full-width handles", "full-width link", "control character", "other numbers", "machine", "dates and amounts", "plain", "nothing"],
)
def test_what_points_at_a_person_is_masked(text, masked):
    assert mask(text) == masked


def test_places_that_overlap_are_masked_to_their_common_end(monkeypatch):
    text = "甲乙丙丁戊"
    monkeypatch.setattr(mask.tokenizer, "persons", lambda text: [(0, 2), (1, 4)])
    assert mask(text) == "■■戊"
    assert [mask.part(text, *span) for span in ((2, 4), (4, 5), (0, 0), (2, 2), (3, 1))] == ["■■", "戊", "", "", ""]


@pytest.mark.parametrize(("words", "masked"), [(" 090-1234-5", " ■■"), ("は090-1", "は■■"), ("4-5678まで", "■■まで"), ("連絡", "連絡"), ("@ta", "@■■"), ("1234", "■■")])
def test_a_piece_is_masked_as_in_the_whole_text(words, masked):
    text = "@taro 連絡は 090-1234-5678まで" if words.startswith(" ") else "@taro 連絡は090-1234-5678まで"
    start = text.index(words)
    assert mask.part(text, start, start + len(words)) == masked
