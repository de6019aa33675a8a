"""Ablation, where the effect of a channel can be calculated."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.interpretability.ablation import (
    ablation_effects,
    centred,
    channel_held,
    promised,
)

LAYER = "features.16"


def test_of_the_last_map_a_channel_takes_its_column_of_the_classifier(network, images):
    """The logits are linear in the means of this layer's maps."""
    with torch.no_grad():
        means = network.net.features(network.normalise(images)).mean(dim=(2, 3))
    channels, held = torch.tensor([3, 200]), torch.tensor([0.0, 1.5])
    found = ablation_effects(network, images, LAYER, channels, held)
    weight = network.net.classifier.weight
    for index, channel in enumerate(channels):
        change = (held[index] - means[:, channel])[:, None] * weight[:, channel]
        torch.testing.assert_close(found[index], centred(change), atol=1e-4, rtol=1e-3)


def test_nothing_is_held_behind_the_block(network, images):
    with torch.no_grad():
        before = network(images)
        with channel_held(network, LAYER, 0, 9.0):
            assert not torch.equal(network(images), before)
        assert torch.equal(network(images), before)


def test_a_channel_that_is_not_there_is_named(network, images):
    with (
        torch.no_grad(),
        channel_held(network, LAYER, 999, 0.0),
        pytest.raises(CourseError, match="no channel 999"),
    ):
        network(images)


def test_a_name_is_the_category_with_the_largest_mean():
    responses = torch.tensor([[1.0, 0.0], [3.0, 0.0], [2.5, 1.0], [0.0, 9.0]])
    assert promised(responses, torch.tensor([0, 0, 4, 4])).tolist() == [0, 4]
