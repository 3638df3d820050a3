from importlib import resources

import pytest

from classifier.errors import PolicyError
from classifier.policy import default_policy, parse_policy, read_policy

TEXT = resources.files("classifier").joinpath("policy.toml").read_text(encoding="utf-8")
IDS = ["illegal", "defamation", "political_religious", "intellectual_property", "commercial", "discrimination", "public_order", "false_information", "privacy", "impersonation", "malware", "obscenity", "alteration", "off_topic", "other"]


def test_policy_has_the_fifteen_grounds_in_the_policys_words_and_order() -> None:
    policy = default_policy()
    assert list(policy.ids) == IDS
    assert [g.clause for g in policy.grounds] == [f"5({n})" for n in range(1, 16)]
    assert policy.edition.isoformat() == "2020-03-02"
    assert policy.ground("privacy").text == "本人の承諾なく個人情報を特定・開示・漏えいする等プライバシーを害するもの"
    assert [g.id for g in policy.grounds if g.settled_by == "person"] == ["false_information", "other"]


@pytest.mark.parametrize(
    ("ids", "urgent", "measures"),
    [
        ((), False, ()),
        (("defamation",), False, ("非表示",)),
        (("privacy",), False, ("非表示", "Xへ報告")),
        (("malware", "commercial"), False, ("非表示", "ブロック検討", "Xへ報告")),
        (("public_order",), True, ("非表示", "Xへ報告", "上席・関係機関へ引継ぎ")),
    ],
)
def test_measures_follow_the_grounds_each_once(ids: tuple[str, ...], urgent: bool, measures: tuple[str, ...]) -> None:
    assert default_policy().measures(ids, urgent) == measures


def test_rank_takes_the_most_urgent() -> None:
    policy = default_policy()
    assert policy.rank(["off_topic", "crisis"]) == 0
    assert policy.rank(["commercial", "privacy"]) == policy.priority.index("privacy")
    assert policy.rank([]) == len(policy.priority)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('settled_by = "person"', 'settled_by = "robot"', "settled_by"),
        ('id = "privacy"', 'id = "malware"', "malware"),
        ('id = "privacy"', 'id = "any"', "'any' has another meaning"),
        ('id = "privacy"', 'id = "crisis"', "'crisis' has another meaning"),
        ("edition = 2020-03-02", 'edition = "2020-03-02"', "edition"),
        ("edition = 2020-03-02", "edition = 2020-03-02T00:00:00", "edition.*without a time"),
        ('short = "差別"', 'shirt = "差別"', "shirt"),
        ('measures = ["非表示", "Xへ報告"]', "measures = []", "measures"),
        ('"other", "off_topic"]', '"other"]', "off_topic"),
        ('handover_grounds = ["illegal", "public_order"]', 'handover_grounds = ["riot"]', "riot"),
        ("[[ground]]", "[[grounds]]", "grounds"),
        ('clause = "5(6)"', 'clause = ""', "clause"),
    ],
)
def test_a_wrong_policy_is_refused_with_the_line(old: str, new: str, where: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyError, match=rf"policy\.toml, line \d+.*{where}"):
        parse_policy(TEXT.replace(old, new, 1), "policy.toml")


def test_comments_stand_wherever_toml_allows_them() -> None:
    commented = TEXT.replace("[[ground]]", "[[ ground ]]  # 第1号", 1).replace("edition = 2020-03-02", "edition = 2020-03-02  # 改定日")
    assert parse_policy(commented, "p.toml") == default_policy()
    broken = commented.replace('settled_by = "context"', 'settled_by = "moon"', 1)
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "moon" in text)
    with pytest.raises(PolicyError, match=f"line {line}: 'settled_by'"):
        parse_policy(broken, "p.toml")


def test_the_line_named_is_the_line_of_the_fault() -> None:
    broken = TEXT.replace('settled_by = "context"', 'settled_by = "moon"', 1)
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "moon" in text)
    with pytest.raises(PolicyError, match=f"line {line}"):
        parse_policy(broken, "p.toml")


def test_broken_toml_and_a_missing_file_are_named(tmp_path) -> None:
    (tmp_path / "p.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"p\.toml: not valid TOML"):
        read_policy(tmp_path / "p.toml")
    with pytest.raises(PolicyError, match=r"gone\.toml"):
        read_policy(tmp_path / "gone.toml")
