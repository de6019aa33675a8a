"""Correlation over networks: architectures are the sample, not their seeds and checkpoints."""

import numpy as np
import pytest

from figures_src.relations_with_biology.correlation_of_networks import (
    correlation_of_networks,
    correlations,
)


def test_copies_of_the_same_networks_make_the_interval_no_narrower():
    rng = np.random.default_rng(0)
    x = rng.normal(size=8)
    y = x + rng.normal(size=8)
    family = np.array(list("abcdefgh"))
    once = correlation_of_networks(x, y, family, 0)
    xs, ys, families = (np.repeat(one, 5) for one in (x, y, family))
    often = correlation_of_networks(xs, ys, families, 0)
    assert once[0] == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert often[0] == pytest.approx(once[0])
    assert often[1] == pytest.approx(once[1])
    assert once[1][0] < once[0] < once[1][1]


def test_networks_are_left_out_by_kind():
    rng = np.random.default_rng(1)
    arrays = {name: rng.normal(size=24) for name in ("performance", "monkey", "human")}
    arrays |= {
        "kind": np.repeat(["random", "partly", "optimised"], 8),
        "family": np.array(list("abcd" * 6)),
    }
    found = correlations(arrays, 0)
    random, partly = slice(0, 8), slice(0, 16)
    for among, rows in (("random", random), ("without_both", partly), ("all", slice(None))):
        r = np.corrcoef(arrays["performance"][rows], arrays["human"][rows])[0, 1]
        assert found[f"human_r_{among}"] == pytest.approx(r)
        assert found[f"human_interval_{among}"].shape == (2,)
