"""The strongest unit at a place, and the strongest place of a unit."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.activations import record_activations
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.units.receptive_fields import theoretical_receptive_fields
from site_lib.units.strongest import strongest_patches, strongest_places, strongest_units


@pytest.fixture
def maps():
    """Two images, three channels, 4 × 5 places: each number occurs once."""
    return torch.randperm(120, generator=torch.Generator().manual_seed(0)).view(2, 3, 4, 5).float()


def test_the_strongest_unit_at_a_place(maps):
    positions = torch.tensor([[0, 4], [3, 1]])
    best = strongest_units(maps, positions)
    assert best.tolist() == [int(maps[0, :, 0, 4].argmax()), int(maps[1, :, 3, 1].argmax())]
    second = strongest_units(maps, positions, without=best)
    assert (second != best).all()
    third = [{0, 1, 2} - {int(a), int(b)} for a, b in zip(best, second, strict=True)]
    for image, ((row, column), (unit,)) in enumerate(zip(positions, third, strict=True)):
        assert maps[image, unit, row, column] < maps[image, second[image], row, column]


def test_the_strongest_place_of_a_unit(maps):
    channels = torch.tensor([2, 0])
    answers, positions = strongest_places(maps, channels)
    for image, channel in enumerate(channels):
        row, column = positions[image]
        assert maps[image, channel, row, column] == maps[image, channel].max() == answers[image]


def test_the_strongest_patch_holds_the_pixels_that_the_unit_sees():
    network = freeze_for_inference(load("student", random_seed=0))
    layer, side = "features.1", 64
    field = theoretical_receptive_fields(network.net, side)[layer]
    images = torch.full((2, 3, side, side), 0.5)
    images[:, :, 30:41, 30:41] = torch.rand(
        2, 3, 11, 11, generator=torch.Generator().manual_seed(0)
    )
    channels = torch.tensor([3, 5])
    answers, patches = strongest_patches(network, images, layer, channels, field.size)
    assert patches.shape == (2, 3, field.size, field.size)
    with torch.no_grad(), record_activations(network, [layer]) as activations:
        network(images)
    expected = activations[layer][torch.arange(2), channels].amax(dim=(1, 2))
    torch.testing.assert_close(answers, expected)
    assert (patches != 0.5).flatten(1).any(dim=1).all()


def test_places_and_channels_belong_to_the_images(maps):
    with pytest.raises(CourseError, match=r"positions must have the shape \(N, 2\) with N = 2"):
        strongest_units(maps, torch.zeros(3, 2, dtype=torch.long))
    with pytest.raises(CourseError, match=r"without must have the shape \(N\) with N = 2"):
        strongest_units(maps, torch.zeros(2, 2, dtype=torch.long), torch.tensor([1]))
    with pytest.raises(CourseError, match=r"channels must have the shape \(N\) with N = 2"):
        strongest_places(maps, torch.tensor([1]))
