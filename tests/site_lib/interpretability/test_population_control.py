"""Encoders that are known, and images for their neurons."""

import numpy as np
import pytest
import torch

from site_lib.biology.encoding import predict_by_ridge
from site_lib.biology.sites import cell_means
from site_lib.common.errors import CourseError
from site_lib.interpretability.population_control import (
    Encoder,
    fit_encoder,
    one_hot,
    shuffled,
    stretch,
)
from site_lib.networks.truncation import up_to

LAYER = "features.6"


@pytest.fixture(scope="module")
def recording() -> tuple[np.ndarray, np.ndarray]:
    """Features (40, 60), and two neurons that add some of them up, with noise (40, 2)."""
    generator = np.random.default_rng(0)
    features = generator.normal(size=(40, 60)) * 3 + 5
    rates = 4 + features[:, :2] * (1, -0.5) + 0.3 * generator.normal(size=(40, 2))
    return features, rates


def test_an_encoder_predicts_what_ridge_regression_does(recording):
    features, rates = recording
    found = fit_encoder(LAYER, features, rates).from_features(torch.from_numpy(features).float())
    z = (rates - rates.mean(axis=0)) / rates.std(axis=0)
    np.testing.assert_allclose(found, predict_by_ridge(features, z, features), atol=1e-3)


def test_a_neuron_that_answers_alike_to_all_images_is_refused(recording):
    features, rates = recording
    with pytest.raises(CourseError, match="neuron 1 answers alike"):
        fit_encoder(LAYER, features, rates * (1, 0))


def test_maps_and_means_in_cells_give_the_same_prediction(network, images):
    maps = cell_means(network, images, [LAYER])[LAYER]
    size = maps.shape[1] * maps.shape[2]
    weights = torch.randn(3, size, generator=torch.Generator().manual_seed(0))
    encoder = Encoder(LAYER, weights, torch.ones(size), 2.0)
    with torch.no_grad():
        whole = up_to(network, LAYER)(images)
    assert torch.allclose(encoder(whole), encoder.of_images(network, images), atol=1e-4)


def test_an_encoder_of_another_layer_is_refused():
    encoder = Encoder(LAYER, torch.ones(2, 16), torch.zeros(16), 1.0)
    with pytest.raises(CourseError, match="gives 32 features, but the encoder was fitted to 16"):
        encoder(torch.ones(1, 2, 4, 4))


def test_shuffled_weights_keep_their_neuron_and_change_places():
    encoder = Encoder(LAYER, torch.arange(64.0).view(2, 32), torch.zeros(32), 1.0)
    mixed = shuffled(encoder, torch.Generator().manual_seed(0)).weights
    assert not torch.equal(mixed, encoder.weights)
    assert torch.equal(mixed.sort(dim=1).values, encoder.weights)


def test_objectives_ask_for_one_neuron_of_each_image():
    # A map of one channel, uniform: neuron k answers by k + 1 times its value.
    encoder = Encoder(LAYER, torch.tensor([[1.0], [2.0]]).repeat(1, 16) / 16, torch.zeros(16), 1.0)
    maps = torch.tensor([3.0, 5.0])[:, None, None, None].expand(2, 1, 4, 4)
    neurons = torch.tensor([1, 0])
    assert stretch(encoder, neurons).score({LAYER: maps}).tolist() == pytest.approx([6, 5])
    alone = one_hot(encoder, neurons).score({LAYER: maps}).exp()
    assert alone.tolist() == pytest.approx([1 / (1 + np.exp(-3)), 1 / (1 + np.exp(5))])
