"""What depths tell, where the answer is planted."""

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
from site_lib.units.block_readout import (
    GRID,
    depths,
    errors_by_depth,
    found_again,
    like_units,
    pooled_layers,
)


@pytest.fixture
def noise():
    return np.random.default_rng(0).standard_normal((24, 10))


def test_depths_end_with_what_the_classifier_reads():
    for name, last in (("student", "features.16"), ("mobilenet_v2", "features.18")):
        network = load(name, random_seed=0)
        assert depths(network)[-1] == last
        assert "classifier" not in depths(network)


def test_units_are_averaged_over_the_map_and_over_cells():
    network = load("student", random_seed=0)
    images = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    found = pooled_layers(network, images)
    assert list(found) == depths(network)
    layer = depths(network)[0]
    frozen = freeze_for_inference(network)
    with torch.no_grad(), record_activations(frozen, [layer]) as recorded:
        frozen(images)
    maps = recorded[layer]
    np.testing.assert_allclose(found[layer].whole, maps.mean(dim=(2, 3)), rtol=1e-4, atol=1e-5)
    cells = F.adaptive_avg_pool2d(maps, GRID).flatten(1)
    np.testing.assert_allclose(found[layer].cells, cells, rtol=1e-4, atol=1e-5)


def test_what_is_planted_is_read_where_it_is(noise):
    label = np.arange(24) % 2
    planted = noise.copy()
    planted[:, 0] += 9 * label
    ask = partial(
        held_out_errors,
        folds=folds_by_group(np.arange(24), 4),
        groups=np.arange(24),
        labels={"kind": label},
    )
    wrong = errors_by_depth({"early": noise, "late": planted}, ask)["kind"]
    assert wrong.shape == (2, 24)
    assert wrong[0].sum() > 4
    assert wrong[1].sum() == 0


def test_all_units_count_alike(noise):
    found = like_units(noise * np.logspace(-3, 3, 10) + 7)
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(found.std(axis=0), 1)
    assert (like_units(np.ones((4, 2))) == 0).all()


def test_things_are_found_again_in_another_view(noise):
    views = 3 * noise + 0.1 * np.random.default_rng(1).standard_normal(noise.shape)
    assert found_again(views, noise).all()
    assert not found_again(views[::-1], noise).any()
    with pytest.raises(CourseError, match="others must have the shape"):
        found_again(views, noise[1:])
