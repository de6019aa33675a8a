"""Correlation over networks: architectures are the sample, not their seeds and checkpoints."""

import numpy as np
import pytest

from figures_src.relations_with_biology.correlation_of_networks import (
    SIMILARITIES,
    correlation_of_networks,
    correlations,
    permutation_p,
    without_family,
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


@pytest.fixture
def families():
    """Two damaged families: within each, read-out and likeness to monkeys rise together."""
    rng = np.random.default_rng(1)
    number = 40
    level = np.tile(np.linspace(0, 1, number), 2)
    family = np.repeat(["a", "b"], number)
    offset = np.where(family == "a", 0, 1)
    noise = {name: 0.1 * rng.normal(size=2 * number) for name in SIMILARITIES}
    # Between the families it is the other way round, and early cortex follows nothing.
    likeness = {name: level - 2 * offset + noise[name] for name in SIMILARITIES}
    likeness["early"] = noise["early"]
    lesions = np.resize(["late", "noise", "permuted", "silenced"], 2 * number)
    kind = np.where(np.arange(2 * number) % number < number - 1, "lesion", "optimised")
    kind[[0, 1, 2, 40, 41, 42]] = "random"
    return likeness | {
        "names": np.where(kind == "optimised", family, "another"),
        "performance": level + offset,
        "kind": kind,
        "family": family,
        "lesion": np.where(kind == "lesion", lesions, ""),
        "amount": np.round(level, 2),
    }


def test_within_families_is_what_between_them_is_not(families):
    found = correlations(families, 0)
    assert found["monkey_r_all"] < 0
    assert found["monkey_r_within"] > 0.9
    assert found["monkey_interval_within"][0] > 0.8
    assert found["monkey_p_within"] < 0.01
    assert abs(found["early_r_within"]) < 0.3
    assert found["monkey_r_noise"] > 0.8
    assert found["damaged_families"].tolist() == ["a", "b"]
    a = families["family"] == "a"
    r = np.corrcoef(families["performance"][a], families["human"][a])[0, 1]
    assert found["human_r_families"][0] == pytest.approx(r)
    random = families["kind"] == "random"
    r = np.corrcoef(families["performance"][random], families["human"][random])[0, 1]
    assert found["human_r_random"] == pytest.approx(r)


def test_exchanges_within_families_find_nothing_in_noise():
    rng = np.random.default_rng(0)
    family = np.repeat(["a", "b"], 20)
    found = [permutation_p(*rng.normal(size=(2, 40)), family, 0) for _ in range(40)]
    assert 0.3 < np.mean(found) < 0.7
    x = rng.normal(size=40)
    assert permutation_p(x, x, family, 0) < 0.001


def test_families_keep_no_mean():
    left = without_family(np.array([1.0, 3, 10, 20]), np.array(["a", "a", "b", "b"]))
    assert left.tolist() == [-1, 1, -5, 5]
