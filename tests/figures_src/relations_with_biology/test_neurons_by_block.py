"""Maps of best blocks, where they are planted."""

import numpy as np
import torch

from figures_src.relations_with_biology.neurons_by_block import (
    of_session,
    range_of,
    shares,
    trained_of,
)
from site_lib.biology.neurons import Neurons

NUM_IMAGES = 80


def test_best_layers_and_what_controls_lack():
    generator = np.random.default_rng(0)
    responses = generator.standard_normal((NUM_IMAGES, 6))
    noise = generator.standard_normal((4, NUM_IMAGES, 6))
    amount = np.full((4, 1, 6), 3.0)
    amount[1] = 0.3  # the second layer follows every neuron,
    amount[:, 0, 5] = 1.0  # but no layer follows the last neuron more than others
    trained = responses + amount * noise
    neurons = Neurons(torch.rand(NUM_IMAGES, 3, 8, 8), responses, np.arange(NUM_IMAGES), np.ones(6))
    predicted = {
        "trained": [trained],
        "random": [noise],
        "second": [noise],
        "second_random": [noise],
    }
    arrays, best = of_session(predicted, neurons, number=100, seed=0)
    assert arrays["best"][:, :5].tolist() == [[1] * 5] * 3
    low, high = arrays["best"][1:, 5]
    assert high > low
    assert best.shape == (100, 6)
    assert arrays["best_of_median_range"].tolist() == [1, 1]
    assert arrays["above_random_interval"][0] > 0.5
    # A control that is the network itself lacks nothing, and has its own trained network.
    assert arrays["above_second_random_interval"].tolist() == [0, 0]
    assert "above_second_interval" not in arrays


def test_shares_of_neurons_by_their_best_layer():
    assert shares(np.array([[0, 2, 2, 1]]), 4).tolist() == [[0.25, 0.25, 0.5, 0]]
    assert range_of(np.array([3, 3, 4, 3])).tolist() == [3, 4]
    assert trained_of("random") == "trained"
    assert trained_of("small_shuffled") == "small"
