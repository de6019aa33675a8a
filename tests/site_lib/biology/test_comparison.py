"""Comparisons of RDMs against scipy, rsatoolbox, closed forms and planted truths."""

import numpy as np
import pytest
from rsatoolbox.model import ModelWeighted
from rsatoolbox.model.fitter import fit_regress_nn
from rsatoolbox.rdm import RDMs
from rsatoolbox.rdm import compare as rsatoolbox_compare
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from site_lib.biology import comparison
from site_lib.biology.comparison import (
    best_layer_on_new_stimuli,
    bootstrap_similarity,
    fit_weights,
    halves,
    interval,
    noise_ceiling,
    partial_correlation,
    rank_correlations,
    resampled_correlations,
    ridge_on_new_stimuli,
    sign_flip_p,
    similarity,
    weighted_on_new_stimuli,
)
from site_lib.biology.rdm import upper
from site_lib.common.errors import CourseError


def random_rdms(number, size=14, seed=0):
    values = np.random.default_rng(seed).random((number, size, size))
    rdms = values + values.transpose(0, 2, 1)
    rdms[:, np.arange(size), np.arange(size)] = 0
    return rdms


def noisy(rdm, number, noise, seed=0):
    return rdm + noise * random_rdms(number, len(rdm), seed)


def test_spearman_is_that_of_scipy():
    one, other = random_rdms(2), random_rdms(3, seed=1)
    ours = similarity(one, other, "spearman")
    assert ours.shape == (2, 3)
    assert ours[1, 2] == pytest.approx(spearmanr(upper(one[1]), upper(other[2]))[0], abs=1e-6)
    assert np.allclose(rank_correlations(upper(one), upper(other)), ours, atol=1e-6)


def test_ranks_with_ties_agree_with_rsatoolbox():
    one, other = np.round(random_rdms(2), 1), np.round(random_rdms(3, seed=1), 1)
    theirs = rsatoolbox_compare(RDMs(upper(one)), RDMs(upper(other)), "spearman")
    assert np.allclose(rank_correlations(upper(one), upper(other)), theirs, atol=1e-6)


def test_kendall_counts_pairs_of_pairs():
    one, other = upper(random_rdms(1, 6)[0]), upper(random_rdms(1, 6, seed=1)[0])
    agree = np.sign(one[:, None] - one) * np.sign(other[:, None] - other)
    expected = agree.sum() / (len(one) * (len(one) - 1))
    ours = similarity(random_rdms(1, 6), random_rdms(1, 6, seed=1), "kendall")
    assert ours[0, 0] == pytest.approx(expected, abs=1e-6)


def test_cosine_and_whitened_of_an_rdm_with_itself_is_one():
    rdms = random_rdms(1)
    for measure in ("spearman", "kendall", "cosine", "whitened"):
        assert similarity(rdms, rdms, measure)[0, 0] == pytest.approx(1, abs=1e-6)


def test_an_unknown_measure_lists_the_known():
    with pytest.raises(CourseError, match="spearman"):
        similarity(random_rdms(1), random_rdms(1), "sperman")


def test_the_truth_reaches_the_noise_ceiling():
    truth = random_rdms(1)[0]
    people = noisy(truth, 12, 1.0)
    low, high = noise_ceiling(people, "spearman")
    reached = similarity(truth[None], people, "spearman").mean()
    assert low - 0.02 <= reached <= high
    assert 0.3 < low < high < 1
    with pytest.raises(CourseError, match="two people"):
        noise_ceiling(people[:1], "spearman")


def test_more_noise_lowers_the_ceiling():
    truth = random_rdms(1)[0]
    ceilings = [noise_ceiling(noisy(truth, 8, noise), "spearman")[0] for noise in (0.2, 1, 5)]
    assert ceilings[0] > ceilings[1] > ceilings[2]


def test_bootstrap_surrounds_the_estimate_and_narrows_with_people():
    truth = random_rdms(1, 20)[0]
    widths = []
    for number in (5, 20):
        people = noisy(truth, number, 1.0)
        samples = bootstrap_similarity(truth[None], people, number=200, seed=0, stimuli=False)
        low, high = interval(samples)[:, 0]
        assert low < similarity(truth[None], people, "spearman").mean() < high
        widths.append(high - low)
    assert widths[1] < widths[0]


def test_resampled_stimuli_are_never_compared_with_themselves():
    # Equal distances between different stimuli: a copy's zero distance would make it vary.
    model = 1 - np.eye(12)[None]
    samples = bootstrap_similarity(model, random_rdms(3, 12), number=20, seed=0)
    assert samples.shape == (20, 1)
    assert np.array_equal(samples, np.zeros((20, 1)))


def test_bootstrap_over_stimuli_and_people_is_wider_than_over_people():
    truth = random_rdms(1, 20)[0]
    people = noisy(truth, 10, 1.0)
    spread = [
        np.ptp(interval(bootstrap_similarity(truth[None], people, number=200, seed=0, stimuli=s)))
        for s in (False, True)
    ]
    assert spread[1] > spread[0]


def test_the_mean_rdm_is_less_noisy_than_people():
    truth = random_rdms(1, 20)[0]
    people = noisy(truth, 12, 3.0)
    each, mean = (
        bootstrap_similarity(truth[None], people, number=50, seed=0, stimuli=s, pooled=pooled)
        for s, pooled in ((True, False), (True, True))
    )
    assert mean.mean() > each.mean() + 0.1
    alone = bootstrap_similarity(
        truth[None], people[:1], number=1, seed=0, stimuli=False, pooled=True
    )
    assert alone[0, 0] == pytest.approx(similarity(truth[None], people[:1], "spearman")[0, 0])


def test_sign_flips_are_exact():
    # All five differences are positive: of 32 exchanges only the one that exchanges nobody is
    # as large.
    assert sign_flip_p(np.array([0.1, 0.2, 0.3, 0.4, 0.5])) == pytest.approx(1 / 32)
    assert sign_flip_p(np.zeros(4)) == 1
    assert sign_flip_p(-np.ones(4)) == 1
    with pytest.raises(CourseError, match="20 people"):
        sign_flip_p(np.ones(30))


def test_false_alarms_are_as_rare_as_stated():
    draws = np.random.default_rng(0).standard_normal((300, 8))
    assert np.mean([sign_flip_p(one) <= 0.05 for one in draws]) == pytest.approx(0.05, abs=0.03)


def test_choosing_a_layer_among_noise_gains_nothing():
    data = random_rdms(1, 30)
    layers = random_rdms(20, 30, seed=1)
    splits = halves(30, 10, 0)
    chosen_here = rank_correlations(upper(layers), upper(data)).max()
    assert chosen_here > 0.05
    assert abs(best_layer_on_new_stimuli(layers, data, splits=splits)) < 0.05


def test_the_right_layer_is_found():
    truth = random_rdms(1, 30)[0]
    layers = random_rdms(6, 30, seed=1)
    layers[4] = truth
    found = best_layer_on_new_stimuli(layers, noisy(truth, 3, 0.2), splits=halves(30, 4, 0))
    assert found > 0.9


def test_halves_share_nothing():
    for one, other in halves(11, 3, 0):
        assert sorted([*one, *other]) == list(range(11))
        assert abs(len(one) - len(other)) == 1


def test_weights_of_a_mixture_are_recovered():
    components = random_rdms(3, 25)
    mixture = 0.6 * components[0] + 0.8 * components[2]
    weights = fit_weights(components, mixture[None])
    assert np.allclose(weights, [0.6, 0, 0.8], atol=1e-3)
    splits = halves(25, 2, 0)
    assert weighted_on_new_stimuli(components, mixture[None], splits=splits) > 0.99
    single = best_layer_on_new_stimuli(components, mixture[None], splits=splits)
    assert single < 0.9


def test_weights_are_those_of_rsatoolbox():
    components = random_rdms(4, 20)
    data = noisy(components[1] + 0.5 * components[3], 5, 0.5)
    theirs = fit_regress_nn(
        ModelWeighted("weighted", RDMs(upper(components))), RDMs(upper(data)), method="corr"
    )
    assert np.allclose(fit_weights(components, data), theirs, atol=1e-6)


def test_without_any_positive_weight_the_sum_predicts_nothing():
    component = random_rdms(1, 20)
    assert fit_weights(component, 2 - component).tolist() == [0]
    splits = halves(20, 1, 0)
    assert weighted_on_new_stimuli(component, 2 - component, splits=splits) == 0


def test_weights_fitted_to_noise_predict_nothing():
    splits = halves(30, 4, 0)
    found = weighted_on_new_stimuli(random_rdms(8, 30), random_rdms(1, 30, seed=1), splits=splits)
    assert abs(found) < 0.15


def standardised(patterns):
    centred = patterns - patterns.mean(axis=1, keepdims=True)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)


def ridge_score(units, responses, fit, new):
    """What ridge_on_new_stimuli does, from the patterns themselves, by scikit-learn."""
    centred = units[fit] - units[fit].mean(axis=0)
    mean_eigenvalue = np.linalg.eigvalsh(centred @ centred.T).mean()
    models = [Ridge(alpha=one * mean_eigenvalue) for one in comparison.PENALTIES]
    left_out = [cross_val_predict(m, units[fit], responses[fit], cv=LeaveOneOut()) for m in models]
    errors = [np.square(one - responses[fit]).sum() for one in left_out]
    predicted = models[int(np.argmin(errors))].fit(units[fit], responses[fit]).predict(units[new])
    a, b = (one - responses[fit].mean(axis=0) for one in (predicted, responses[new]))
    return (a * b).sum() / np.sqrt(np.square(a).sum() * np.square(b).sum())


def test_ridge_from_distances_is_ridge_from_patterns():
    generator = np.random.default_rng(0)
    units = generator.standard_normal((30, 50))
    responses = units[:, :8] @ generator.standard_normal((8, 20))
    responses += generator.standard_normal(responses.shape)
    units, responses = standardised(units), standardised(responses)
    splits = halves(30, 2, 0)
    found = ridge_on_new_stimuli(
        1 - (units @ units.T)[None], 1 - (responses @ responses.T)[None], splits=splits
    )
    expected = [ridge_score(units, responses, *halved)
                for split in splits for halved in (split, split[::-1])]  # fmt: skip
    assert found == pytest.approx(np.mean(expected), abs=1e-9)
    assert found > 0.3


def test_ridge_takes_the_layer_that_responses_come_from():
    generator = np.random.default_rng(0)
    layers = np.stack([standardised(generator.standard_normal((40, 12))) for _ in range(4)])
    responses = standardised(layers[2] @ generator.standard_normal((12, 60)))
    rdms, data = 1 - layers @ layers.mT, 1 - (responses @ responses.T)[None]
    splits = halves(40, 3, 0)
    assert ridge_on_new_stimuli(rdms, data, splits=splits) > 0.9
    assert abs(ridge_on_new_stimuli(rdms[[0, 1, 3]], data, splits=splits)) < 0.2


def test_a_layer_that_answers_all_stimuli_alike_predicts_nothing():
    generator = np.random.default_rng(0)
    units = standardised(generator.standard_normal((20, 12)))
    silent, telling = np.zeros((20, 20)), 1 - units @ units.T
    splits = halves(20, 2, 0)
    assert ridge_on_new_stimuli(silent[None], telling[None], splits=splits) == 0
    both = ridge_on_new_stimuli(np.stack([silent, telling]), telling[None], splits=splits)
    alone = ridge_on_new_stimuli(telling[None], telling[None], splits=splits)
    assert both == pytest.approx(alone, abs=1e-9)
    assert alone > 0.8


# ---------------------------------------------------- what has no similarity at all


def with_a_hole(rdms, value=np.nan):
    rdms[0, 2, 5] = rdms[0, 5, 2] = value
    return rdms


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_rdms_that_are_not_finite_are_refused(value):
    rdms, broken = random_rdms(2, 8), with_a_hole(random_rdms(2, 8, seed=1), value)
    splits = halves(8, 1, 0)
    for name, refused in (
        ("models", lambda: similarity(broken, rdms, "spearman")),
        ("data", lambda: similarity(rdms, broken, "cosine")),
        ("data", lambda: noise_ceiling(broken, "spearman")),
        ("models", lambda: rank_correlations(upper(broken), upper(rdms))),
        ("data", lambda: bootstrap_similarity(rdms, broken, number=5, seed=0)),
        ("layers", lambda: best_layer_on_new_stimuli(broken, rdms, splits=splits)),
        ("components", lambda: fit_weights(broken, rdms)),
        ("data", lambda: weighted_on_new_stimuli(rdms, broken, splits=splits)),
        ("samples", lambda: interval(np.array([1.0, value]))),
        ("differences", lambda: sign_flip_p(np.array([0.1, 0.2, value]))),
    ):
        with pytest.raises(CourseError, match=f"{name} must be finite"):
            refused()


def test_a_constant_rdm_is_similar_to_nothing():
    constant, rdms = 1 - np.eye(8)[None], random_rdms(2, 8)
    people = np.concatenate([rdms, constant])
    for refused in (
        lambda: similarity(constant, rdms, "whitened"),
        lambda: similarity(rdms, constant, "spearman"),
        lambda: noise_ceiling(people, "spearman"),
        lambda: fit_weights(rdms, constant),
    ):
        with pytest.raises(CourseError, match="distances are all equal"):
            refused()
    assert (rank_correlations(upper(constant), upper(rdms)) == 0).all()


def test_rdms_of_other_stimuli_or_of_no_resamples_are_refused():
    rdms = random_rdms(2, 8)
    for message, refused in (
        (r"\(S, N, N\) with N = 8", lambda: similarity(rdms, random_rdms(2, 9), "cosine")),
        (r"models must have the shape", lambda: similarity(rdms[0], rdms, "cosine")),
        (r"data must have the shape \(S, N, N\)", lambda: noise_ceiling(rdms[:, :4], "cosine")),
        (r"models must have the shape \(K, P\)", lambda: rank_correlations(rdms, rdms)),
        ("number of resamples", lambda: bootstrap_similarity(rdms, rdms, number=0, seed=0)),
        ("number of samples", lambda: interval(np.zeros((0, 3)))),
        ("number of splits", lambda: best_layer_on_new_stimuli(rdms, rdms, splits=[])),
        ("number of splits", lambda: weighted_on_new_stimuli(rdms, rdms, splits=[])),
        ("number of stimuli must be a whole number from 6", lambda: halves(5, 1, 0)),
        ("number of splits", lambda: halves(8, 0, 0)),
        ("unknown measure 'sperman'", lambda: noise_ceiling(rdms, "sperman")),
    ):
        with pytest.raises(CourseError, match=message):
            refused()


# ----------------------------------------------------------------- quick resamples


def vectors_of(number, seed, size=10):
    """Pairs of noisy RDMs that share a signal."""
    pairs = size * (size - 1) // 2
    signal = np.random.default_rng(99).random(pairs)
    return signal + 0.5 * np.random.default_rng(seed).random((number, pairs))


def test_quick_resamples_agree_with_those_that_rank_anew():
    # With one data RDM both draw stimuli alone.
    models, data = (
        noisy(random_rdms(1, 30)[0], 2, 0.5),
        noisy(random_rdms(1, 30)[0], 1, 0.5, seed=1),
    )
    quick = resampled_correlations(upper(models), upper(data), num_stimuli=30, number=400, seed=0)[
        :, :, 0
    ]
    slow = bootstrap_similarity(models, data, number=400, seed=1)
    assert np.allclose(interval(quick), interval(slow), atol=0.05)
    assert np.allclose(quick.mean(axis=0), slow.mean(axis=0), atol=0.02)


def test_an_rdm_resampled_with_itself_correlates_perfectly():
    vectors = vectors_of(3, 0)
    found = resampled_correlations(vectors, vectors, num_stimuli=10, number=20, seed=0)
    assert found.shape == (20, 3, 3)
    assert np.allclose(np.diagonal(found, axis1=1, axis2=2), 1, atol=1e-5)


def test_partial_correlation_is_that_of_residuals():
    generator = np.random.default_rng(0)
    other = generator.normal(size=200)
    model, data = other + generator.normal(size=(2, 200))
    rest = [one - np.polyval(np.polyfit(other, one, 1), other) for one in (model, data)]
    r = np.corrcoef([model, data, other])
    found = partial_correlation(r[0, 1], r[0, 2], r[2, 1])
    assert found == pytest.approx(np.corrcoef(rest)[0, 1])
