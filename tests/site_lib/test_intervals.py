"""Intervals against their formula written out."""

import math

import pytest

from site_lib.intervals import wilson_interval


@pytest.mark.parametrize(("successes", "total"), [(37, 40), (0, 12), (12, 12)])
def test_wilson_interval_is_the_published_formula(successes, total):
    z, share = 1.959964, successes / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * math.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    assert wilson_interval(successes, total) == pytest.approx((middle - half, middle + half))
