"""Read-outs of planted codes and of noise, and separations that can be worked out by hand."""

from functools import partial

import numpy as np
import pytest
from sklearn.linear_model import Ridge as ReferenceRidge

from site_lib.common.errors import CourseError
from site_lib.statistics.readout import (
    Errors,
    Ridge,
    bootstrap_interval,
    category_separation,
    classical_map,
    correlation_distances,
    distances_of_groups,
    errors_of_classes,
    errors_of_numbers,
    folds_by_group,
    folds_by_two_factors,
    group_separation,
    one_hot,
    read_out,
)

GROUPS = np.repeat(np.arange(12), 10)


@pytest.fixture
def noise():
    return np.random.default_rng(0).standard_normal((120, 20))


# ------------------------------------------------------------------------ folds


def test_held_out_groups_never_occur_in_training():
    folds = folds_by_group(GROUPS, 5)
    for fold in folds:
        assert not set(GROUPS[fold.train]) & set(GROUPS[fold.test])
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(120))


def test_too_few_groups():
    with pytest.raises(CourseError, match="fewer folds"):
        folds_by_group(np.zeros(5), 2)


def test_test_stimuli_share_neither_factor_with_training():
    place, light = np.tile(np.arange(4), 8), np.repeat(np.arange(4), 8)
    folds = folds_by_two_factors(place, light)
    assert len(folds) == 16
    for fold in folds:
        assert not set(place[fold.train]) & set(place[fold.test])
        assert not set(light[fold.train]) & set(light[fold.test])
        assert len(fold.train) == 18
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(32))


# -------------------------------------------------------------------- read-outs


def test_planted_numbers_are_found(noise):
    planted = noise @ np.random.default_rng(1).standard_normal((20, 2)) + 7
    read = read_out(noise, {"planted": planted}, folds_by_group(GROUPS, 4), GROUPS)
    assert errors_of_numbers(planted, read["planted"]).share_removed > 0.999


def test_planted_class_is_found_whatever_the_scale_of_the_features(noise):
    labels = noise[:, 3] > 0.4
    noise[:, 3] += 2 * labels
    features = noise * np.logspace(-3, 3, 20) + 100
    folds = folds_by_group(GROUPS, 4)
    read = read_out(features, {"class": one_hot(labels)}, folds, GROUPS, classes=["class"])
    assert errors_of_classes(labels, read["class"]).share_removed > 0.7


def test_noise_gives_chance(noise):
    # With as many groups of each class, answering the frequent one would score below chance.
    labels = np.random.default_rng(2).permutation(np.repeat(np.arange(2), 6))[GROUPS]
    numbers = np.random.default_rng(3).standard_normal((120, 2))
    attributes = {"class": one_hot(labels), "number": numbers}
    folds = folds_by_group(GROUPS, 4)
    read = read_out(noise, attributes, folds, GROUPS, classes=["class"])
    assert abs(errors_of_classes(labels, read["class"]).share_removed) < 0.25
    assert abs(errors_of_numbers(numbers, read["number"]).share_removed) < 0.1


def test_what_only_tells_groups_apart_does_not_help_with_new_groups():
    # Every group has a code of its own, so fitted stimuli could be told by heart.
    features = one_hot(GROUPS)
    target = np.random.default_rng(4).standard_normal(12)[GROUPS][:, None]
    read = read_out(features, {"target": target}, folds_by_group(GROUPS, 4), GROUPS)
    assert errors_of_numbers(target, read["target"]).share_removed < 0.05


def test_held_out_targets_change_no_prediction_of_theirs(noise):
    target = noise[:, :1].copy()
    folds = folds_by_group(GROUPS, 4)
    before = read_out(noise, {"target": target}, folds, GROUPS)["target"]
    target[folds[0].test] += 1000
    after = read_out(noise, {"target": target}, folds[:1], GROUPS)["target"]
    np.testing.assert_allclose(after[folds[0].test], before[folds[0].test])
    assert np.isnan(after[folds[0].train]).all()


def test_errors_of_left_out_groups_equal_those_of_refitting(noise):
    features = noise - noise.mean(axis=0)
    targets = np.random.default_rng(5).standard_normal((120, 3))
    expected = np.zeros(3)
    for group in range(12):
        out = group == GROUPS
        # Leaving rows out of the centred problem: the constant term is fitted anew.
        reference = ReferenceRidge(alpha=50.0).fit(features[~out], targets[~out])
        expected += np.square(targets[out] - reference.predict(features[out])).sum(axis=0)
    found = Ridge(features, GROUPS).errors_of_left_out_groups(targets, 50.0)
    np.testing.assert_allclose(found, expected, rtol=1e-8)


# ----------------------------------------------------------------------- scores


def test_share_of_error_removed():
    targets = np.array([[0.0], [2.0]])
    assert errors_of_numbers(targets, targets).share_removed == 1
    assert errors_of_numbers(targets, np.ones((2, 1))).share_removed == 0


def test_rare_classes_count_as_much_as_frequent_ones():
    labels = np.array([0] * 9 + [1])
    always_zero = np.tile([1.0, 0.0], (10, 1))
    assert errors_of_classes(labels, always_zero).share_removed == pytest.approx(0)
    assert errors_of_classes(labels, one_hot(labels)).share_removed == 1


def test_bootstrap_interval_covers_the_mean_of_groups():
    values = np.random.default_rng(6).standard_normal(400)
    low, high = bootstrap_interval(lambda drawn: float(values[drawn].mean()), 400, seed=0)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 / 20, rel=0.2)


def test_interval_of_errors_draws_whole_groups():
    read = np.repeat([0.0, 1.0], 50)
    errors = Errors(read, np.ones(100))
    assert errors.interval(np.repeat([0, 1], 50), seed=0) == (0.0, 1.0)


# ------------------------------------------------------------------- separation


def test_separation_of_known_distances():
    # Two groups of two stimuli each: 1 apart within a group, 3 apart between them.
    distances = np.array([[0, 1, 3, 3], [1, 0, 3, 3], [3, 3, 0, 1], [3, 3, 1, 0]], dtype=float)
    of_groups = distances_of_groups(distances, np.array([0, 0, 1, 1]))
    np.testing.assert_allclose(of_groups, [[1, 3], [3, 1]])
    assert group_separation(of_groups) == 3
    assert category_separation(distances, np.array([0, 0, 1, 1])) == 3
    with pytest.raises(CourseError, match="two categories"):
        category_separation(distances, np.zeros(4))


def test_a_group_drawn_twice_is_not_compared_with_itself():
    distances = 5 * (1 - np.eye(4))
    separate = partial(category_separation, distances, np.array([0, 0, 1, 1]))
    assert separate(np.array([0, 0, 1, 2, 3])) == 1


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


# ----------------------------------------------------- what cannot be read out


def holed(values, value=np.nan):
    values = values.astype(float).copy()
    values[3, 0] = value
    return values


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_not_finite_are_named(noise, value):
    folds, target = folds_by_group(GROUPS, 4), noise[:, :1]
    for name, refused in (
        ("features", lambda: read_out(holed(noise, value), {"x": target}, folds, GROUPS)),
        ("attribute x", lambda: read_out(noise, {"x": holed(target, value)}, folds, GROUPS)),
        ("targets", lambda: errors_of_numbers(holed(target, value), target)),
        ("predictions", lambda: errors_of_numbers(target, holed(target, value))),
        ("predictions", lambda: errors_of_classes(GROUPS, holed(one_hot(GROUPS), value))),
        ("features", lambda: correlation_distances(holed(noise, value))),
        ("distances", lambda: distances_of_groups(holed(np.ones((4, 4)), value), np.zeros(4))),
        ("distances", lambda: classical_map(holed(np.ones((4, 4)), value))),
        ("the statistic's resamples", lambda: bootstrap_interval(lambda _: value, 5, seed=0)),
    ):
        with pytest.raises(CourseError, match=f"{name} must be finite"):
            refused()


def test_one_class_or_one_value_leaves_nothing_to_read_out():
    with pytest.raises(CourseError, match="all stimuli are of one class"):
        errors_of_classes(np.ones(6), np.ones((6, 1)))
    # In binary, the mean of equal numbers need not be that number.
    with pytest.raises(CourseError, match="the targets are all the same"):
        errors_of_numbers(np.full((7, 1), 0.1), np.full((7, 1), 0.1))
    with pytest.raises(CourseError, match="guessing is never wrong"):
        _ = Errors(np.zeros(3), np.zeros(3)).share_removed


def test_fewer_stimuli_than_classes_are_refused():
    with pytest.raises(CourseError, match="4 columns of predictions, but 2 classes occur"):
        errors_of_classes(np.array([0, 3]), np.eye(4)[:2])


def test_a_label_of_nan_belongs_to_no_class():
    with pytest.raises(CourseError, match="a label is NaN"):
        one_hot(np.array([0, 1, np.nan]))


def test_folds_need_groups_to_fit_and_to_choose_the_penalty_by(noise):
    target = noise[:, :1]
    for message, refused in (
        ("number of folds must be a whole number from 2", lambda: folds_by_group(GROUPS, 1)),
        ("both need more levels", lambda: folds_by_two_factors(GROUPS, np.zeros(120))),
        ("two groups or more to fit",
         lambda: read_out(noise, {"x": target}, folds_by_group(GROUPS % 2, 2), GROUPS % 2)),
        ("an attribute and a fold", lambda: read_out(noise, {"x": target}, [], GROUPS)),
        ("an attribute and a fold", lambda: read_out(noise, {}, folds_by_group(GROUPS, 4), GROUPS)),
        ("unknown attribute 'y'; nearest: x", lambda: read_out(
            noise, {"x": target}, folds_by_group(GROUPS, 4), GROUPS, classes=["y"])),
        (r"attribute x must have the shape \(N, T\) with N = 120, not \(120,\)", lambda: read_out(
            noise, {"x": target[:, 0]}, folds_by_group(GROUPS, 4), GROUPS)),
    ):  # fmt: skip
        with pytest.raises(CourseError, match=message):
            refused()


def test_no_resamples_give_no_interval():
    for size, number in ((0, 5), (5, 0)):
        with pytest.raises(CourseError, match="must be a whole number from 1 on, not 0"):
            bootstrap_interval(lambda drawn: float(drawn.mean()), size, seed=0, number=number)


def test_distances_that_are_not_defined_are_refused(noise):
    noise[5] = 0.1
    for message, refused in (
        ("the features of stimulus 5 are all the same", lambda: correlation_distances(noise)),
        (
            "a group of one stimulus",
            lambda: distances_of_groups(np.ones((3, 3)), np.arange(3) // 2),
        ),
        ("two different groups", lambda: group_separation(np.ones((1, 1)))),
        ("two different groups", lambda: group_separation(np.ones((3, 3)), np.array([1, 1]))),
        ("do not all coincide", lambda: classical_map(np.zeros((4, 4)))),
        ("three points or more", lambda: classical_map(1 - np.eye(2))),
        (r"distances must have the shape \(N, N\)", lambda: classical_map(np.ones((3, 4)))),
    ):
        with pytest.raises(CourseError, match=message):
            refused()
