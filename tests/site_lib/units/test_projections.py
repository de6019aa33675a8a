"""Projecting in a window gives what projecting in the whole crop gives."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.images.corpus import folder_corpus
from site_lib.images.images import as_bytes
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.units.deconvnet import project_back
from site_lib.units.projections import (
    patches_and_projections,
    patches_in_crops,
    project_patches,
    visible,
    windows_around,
)
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.survey import survey_layers
from site_lib.units.top_patches import cut_patches, find_top_patches, patch_corners, patches_of

SIDE, PATCH = 128, 35


@pytest.mark.parametrize(
    ("model", "layer", "rule"),
    [
        ("efficientnet_lite0", "blocks.3.depthwise.conv", "guided"),
        ("student", "features.4", "deconvnet"),
    ],
)
def test_a_window_is_as_good_as_the_whole_crop(model, layer, rule):
    classifier = freeze_for_inference(load(model))
    field = theoretical_receptive_fields(classifier.net, SIDE)[layer]
    generator = torch.Generator().manual_seed(0)
    crops = torch.rand(4, 3, SIDE, SIDE, generator=generator)
    last = field.map_side - 1
    # In the middle, in two corners, and at an edge, where patches are shifted inside.
    positions = torch.tensor([[last // 2, last // 2], [0, 0], [last, last], [3, last]])
    corners = patch_corners(field, positions, PATCH, SIDE)
    for chosen in (slice(0, 1), slice(0, 4)):
        windows = windows_around(field, positions[chosen], corners[chosen], PATCH, SIDE)
        assert windows[1] < SIDE
        found = project_patches(
            classifier, crops[chosen], positions[chosen], corners[chosen], layer, 5, field=field,
            patch_side=PATCH, rule=rule, num_noisy=1, noise=0.0, generator=generator,
        )  # fmt: skip
        units = torch.full((len(found),), 5)
        whole = project_back(classifier, crops[chosen], layer, units, rule=rule,
                             positions=positions[chosen])  # fmt: skip
        expected = patches_of(whole, corners[chosen], PATCH)
        assert expected.abs().max() > 0
        torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-5 * expected.abs().max())


def test_windows_hold_fields_and_patches_and_lie_on_the_lattice():
    field = Field(size=40, jump=8, centre=3.5, map_side=16)
    positions = torch.tensor([[6, 6], [0, 15]])
    corners = patch_corners(field, positions, 40, 128)
    starts, side = windows_around(field, positions, corners, 40, 128)
    assert side == 64
    assert (starts % 32 == 0).all()
    assert (starts <= corners).all()
    assert (starts + side >= corners + 40).all()
    whole = windows_around(field, positions, corners, 40, 120)
    assert whole[1] == 120
    assert (whole[0] == 0).all()


def test_signed_projections_become_pictures_around_grey():
    signed = torch.zeros(1, 2, 3, 8, 8)
    signed[0, 0, 0, 0, 0], signed[0, 0, 1, 0, 0] = 5.0, -5.0
    picture = visible(signed)
    assert picture[0, 0, 0, 0, 0] == 1
    assert picture[0, 0, 1, 0, 0] == 0
    assert (picture[0, 1] == 0.5).all()
    assert as_bytes(picture).shape == (1, 2, 8, 8, 3)
    assert as_bytes(picture)[0, 0, 0, 0].tolist() == [255, 0, 128]


@pytest.mark.parametrize(
    ("num_noisy", "noise", "message"),
    [
        (0, 0.1, "number of noisy copies must be a whole number from 1 on, not 0"),
        (2, -0.1, "noise must be a number from 0 on"),
    ],
)
def test_a_mean_over_no_copies_is_refused(num_noisy, noise, message):
    nowhere = torch.zeros(1, 2, dtype=torch.long)
    with pytest.raises(CourseError, match=message):
        project_patches(
            load("student", random_seed=0), torch.zeros(1, 3, 64, 64), nowhere, nowhere,
            "features.4", 0, field=Field(size=40, jump=8, centre=3.5, map_side=8), patch_side=35,
            rule="guided", num_noisy=num_noisy, noise=noise, generator=torch.Generator(),
        )  # fmt: skip


def test_patches_are_asked_of_units_of_their_own(tmp_path):
    network = freeze_for_inference(load("student", random_seed=0))
    for index in range(3):
        noise = torch.rand(64, 64, 3, generator=torch.Generator().manual_seed(index))
        Image.fromarray((255 * noise).byte().numpy()).save(tmp_path / f"{index}.png")
    corpus, layer = folder_corpus(tmp_path, 64), "features.4"
    survey = survey_layers(network, corpus, {layer: PATCH}, k=3)
    found, units = survey.layers[layer], [5, 2]
    shown = patches_in_crops(corpus, layer, found, units, 2)
    assert torch.equal(shown.pixels.unflatten(0, (2, 2)),
                       cut_patches(corpus, found.patches, units)[:, :2])  # fmt: skip
    part = up_to(network, layer)
    strongest = shown.strongest_units(part)
    own = torch.tensor(units).repeat_interleave(2)
    assert (shown.strongest_units(part, without=strongest) != strongest).all()
    signals = shown.ways_back(part, own, "guided", torch.Generator())
    one = project_patches(
        part, shown.crops[3:], shown.positions[3:], shown.corners[3:], layer, units[1],
        field=found.field, patch_side=PATCH, rule="guided", num_noisy=1, noise=0.0,
        generator=torch.Generator(),
    )  # fmt: skip
    torch.testing.assert_close(signals[3:], one)


def filters_network():
    """One convolution with two filters of 3 × 3 pixels, as a classifier of pixels in [0, 1]."""
    net = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1, bias=False))
    net[0].weight.data = torch.randn(2, 3, 3, 3, generator=torch.Generator().manual_seed(0))
    entry = SimpleNamespace(layers=(), input_side=64, licence="", mean=(0.0,) * 3, std=(1.0,) * 3)
    return Classifier(entry, net, name="filters", weights_sha256="").eval()


@pytest.mark.parametrize("rule", ["gradient", "deconvnet"])
def test_in_a_linear_network_the_way_back_is_the_filter(tmp_path, rule):
    """Wherever its patch is, and whatever noise is added: the gradient of a unit of one
    convolution is its filter, and the deconvnet's signal is that times the activation.
    """
    drawing = np.random.default_rng(0)
    for name in ("0.png", "1.png"):
        pixels = np.zeros((64, 64, 3), np.uint8)
        pixels[10:50, 10:50] = drawing.integers(256, size=(40, 40, 3))  # away from the border
        Image.fromarray(pixels).save(tmp_path / name)
    corpus = folder_corpus(tmp_path, 64, scales=(1.0,))
    network = filters_network()
    found = find_top_patches(network, corpus, {"0": 5}, k=3).layers["0"]
    patches, projections = patches_and_projections(
        network, corpus, found, "0", [1, 0],
        field=theoretical_receptive_fields(network.net, 64)["0"], rule=rule, num_noisy=2,
        noise=0.1 if rule == "gradient" else 0.0, generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    assert patches.shape == projections.shape == (2, 3, 3, 5, 5)
    assert torch.equal(patches, cut_patches(corpus, found, [1, 0]))
    # Two photographs have two patches; for the third there is nothing.
    assert (patches[:, 2] == 0.5).all()
    assert (projections[:, 2] == 0).all()
    for row, unit in enumerate((1, 0)):
        for rank in range(2):
            size = found.scores[unit, rank] if rule == "deconvnet" else 1
            expected = F.pad(size * network.net[0].weight.data[unit], (1, 1, 1, 1))
            torch.testing.assert_close(projections[row, rank], expected)
