from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.thresholds import (
    Targets,
    Upper,
    forward,
    pooled,
    precision_bound,
    rows_wanting,
    rows_without_error,
    share_cutoff,
    together,
    upper_cutoff,
    upper_cutoffs,
)

ANY = settings(deadline=None)
TARGETS = Targets()
ROWS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=150)


def columns(rows):
    return np.array([s / 20 for s, _ in rows], dtype=float), np.array([t for _, t in rows], dtype=bool)


@pytest.mark.parametrize(
    ("precision", "confidence", "rows"),
    [
        pytest.param(0.95, 0.95, 59, id="95%"),
        pytest.param(0.98, 0.95, 149, id="98%"),
        pytest.param(0.99, 0.95, 299, id="99%"),
        pytest.param(0.95, 0.99, 90, id="surer"),
        pytest.param(0.5, 0.5, 1, id="a-coin"),
    ],
)
def test_rows_without_error_is_the_fewest_that_show_the_precision(precision, confidence, rows):
    assert rows_without_error(precision, confidence) == rows
    assert precision_bound(rows, rows, confidence) >= precision
    assert rows == 1 or precision_bound(rows - 1, rows - 1, confidence) < precision


@pytest.mark.parametrize(
    ("right", "above", "bound"),
    [
        pytest.param(0, 0, 0.0, id="nothing"),
        pytest.param(0, 10, 0.0, id="none-right"),
        pytest.param(1, 1, 0.05, id="one"),
        pytest.param(10, 10, 0.7411344491, id="ten"),
        pytest.param(9, 10, 0.6058366234, id="nine-of-ten"),
        pytest.param(92, 93, 0.9500060216, id="one-error-takes-93"),
    ],
)
def test_precision_bound_is_clopper_and_pearsons(right, above, bound):
    assert precision_bound(right, above, 0.95) == pytest.approx(bound, abs=1e-6)


@ANY
@given(st.integers(1, 300), st.data())
def test_precision_bound_is_the_precision_at_which_so_many_right_are_rare(above, data):
    from scipy.stats import binom

    right = data.draw(st.integers(1, above))
    bound = precision_bound(right, above, 0.95)
    assert binom.sf(right - 1, above, bound) == pytest.approx(0.05, abs=1e-6)
    assert bound < right / above
    assert precision_bound(right, above, 0.99) < bound


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        pytest.param(94, 0, Upper(0.9, 94, 94), id="94-without-error"),
        pytest.param(93, 0, Upper(None, 0, 0), id="93-are-too-few"),
        pytest.param(134, 1, Upper(0.9, 134, 135), id="135-with-one-error"),
        pytest.param(133, 1, Upper(None, 0, 0), id="134-with-one-error"),
    ],
)
def test_upper_cutoff_takes_as_many_rows_as_the_bound_says(right, wrong, expected):
    truth = np.array([True] * right + [False] * (wrong + 200))
    scores = np.array([0.9] * (right + wrong) + [0.1] * 200)
    assert upper_cutoff(scores, truth, truth, TARGETS) == expected


def test_upper_cutoff_of_no_row_is_not_attainable():
    assert upper_cutoff(np.array([]), np.array([], dtype=bool), np.array([], dtype=bool), TARGETS) == Upper(None, 0, 0)


def test_upper_cutoff_takes_equal_scores_together():
    scores = np.array([0.9] * 94 + [0.8] * 60)
    truth = np.array([True] * 94 + [False, True] * 30)
    assert upper_cutoff(scores, truth, truth, TARGETS).cutoff == 0.9
    assert upper_cutoff(np.full(154, 0.9), truth, truth, TARGETS).cutoff is None


@ANY
@given(ROWS, st.sampled_from([0.3, 0.5, 0.8, 0.95]), st.sampled_from([0.8, 0.95]))
def test_upper_cutoff_reaches_its_target(rows, precision, confidence):
    scores, truth = columns(rows)
    targets = Targets(precision=precision, confidence=confidence, naming=0.0)
    upper = upper_cutoff(scores, truth, truth, targets)
    if upper.cutoff is not None:
        at = scores >= upper.cutoff
        assert (upper.right, upper.above) == (truth[at].sum(), at.sum())
        assert precision_bound(upper.right, upper.above, confidence) >= precision


@pytest.mark.parametrize(
    ("named", "cutoff"),
    [pytest.param(100, 0.9, id="all"), pytest.param(90, 0.9, id="just-enough"), pytest.param(89, None, id="too-few")],
)
def test_upper_cutoff_asks_for_a_violation_and_for_its_name(named, cutoff):
    scores, violation = np.array([0.9] * 100 + [0.1] * 50), np.array([True] * 100 + [False] * 50)
    of_ground = np.array([True] * named + [False] * (150 - named))
    upper = upper_cutoff(scores, of_ground, violation, Targets(naming=0.9))
    assert (upper.cutoff, upper.right) == ((cutoff, 100) if cutoff else (None, 0))


@ANY
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    targets = Targets(precision=0.7, confidence=0.8, naming=0.5)
    one, other = columns(rows), columns(shuffled)
    assert upper_cutoff(one[0], one[1], one[1], targets) == upper_cutoff(other[0], other[1], other[1], targets)
    assert share_cutoff(*one, 0.1) == share_cutoff(*other, 0.1)


def kept_promises(probability, *, draws, seed):
    """How often the precision promised at the chosen cut-off is that of the population or less: `probability` of each score level, levels equally likely."""
    random = np.random.default_rng(seed)
    levels = np.arange(len(probability))
    population = np.cumsum(probability[::-1])[::-1] / np.arange(len(probability), 0, -1)
    kept = 0
    for _ in range(draws):
        scores = random.integers(0, len(levels), 600)
        truth = random.random(600) < probability[scores]
        upper = upper_cutoff(scores.astype(float), truth, truth, TARGETS)
        kept += upper.cutoff is None or bool(population[int(upper.cutoff)] >= TARGETS.precision)
    return kept / draws


@pytest.mark.parametrize(
    "probability",
    [
        pytest.param(np.linspace(0.0, 1.0, 25), id="rising-evenly"),
        pytest.param(np.linspace(0.0, 1.0, 25) ** 0.3, id="mostly-right"),
        pytest.param(np.repeat([0.05, 0.93, 0.99], [15, 5, 5]), id="in-steps"),
        pytest.param(np.repeat([0.1, 0.90], [10, 15]), id="never-attainable"),
    ],
)
def test_the_promised_precision_is_kept_in_95_of_100_draws(probability):
    assert kept_promises(probability, draws=300, seed=7) >= 0.95


def test_the_promised_precision_is_kept_where_scores_tell_nothing():
    assert kept_promises(np.full(25, 0.949), draws=300, seed=7) >= 0.95


def spread(right, wrong, low):
    """Scores and truth of one ground: right and wrong rows at 0.9, the others at 0.1."""
    return np.array([0.9] * (right + wrong) + [0.1] * low), np.array([True] * right + [False] * (wrong + low))


def matrix(*grounds):
    """Each ground's rows on their own, the other grounds at 0 there."""
    total = sum(len(s) for s, _ in grounds)
    scores, truth = np.zeros((total, len(grounds))), np.zeros((total, len(grounds)), dtype=bool)
    at = 0
    for k, (s, t) in enumerate(grounds):
        scores[at : at + len(s), k], truth[at : at + len(s), k] = s, t
        at += len(s)
    return scores, truth


def test_a_ground_that_shows_the_targets_stands_on_its_own_and_the_others_share():
    scores, truth = matrix(spread(94, 0, 9), spread(60, 0, 9), spread(40, 0, 9))
    assert upper_cutoffs(scores, truth, TARGETS, [False] * 3) == (Upper(0.9, 94, 94), Upper(0.9, 60, 60, True), Upper(0.9, 40, 40, True))


def test_a_ground_worse_than_the_pool_stays_out():
    scores, truth = matrix(spread(93, 0, 9), spread(93, 0, 9), spread(8, 2, 9), spread(93, 0, 9))
    upper = upper_cutoffs(scores, truth, TARGETS, [False] * 4)
    assert [u.cutoff for u in upper] == [0.9, 0.9, None, 0.9]
    assert upper[2] == Upper(None, 8, 10, False, 10)  # 18 of 20 are named rightly, as asked


def test_a_ground_takes_the_lower_of_its_own_cutoff_and_the_shared_one():
    scores, truth = matrix(spread(400, 0, 400), spread(40, 0, 9))
    scores[:200, 0] = 0.8  # half of the first ground stand lower, and none of the others with them
    upper = upper_cutoffs(scores, truth, TARGETS, [False] * 2)
    assert (upper[0].cutoff, upper[0].pooled) == (0.8, False)
    assert upper[1] == Upper(0.8, 40, 40, True)


@pytest.mark.parametrize(("wrong", "stays"), [(3, True), (9, False)])
def test_only_a_ground_that_is_surely_worse_loses_the_shared_cutoff(wrong: int, stays: bool):
    """Of 95 %, 3 errors in 50 may be chance, 9 are none; the naming is laxer here."""
    scores, truth = matrix(spread(900, 0, 900), spread(50 - wrong, wrong, 9))
    upper = upper_cutoffs(scores, truth, replace(TARGETS, naming=0.7), [False] * 2)
    assert [u.cutoff for u in upper] == [0.9, 0.9 if stays else None]
    assert upper[1].wanting == 0 and (upper[1].right, upper[1].above) == (50 - wrong, 50)


def test_where_the_pool_shows_nothing_the_rows_wanting_are_told():
    scores, truth = matrix(spread(20, 0, 9), spread(10, 0, 9))
    assert upper_cutoffs(scores, truth, TARGETS, [False] * 2) == (Upper(None, 0, 0, True, 64), Upper(None, 0, 0, True, 64))  # of 94


@pytest.mark.parametrize(
    "right",
    [[], [True] * 30, [False], [True] * 10 + [False] + [True] * 110, [True] * 20 + [False, True, False] + [True] * 100 + [False] * 300],
    ids=["none", "run", "wrong", "one-error", "errors"],
)
def test_with_fewer_rows_than_are_wanting_nothing_is_shown_and_with_so_many_the_bound_passes(right):
    right = np.array(right, dtype=bool)
    wanting = rows_wanting(right, TARGETS)

    def passes(more: int) -> bool:
        """Tell whether any stretch from the top passes the bound of a starting point."""
        seen = np.concatenate([np.ones(more, dtype=bool), right]).cumsum()
        return any(precision_bound(int(r), n, 1 - (1 - TARGETS.confidence) / 6) >= TARGETS.precision for n, r in enumerate(seen, 1))

    assert passes(wanting) and not passes(wanting - 1)


def test_a_closed_ground_has_no_cutoff_and_does_not_lend_to_the_pool():
    scores, truth = matrix(spread(80, 0, 9), spread(40, 0, 9), spread(30, 0, 9))
    assert [u.cutoff for u in upper_cutoffs(scores, truth, TARGETS, [True, False, True])] == [None, None, None]


def test_a_row_counts_once_in_the_pool():
    scores = np.array([[0.9, 0.9]] * 50 + [[0.1, 0.1]] * 50)
    truth = np.array([[True, True]] * 50 + [[False, False]] * 50)
    assert [u.cutoff for u in upper_cutoffs(scores, truth, TARGETS, [False] * 2)] == [None, None]


def test_a_ground_without_a_row_above_the_shared_cutoff_stays_out():
    scores, truth = matrix(spread(60, 0, 9), spread(40, 0, 9), spread(0, 0, 9))
    upper = upper_cutoffs(scores, truth, TARGETS, [False] * 3)
    assert [u.cutoff for u in upper] == [0.9, 0.9, None]
    assert (upper[2].wanting, upper[2].pooled) == (1, False)  # one right row above it, and it shares the cut-off


@pytest.mark.parametrize(
    ("misses", "cutoff"),
    [
        pytest.param(0.0, 0.01, id="none"),
        pytest.param(0.005, 0.01, id="half-a-row"),
        pytest.param(0.02, 0.02, id="two-in-a-hundred"),
        pytest.param(0.025, 0.025, id="between-two-rows"),
        pytest.param(1.0, 1.0, id="all"),
    ],
)
def test_share_cutoff_leaves_out_at_most_the_share(misses, cutoff):
    scores = np.arange(1, 101) / 100
    assert share_cutoff(np.append(scores, [0.0] * 50), np.array([True] * 100 + [False] * 50), misses) == pytest.approx(cutoff)


@ANY
@given(ROWS.filter(lambda rows: any(t for _, t in rows)), st.sampled_from([0.0, 0.02, 0.1, 0.5]))
def test_share_cutoff_keeps_the_share_and_the_next_row_would_not(rows, misses):
    scores, truth = columns(rows)
    cutoff = share_cutoff(scores, truth, misses)
    held = scores[truth]
    assert (held < cutoff).sum() <= misses * len(held)
    above = np.sort(held)[int(misses * len(held)) + 1 :]
    assert all((held < c).sum() > misses * len(held) for c in above if c > cutoff and (held == c).sum() == 1)
    assert cutoff <= share_cutoff(scores, truth, misses + 0.01)


def test_share_cutoff_without_a_true_row_sends_nothing_to_review():
    assert share_cutoff(np.array([0.2, 0.9]), np.array([False, False]), 0.02) == 1.0


@ANY
@given(st.lists(st.tuples(*[st.integers(0, 100)] * 3), min_size=1, max_size=20))
def test_the_score_of_all_grounds_together_is_no_less_than_any_and_rises_with_each(rows):
    scores = np.array(rows) / 100
    found = together(scores)
    assert found.shape == (len(rows),)
    assert (found >= scores.max(axis=1) - 1e-12).all() and (found <= np.minimum(scores.sum(axis=1), 1) + 1e-12).all()
    higher = scores.copy()
    higher[:, 0] = np.minimum(scores[:, 0] + 0.1, 1)
    assert (together(higher) >= found).all()
    assert np.allclose(together(scores[:, ::-1]), found)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_the_pooled_score_lies_between_both_and_rises_with_each(rows):
    scores, any_ground = np.array([r[:2] for r in rows]), np.array([r[2] for r in rows])
    found, both = pooled(scores, any_ground), np.stack([together(scores), any_ground])
    assert (found >= both.min(axis=0) - 2e-6).all() and (found <= both.max(axis=0) + 2e-6).all()
    assert (pooled(np.minimum(scores + 0.1, 1), any_ground) >= found).all()
    assert (pooled(scores, np.minimum(any_ground + 0.1, 1)) >= found).all()
    assert np.array_equal(found, found.round(6))
    assert (found >= scores.max(axis=1) - 1e-6).all()  # a ground that reaches a cut-off reaches it for all together
    assert np.allclose(pooled(scores, None), together(scores), atol=1e-6)


def test_the_score_to_put_forward_is_a_pool_of_the_ground_and_of_any() -> None:
    scores = np.array([[0.5, 0.9, 0.0], [0.99, 0.2, 0.49]])
    found = forward(scores, np.array([0.9, 0.5]))
    odds = lambda p: p / (1 - p)  # noqa: E731
    assert odds(found[0, 0]) == pytest.approx(np.sqrt(odds(0.5) * odds(0.9)), rel=1e-4)
    assert found[0, 1] == pytest.approx(0.9) and found[0, 2] == 0
    assert found[1, 0] < 0.99
    assert forward(np.array([[0.49, 0.4]]), np.array([1.0])).tolist() == [[0.49, 0.4]]
    assert forward(scores, None).tolist() == scores.tolist()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_of_either_is_never_put_forward_less(scores: list[float], one: float, other: float) -> None:
    low, high = (forward(np.array([scores]), np.array([a])) for a in (min(one, other), max(one, other)))
    assert (low <= high).all()
    raised = forward(np.minimum(np.array([scores]) + 0.1, 1.0), np.array([one]))
    assert (raised >= forward(np.array([scores]), np.array([one]))).all()
