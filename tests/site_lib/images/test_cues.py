"""Cues that images keep, where pixels can be counted."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.cues import grey, on_ground, random_phases, shuffled_patches, silhouette


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def images(generator):
    return torch.rand(3, 3, 24, 24, generator=generator)


def test_grey_keeps_luminance_and_loses_colour(images):
    found = grey(images)
    assert torch.equal(found[:, 0], found[:, 2])
    expected = 0.2126 * images[:, 0] + 0.7152 * images[:, 1] + 0.0722 * images[:, 2]
    torch.testing.assert_close(found[:, 1], expected)


@pytest.mark.parametrize("grid", [1, 2, 4, 24])
def test_squares_change_places_and_stay_whole(grid, images, generator):
    found = shuffled_patches(images, grid, generator)
    patch = 24 // grid

    def squares(image):
        rows = image.unfold(1, patch, patch).unfold(2, patch, patch).permute(1, 2, 0, 3, 4)
        return {tuple(square.flatten().tolist()) for square in rows.flatten(0, 1)}

    for before, after in zip(images, found, strict=True):
        assert squares(before) == squares(after)
        assert torch.equal(before, after) == (grid == 1)


def test_every_image_is_shuffled_in_its_own_way(generator):
    same = torch.arange(64.0).reshape(1, 1, 8, 8).expand(2, 3, 8, 8)
    one, other = shuffled_patches(same, 8, generator)
    assert not torch.equal(one, other)
    assert torch.equal(one[0], one[1])  # the channels of one image move together


def test_squares_must_fit(images, generator):
    with pytest.raises(CourseError, match="5 squares do not fit along 24 pixels"):
        shuffled_patches(images, 5, generator)


def test_random_phases_keep_amplitudes_mean_and_the_relation_of_channels(generator):
    images = 0.5 + 0.02 * torch.randn(2, 3, 32, 32, generator=generator, dtype=torch.double)
    found = random_phases(images, generator)
    before, after = torch.fft.rfft2(images), torch.fft.rfft2(found)
    torch.testing.assert_close(after.abs(), before.abs())
    torch.testing.assert_close(found.mean(dim=(2, 3)), images.mean(dim=(2, 3)))
    cross = [spectrum[:, 0] * spectrum[:, 2].conj() for spectrum in (before, after)]
    torch.testing.assert_close(*cross)
    assert (found - images).abs().mean() > 0.01


def test_a_cut_out_lies_in_the_middle_of_its_ground():
    cutout = torch.zeros(4, 10, 20)
    cutout[0], cutout[3] = 0.8, 1.0  # a red bar, all of it opaque
    shown = on_ground(cutout, 40, share=0.5, ground=0.25)
    assert shown.shape == (1, 3, 40, 40)
    torch.testing.assert_close(shown[0, :, 20, 20], torch.tensor([0.8, 0.0, 0.0]))
    assert (shown[0, :, :15] == 0.25).all()
    assert (shown[0, :, :, :10] == 0.25).all()
    assert (shown[0, 0, 16:24, 11:29] - 0.8).abs().max() < 1e-5
    outline = silhouette(cutout, 40, share=0.5)
    assert outline.shape == (1, 3, 40, 40)
    assert outline[0, 0, 20, 20] == 0
    assert (outline[0, :, :15] == 1).all()


def test_half_opaque_is_half_seen():
    cutout = torch.cat([torch.ones(3, 8, 8), torch.full((1, 8, 8), 0.5)])
    assert on_ground(cutout, 8, share=1, ground=0)[0, 0, 4, 4] == pytest.approx(0.5)
    assert silhouette(cutout, 8, share=1)[0, 0, 4, 4] == pytest.approx(0.5)


def test_a_cut_out_has_a_size():
    with pytest.raises(CourseError, match="share must be a number above 0 and up to 1"):
        silhouette(torch.ones(4, 8, 8), 8, share=0)
