import pytest

from classifier.analyst import _choice
from classifier.cutoffs import Choice
from classifier.errors import UsageError
from classifier.messages import catalogue
from classifier.policy import default_policy
from classifier.targets import Asked, OwnTargets, checked_targets, read_targets
from classifier.thresholds import Targets

POLICY = default_policy()


def test_a_file_gives_targets_for_all_and_for_single_grounds(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text("precision = 0.97\nmisses = 0.05\n[grounds.defamation]\nprecision = 0.99\n[grounds.privacy]\nmisses = 0\n", encoding="utf-8")
    asked = read_targets(path, POLICY, Targets())
    assert asked == Asked(Targets(precision=0.97, misses=0.05), {"defamation": OwnTargets(0.99, None), "privacy": OwnTargets(None, 0.0)})
    assert asked.precise("defamation") == Targets(precision=0.99, misses=0.05)
    assert (asked.precise("privacy"), asked.precise("malware")) == (None, None)


def test_the_help_names_the_targets_that_hold_without_options():
    asked = Choice().asked
    for language in ("en", "ja"):
        told = {name: catalogue()[f"option.{name}"][language] for name in ("precision", "misses", "confidence")}
        for name in ("precision", "confidence"):
            assert f"({getattr(asked.all, name)})" in told[name]
        assert f"({asked.all.misses}" in told["misses"] and [*asked.own] == ["off_topic"] and f"{asked.own['off_topic'].misses})" in told["misses"]


def test_an_option_overrides_what_the_defaults_ask_of_single_grounds(tmp_path):
    strict, lax = (_choice(None, precision, None, None, POLICY).asked for precision in (0.99, 0.9))
    assert [{(asked.precise(g) or asked.all).precision for g in POLICY.ids} for asked in (strict, lax)] == [{0.99}, {0.9}]
    given = _choice(None, None, 0.2, None, POLICY).asked
    assert {(o.misses, given.all.misses) for o in given.own.values()} == {(None, 0.2)}
    fewer = _choice(None, None, 0.005, None, POLICY).asked
    assert (fewer.all.misses, fewer.own) == (0.005, Choice().asked.own)  # fewer misses are asked of all: no ground gets more of them
    path = tmp_path / "t.toml"
    path.write_text("[grounds.privacy]\nprecision = 0.995\n", encoding="utf-8")
    asked = _choice(path, 0.99, None, None, POLICY).asked
    assert (asked.precise("privacy").precision, asked.all.precision, asked.precise("defamation")) == (0.995, 0.99, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("precision = 1.5", r"t\.toml: precision is 1\.5\. Give a number above 0\.5 and below 1"),
        ("precision = true", "precision is True"),
        ('misses = "few"', "misses is few"),
        ("recall = 0.5", r"t\.toml: unknown setting 'recall'\. Known: precision, misses"),
        ("[grounds.spam]\nprecision = 0.9", "unknown ground 'spam'. Known: illegal"),
        ("[grounds.privacy]\nconfidence = 0.9", r"\[grounds\.privacy\]: unknown setting 'confidence'"),
        ("[grounds.privacy]\nmisses = 2", r"\[grounds\.privacy\]: misses is 2"),
        ("grounds = 3", "must hold tables"),
        ("precision = ", "cannot be read"),
    ],
    ids=["range", "bool", "text", "setting", "ground", "own setting", "own range", "no tables", "no toml"],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_targets(path, POLICY, Targets())


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.toml: the targets cannot be read"):
        read_targets(tmp_path / "gone.toml", POLICY, Targets())


@pytest.mark.parametrize("targets", [Targets(precision=0.5), Targets(confidence=1.0), Targets(misses=-0.1), Targets(misses=1.0)])
def test_targets_out_of_range_are_refused(targets):
    with pytest.raises(UsageError, match="Give a number above"):
        checked_targets(targets)
