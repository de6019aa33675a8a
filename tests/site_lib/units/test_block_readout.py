"""What blocks tell, where the answer is planted."""

from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from site_lib.common.errors import CourseError
from site_lib.networks.activations import record_activations
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.statistics.readout import folds_by_group, held_out_errors
from site_lib.statistics.separation import group_separation
from site_lib.units.block_readout import Stimuli, block_features, blocks, curves, told_by

GROUP = np.repeat(np.arange(6), 3)
BRIGHT = GROUP % 2 == 1


@pytest.fixture(scope="module")
def network():
    return load("student", random_seed=0)


@pytest.fixture(scope="module")
def stimuli():
    """Eighteen views of six things, noise that is brighter for every second thing."""
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(len(GROUP) + 4, 3, 32, 32, generator=generator)
    images = 0.5 * noise[:-4] + 0.5 * torch.tensor(BRIGHT)[:, None, None, None]
    errors = partial(
        held_out_errors, folds=folds_by_group(GROUP, 3), groups=GROUP, labels={"bright": BRIGHT}
    )
    return Stimuli(images, noise[-4:], GROUP, errors)


def test_features_are_means_of_cells_in_units_of_the_reference(network, stimuli):
    features = block_features(network, stimuli.images, stimuli.reference)
    assert list(features) == ["pixels", *blocks(network)]
    layer = blocks(network)[0]
    both = torch.cat([stimuli.images, stimuli.reference])
    frozen = freeze_for_inference(network)
    with torch.no_grad(), record_activations(frozen, [layer]) as found:
        frozen(both)
    cells = F.adaptive_avg_pool2d(found[layer], 4).flatten(2)
    reference = cells[len(GROUP) :]
    spread = reference.std(dim=(0, 2), correction=0, keepdim=True)
    expected = (cells[: len(GROUP)] - reference.mean(dim=(0, 2), keepdim=True)) / spread
    answering = spread.flatten() > 1e-6
    np.testing.assert_allclose(
        features[layer][:, answering], expected[:, answering], rtol=1e-3, atol=1e-3
    )


def test_what_is_planted_is_read_from_the_pixels(network, stimuli):
    told = told_by(network, stimuli, 16, seed=0)
    assert len(told.errors) == 1 + len(told.distances) == 1 + len(blocks(network))
    assert told.errors[0]["bright"].share_removed == 1
    found = curves([told, told], GROUP, group_separation, seed=0)
    assert found["shares"].shape == (2, 1, len(told.errors))
    assert found["intervals"].shape == (1, len(told.errors), 2)
    assert found["separation"].shape == (2, len(told.distances))
    low, high = found["separation_interval"].T
    assert (low <= high).all()
    np.testing.assert_array_equal(found["shares"][0], found["shares"][1])


def test_curves_of_no_network_are_refused():
    with pytest.raises(CourseError, match="curves need a network"):
        curves([], GROUP, group_separation, seed=0)
