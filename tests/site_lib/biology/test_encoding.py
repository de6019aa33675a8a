"""Encoding models against closed forms, scikit-learn, and sites whose generator is known."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from site_lib.biology import encoding
from site_lib.common.errors import CourseError

NUM_IMAGES, NUM_FEATURES, NUM_SITES = 200, 30, 12


@pytest.fixture
def linear_sites():
    """Features, and sites that are noise-free linear functions of five directions in them."""
    generator = np.random.default_rng(0)
    features = generator.standard_normal((NUM_IMAGES, NUM_FEATURES)) + 2
    weights = np.zeros((NUM_FEATURES, NUM_SITES))
    weights[:5] = generator.standard_normal((5, NUM_SITES))
    return features, features @ weights - 3


@pytest.mark.parametrize("num_features", [NUM_FEATURES, 180], ids=["tall", "wide"])
def test_ridge_is_that_of_scikit_learn(linear_sites, monkeypatch, num_features):
    features, responses = linear_sites
    more = np.random.default_rng(1).standard_normal((NUM_IMAGES, num_features - NUM_FEATURES))
    features = np.hstack([features, more])
    monkeypatch.setattr(encoding, "PENALTIES", np.array([7.0]))
    ours = encoding.predict_by_ridge(features[:150], responses[:150], features[150:])
    theirs = Ridge(alpha=7.0).fit(features[:150], responses[:150]).predict(features[150:])
    assert np.allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("predict", [encoding.predict_by_ridge, encoding.predict_by_pls])
def test_linear_sites_are_predicted_on_new_images(linear_sites, predict):
    features, responses = linear_sites
    predicted = predict(features[:150], responses[:150], features[150:])
    assert encoding.correlations(predicted, responses[150:]).min() > 0.99


def test_each_site_has_its_own_penalty():
    generator = np.random.default_rng(0)
    features = generator.standard_normal((120, 60))
    clean = features[:, :1]
    noise = generator.standard_normal((120, 1))
    predicted = encoding.predict_by_ridge(features, np.hstack([clean, noise]), features)
    # What only noise drives is shrunk to its mean, what a feature drives is not.
    assert predicted[:, 0].std() > 0.9 * clean.std()
    assert predicted[:, 1].std() < 0.5 * noise.std()


def test_reliability_is_the_correlation_with_the_truth():
    generator = np.random.default_rng(0)
    truth = generator.standard_normal((2000, 3))
    repeats = truth + np.array([0.5, 1, 2]) * generator.standard_normal((8, 2000, 3))
    expected = encoding.correlations(repeats.mean(axis=0), truth)
    found = encoding.reliability(repeats, number=10, seed=0)
    assert np.allclose(found, expected, atol=0.02)
    with pytest.raises(CourseError, match="two repeats"):
        encoding.reliability(repeats[:1], number=1, seed=0)


def test_presentations_that_are_missing_do_not_count():
    """Half of the images were shown half as often: the ceiling is that of a mean over both."""
    generator = np.random.default_rng(0)
    truth = generator.standard_normal((3000, 2))
    repeats = truth + 2 * generator.standard_normal((12, 3000, 2))
    repeats[6:, ::2] = np.nan
    expected = encoding.correlations(np.nanmean(repeats, axis=0), truth)
    assert np.allclose(encoding.reliability(repeats, number=10, seed=0), expected, atol=0.03)
    repeats[1:, 5] = np.nan
    with pytest.raises(CourseError, match="two repeats of every image"):
        encoding.reliability(repeats, number=1, seed=0)


def test_the_ceiling_of_poisson_counts_is_their_correlation_with_their_rates():
    generator = np.random.default_rng(0)
    rates = generator.gamma(2, [0.2, 1, 4], size=(5000, 3))
    counts = generator.poisson(rates, size=(8, 5000, 3)).mean(axis=0)
    expected = encoding.correlations(counts, rates)
    assert np.allclose(encoding.poisson_ceiling(counts, 8), expected, atol=0.02)
    # Counts that vary less than Poisson noise would, or not at all, leave nothing to predict.
    silent = np.column_stack([np.full(50, 3.0), 3 + 0.01 * generator.standard_normal(50)])
    assert encoding.poisson_ceiling(silent, 8).tolist() == [0, 0]


def test_an_image_and_its_near_duplicates_are_never_on_both_sides(monkeypatch, linear_sites):
    features, responses = linear_sites
    groups = np.arange(NUM_IMAGES) // 3
    features = np.column_stack([groups, features])
    tested = []

    def predict(train, _, new):
        assert not set(train[:, 0]) & set(new[:, 0])
        tested.extend(new[:, 0])
        return np.zeros((len(new), NUM_SITES))

    monkeypatch.setattr(encoding, "predict_by_ridge", predict)
    encoding.held_out_predictions(features, responses, groups, num_folds=4)
    assert sorted(tested) == sorted(groups)


def test_held_out_linear_sites_are_predicted(linear_sites):
    features, responses = linear_sites
    predicted = encoding.held_out_predictions(
        features, responses, np.arange(NUM_IMAGES), num_folds=4
    )
    assert encoding.correlations(predicted, responses).min() > 0.99
    with pytest.raises(CourseError, match="at least as many groups"):
        encoding.held_out_predictions(features, responses, np.zeros(NUM_IMAGES), num_folds=2)


def test_resampled_correlations_are_those_of_the_images_drawn():
    generator = np.random.default_rng(0)
    predicted, responses = generator.random((2, 30, 3)), generator.random((30, 3))
    groups = np.repeat(np.arange(10), 3)
    found = encoding.resampled_site_correlations(predicted, responses, groups, number=4, seed=7)
    drawn = np.random.default_rng(7).integers(10, size=(4, 10))
    for sample, chosen in enumerate(drawn):
        rows = np.concatenate([np.flatnonzero(groups == one) for one in chosen])
        for layer in range(2):
            expected = encoding.correlations(predicted[layer][rows], responses[rows])
            assert np.allclose(found[sample, layer], expected)


def test_predictivity_recovers_a_known_population():
    """Sites made from one set of features: those reach the ceiling, others do not."""
    generator = np.random.default_rng(0)
    right, wrong = (generator.standard_normal((600, 20)) for _ in range(2))
    truth = right @ generator.standard_normal((20, 10))
    repeats = truth + 4 * generator.standard_normal((10, 600, 10))
    ceilings = encoding.reliability(repeats, number=10, seed=0)
    groups = np.arange(600) % 6
    scores = {
        name: encoding.brain_score(
            encoding.predictivity(
                features,
                repeats.mean(axis=0),
                ceilings,
                groups,
                predict=encoding.predict_by_pls,
                num_splits=4,
                seed=0,
            )
        )
        for name, features in (("right", right), ("wrong", wrong))
    }
    assert scores["right"] == pytest.approx(1, abs=0.05)
    assert abs(scores["wrong"]) < 0.15


def test_sites_without_reliable_responses_are_left_out(linear_sites):
    features, responses = linear_sites
    ceilings = np.ones(NUM_SITES)
    ceilings[3] = 0.05
    scores = encoding.predictivity(
        features,
        responses,
        ceilings,
        np.arange(NUM_IMAGES) % 2,
        predict=encoding.predict_by_pls,
        num_splits=2,
        seed=0,
    )
    assert scores.shape == (2, NUM_SITES)
    assert np.isnan(scores[:, 3]).all()
    assert np.isfinite(np.delete(scores, 3, axis=1)).all()


def test_training_and_test_images_share_every_group(monkeypatch, linear_sites):
    features, responses = linear_sites
    seen = []

    def predict(train, _responses, test):
        seen.append((train[:, 0], test[:, 0]))
        return np.zeros((len(test), NUM_SITES))

    groups = np.arange(NUM_IMAGES) % 4
    features = np.column_stack([groups, features])
    encoding.predictivity(
        features, responses, np.ones(NUM_SITES), groups, predict=predict, num_splits=3, seed=0
    )
    for train, test in seen:
        assert np.bincount(test.astype(int)).tolist() == [5] * 4
        assert np.bincount(train.astype(int)).tolist() == [45] * 4


def test_principal_components_keep_distances():
    features = np.random.default_rng(0).standard_normal((15, 40))
    scores = encoding.principal_components(features)
    ours, theirs = (np.linalg.norm(x[:, None] - x, axis=2) for x in (scores, features))
    assert np.allclose(ours, theirs)
    first = encoding.principal_components(features, 4)
    theirs = PCA(4, svd_solver="full").fit_transform(features)
    assert np.allclose(np.abs(first), np.abs(theirs))


def test_a_site_that_never_changes_correlates_with_nothing():
    assert encoding.correlations(np.ones((5, 1)), np.arange(5.0)[:, None]).tolist() == [0]


def test_what_is_not_finite_predicts_nothing(linear_sites):
    features, responses = linear_sites
    groups = np.arange(NUM_IMAGES) % 2
    broken = features.copy()
    broken[4, 4] = np.nan
    scored = {"groups": groups, "predict": encoding.predict_by_pls, "num_splits": 1, "seed": 0}
    for name, refused in (
        ("features", lambda: encoding.predict_by_ridge(broken, responses, features)),
        ("responses", lambda: encoding.predict_by_ridge(features, broken, features)),
        ("new", lambda: encoding.predict_by_pls(features, responses, broken)),
        ("features", lambda: encoding.principal_components(broken)),
        ("second", lambda: encoding.correlations(features, broken)),
        ("repeats", lambda: encoding.reliability(broken[None].repeat(4, 0), number=2, seed=0)),
        ("features", lambda: encoding.predictivity(broken, responses, np.ones(12), **scored)),
        ("ceilings", lambda: encoding.predictivity(features, responses, broken[4, :12], **scored)),
    ):
        with pytest.raises(CourseError, match=f"{name} must be finite"):
            refused()


def test_too_little_to_predict_or_to_score(linear_sites):
    features, responses = linear_sites

    def scored(groups, ceilings=1.0, **options):
        options = {"predict": encoding.predict_by_pls, "num_splits": 1, "seed": 0} | options
        return encoding.predictivity(
            features, responses, np.full(NUM_SITES, ceilings), groups, **options
        )

    pairs = np.arange(NUM_IMAGES) // 2
    for message, refused in (
        ("200 images of 100 groups cannot be split", lambda: scored(pairs)),
        ("cannot be split", lambda: scored(np.minimum(np.arange(NUM_IMAGES), 1))),
        ("number of splits", lambda: scored(pairs % 2, num_splits=0)),
        (r"groups must have the shape \(N\) with N = 200", lambda: scored(pairs[:9])),
        ("images to fit", lambda: encoding.predict_by_ridge(features[:4], responses[:4], features)),
        ("number of components", lambda: encoding.principal_components(features, 0)),
        ("number of halvings", lambda: encoding.reliability(features[None], number=0, seed=0)),
        ("no site responds reliably", lambda: encoding.brain_score(scored(pairs % 2, 0.05))),
    ):
        with pytest.raises(CourseError, match=message):
            refused()
