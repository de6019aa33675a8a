"""Sites of V4 and IT: simulated ones, and recorded ones of a stand-in for the archive."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from site_lib.biology import sites
from site_lib.biology.sites import (
    NUM_TRIALS,
    cell_means,
    is_recorded,
    photograph_views,
    recorded_sites,
    simulated_sites,
)
from site_lib.common.errors import CourseError
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.networks.activations import activations_of
from site_lib.networks.loading import load_frozen

SIDE = 64
LAYERS = ("features.6", "features.16")
NUM_SHOWN = 20 + len(PHOTOGRAPHS)


@pytest.fixture(scope="module")
def student():
    return load_frozen("student")


@pytest.fixture(scope="module")
def simulated(student):
    return simulated_sites(student, LAYERS, num_sites=3, num_repeats=1, side=SIDE, seed=0)


def test_every_photograph_is_seen_at_every_place_in_every_light():
    images, groups, inputs = photograph_views(1, 32, seed=0)
    assert images.shape == (16 * NUM_SHOWN, 3, 32, 32)
    assert np.bincount(groups).tolist() == [16] * NUM_SHOWN
    assert len({entry["name"] for entry in inputs}) == NUM_SHOWN


def test_simulated_sites_answer_to_every_image_and_have_ceilings(simulated, student):
    assert simulated.weights == [student.record()]
    for area in ("V4", "IT"):
        assert simulated.responses[area].shape == (len(simulated.images), 3)
        assert simulated.ceilings[area].shape == (3,)
        # Signal and noise in the mean over trials, whose ratio is known.
        expected = np.sqrt(1 / (1 + sites.NOISE**2 / NUM_TRIALS))
        assert simulated.ceilings[area] == pytest.approx(expected, abs=0.05)


def test_the_same_seed_makes_the_same_sites_and_another_makes_others(simulated, student):
    options = {"num_sites": 3, "num_repeats": 1, "side": SIDE}
    again = simulated_sites(student, LAYERS, **options, seed=0)
    other = simulated_sites(student, LAYERS, **options, seed=1)
    assert np.array_equal(again.responses["IT"], simulated.responses["IT"])
    assert not np.allclose(other.responses["IT"], simulated.responses["IT"])


def test_cells_are_means_over_sixteenths_of_the_map(student):
    images = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    found = cell_means(student, images, ["features.2"])["features.2"]
    whole = activations_of(student, images, ["features.2"])["features.2"].view(2, 64, 16, 16)
    assert found.shape == (2, 64, 16)
    assert torch.allclose(found[:, :, 5], whole[:, :, 4:8, 4:8].mean(dim=(2, 3)), atol=1e-5)


def test_recorded_sites_are_not_normalised(monkeypatch):
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
    assert {area: one.tolist() for area, one in found.ceilings.items()} == {
        "V4": [1] * 4,
        "IT": [1] * 5,
    }
    assert found.inputs[0]["name"].startswith("recording: cadieu2014")
    assert found.weights == []


@pytest.mark.parametrize("there", [True, False])
def test_what_is_at_hand_is_preferred_unless_something_else_is_asked_for(monkeypatch, there):
    monkeypatch.setattr(sites, "at_hand", lambda names: there)
    assert is_recorded("auto") is there
    assert is_recorded("cadieu2014")
    assert not is_recorded("simulated")
    with pytest.raises(CourseError, match=r"population must be 'auto' or .* not 'recorded'"):
        is_recorded("recorded")
