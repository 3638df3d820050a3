from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.checks import Hit
from classifier.context import observe
from classifier.decide import (
    ACTIONS,
    ANY,
    Decision,
    Desk,
    Judged,
    Passage,
    Scored,
    decide,
    decide_all,
    for_a_passage,
    trusted_rules,
)
from classifier.model import Cutoffs
from classifier.policy import default_policy
from classifier.replies import Reply
from classifier.rules import Findings
from classifier.thresholds import Targets

POLICY = default_policy()
N = len(POLICY.ids)
LOWER, UPPER, DANGER = 0.2, 0.9, 0.5
TEXT = "@MIC_ICT こんな返信です"
SIGNALS = {"crisis.die": "crisis", "inquiry.how": "inquiry", "public_order.kill": "threat", "commercial.kill": "threat"}
DESK = Desk(POLICY, Cutoffs((LOWER,) * N, (UPPER,) * N, (DANGER, DANGER), 0.1), frozenset({"privacy.phone", "other.lone_link", "false_information.quake"}), SIGNALS, lambda text, ground: (0, 2))
BY_RULES = replace(DESK, cutoffs=None)


def findings(*rules):
    return Findings(tuple(Hit(r, r.partition(".")[0], 0, 3) for r in rules), ())


def judged(scores=None, *rules, crisis=0.0, desk=DESK, repeats=1, firm=None, **reply):
    (o,) = observe([Reply("1", reply.pop("text", TEXT), **reply)], repeats=[repeats])
    row, firm_row = ([s.get(g, 0.0) for g in POLICY.ids] if s is not None else None for s in (scores or {}, firm))
    return decide(o, findings(*rules), Scored(row, crisis, firm=firm_row), desk)


def short(d):
    return d.action, d.grounds, d.signals


@pytest.mark.parametrize(
    ("scores", "rules", "crisis", "expected"),
    [
        pytest.param({}, (), 0.0, ("keep", (), ()), id="nothing"),
        pytest.param({"defamation": 0.19}, (), 0.49, ("keep", (), ()), id="below-all-cutoffs"),
        pytest.param({"defamation": 0.2}, (), 0.0, ("review", ("defamation",), ()), id="reaches-the-lower"),
        pytest.param({"defamation": 0.89}, (), 0.0, ("review", ("defamation",), ()), id="below-the-upper"),
        pytest.param({"defamation": 0.9}, (), 0.0, ("suggest", ("defamation",), ()), id="reaches-the-upper"),
        pytest.param({"malware": 0.95, "illegal": 0.91}, (), 0.0, ("suggest", ("illegal", "malware"), ()), id="two-in-the-policys-order"),
        pytest.param({"defamation": 0.95, "privacy": 0.5}, (), 0.0, ("suggest", ("defamation",), ()), id="only-what-is-over-the-upper"),
        pytest.param({}, ("defamation.fool",), 0.0, ("review", ("defamation",), ()), id="a-hit"),
        pytest.param({}, ("privacy.phone",), 0.0, ("suggest", ("privacy",), ()), id="a-trusted-hit"),
        pytest.param({"privacy": 0.3}, ("defamation.fool",), 0.0, ("review", ("defamation", "privacy"), ()), id="score-and-hit"),
        pytest.param({}, ("inquiry.how",), 0.0, ("keep", (), ("inquiry",)), id="an-inquiry-alone"),
        pytest.param({"other": 1.0, "false_information": 1.0}, (), 0.0, ("review", ("false_information", "other"), ()), id="person-settled-score"),
        pytest.param({}, ("other.lone_link", "false_information.quake"), 0.0, ("review", ("false_information", "other"), ()), id="person-settled-trusted-hit"),
        pytest.param({"other": 1.0, "commercial": 0.95}, (), 0.0, ("suggest", ("commercial",), ()), id="person-settled-beside-another"),
        pytest.param({}, (), 0.5, ("review", (), ("crisis",)), id="danger"),
        pytest.param({}, ("crisis.die",), 0.0, ("review", (), ("crisis",)), id="danger-by-rule"),
        pytest.param({"defamation": 0.99}, ("privacy.phone",), 0.5, ("review", ("defamation", "privacy"), ("crisis",)), id="danger-before-suggest"),
        pytest.param({"defamation": 0.99}, ("crisis.die", "inquiry.how"), 0.0, ("review", ("defamation",), ("crisis", "inquiry")), id="danger-by-rule-before-suggest"),
    ],
)
def test_decide_goes_by_crisis_then_suggest_then_review_then_keep(scores, rules, crisis, expected):
    assert short(judged(scores, *rules, crisis=crisis)) == expected


@pytest.mark.parametrize(("scores", "signals"), [((0.95, 0.95), ("threat",)), ((0.3, 0.3), ("threat",)), ((0.95, 0.3), ("threat",)), ((0.0, 0.95), ())], ids=["suggested", "likely", "one-over", "one-alone"])
def test_an_announced_act_of_violence_is_a_threat_where_no_rule_knows_its_words(scores, signals):
    """The policy's two grounds for such an act are both likely, or put forward."""
    d = judged(dict(zip(("illegal", "public_order"), scores, strict=True)))
    assert d.signals == signals
    assert (POLICY.handover in d.measures) == bool(signals)


def test_danger_has_one_cutoff_with_the_post_and_another_without():
    desk = replace(DESK, cutoffs=replace(DESK.cutoffs, crisis=(DANGER, 0.1)))
    marked = {post: judged(crisis=0.3, desk=desk, parent_text=post) for post in (None, " ", "集計を公表しました。")}
    assert [short(d) for d in marked.values()] == [("keep", (), ()), ("keep", (), ()), ("review", (), ("crisis",))]
    assert [(r.score, r.cutoff) for r in marked["集計を公表しました。"].reasons] == [(0.3, 0.1)]


@pytest.mark.parametrize("kind", ["own", "repost"])
def test_own_posts_and_reposts_are_never_proposed(kind):
    everything = dict.fromkeys(POLICY.ids, 1.0)
    assert judged(everything, "privacy.phone", "crisis.die", crisis=1.0, repeats=9, kind=kind) == Decision("keep", signals=(kind,))


@pytest.mark.parametrize("kind", ["reply", "quote", "post"])
def test_every_other_kind_is_judged(kind):
    assert judged({"defamation": 0.95}, kind=kind).action == "suggest"


@pytest.mark.parametrize("ground", [g.id for g in POLICY.grounds if g.settled_by == "person"])
def test_what_only_a_person_settles_is_never_suggested(ground):
    desk = replace(DESK, trusted=frozenset({f"{ground}.rule"}))
    d = judged({ground: 1.0}, f"{ground}.rule", desk=desk)
    assert (d.action, d.grounds) == ("review", (ground,))


def test_a_ground_without_an_upper_cutoff_is_never_suggested_by_its_score():
    desk = replace(DESK, cutoffs=replace(DESK.cutoffs, upper=(None,) * N))
    assert short(judged({"defamation": 1.0}, desk=desk)) == ("review", ("defamation",), ())
    assert judged({"privacy": 1.0}, "privacy.phone", desk=desk).action == "suggest"


@pytest.mark.parametrize(
    ("firm", "rules", "crisis", "expected"),
    [
        pytest.param({"defamation": 0.95}, (), 0.0, ("suggest", ("defamation",), ()), id="firm"),
        pytest.param({"defamation": 0.3}, (), 0.0, ("review", ("defamation", "malware"), ("odd_spelling",)), id="held-back"),
        pytest.param({}, ("inquiry.how",), 0.0, ("review", ("defamation", "malware"), ("inquiry", "odd_spelling")), id="held-back-beside-a-signal"),
        pytest.param({"defamation": 0.3}, ("privacy.phone",), 0.0, ("suggest", ("privacy",), ()), id="a-trusted-hit-beside"),
        pytest.param({"defamation": 0.3}, (), 0.5, ("review", ("defamation", "malware"), ("crisis",)), id="danger"),
    ],
)
def test_what_odd_spelling_alone_lifts_goes_to_a_person_and_is_told(firm, rules, crisis, expected):
    assert short(judged({"defamation": 0.95, "malware": 0.5}, *rules, crisis=crisis, firm=firm)) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param((), ("keep", (), ()), id="nothing"),
        pytest.param(("defamation.fool",), ("review", ("defamation",), ("rules_only",)), id="a-hit"),
        pytest.param(("privacy.phone",), ("suggest", ("privacy",), ("rules_only",)), id="a-trusted-hit"),
        pytest.param(("crisis.die",), ("review", (), ("crisis", "rules_only")), id="danger"),
    ],
)
def test_rules_alone_decide_without_cutoffs(rules, expected):
    assert short(judged(dict.fromkeys(POLICY.ids, 1.0), *rules, crisis=1.0, desk=BY_RULES)) == expected


@pytest.mark.parametrize(
    ("repeats", "signals"),
    [pytest.param(1, (), id="once"), pytest.param(2, (), id="twice"), pytest.param(3, ("repeated",), id="three-times")],
)
def test_repeats_are_a_signal_and_change_no_action(repeats, signals):
    assert short(judged(repeats=repeats)) == ("keep", (), signals)
    assert short(judged({"defamation": 0.5}, repeats=repeats)) == ("review", ("defamation",), signals)


@pytest.mark.parametrize(
    ("scores", "rules", "crisis", "measures"),
    [
        pytest.param({}, (), 0.0, (), id="keep"),
        pytest.param({"defamation": 0.95}, (), 0.0, ("非表示",), id="plain"),
        pytest.param({"privacy": 0.95, "commercial": 0.95}, (), 0.0, ("非表示", "ブロック検討", "Xへ報告"), id="two-grounds"),
        pytest.param({}, ("public_order.kill",), 0.0, ("非表示", "Xへ報告", "上席・関係機関へ引継ぎ"), id="threat"),
        pytest.param({"public_order": 0.95}, (), 0.0, ("非表示", "Xへ報告"), id="public-order-without-threat"),
        pytest.param({}, ("commercial.kill",), 0.0, ("非表示", "ブロック検討"), id="threat-of-another-ground"),
        pytest.param({}, (), 0.9, ("上席・関係機関へ引継ぎ",), id="danger"),
    ],
)
def test_measures_follow_grounds_threat_and_danger(scores, rules, crisis, measures):
    assert judged(scores, *rules, crisis=crisis).measures == measures


def test_priority_serves_danger_first_then_threats_then_grounds():
    order = [
        judged({"off_topic": 0.99}, crisis=0.9),
        judged({}, "public_order.kill"),
        judged({"public_order": 0.99}),
        judged({"privacy": 0.99, "off_topic": 0.99}),
        judged({"off_topic": 0.3}),
        judged({}),
    ]
    assert [d.priority for d in order] == [0, 1, 2, 3, len(POLICY.priority) - 1, 99]


def test_reasons_give_score_cutoff_and_the_raw_words():
    d = judged({"defamation": 0.951234567}, "defamation.fool")
    model, rule = d.reasons
    assert (model.ground, model.source, model.score, model.cutoff) == ("defamation", "model", 0.9512, UPPER)
    assert (model.start, model.end, model.words) == (9, 11, "こん")
    assert (rule.ground, rule.source, rule.score, rule.cutoff, rule.words) == ("defamation", "defamation.fool", None, None, "こんな")
    assert TEXT[rule.start : rule.end] == rule.words


def test_reasons_of_a_suggestion_name_what_else_is_likely_without_a_cutoff():
    d = judged({"off_topic": 0.95, "commercial": 0.6, "other": 0.7, "malware": 0.49})
    assert (d.action, d.grounds) == ("suggest", ("off_topic",))
    assert [(r.ground, r.source, r.score, r.start) for r in d.reasons] == [("off_topic", "model", 0.95, 9), ("commercial", "beside", 0.6, None), ("other", "beside", 0.7, None)]
    assert {r.words for r in d.reasons} == {"こん"}


def test_reasons_of_review_go_by_the_lower_cutoff_and_tell_of_danger():
    d = judged({"defamation": 0.3, "privacy": 0.1}, "inquiry.how", crisis=0.75)
    assert [(r.ground, r.source, r.score, r.cutoff) for r in d.reasons] == [("crisis", "model", 0.75, DANGER), ("defamation", "model", 0.3, LOWER), ("inquiry", "inquiry.how", None, None)]


def test_grounds_that_are_likely_together_go_to_a_person_under_the_likeliest():
    desk = replace(DESK, cutoffs=replace(DESK.cutoffs, together=0.4))
    half = {"defamation": LOWER - 0.01, "discrimination": LOWER - 0.02, "public_order": LOWER - 0.02}
    d = judged(half, desk=desk)
    assert short(d) == ("review", ("defamation",), ())
    assert [(r.ground, r.cutoff) for r in d.reasons] == [(ANY, 0.4), ("defamation", None)]
    assert d.reasons[0].score == round(1 - (1 - half["defamation"]) * (1 - half["discrimination"]) ** 2, 4)
    assert short(judged({"defamation": LOWER - 0.01}, desk=desk)) == ("keep", (), ())
    named = judged({**half, "privacy": LOWER}, desk=desk)
    assert named.grounds == ("privacy",) and ANY not in {r.ground for r in named.reasons}


def easily(ground, desk):
    """Return the desk with a low cut-off of its own for a ground, as off_topic has."""
    return replace(desk, cutoffs=replace(desk.cutoffs, together=0.4, lower=tuple(0.05 if g == ground else low for g, low in zip(POLICY.ids, desk.cutoffs.lower, strict=True))))


def test_the_likeliest_ground_is_named_beside_one_that_reached_its_own_low_cutoff():
    half = {"defamation": LOWER - 0.01, "discrimination": LOWER - 0.02, "public_order": LOWER - 0.02}
    d = judged({**half, "off_topic": 0.06}, desk=easily("off_topic", DESK))
    assert short(d) == ("review", ("defamation", "off_topic"), ())
    assert [(r.ground, r.cutoff) for r in d.reasons] == [("off_topic", 0.05), (ANY, 0.4), ("defamation", None)]
    assert set(d.measures) == set(POLICY.measures(("defamation", "off_topic"), False))


def test_a_ground_that_is_only_the_likeliest_announces_no_violence():
    scores = {"public_order": LOWER - 0.01, "illegal": 0.06, "defamation": LOWER - 0.02, "discrimination": LOWER - 0.02}
    assert short(judged(scores, desk=easily("illegal", DESK))) == ("review", ("illegal", "public_order"), ())
    assert short(judged({**scores, "public_order": LOWER}, desk=easily("illegal", DESK))) == ("review", ("illegal", "public_order"), ("threat",))


def test_what_the_author_gives_away_is_shown_by_the_name():
    d = judged({}, "impersonation.look_alike", author_name="総務省ICTツイ一ト", author_handle="mic_ict_jp")
    assert [(r.words, r.start, r.end) for r in d.reasons] == [("総務省ICTツイ一ト @mic_ict_jp", None, None)]


def test_a_passage_takes_a_kept_reply_to_a_person_and_keeps_its_signals():
    (o,) = observe([Reply("1", TEXT)])
    kept = judged({}, "inquiry.how")
    d = for_a_passage(kept, o, Passage("privacy", 0, 3, 0.61234567, 0.5), POLICY)
    assert short(d) == ("review", ("privacy",), ("inquiry",))
    assert [(r.ground, r.source, r.score, r.cutoff, r.words) for r in d.reasons] == [("privacy", "sentence", 0.6123, 0.5, "こんな")]
    assert (d.priority, d.measures) == (judged({"privacy": LOWER}).priority, judged({"privacy": LOWER}).measures)


def test_reasons_without_evidence_have_no_place():
    (reason,) = judged({"defamation": 0.3}, desk=replace(DESK, evidence=lambda text, ground: None)).reasons
    assert (reason.start, reason.end, reason.words) == (None, None, "")


def test_reasons_leave_out_hits_of_grounds_that_are_not_chosen():
    assert [r.source for r in judged({"defamation": 0.95}, "commercial.shop").reasons] == ["model"]


def test_an_empty_text_is_decided_too():
    desk = replace(DESK, evidence=lambda text, ground: None)
    (o,) = observe([Reply("1", "@MIC_ICT pic.twitter.com/AbC123")])
    whole = Findings((Hit("defamation.fool", "defamation", 0, len(o.text)),), ())
    d = decide(o, whole, Scored([0.3] * N), desk)
    assert (d.action, d.grounds) == ("review", POLICY.ids)
    assert {r.words for r in d.reasons} == {""}


SCORES = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=N, max_size=N)
RULES = st.sets(st.sampled_from(["privacy.phone", "defamation.fool", "other.lone_link", "inquiry.how", "crisis.die", "public_order.kill"]))
BANDS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.booleans()), min_size=N, max_size=N)


def banded(bands, together=2.0):
    """Cut-offs with the lower one at most the upper one."""
    return Cutoffs(tuple(min(a, b) / 20 for a, b, _ in bands), tuple(None if none else max(a, b) / 20 for a, b, none in bands), (DANGER, DANGER), 0.0, together=together)


def level(decision):
    return -ACTIONS.index(decision.action)


@given(SCORES, SCORES, RULES, BANDS, st.sampled_from([0.4, 2.0]), st.sampled_from([0.0, 0.5]))
def test_a_higher_score_never_moves_a_reply_towards_keep(one, other, rules, bands, together, crisis):
    (o,) = observe([Reply("1", TEXT)])
    desk = replace(DESK, cutoffs=banded(bands, together))
    higher = [max(a, b) for a, b in zip(one, other, strict=True)]
    before, after = (decide(o, findings(*rules), Scored(s, crisis), desk) for s in (one, higher))
    assert level(after) >= level(before)
    if after.action == before.action and ANY not in {r.ground for r in before.reasons}:  # the likeliest may be another one
        assert set(before.grounds) <= set(after.grounds)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        pytest.param("【お知らせ】受付は5月1日から全国の窓口で始まります。", "suggest", id="another-month"),
        pytest.param("【お知らせ】受付は3月1日から全国の窓口で始まります。", "review", id="faithful"),
        pytest.param("「受付は3月1日から全国の窓口で始まります。」なのに5月まで待てと言われました", "review", id="quoted-with-own-words"),
    ],
)
def test_an_altered_post_is_put_forward_only_where_a_change_was_found(text, action):
    found = judged({"alteration": 0.99}, text=text, parent_text="【お知らせ】受付は3月1日から全国の窓口で始まります。")
    assert short(found) == (action, ("alteration",), ())


@pytest.mark.parametrize(("own", "action"), [pytest.param("", "suggest", id="the-post-alone"), pytest.param("\n反対です。", "review", id="with-own-words")])
def test_own_words_under_the_post_are_not_put_forward_as_its_theft(own, action):
    post = "【お知らせ】受付は3月1日から全国の窓口で始まります。"
    assert short(judged({"intellectual_property": 0.99}, text=post + own, parent_text=post)) == (action, ("intellectual_property",), ())


@given(SCORES, RULES, st.integers(0, 10), st.integers(0, 10))
def test_a_higher_score_of_danger_never_lets_a_reply_go(scores, rules, one, other):
    (o,) = observe([Reply("1", TEXT)])
    before, after = (decide(o, findings(*rules), Scored(scores, c / 10), DESK) for c in (min(one, other), max(one, other)))
    assert before.action == "keep" or after.action != "keep"
    assert "crisis" not in before.signals or "crisis" in after.signals


@given(SCORES, RULES, st.sampled_from([0.0, 0.5]), st.randoms(use_true_random=False))
def test_the_order_of_hits_does_not_matter(scores, rules, crisis, random):
    (o,) = observe([Reply("1", TEXT)])
    ordered = sorted(rules)
    shuffled = list(ordered)
    random.shuffle(shuffled)
    one, other = (decide(o, findings(*r), Scored(scores, crisis), DESK) for r in (ordered, shuffled))
    assert replace(one, reasons=()) == replace(other, reasons=())
    assert set(one.reasons) == set(other.reasons)


@given(SCORES, RULES, BANDS, st.sampled_from([0.4, 2.0]), st.sampled_from([0.0, 0.5]))
def test_grounds_stand_in_the_policys_order_with_reasons_and_measures(scores, rules, bands, together, crisis):
    (o,) = observe([Reply("1", TEXT)])
    d = decide(o, findings(*rules), Scored(scores, crisis), replace(DESK, cutoffs=banded(bands, together)))
    assert list(d.grounds) == [g for g in POLICY.ids if g in d.grounds]
    assert set(d.grounds) <= {r.ground for r in d.reasons}
    assert (d.action == "keep") == (not d.grounds and "crisis" not in d.signals)
    assert bool(d.measures) == (d.action != "keep")
    if d.action == "suggest":
        assert all(POLICY.ground(g).settled_by != "person" for g in d.grounds)


@given(st.lists(st.tuples(SCORES, RULES, st.sampled_from([0.0, 0.5]), st.sampled_from(["reply", "own", "repost"]), st.integers(1, 4), st.booleans(), st.sampled_from([0.0, 0.4, 0.9]), SCORES), max_size=6), BANDS, st.sampled_from([0.4, 2.0]), st.sampled_from([0.5, 1.0]))
def test_a_batch_is_decided_as_each_reply_by_itself(rows, bands, together, plainly):
    observed = observe([Reply("1", TEXT, kind=kind) for _, _, _, kind, *_ in rows], repeats=[times for *_, times, _, _, _ in rows])
    desks = [replace(DESK, cutoffs=banded(bands, together)), BY_RULES]
    of_rows = [desks[by_rules] for *_, by_rules, _, _ in rows]
    found = [findings(*rules) for _, rules, *_ in rows]
    scores = np.array([[*s, crisis, any_ground] for s, _, crisis, *_, any_ground, _ in rows], dtype=np.float64).reshape(len(rows), N + 2)
    forward = np.array([f for *_, f in rows], dtype=np.float64).reshape(len(rows), N)
    judged_rows = Judged(scores, forward, forward * plainly)
    alone = [decide(o, f, s, d) for o, f, s, d in zip(observed, found, judged_rows.of(range(len(rows))), of_rows, strict=True)]
    assert decide_all(observed, found, judged_rows, of_rows) == alone


def test_what_is_put_forward_goes_by_its_own_scores():
    (o,) = observe([Reply("1", TEXT)])
    k = POLICY.ids.index("defamation")

    def one(score):
        return [score if i == k else 0.0 for i in range(N)]

    high, low = (decide(o, findings(), Scored(one(0.5), forward=one(f)), DESK) for f in (UPPER, UPPER - 0.01))
    assert (short(high), high.reasons[0].score, high.reasons[0].cutoff) == (("suggest", ("defamation",), ()), UPPER, UPPER)
    assert (short(low), low.reasons[0].score, low.reasons[0].cutoff) == (("review", ("defamation",), ()), 0.5, LOWER)
    assert decide(o, findings(), Scored(one(0.0), forward=one(UPPER)), DESK).action == "suggest"
    odd = decide(o, findings(), Scored(one(0.95), forward=one(0.95), firm=one(0.6)), DESK)
    assert short(odd) == ("review", ("defamation",), ("odd_spelling",))


def test_the_upper_cutoff_counts_where_it_lies_under_the_lower_one():
    desk = replace(DESK, cutoffs=Cutoffs((1.0,) * N, (0.8,) * N, (DANGER, DANGER), 0.1))
    assert judged({"defamation": 0.9}, "inquiry.how", desk=desk).action == "suggest"
    assert judged({"defamation": 0.9}, desk=desk).action == "suggest"


@pytest.mark.parametrize(
    ("hits", "right", "trusted"),
    [
        pytest.param(59, 59, True, id="59-of-59"),
        pytest.param(58, 58, False, id="58-of-58"),
        pytest.param(93, 92, True, id="92-of-93"),
        pytest.param(500, 470, False, id="94-in-100"),
        pytest.param(3, 0, False, id="none"),
    ],
)
def test_trusted_rules_have_passed_the_bound(hits, right, trusted):
    assert trusted_rules({"a.b": (hits, right)}, Targets()) == (frozenset({"a.b"}) if trusted else frozenset())


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("大臣は脱税してるよね", (), ("review", ("defamation",), ("suspicion",))),
        ("大臣は脱税してるよね", ("defamation.crime_asserted",), ("review", ("defamation",), ("suspicion",))),
        ("大臣は脱税してるよね", ("defamation.looks",), ("suggest", ("defamation",), ())),
        ("大臣は脱税してるよね", ("privacy.phone",), ("suggest", ("privacy",), ())),
        ("大臣は脱税している", (), ("suggest", ("defamation",), ())),
    ],
    ids=["suspicion", "misdeed", "insult", "another-ground", "assertion"],
)
def test_a_suspicion_without_an_insult_goes_to_a_person_and_is_told(text, rules, expected):
    (o,) = observe([Reply("1", text)])
    decision = decide(o, findings(*rules), Scored([0.95 if g == "defamation" else 0.0 for g in POLICY.ids]), DESK)
    assert short(decision) == expected
