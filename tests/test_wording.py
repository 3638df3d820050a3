"""The words in which a desk officer reads a decision."""

import re
from pathlib import Path

import pytest

from classifier import decide, wording
from classifier.decide import PASSAGE, Reason
from classifier.policy import default_policy


def test_every_signal_has_a_name_and_a_note():
    named = re.search(r"signals: tuple\[str, ...\] = \(\)  # (.*)", Path(decide.__file__).read_text(encoding="utf-8"))
    assert named is not None
    assert set(wording.SIGNALS) == set(wording.SIGNAL_NOTES) == set(named[1].split(", "))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason("privacy", PASSAGE, 0.6129, 0.5, 0, 3, "住所は"), "プライバシー侵害：この一文だけを見た判定「住所は」（確からしさ 61.2%、基準 50.0% 以上）"),
        (Reason("privacy", "model", 0.6129, 0.5, 0, 3, "住所は"), "プライバシー侵害：モデルの判定「住所は」（確からしさ 61.2%、基準 50.0% 以上）"),
        (Reason("impersonation", "impersonation.look_alike", words="総務省ICTツイ一ト"), "なりすまし：規則「総務省ICTツイ一ト」（impersonation.look_alike）"),
        (Reason("privacy", "model", 0.6129, 0.5, 0, 30, "あ" * 25), f"プライバシー侵害：モデルの判定「{'あ' * 23}…」（確からしさ 61.2%、基準 50.0% 以上）"),
        (Reason("commercial", "beside", 0.7, words="登録で"), "広告・営利：モデルの判定「登録で」（確からしさ 70.0%、参考）"),
        (Reason("crisis", "model", 0.7), "危機のおそれ：モデルの判定（確からしさ 70.0%）"),
    ],
    ids=["sentence", "model", "rule-of-the-author", "long", "beside", "danger"],
)
def test_a_reason_says_what_was_looked_at(reason, words):
    assert wording.reason(reason, default_policy()) == words
