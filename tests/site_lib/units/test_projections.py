"""Projecting in a window gives what projecting in the whole crop gives."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.images import as_bytes
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.units.deconvnet import project_back
from site_lib.units.projections import project_patches, visible, windows_around
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.top_patches import patch_corners, patches_of

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
