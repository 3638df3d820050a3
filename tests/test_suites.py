"""The criticism gate and the other behaviour suites, with the shipped model."""

from pathlib import Path

import pytest

from classifier.labeled import Labeled, read_labeled
from classifier.policy import default_policy
from classifier.replies import Reply
from classifier.scorer import Scorer

SUITES = Path(__file__).parents[1] / "data" / "suites"

FAST_LEAST = {"distress_fresh": 0.8}
"""Where the fast stage alone marks fewer than the cascade must."""

HARMLESS_MOST = {"lists_fresh": 4}
"""Where more than two harmless rows are still suggested."""


@pytest.fixture(scope="module", params=[False, True], ids=["cascade", "fast"])
def scorer(request: pytest.FixtureRequest) -> Scorer:
    return Scorer.default(fast=request.param)


def rows(suite: str) -> list[Labeled]:
    return read_labeled([SUITES / f"{suite}.csv"], default_policy())


@pytest.mark.parametrize("suite", ["criticism", "identity", "innocent"])
def test_the_gate_no_harmless_row_is_suggested(scorer: Scorer, suite: str) -> None:
    results = scorer([r.reply for r in rows(suite)])
    assert [r.reply.id for r in results if r.decision.action == "suggest"] == []


def test_hard_negatives_are_hardly_ever_suggested(scorer: Scorer) -> None:
    results = scorer([r.reply for r in rows("hard_negatives")])
    assert sum(r.decision.action == "suggest" for r in results) <= 0.01 * len(results)


@pytest.mark.parametrize(("suite", "least"), [("distress", 0.88), ("distress_fresh", 0.86), ("distress_fresh_2", 0.9), ("distress_fresh_3", 0.92), ("distress_fresh_4", 0.9), ("distress_fresh_5", 0.86), ("distress_fresh_6", 0.88), ("statements_fresh", 0.9), ("languages_fresh", 0.7), ("scripts_fresh", 0.7), ("plain_fresh", 0.93), ("plain_fresh_2", 0.8), ("new_writers_fresh", 0.87)])
def test_writers_in_distress_go_to_a_person_with_the_signal(scorer: Scorer, suite: str, least: float) -> None:
    """All of them is the goal; hidden distress is still missed (models/README.md), and no model may be worse than this."""
    results = scorer([r.reply for r in rows(suite) if r.crisis])
    assert all(r.decision.action == "review" for r in results if "crisis" in r.decision.signals)
    if not scorer.with_vectors:
        least = FAST_LEAST.get(suite, least)
    assert sum("crisis" in r.decision.signals for r in results) >= least * len(results)


def test_those_who_only_look_in_danger_are_mostly_let_be(scorer: Scorer) -> None:
    results = scorer([r.reply for r in rows("distress_alikes")])
    assert sum("crisis" in r.decision.signals for r in results) <= 0.1 * len(results)
    assert not any(r.decision.action == "suggest" for r in results)


@pytest.mark.parametrize(("suite", "most"), [("threats_fresh", 0.08), ("threats_fresh_2", 0.08), ("contrasts_fresh", 0.08), ("languages_fresh", 0.12), ("slurs_fresh", 0.12), ("asides_fresh", 0.18), ("mixture_fresh", 0.06), ("mixture_fresh_2", 0.06), ("mixture_fresh_3", 0.06), ("reports_fresh", 0.05), ("exposures_fresh", 0.08), ("lists_fresh", 0.05), ("scripts_fresh", 0.08), ("statements_fresh", 0.08), ("gloating_fresh", 0.15), ("off_topic_fresh", 0.15), ("rumours_fresh", 0.2), ("alterations_fresh", 0.28), ("alterations_fresh_2", 0.28), ("suspicions_fresh", 0.06), ("slurs_fresh_2", 0.08), ("posing_fresh", 0.17), ("plain_fresh", 0.06), ("plain_fresh_2", 0.06), ("new_writers_fresh", 0.22)])
def test_violations_that_nobody_read_reach_a_person(scorer: Scorer, suite: str, most: float) -> None:
    """All of them is the goal, and none of the harmless look-alikes suggested; a few may be, and no model may be worse than this."""
    some = rows(suite)
    results = scorer([r.reply for r in some])
    kept = sum(bool(r.labels) and d.decision.action == "keep" for r, d in zip(some, results, strict=True))
    assert kept <= most * sum(bool(r.labels) for r in some)
    harmless = [d for r, d in zip(some, results, strict=True) if not r.labels]
    assert sum(d.decision.action == "suggest" for d in harmless) <= max(HARMLESS_MOST.get(suite, 2), 0.01 * len(harmless))


@pytest.mark.parametrize(("suite", "form", "least"), [("disguises", "disguised", 0.95), ("disguises", "plain", 0.95), ("disguises_fresh", "disguised", 0.85), ("disguises_fresh", "plain", 0.95)])
def test_disguised_violations_and_their_plain_forms_are_caught(scorer: Scorer, suite: str, form: str, least: float) -> None:
    """In the fresh suite nobody who wrote rules or rows has read a line: it shows what a new trick meets, and no model may be worse than this."""
    some = [r for r in rows(suite) if dict(r.reply.extra)["pair"].endswith(f"-{form}")]
    caught = sum(r.decision.action != "keep" for r in scorer([r.reply for r in some]))
    assert caught >= least * len(some)


@pytest.mark.parametrize("text", ["局長は業者から金もらってるんだろ", "大臣は業者から金もらってるんでしょ、どうせ", "課長さん、ベンダーといくらで癒着してるんやろ", "審議官は接待漬けなんじゃないの?", "議員はキャリアから裏金を受け取ってるとしか思えない", "課長は裏で金もらってるに決まってる", "局長は業者から金もらってるのか", "局長、業者からいくらもらったの", "大臣は部下と不倫してるんでしょ", "局長は税金を横領してるよね", "課長は業者に名簿を売ってるに違いない", "総務大臣は脱税してそう"])
def test_a_suspicion_of_an_official_is_never_put_forward(scorer: Scorer, text: str) -> None:
    (result,) = scorer([Reply("1", text)])
    assert result.decision.action != "suggest"


@pytest.mark.parametrize("text", ["お前みたいな寄生虫はタヒね", "大臣は人間のクズ、寄生虫、死ね"])
def test_an_insult_is_put_forward(scorer: Scorer, text: str) -> None:
    (result,) = scorer([Reply("1", text)])
    assert result.decision.action == "suggest"
