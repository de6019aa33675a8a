"""Weights with fewer bits."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.registry import load
from site_lib.networks.rounding import round_weights, with_rounded_weights


def test_each_output_channel_has_steps_of_its_own():
    """With 3 bits the largest weight is 3 steps: 0.3 → 0.1, 30 → 10."""
    weights = torch.tensor([[0.3, 0.14, -0.16], [30.0, 14.0, -16.0]])
    expected = torch.tensor([[0.3, 0.1, -0.2], [30.0, 10.0, -20.0]])
    torch.testing.assert_close(round_weights(weights, bits=3), expected)


def test_half_precision_is_that_of_the_hardware_and_zeros_stay():
    weights = torch.tensor([[1 / 3, 0.0], [0.0, 0.0]])
    assert round_weights(weights, bits=16)[0, 0] == 0.333251953125
    assert not round_weights(weights, bits=8)[1].any()


@pytest.mark.parametrize("bits", [4, 8, 12])
def test_no_weight_moves_by_more_than_half_a_step(bits):
    weights = torch.randn(6, 50, generator=torch.Generator().manual_seed(0))
    step = weights.abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    moved = (round_weights(weights, bits=bits) - weights).abs()
    assert (moved <= 0.5001 * step).all()


def test_a_network_is_copied_before_it_is_rounded():
    network = load("student")
    before = network.net.features[0].weight.clone()
    rounded = with_rounded_weights(network, bits=4)
    assert torch.equal(network.net.features[0].weight, before)
    assert len(rounded.net.features[0].weight[0].unique()) <= 15
    with pytest.raises(CourseError, match="bits"):
        with_rounded_weights(network, bits=1)
