"""Which replies people should label next: as many as asked, each once, by a rule that the order of replies does not change."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.decide import Decision, Reason, Result
from classifier.labeled import Labeled
from classifier.messages import use
from classifier.model import Cutoffs
from classifier.policy import default_policy
from classifier.replies import Reply
from classifier.sampling import AUDIT, Known, Mixture, sample

POLICY = default_policy()
IDS = POLICY.ids
CUTOFFS = Cutoffs((0.2,) * len(IDS), (None,) * len(IDS), (1.0, 1.0), 0.0)


def result(name: str, scores: dict[str, float] | None = None, *, text: str | None = None, kind: str = "reply", rule: str = "") -> Result:
    given_ = scores or {}
    reached = tuple(g for g in IDS if given_.get(g, 0.0) >= 0.2 or g == rule)
    reasons = (Reason(rule, f"{rule}.some"),) if rule else ()
    reply = Reply(name, text or f"これは{name}番目の返信の本文です。{name * 3}", kind=kind)
    return Result(reply, Decision("review" if reached else "keep", reached, reasons=reasons), tuple(given_.get(g, 0.0) for g in IDS), "m", "2020-03-02", "")


def ids(picked: list) -> list[str]:
    return [p.result.reply.id for p in picked]


@st.composite
def results(draw: st.DrawFn) -> list[Result]:
    n = draw(st.integers(0, 150))
    chance = random.Random(draw(st.integers(0, 10**6)))
    share = draw(st.sampled_from((0.0, 0.2, 1.0)))
    texts = ["同じ文面が何度も届いています。どうかやめてください。", "ありがとう", "電波が弱いので困っています、何とかなりませんか"]
    out = []
    for i in range(n):
        scores = {chance.choice(IDS): round(chance.random(), 6)} if chance.random() < share else {}
        kind = chance.choice(("reply", "reply", "reply", "quote", "own", "repost"))
        out.append(result(f"r{i}", scores, text=chance.choice([*texts, None, None]), kind=kind, rule=chance.choice(("", "", "", "malware"))))
    return out


@settings(max_examples=40)
@given(results(), st.integers(0, 200), st.integers(0, 3))
def test_sample_gives_as_many_as_asked_each_once_in_whatever_order_the_replies_come(given_: list[Result], n: int, seed: int) -> None:
    proposed = [r for r in given_ if r.reply.kind not in ("own", "repost")]
    picked = sample(given_, n, policy=POLICY, cutoffs=CUTOFFS, seed=seed)
    assert len(picked) == min(n, len(proposed))
    assert len(set(ids(picked))) == len(picked)
    assert set(ids(picked)) <= {r.reply.id for r in proposed}
    kept = sum(r.decision.action == "keep" for r in proposed)
    asked = len(picked)
    audit = [p for p in picked if p.reason == "audit"]
    assert len(audit) >= min(kept, AUDIT if asked >= AUDIT else asked // 2)
    assert picked[: len(audit)] == audit
    assert all(p.result.decision.action == "keep" for p in audit)
    shuffled = random.Random(seed).sample(given_, len(given_))
    assert sample(shuffled, n, policy=POLICY, cutoffs=CUTOFFS, seed=seed) == picked


def test_sample_takes_what_is_nearest_to_the_review_cutoff_on_the_logit_scale() -> None:
    rows = [result(f"s{p}", {"defamation": p}) for p in (0.001, 0.02, 0.15, 0.21, 0.3, 0.9)]
    only = Cutoffs(tuple(0.2 if g == "defamation" else 1.0 for g in IDS), (None,) * len(IDS), (1.0, 1.0), 0.0)
    picked = sample(rows, 3, policy=POLICY, cutoffs=only, mixture=Mixture(random_share=0, least_audit=0, rare=0))
    assert ids(picked) == ["s0.21", "s0.15", "s0.3"]
    assert [p.reason for p in picked] == ["uncertain"] * 3
    assert [p.ground for p in picked] == ["defamation"] * 3
    assert [p.distance for p in picked] == [0.0614, -0.3483, 0.539]


def test_sample_takes_what_is_nearest_to_the_cutoff_of_all_grounds_together() -> None:
    rows = [result(f"s{p}", {"defamation": p, "malware": p}) for p in (0.01, 0.1, 0.3, 0.8)]  # together 0.02, 0.19, 0.51, 0.96
    only = Cutoffs((1.0,) * len(IDS), (None,) * len(IDS), (1.0, 1.0), 0.0, together=0.19)
    picked = sample(rows, 2, policy=POLICY, cutoffs=only, mixture=Mixture(random_share=0, least_audit=0, rare=0))
    assert [(*ids([p]), p.reason, p.ground, p.distance) for p in picked] == [("s0.1", "uncertain", "any", 0.0), ("s0.3", "uncertain", "any", 1.49)]
    assert "all together" in picked[0].why


def test_a_ground_takes_turns_of_its_own_only_where_its_cutoff_is_lower_than_that_of_all_together() -> None:
    rows = [result(f"{g}{i}", {g: 0.2 + i / 100}) for g in ("defamation", "off_topic") for i in range(30)]
    cutoffs = Cutoffs(tuple(0.1 if g == "off_topic" else 0.3 for g in IDS), (None,) * len(IDS), (1.0, 1.0), 0.0, together=0.3)
    picked = sample(rows, 15, policy=POLICY, cutoffs=cutoffs, mixture=Mixture(random_share=0, least_audit=0, rare=0))
    assert [p.ground for p in picked].count("any") == 14 and [p.ground for p in picked].count("off_topic") == 1


def test_sample_gives_grounds_with_few_examples_more_turns() -> None:
    rows = [result(f"{g}{i}", {g: 0.4 - i / 100}) for g in ("defamation", "malware") for i in range(30)]
    plenty = dict.fromkeys(IDS, 10000) | {"malware": 0}
    picked = sample(rows, 20, policy=POLICY, cutoffs=CUTOFFS, known=Known(plenty), mixture=Mixture(0, 0, 1.0))
    assert sum(p.ground == "malware" for p in picked) >= 17
    assert ids(picked)[:3] == ["malware0", "malware1", "malware2"]
    assert {p.reason for p in picked} == {"rare"}


def test_sample_takes_a_reply_that_a_rule_holds_against_a_rare_ground_first() -> None:
    rows = [result("by score", {"malware": 0.45}), result("by rule", {"malware": 0.01}, rule="malware")]
    picked = sample(rows, 1, policy=POLICY, cutoffs=CUTOFFS, known=Known({g: 10_000 for g in IDS if g != "malware"}), mixture=Mixture(0, 0, 1.0))
    assert ids(picked) == ["by rule"]


def test_sample_takes_near_copies_last() -> None:
    text = "【拡散希望】今なら無料で十万円が必ずもらえます、登録はこちらから"
    rows = [result("a", {"commercial": 0.2}, text=text), result("b", {"commercial": 0.2}, text=f"@x1 {text}！ https://a.example/1"), result("c", {"commercial": 0.5})]
    mixture = Mixture(0, 0)
    assert ids(sample(rows, 2, policy=POLICY, cutoffs=CUTOFFS, mixture=mixture)) == ["a", "c"]
    everything = sample(rows, 3, policy=POLICY, cutoffs=CUTOFFS, mixture=mixture)
    assert (everything[-1].result.reply.id, everything[-1].reason) == ("b", "copy")
    assert ids(sample(rows, 1, policy=POLICY, cutoffs=CUTOFFS, mixture=mixture, known=Known(texts=[text]))) == ["c"]


def test_audit_is_a_fair_draw_from_the_kept() -> None:
    rows = [result(f"k{i:03}") for i in range(200)] + [result(f"v{i}", {"malware": 0.5}) for i in range(100)]
    drawn = [0] * 200
    for seed in range(40):
        for p in sample(rows, 100, policy=POLICY, cutoffs=CUTOFFS, seed=seed):
            if p.reason == "audit":
                drawn[int(p.result.reply.id[1:])] += 1
    assert sum(drawn) == 40 * AUDIT
    assert 2 <= min(drawn) <= max(drawn) <= 24  # 12 expected, standard deviation 2.9


def test_without_any_review_cutoff_rare_grounds_get_the_places() -> None:
    closed = Cutoffs((1.0,) * len(IDS), (None,) * len(IDS), (1.0, 1.0), 0.0)
    picked = sample([result(f"r{i}", {"malware": i / 100}) for i in range(30)], 20, policy=POLICY, cutoffs=closed, mixture=Mixture(0, 0))
    assert len(picked) == 20
    assert {(p.reason, p.distance) for p in picked} == {("rare", None)}


def test_equal_ids_count_once() -> None:
    assert len(sample([result("1"), result("1", text="べつの文")], 5, policy=POLICY, cutoffs=CUTOFFS)) == 1


def test_known_of_counts_positives() -> None:
    known = Known.of([Labeled(Reply("1", "a"), frozenset({"malware", "other"})), Labeled(Reply("2", "b"), frozenset())], POLICY)
    assert (known.positives["malware"], known.positives["illegal"], known.texts) == (1, 0, ["a", "b"])


@pytest.mark.parametrize(("language", "part"), [("en", "near the review cut-off of malware (-0.75"), ("ja", "「malware」の要確認の基準に近く")])
def test_why_is_a_sentence(language: str, part: str) -> None:
    use(language)
    picked = sample([result("1", {"malware": 0.1054})], 1, policy=POLICY, cutoffs=Cutoffs(tuple(0.2 if g == "malware" else 1.0 for g in IDS), (None,) * len(IDS), (1.0, 1.0), 0.0), mixture=Mixture(0, 0, 0))
    assert part in picked[0].why
