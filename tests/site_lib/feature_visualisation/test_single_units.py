"""Images of single units excite them, also where they begin in silence."""

import torch

from site_lib.feature_visualisation.objectives import neurons
from site_lib.feature_visualisation.single_units import maximise_units
from site_lib.feature_visualisation.transforms import gaussian_noise
from site_lib.networks.activations import activations_of
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load

SIDE = 48


def maps_of(network, images, layer):
    return activations_of(network, images, [layer], summarise=lambda answers: answers)[layer]


def test_a_silent_unit_is_woken_through_the_channel_that_feeds_it():
    network = freeze_for_inference(load("efficientnet_lite0"))
    layer, units = "blocks.1.depthwise.conv", [0, 7, 50]

    def climbed(waking_steps, **options):
        return maximise_units(
            network, layer, units, side=SIDE, waking_steps=waking_steps, transforms=[
                gaussian_noise(0.04)], generator=torch.Generator().manual_seed(0),
            **{"steps": 8, "batch": 3} | options,
        )  # fmt: skip

    images = climbed(8)
    assert images.shape == (3, 3, SIDE, SIDE)
    start = climbed(1, steps=1)
    objective = neurons(layer, torch.tensor(units))
    before, after = (
        objective.score({layer: maps_of(network, one, layer)}) for one in (start, images)
    )
    assert (after > before).all()
    assert climbed(1, steps=1, batch=2).shape == images.shape
