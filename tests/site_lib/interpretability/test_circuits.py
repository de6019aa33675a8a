"""Weights from channel to channel, where the block is linear or its rectifiers are known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.interpretability.circuits import (
    channel_weights,
    conditions,
    measured_weights,
    strongest_unit,
)
from site_lib.networks.efficientnet_lite import InvertedResidual, Stage


@pytest.fixture
def block():
    """A block of 3 channels whose filters look at one place, and whose rectifiers stay open."""
    block = InvertedResidual(3, 4, Stage(1, 3, 1, 2, 4), stride=1).eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for part in (block.expand, block.project):
            part.conv.weight.copy_(torch.randn(part.conv.weight.shape, generator=generator) / 10)
        block.depthwise.conv.weight.zero_()
        block.depthwise.conv.weight[:, 0, 1, 1] = torch.rand(6, generator=generator) + 0.5
        for part in (block.expand, block.depthwise, block.project):
            part.norm = torch.nn.Identity()
        block.expand.conv.bias = torch.nn.Parameter(torch.full((6,), 1.0))
    return block


@pytest.fixture
def entering():
    return torch.randn(2, 3, 5, 5, generator=torch.Generator().manual_seed(1)) / 10


def test_with_open_rectifiers_experiment_and_weights_agree(block, entering):
    under = conditions(block, entering)
    torch.testing.assert_close(under.passing, torch.ones(6, 3))
    assert under.lags.shape == (3, 3, 3)
    assert under.lags[1, 1].tolist() == pytest.approx([1, 1, 1])
    found = measured_weights(block, entering, torch.arange(3))
    torch.testing.assert_close(found, channel_weights(block), atol=1e-5, rtol=1e-3)
    torch.testing.assert_close(channel_weights(block, under), channel_weights(block))


def test_a_filter_counts_by_how_alike_neighbours_are(block):
    with torch.no_grad():
        block.depthwise.conv.weight[:, 0, 1, 2] = 0.3
    stripes = torch.tensor([1.0, -1.0]).repeat(4).expand(1, 3, 8, 8) / 10
    under = conditions(block, stripes)
    assert under.lags[1, 2].tolist() == pytest.approx([-7 / 8] * 3)
    uniform = conditions(block, torch.full((1, 3, 8, 8), 0.1))
    assert uniform.lags[1, 2].tolist() == pytest.approx([7 / 8] * 3)


def test_a_shut_rectifier_takes_its_path_away(block, entering):
    with torch.no_grad():
        block.expand.conv.bias[0] = -10.0
    under = conditions(block, entering)
    assert under.passing[0].tolist() == [0.0] * 3
    found = measured_weights(block, entering, torch.arange(3))
    torch.testing.assert_close(found, channel_weights(block, under), atol=1e-5, rtol=1e-3)
    assert not torch.allclose(found, channel_weights(block), atol=1e-3)


def test_a_block_that_cannot_be_read_is_refused(entering):
    with pytest.raises(CourseError, match="give one that expands channels"):
        channel_weights(InvertedResidual(3, 3, Stage(1, 3, 1, 1, 3), stride=1))
    halving = InvertedResidual(3, 4, Stage(1, 3, 2, 2, 4), stride=2).eval()
    with pytest.raises(CourseError, match="stride of 1"):
        measured_weights(halving, entering, torch.arange(1))


def test_the_strongest_unit_has_its_inputs_from_both_ends():
    weights = torch.tensor([[1.0, -1, 0, 0], [2, -3, 0.5, 1]])
    unit, inputs = strongest_unit(weights, 1)
    assert (unit, inputs.tolist()) == (1, [0, 1])
