"""How far scores agree with people's yes and no."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.benchmarks.agreement import agreement, best_cut
from evals.errors import EvalError

YES_AND_NO = [True] * 10 + [False] * 90


def test_balanced_accuracy_is_the_mean_of_both_sides_however_many_each_has() -> None:
    scores = [0.9] * 9 + [0.1] + [0.1] * 45 + [0.9] * 45

    value, low, high = agreement(YES_AND_NO, scores, 0.5).accuracy

    assert value == pytest.approx(0.7)
    assert low < value < high


def test_the_area_is_the_chance_that_a_yes_scores_above_a_no_and_half_of_a_tie() -> None:
    labels, scores = [True, True, False, False], [0.9, 0.5, 0.5, 0.1]

    assert agreement(labels, scores, 0.5).area[0] == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_scores_that_go_against_the_labels_have_no_area_and_a_negative_correlation() -> None:
    found = agreement([True, False, True, False], [0.1, 0.9, 0.1, 0.9], 0.5)

    assert (found.accuracy[0], found.area[0]) == (0.0, 0.0)
    assert found.correlation[0] == pytest.approx(-1.0)


def test_scores_that_are_all_the_same_correlate_with_nothing() -> None:
    found = agreement([True, False, True, False], [0.5] * 4, 0.5)

    assert found.area[0] == 0.5
    assert math.isnan(found.correlation[0])


@pytest.mark.parametrize("labels", [[True, True], [False, False]])
def test_labels_that_are_all_alike_are_refused(labels: list[bool]) -> None:
    with pytest.raises(EvalError, match="one label alone"):
        agreement(labels, [0.1, 0.9], 0.5)
    with pytest.raises(EvalError, match="one label alone"):
        best_cut(labels, [0.1, 0.9])


def test_the_best_cut_lies_halfway_between_the_two_sides() -> None:
    assert best_cut([True, True, False, False], [0.9, 0.7, 0.3, 0.1]) == pytest.approx(0.5)


@settings(deadline=None, max_examples=15)  # each draws thousands of samples
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=2, max_size=30))
def test_no_cut_is_better_than_the_best(pairs: list[tuple[bool, float]]) -> None:
    labels, scores = [True, False, *(yes for yes, _ in pairs)], [0.6, 0.4, *(s for _, s in pairs)]

    best = agreement(labels, scores, best_cut(labels, scores)).accuracy[0]

    assert all(agreement(labels, scores, cut).accuracy[0] <= best + 1e-9 for cut in (0, 0.5, 1))
