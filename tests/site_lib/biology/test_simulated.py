"""A simulated population: its statistics, and that encoding models recover how it was made."""

import numpy as np
import pytest

from site_lib.biology.encoding import (
    brain_score,
    correlations,
    predict_by_ridge,
    predictivity,
    reliability,
)
from site_lib.biology.simulated import simulate_population
from site_lib.common.errors import CourseError


@pytest.fixture
def activation():
    return np.random.default_rng(0).standard_normal((400, 12, 4)) * 3 + 5


def simulated(activation, **changes):
    options = {
        "num_sites": 15,
        "num_channels": 4,
        "whole_image": False,
        "num_repeats": 8,
        "noise": 1.0,
        "seed": 0,
    }
    return simulate_population(activation, **options | changes)


def test_noise_and_scale_are_as_stated(activation):
    population = simulated(activation, noise=0.5)
    assert population.repeats.shape == (8, 400, 15)
    assert np.allclose(population.truth.std(axis=0), 1)
    assert (population.truth >= 0).all()
    errors = population.repeats - population.truth
    assert errors.std() == pytest.approx(0.5, rel=0.02)


def test_the_ceiling_is_the_correlation_with_the_truth(activation):
    population = simulated(activation)
    ceilings = reliability(population.repeats, number=10, seed=0)
    to_truth = correlations(population.repeats.mean(axis=0), population.truth)
    assert np.allclose(ceilings, to_truth, atol=0.05)


def test_a_local_site_is_predicted_from_its_own_cell_only(activation):
    population = simulated(activation, num_sites=1)
    by_cell = []
    for cell in range(4):
        predicted = predict_by_ridge(
            activation[:300, :, cell], population.truth[:300], activation[300:, :, cell]
        )
        by_cell.append(correlations(predicted, population.truth[300:])[0])
    # A rectified sum is largely, not wholly, linear.
    assert max(by_cell) > 0.75
    assert sorted(by_cell)[-2] < 0.3


def test_the_layer_that_made_the_sites_predicts_them_best(activation):
    """The truth is recovered: of three layers, the one that was used scores near the ceiling."""
    generator = np.random.default_rng(1)
    mixed = np.tanh(activation.mean(axis=2) @ generator.standard_normal((12, 12)) / 3)
    layers = {
        "own": activation.reshape(400, -1),
        "mixed": mixed,
        "unrelated": generator.standard_normal((400, 12)),
    }
    population = simulated(activation)
    ceilings = reliability(population.repeats, number=10, seed=0)
    scores = {
        name: brain_score(
            predictivity(
                features,
                population.repeats.mean(axis=0),
                ceilings,
                np.arange(400) % 4,
                predict=predict_by_ridge,
                num_splits=4,
                seed=0,
            )
        )
        for name, features in layers.items()
    }
    assert scores["own"] > 0.75
    assert scores["own"] > scores["mixed"] + 0.2
    assert abs(scores["unrelated"]) < 0.15


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"num_sites": 0}, "number of sites"),
        ({"num_channels": 13}, "number of channels must be a whole number from 1 to 12, not 13"),
        ({"num_repeats": 0}, "number of repeats"),
        ({"noise": -1.0}, "noise must be a number from 0 on"),
        ({"noise": np.nan}, "noise must be a number from 0 on"),
    ],
)
def test_a_population_that_cannot_be_is_refused(activation, wrong, message):
    with pytest.raises(CourseError, match=message):
        simulated(activation, **wrong)


def test_activations_that_are_not_finite_are_refused(activation):
    activation[0, 0, 0] = np.nan
    with pytest.raises(CourseError, match="activation must be finite"):
        simulated(activation)
    with pytest.raises(CourseError, match=r"activation must have the shape \(N, channels, cells\)"):
        simulated(activation[0])
