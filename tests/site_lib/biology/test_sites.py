"""Sites of V4 and IT: simulated ones, and recorded ones of a stand-in for the archive."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from site_lib.biology import sites
from site_lib.biology.encoding import correlations
from site_lib.biology.sites import (
    NUM_TRIALS,
    cell_means,
    photograph_views,
    recorded_sites,
    simulated_responses,
)
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.networks.activations import activations_of
from site_lib.networks.loading import load_frozen

SIDE = 64
NUM_SHOWN = 20 + len(PHOTOGRAPHS)


@pytest.fixture(scope="module")
def student():
    return load_frozen("student")


def test_every_photograph_is_seen_at_every_place_in_every_light():
    images, groups, inputs = photograph_views(1, 32, seed=0)
    assert images.shape == (16 * NUM_SHOWN, 3, 32, 32)
    assert np.bincount(groups).tolist() == [16] * NUM_SHOWN
    assert len({entry["name"] for entry in inputs}) == NUM_SHOWN


def test_simulated_sites_are_as_noisy_as_they_are_said_to_be(monkeypatch):
    activation = torch.randn(4000, 12, 16, generator=torch.Generator().manual_seed(0))
    found = simulated_responses(activation, num_sites=3, seed=0)
    monkeypatch.setattr(sites, "NOISE", 0.0)
    truth = simulated_responses(activation, num_sites=3, seed=0)
    assert found.shape == (4000, 3)
    expected = np.sqrt(1 / (1 + 2.0**2 / NUM_TRIALS))
    assert correlations(found, truth) == pytest.approx(expected, abs=0.02)


def test_the_same_seed_makes_the_same_sites_and_another_makes_others():
    # A stem has fewer channels than a site would mix.
    activation = torch.rand(20, 4, 16, generator=torch.Generator().manual_seed(0))
    one, again, other = (
        simulated_responses(activation, num_sites=3, seed=seed) for seed in (0, 0, 1)
    )
    assert np.array_equal(one, again)
    assert not np.allclose(one, other)


def test_cells_are_means_over_sixteenths_of_the_map(student):
    images = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    found = cell_means(student, images, ["features.2"])["features.2"]
    whole = activations_of(student, images, ["features.2"])["features.2"].view(2, 64, 16, 16)
    assert found.shape == (2, 64, 16)
    assert torch.allclose(found[:, :, 5], whole[:, :, 4:8, 4:8].mean(dim=(2, 3)), atol=1e-5)


def test_recorded_sites_are_read_at_the_side_that_is_asked_for(monkeypatch):
    archive = SimpleNamespace(
        image_names=("a", "b"),
        image=lambda index: np.full((8, 8, 3), 10 * index, np.uint8),
        responses={"V4": np.zeros((2, 4)), "IT": np.zeros((2, 5))},
        categories=np.array(["Cars", "Faces"]),
    )
    monkeypatch.setattr(sites, "cadieu2014", lambda: archive)
    found = recorded_sites(4)
    assert found.images.shape == (2, 3, 4, 4)
    assert found.images[1].unique() == pytest.approx(10 / 255)
    assert found.groups.tolist() == ["Cars", "Faces"]
    assert found.responses == archive.responses
