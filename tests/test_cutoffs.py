"""Cut-offs from held-out scores: what is declared is what is applied."""

from dataclasses import replace

import numpy as np
import pytest

from classifier.cutoffs import Choice, HeldOut, choose
from classifier.labeled import read_labeled
from classifier.model import ANY, CRISIS
from classifier.normalize import normalize
from classifier.policy import default_policy
from classifier.scorer import Scorer
from classifier.spelling import odd_spelling
from classifier.targets import Asked, OwnTargets
from classifier.thresholds import Targets, pooled

POLICY = default_policy()
HEADS, N = (*POLICY.ids, CRISIS, ANY), len(POLICY.ids)


@pytest.fixture(scope="module")
def held_out():
    random = np.random.default_rng(1)
    held = random.random((3000, len(HEADS))) < 0.06
    held[:, HEADS.index(ANY)] = held[:, :N].any(axis=1)
    scores = np.clip(np.where(held, random.beta(6, 2, held.shape), random.beta(1, 30, held.shape)), 0, 1)
    return HeldOut(HEADS, {"fast": scores, "full": scores**0.9}, held, np.arange(3000) >= 2000, np.ones(3000, dtype=bool), np.arange(3000) % 3 > 0)


def asked(precision=0.95, misses=0.05, **own):
    return Choice(Asked(Targets(precision=precision, misses=misses), own))


def test_bytes_hold_numbers_only_and_give_back_the_same(held_out):
    again = HeldOut.from_bytes(held_out.to_bytes(), HEADS)
    assert (again.heads, sorted(again.scores)) == (HEADS, ["fast", "full"])
    assert all(np.array_equal(getattr(again, name), getattr(held_out, name)) for name in ("held", "tuning", "sure", "answering"))
    assert np.allclose(again.scores["full"], held_out.scores["full"], atol=1e-6)
    assert choose(again, POLICY, HEADS, asked()) == choose(HeldOut.from_bytes(again.to_bytes(), HEADS), POLICY, HEADS, asked())


@pytest.mark.parametrize(("stage", "most"), [("full", 0.05), ("fast", 0.05 * Choice().alone)])
def test_the_misses_asked_for_are_kept_on_the_tuning_part(held_out, stage, most):
    cutoffs = choose(held_out, POLICY, HEADS, asked(misses=0.05))[0][stage]
    scores, held = held_out.scores[stage].round(6)[held_out.tuning], held_out.held[held_out.tuning]
    bad = held[:, :N].any(axis=1)
    assert (pooled(scores[bad, :N], scores[bad, N + 1]) < cutoffs.together).mean() <= most
    assert all(low <= cutoffs.together for low in cutoffs.lower)  # a ground that reaches it by itself is named


def test_the_fast_stage_goes_by_the_misses_asked_for_where_there_is_no_other(held_out):
    alone = replace(held_out, scores={"fast": held_out.scores["fast"]})
    one, twice = (choose(h, POLICY, HEADS, asked(misses=m))[0]["fast"].together for h, m in ((alone, 0.1), (held_out, 0.05)))
    assert one == twice


def test_a_stricter_precision_never_lowers_a_cutoff(held_out):
    loose, strict = (choose(held_out, POLICY, HEADS, asked(precision=p))[0]["fast"].upper for p in (0.9, 0.99))
    assert all(s is None or (a is not None and s >= a) for a, s in zip(loose, strict, strict=True))


def test_a_ground_with_its_own_targets_stands_on_its_own(held_out):
    plain, _ = choose(held_out, POLICY, HEADS, asked())
    own, upper = choose(held_out, POLICY, HEADS, asked(privacy=OwnTargets(0.9999, None), malware=OwnTargets(None, 0.0)))
    k, m = POLICY.ids.index("privacy"), POLICY.ids.index("malware")
    assert plain["fast"].upper[k] is not None and own["fast"].upper[k] is None
    assert upper["fast"][k].wanting > 1000 and not upper["fast"][k].pooled
    scores, held = held_out.scores["fast"].round(6), held_out.held[:, m] & held_out.tuning
    assert (scores[held, m] >= own["fast"].lower[m]).all()


def test_doubtful_labels_neither_help_nor_hinder_a_suggestion(held_out):
    sure = np.random.default_rng(2).random(3000) < 0.9
    _, among_sure = choose(replace(held_out, sure=sure), POLICY, HEADS, asked())
    _, turned = choose(replace(held_out, sure=sure, held=np.where(sure[:, None], held_out.held, ~held_out.held), tuning=np.zeros(3000, dtype=bool)), POLICY, HEADS, asked())
    assert among_sure == turned
    assert any(u.cutoff is not None for u in among_sure["fast"])


def test_a_head_that_was_not_learned_reaches_no_cutoff(held_out):
    cutoffs, upper = choose(held_out, POLICY, tuple(h for h in HEADS if h not in ("privacy", CRISIS)), asked())
    k = POLICY.ids.index("privacy")
    assert (cutoffs["fast"].lower[k], cutoffs["fast"].upper[k], upper["full"][k].cutoff) == (1.0, None, None)
    assert (cutoffs["fast"].crisis, cutoffs["fast"].doubtful_crisis) == ((1.0, 1.0), (1.0, 1.0))


@pytest.mark.parametrize("stage", ["fast", "full"])
def test_as_many_other_replies_are_marked_for_danger_as_was_asked_for_with_their_post_and_without(held_out, stage):
    cutoffs = choose(held_out, POLICY, HEADS, replace(asked(), crisis_alarms=(0.04, 0.02), crisis_doubts=(0.1, 0.05)))[0][stage]
    scores, others = held_out.scores[stage][:, N], ~held_out.held[:, N]
    for answering, rows in enumerate((others & ~held_out.answering, others & held_out.answering & held_out.tuning)):
        assert rows.sum() >= 500
        for cutoff, share in ((cutoffs.crisis[answering], (0.04, 0.02)), (cutoffs.doubtful_crisis[answering], (0.1, 0.05))):
            assert abs((scores[rows] >= cutoff).mean() - share[answering]) <= 1 / rows.sum()


@pytest.mark.parametrize("few", [0, 3])
@pytest.mark.parametrize("known", [False, True])
def test_few_replies_of_a_kind_set_no_cutoff_of_danger(held_out, known, few):
    """Not even where their scores are the lowest or the highest of all: the rows of both kinds set it."""
    for score in (0.0, 0.99):
        scores, answering = held_out.scores["full"].copy(), np.full(3000, known)
        odd = np.flatnonzero(~held_out.held[:, N])[:few]
        scores[odd, N], answering[odd] = score, not known
        rare = int(not known)
        cutoff = choose(replace(held_out, scores={"full": scores}, answering=answering), POLICY, HEADS, replace(asked(), crisis_alarms=(0.03, 0.03)))[0]["full"].crisis[rare]
        assert abs((scores[~held_out.held[:, N], N] >= cutoff).mean() - 0.03) < 0.002


def test_other_heads_score_nothing(held_out):
    edition = replace(POLICY, grounds=(*[g for g in POLICY.grounds if g.id != "other"], replace(POLICY.grounds[0], id="new")))
    moved = held_out.of((*edition.ids, CRISIS))
    assert not moved.held[:, -2].any() and not moved.scores["fast"][:, -2].any()
    assert np.array_equal(moved.held[:, -1], held_out.held[:, HEADS.index(CRISIS)])
    assert "other" not in moved.heads


def test_what_is_declared_is_what_is_applied(small_built, small_data):
    """No action but for rules, danger and odd spelling departs from the cut-offs that the model declares."""
    model, policy = small_built.trained.model, default_policy()
    rows = [r for r in read_labeled([small_data], policy) if r.split != "train"]
    for fast in (True, False):
        scorer = Scorer(model, fast=fast)
        for result in scorer([r.reply for r in rows]):
            cutoffs = model.full_cutoffs if result.full else model.fast_cutoffs
            by_rules = {x.ground for x in result.decision.reasons if x.source != "model"}
            if "crisis" in result.decision.signals or by_rules or odd_spelling([normalize(result.reply.text)])[0]:
                continue
            over = {g for g, p, u in zip(policy.ids, result.scores, cutoffs.upper, strict=True) if u is not None and p >= u}
            likely = {policy.ids[k] for k in cutoffs.reached(result.scores, result.together)}
            assert result.decision.action == ("suggest" if over else "review" if likely else "keep")
            assert set(result.decision.grounds) == (over or likely)
