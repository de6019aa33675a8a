"""Parameters and connections of layers whose numbers follow from their shapes."""

import torch
from torch import nn

from site_lib.networks.network_size import count_connections, count_parameters
from site_lib.networks.registry import load


def test_a_convolution_has_a_connection_for_every_use_of_a_weight():
    layer = nn.Conv2d(3, 8, kernel_size=5, stride=2, padding=2)
    assert count_parameters(layer) == 8 * 3 * 5 * 5 + 8
    assert count_connections(layer, torch.zeros(1, 3, 32, 32)) == 16 * 16 * 8 * (3 * 5 * 5)


def test_grouped_channels_have_fewer():
    layer = nn.Conv2d(8, 8, kernel_size=3, padding=1, groups=8, bias=False)
    assert count_parameters(layer) == 8 * 3 * 3
    assert count_connections(layer, torch.zeros(1, 8, 10, 10)) == 10 * 10 * 8 * 9


def test_without_sharing_connections_are_the_weights():
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 2))
    assert count_connections(network, torch.zeros(1, 3, 2, 2)) == 12 * 5 + 5 * 2


def test_a_layer_that_runs_twice_counts_twice_and_no_hook_stays():
    layer = nn.Linear(4, 4)
    network = nn.Sequential(layer, layer)
    assert count_connections(network, torch.zeros(1, 4)) == 2 * 16
    assert not layer._forward_hooks


def test_lite0_has_the_size_that_its_authors_give():
    """EfficientNet-Lite0: 4.7 million parameters, 407 million multiplications and additions."""
    network = load("efficientnet_lite0", random_seed=0)
    assert round(count_parameters(network) / 1e6, 1) == 4.7
    connections = count_connections(network, torch.zeros(1, 3, 224, 224))
    assert abs(connections - 407e6) < 0.1 * 407e6
