"""Images of whole channels excite them, each its own."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.whole_channels import maximise_channels
from site_lib.networks.activations import activations_of
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to

LAYER, UNITS, SIDE = "features.6", [3, 40, 7], 48


@pytest.fixture(scope="module")
def part():
    return up_to(freeze_for_inference(load("student")), LAYER)


def climbed(part, **changed):
    options = {"side": SIDE, "steps": 24, "batch": 2, "seed": 0} | changed
    return maximise_channels(part, LAYER, UNITS, **options)


def test_each_image_excites_its_own_channel_most(part):
    images = climbed(part)
    assert images.shape == (3, 3, SIDE, SIDE)
    assert 0 <= images.min() < images.max() <= 1
    means = activations_of(part, images, [LAYER], summarise=lambda maps: maps.mean((2, 3)))[LAYER]
    assert means[:, UNITS].argmax(dim=0).tolist() == [0, 1, 2]
    few = climbed(part, steps=1)
    before = activations_of(part, few, [LAYER], summarise=lambda maps: maps.mean((2, 3)))[LAYER]
    assert (means[:, UNITS].diagonal() > 1.5 * before[:, UNITS].diagonal()).all()


def test_one_seed_gives_one_image(part):
    torch.testing.assert_close(climbed(part, steps=2), climbed(part, steps=2))
    assert not torch.equal(climbed(part, steps=2), climbed(part, steps=2, seed=1))


def test_a_network_that_is_not_frozen_has_no_statistics_to_hold_to():
    with pytest.raises(CourseError, match="freeze it first"):
        maximise_channels(load("student"), LAYER, UNITS, side=SIDE, steps=1, batch=3, seed=0)
