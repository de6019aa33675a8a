"""Separations that can be worked out by hand."""

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.statistics.separation import (
    category_separation,
    classical_map,
    correlation_distances,
    distances_of_groups,
    separation_interval,
)


@pytest.fixture
def noise():
    return np.random.default_rng(0).standard_normal((120, 20))


def test_distances_of_groups_are_means_over_different_stimuli():
    distances = np.array([[0.0, 1, 2, 3], [1, 0, 4, 5], [2, 4, 0, 6], [3, 5, 6, 0]])
    found = distances_of_groups(distances, np.array([0, 0, 0, 1]))
    assert found[0, 0] == pytest.approx((1 + 2 + 4) / 3)
    assert found[0, 1] == found[1, 0] == pytest.approx((3 + 5 + 6) / 3)
    assert np.isnan(found[1, 1])


def test_separation_of_known_distances():
    # Two groups of two stimuli each: 1 apart within a group, 3 apart between them.
    distances = np.array([[0, 1, 3, 3], [1, 0, 3, 3], [3, 3, 0, 1], [3, 3, 1, 0]], dtype=float)
    of_groups = distances_of_groups(distances, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(of_groups, [[1, 3], [3, 1]])
    assert category_separation(distances, np.array([0, 0, 1, 1])) == 3
    with pytest.raises(CourseError, match="two categories"):
        category_separation(distances, np.zeros(4))


def test_a_stimulus_drawn_twice_is_not_compared_with_itself():
    # All distances are 5; copies, at 0, would make the distances within look smaller.
    distances = 5 * (1 - np.eye(20))
    interval = separation_interval(distances, np.arange(20) % 2, seed=0, number=50)
    assert interval == pytest.approx((1, 1))


def test_interval_of_a_separation_equals_that_of_drawing_one_by_one(noise):
    categories = np.arange(120) % 3
    distances = correlation_distances(noise + categories[:, None] * (np.arange(20) % 2))
    rng = np.random.default_rng(1)
    separations = []
    for _ in range(1500):
        drawn = rng.integers(120, size=120)
        pairs = np.triu(drawn[:, None] != drawn[None], k=1)
        same = categories[drawn][:, None] == categories[drawn][None]
        between, within = (distances[np.ix_(drawn, drawn)][pairs & of] for of in (~same, same))
        separations.append(between.mean() / within.mean())
    expected = np.quantile(separations, [0.025, 0.975])
    low, high = separation_interval(distances, categories, seed=0)
    np.testing.assert_allclose([low, high], expected, atol=0.02)
    assert low < category_separation(distances, categories) < high


def test_clusters_separate_and_noise_does_not(noise):
    categories = np.arange(120) % 2
    shifted = noise + 3 * np.where(categories[:, None] == 1, 1, -1) * (np.arange(20) % 2)
    plain = category_separation(correlation_distances(noise), categories)
    assert plain == pytest.approx(1, abs=0.02)
    assert category_separation(correlation_distances(shifted), categories) > 2


def test_map_of_points_in_a_plane_keeps_their_distances():
    points = np.random.default_rng(7).standard_normal((9, 2))
    distances = np.linalg.norm(points[:, None] - points[None], axis=-1)
    found, share = classical_map(distances)
    np.testing.assert_allclose(np.linalg.norm(found[:, None] - found[None], axis=-1), distances)
    assert share == pytest.approx(1)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_named(noise, value):
    noise[3, 0] = value
    holed = np.where(np.eye(4, k=1) == 1, value, 1.0)
    for name, refused in (
        ("features", lambda: correlation_distances(noise)),
        ("distances", lambda: distances_of_groups(holed, np.zeros(4))),
        ("distances", lambda: classical_map(holed)),
    ):
        with pytest.raises(CourseError, match=f"{name} must be finite"):
            refused()


def test_every_stimulus_has_a_group():
    with pytest.raises(CourseError, match=r"groups must have the shape \(N\) with N = 4"):
        distances_of_groups(np.zeros((4, 4)), np.arange(3))


def test_distances_that_are_not_defined_are_refused(noise):
    noise[5] = 0.1
    for message, refused in (
        ("the features of stimulus 5 are all the same", lambda: correlation_distances(noise)),
        ("one with two stimuli", lambda: category_separation(np.ones((3, 3)), np.arange(3))),
        ("number of resamples", lambda: separation_interval(
            np.ones((4, 4)), np.arange(4) % 2, seed=0, number=0)),
        ("do not all coincide", lambda: classical_map(np.zeros((4, 4)))),
        ("three points or more", lambda: classical_map(1 - np.eye(2))),
        (r"distances must have the shape \(N, N\)", lambda: classical_map(np.ones((3, 4)))),
    ):  # fmt: skip
        with pytest.raises(CourseError, match=message):
            refused()
