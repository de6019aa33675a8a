"""Correlation of ranks where it is known."""

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.statistics.ranks import rank_correlation


def test_only_the_order_counts():
    one = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert rank_correlation(one, np.exp(one)) == pytest.approx(1)
    assert rank_correlation(one, -one) == pytest.approx(-1)
    # 1 − 6 Σ d² / (n (n² − 1)), with ranks 1 2 3 4 and 2 1 4 3.
    assert rank_correlation(one, np.array([[2.0, 1.0], [4.0, 3.0]])) == pytest.approx(1 - 24 / 60)


def test_what_is_the_same_everywhere_agrees_with_nothing():
    assert rank_correlation(np.zeros(4), np.arange(4.0)) == 0


def test_what_is_not_finite_is_refused():
    with pytest.raises(CourseError):
        rank_correlation(np.array([1.0, np.nan]), np.arange(2.0))
