"""Intervals against their formula written out."""

import math

import numpy as np
import pytest

from site_lib.intervals import bootstrap, wilson_interval


@pytest.mark.parametrize(("successes", "total"), [(37, 40), (0, 12), (12, 12)])
def test_wilson_interval_is_the_published_formula(successes, total):
    z, share = 1.959964, successes / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    assert wilson_interval(successes, total) == pytest.approx((middle - half, middle + half))


def test_wilson_interval_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17:857, Table I, method 3.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_bootstrap_of_a_mean_is_its_normal_interval():
    values = np.random.default_rng(0).normal(size=400)
    low, high = bootstrap(values, np.mean, seed=0)
    assert low == pytest.approx(values.mean() - 1.96 / 20, abs=0.03)
    assert high == pytest.approx(values.mean() + 1.96 / 20, abs=0.03)
