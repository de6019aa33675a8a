"""Read-outs of planted codes and of noise."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge as ReferenceRidge

from site_lib.common.errors import CourseError
from site_lib.statistics.readout import (
    Errors,
    Ridge,
    category_accuracy,
    errors_of_classes,
    errors_of_numbers,
    folds_by_group,
    folds_by_two_factors,
    held_out_errors,
    in_units_of,
    one_hot,
    random_projection,
    read_out,
    resampled_shares,
    stratified_folds,
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


def test_every_category_has_its_share_of_every_fold():
    categories = np.repeat(["a", "b"], [10, 25])
    folds = stratified_folds(categories, 5, seed=0)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(35))
    for fold in folds:
        assert not set(fold.train) & set(fold.test)
        assert (categories[fold.test] == "a").sum() == 2
    with pytest.raises(CourseError, match="11 folds need as many stimuli"):
        stratified_folds(categories, 11, seed=0)


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


def test_leaving_out_single_stimuli_equals_leaving_out_groups_of_one(noise):
    features, targets = noise - noise.mean(axis=0), noise[:, ::-1] ** 2
    single = Ridge(features, np.arange(120))
    expected = single.errors_of_left_out_groups(targets, 30.0)
    # A group that is there twice keeps the sum from being taken all at once.
    single.members = [np.array([0]), *single.members[1:], np.array([], dtype=int)]
    np.testing.assert_allclose(single.errors_of_left_out_groups(targets, 30.0), expected)


def test_fewer_stimuli_than_features_are_fitted_as_by_the_reference(noise):
    wide = noise.T - noise.T.mean(axis=0)  # 20 stimuli, 120 features
    targets = np.random.default_rng(6).standard_normal((20, 2))
    ridge = Ridge(wide, np.arange(20))
    assert ridge.axes.shape[1] < 20
    found = ridge.errors_of_left_out_groups(targets, 50.0)
    expected = np.zeros(2)
    for out in range(20):
        rest = np.arange(20) != out
        reference = ReferenceRidge(alpha=50.0).fit(wide[rest], targets[rest])
        expected += np.square(targets[out] - reference.predict(wide[[out]]))[0]
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


def test_resampled_shares_have_the_interval_of_the_bootstrap():
    rng = np.random.default_rng(8)
    read, guessed = rng.random((2, 90)), rng.uniform(1, 2, 90)
    found = resampled_shares(read, guessed, seed=0)
    assert found.shape == (2, 2000)
    for one, shares in zip(read, found, strict=True):
        expected = Errors(one, guessed).interval(np.arange(90), seed=0)
        np.testing.assert_allclose(np.quantile(shares, [0.025, 0.975]), expected, atol=0.01)
    # The same stimuli for both: a difference of nothing is certain.
    same = resampled_shares(np.stack([read[0], read[0]]), guessed, seed=0)
    np.testing.assert_array_equal(same[0], same[1])


def test_interval_of_errors_draws_whole_groups():
    read = np.repeat([0.0, 1.0], 50)
    errors = Errors(read, np.ones(100))
    assert errors.interval(np.repeat([0, 1], 50), seed=0) == (0.0, 1.0)


# ------------------------------------------------------------------ categories

CATEGORIES = np.array(["cat", "dog", "owl"])[np.arange(120) % 3]


def accuracy(features, **changes):
    options = {"num_folds": 4, "num_repeats": 2, "seed": 0} | changes
    return category_accuracy(features, CATEGORIES, **options)


def test_planted_categories_are_read_out_and_noise_is_at_chance(noise):
    assert accuracy(noise + 4 * one_hot(CATEGORIES).repeat(7, axis=1)[:, :20]) > 0.99
    assert accuracy(noise, num_repeats=5) == pytest.approx(1 / 3, abs=0.1)


def test_a_rare_category_counts_as_much_as_a_frequent_one():
    categories = np.array(["often"] * 56 + ["rare"] * 8)
    flat = np.zeros((64, 3))
    assert category_accuracy(flat, categories, num_folds=4, num_repeats=1, seed=0) == 0.5


def test_categories_need_a_stimulus_in_every_fold(noise):
    with pytest.raises(CourseError, match="41 folds need as many stimuli of every category"):
        accuracy(noise, num_folds=41)
    with pytest.raises(CourseError, match="number of repeats must be a whole number from 1 on"):
        accuracy(noise, num_repeats=0)
    with pytest.raises(CourseError, match="features must be finite"):
        accuracy(holed(noise))


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


def test_features_in_units_of_a_reference():
    reference = np.array([[[0.0, 2.0], [5.0, 5.0]], [[2.0, 4.0], [5.0, 5.0]]])
    values = np.array([[[2.0, 5.0], [5.0, 7.0]]])
    # Mean 2 and standard deviation √2; a channel that answers the same to all is only centred.
    expected = [[[0, 3 / np.sqrt(2)], [0, 2]]]
    np.testing.assert_allclose(in_units_of(values, reference), expected)
    with pytest.raises(CourseError, match=r"reference must have .* with channels = 2, cells = 2"):
        in_units_of(values, reference[..., :1])


def test_random_projections_keep_distances_roughly_and_few_features_exactly(noise):
    features = np.random.default_rng(0).standard_normal((12, 40, 50))
    found = random_projection(features, 500, seed=0)
    assert found.shape == (12, 500)
    np.testing.assert_array_equal(found, random_projection(features, 500, seed=0))
    before, after = (
        np.linalg.norm(f - f[0], axis=1)[1:] for f in (features.reshape(12, -1), found)
    )
    assert np.ptp(after / before) < 0.3 * (after / before).mean()
    np.testing.assert_array_equal(random_projection(noise, 20, seed=0), noise)


def test_held_out_errors_are_those_of_the_read_outs(noise):
    folds, labels = folds_by_group(GROUPS, 4), GROUPS % 2
    numbers = {"number": noise[:, :1] + 3}
    found = held_out_errors(
        noise, folds=folds, groups=GROUPS, numbers=numbers, labels={"class": labels}
    )
    assert list(found) == ["number", "class"]
    read = read_out(noise, numbers | {"class": one_hot(labels)}, folds, GROUPS, classes=["class"])
    expected = errors_of_numbers(numbers["number"], read["number"])
    assert found["number"].share_removed == expected.share_removed > 0.99
    np.testing.assert_array_equal(
        found["class"].read, errors_of_classes(labels, read["class"]).read
    )
    alone = held_out_errors(noise, folds=folds, groups=GROUPS, labels={"class": labels})
    assert list(alone) == ["class"]
