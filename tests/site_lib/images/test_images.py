"""Images with known content, and tensors that are not images."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.data.photographs import PHOTOGRAPHS, photograph
from site_lib.images import images

LUMINANCE = torch.tensor([[1.0, 1.0, 1.0]])


def grating(side, orientation, frequency, phase=0.0, colour=LUMINANCE, contrast=1.0):
    one = [torch.tensor([float(value)]) for value in (orientation, frequency, phase)]
    return images.gratings(
        side,
        orientation=one[0],
        frequency=one[1],
        phase=one[2],
        colour=colour,
        contrast=contrast,
    )


@pytest.mark.parametrize(("orientation", "row", "column"), [(0, 8, 0), (90, 0, 8), (45, 6, 6)])
def test_a_grating_has_its_energy_at_its_frequency(orientation, row, column):
    frequency = math.hypot(row, column) / 64
    wave = grating(64, math.radians(orientation), frequency)[0, 0] - 0.5
    spectrum = torch.fft.rfft2(wave).abs()
    peak = divmod(int(spectrum.argmax()), spectrum.shape[1])
    # Bars that lie vary from row to row; rows run downwards, so 45° bars rise to the right.
    assert peak in {(row, column), ((64 - row) % 64, column)}
    assert spectrum.max() / spectrum.square().sum().sqrt() > 0.69


def test_bars_at_45_degrees_rise_to_the_right():
    wave = grating(33, math.radians(45), 0.1)[0, 0]
    assert torch.allclose(wave[10, 20], wave[9, 21], atol=1e-5)
    assert not torch.allclose(wave[10, 20], wave[11, 21], atol=1e-2)


def test_frequency_zero_is_a_uniform_field_in_range():
    field = grating(8, 0.0, 0.0, colour=torch.tensor([[1.0, -1.0, 0.0]]))
    assert torch.allclose(field[0, :, 3, 4], torch.tensor([1.0, 0.0, 0.5]))
    assert torch.allclose(field.amax((2, 3)), field.amin((2, 3)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"frequency": 0.6}, r"frequency must lie in 0…0\.5, but go from 0\.6 to 0\.6"),
        ({"frequency": -0.1}, r"frequency must lie in 0…0\.5"),
        ({"frequency": math.nan}, "frequency must be finite"),
        ({"orientation": math.inf}, "orientation must be finite"),
        ({"phase": math.nan}, "phase must be finite"),
        ({"contrast": 5}, "contrast must be a number from 0 to 1, not 5"),
        ({"contrast": math.nan}, "contrast must be a number from 0 to 1, not nan"),
        ({"side": -4}, "side must be a whole number from 1 on, not -4"),
        ({"colour": 2 * LUMINANCE}, "colour must lie in -1…1"),
        ({"colour": LUMINANCE[0]}, r"colour must have the shape \(N, 3\)"),
        ({"colour": LUMINANCE.expand(2, 3)}, r"\(N, 3\) with N = 1, not \(2, 3\)"),
    ],
)
def test_a_grating_that_cannot_be_shown_is_refused(wrong, message):
    with pytest.raises(CourseError, match=message):
        grating(**{"side": 8, "orientation": 0.0, "frequency": 0.1} | wrong)


def test_pink_noise_falls_as_one_over_frequency():
    noise = images.pink_noise(32, 128, generator=torch.Generator().manual_seed(0))
    assert noise.min() >= 0
    assert noise.max() <= 1
    power = torch.fft.rfft2(noise - noise.mean()).abs().square().mean(dim=(0, 1))
    frequency = images.spatial_frequencies(128)
    inside = (frequency > 0.03) & (frequency < 0.3)
    x, y = frequency[inside].log().numpy(), power[inside].log().numpy()
    assert np.polyfit(x, y, 1)[0] == pytest.approx(-2, abs=0.15)


def test_square_takes_the_centre():
    wide = torch.zeros(1, 3, 10, 30)
    wide[..., 10:20] = 1
    assert torch.equal(images.square(wide, 10), torch.ones(1, 3, 10, 10))


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_every_photograph_is_there_with_its_credit(name):
    entry = photograph(name)
    pixels = images.load_photographs([name], 32)
    assert pixels.shape == (1, 3, 32, 32)
    assert 0 <= pixels.min() < pixels.max() <= 1
    assert entry.credit
    assert entry.licence_url.startswith("https://")
    assert entry.source_url.startswith("https://")


def test_an_unknown_photograph_lists_the_nearest():
    with pytest.raises(CourseError, match="nearest: coffee"):
        photograph("cofee")


def test_an_image_is_read_as_it_was_written(tmp_path):
    pixels = torch.randint(0, 256, (5, 7, 3), generator=torch.Generator().manual_seed(0))
    Image.fromarray(pixels.byte().numpy()).save(tmp_path / "small.png")
    image = images.read_image(tmp_path / "small.png")
    assert image.shape == (1, 3, 5, 7)
    assert torch.equal((255 * image[0]).round().long(), pixels.permute(2, 0, 1))


# ------------------------------------------------------------------ wrong tensors


def test_what_no_byte_can_hold_is_refused():
    levels = torch.arange(256) / 255
    assert images.as_bytes(levels.expand(3, 1, 256) * (1 + 1e-7))[0, :, 0].tolist() == [*range(256)]
    for wrong, message in (
        (math.nan, "images must be finite"),
        (1.01, "images must lie in"),
        (-0.01, "images must lie in"),
        (255.0, "images must lie in"),
    ):
        with pytest.raises(CourseError, match=message):
            images.as_bytes(torch.full((3, 2, 2), wrong))


@pytest.mark.parametrize("side", [0, -8, 2.5, math.nan, True])
def test_a_side_is_a_number_of_pixels(side):
    with pytest.raises(CourseError, match="side must be a whole number from 1 on"):
        images.resize(torch.zeros(1, 3, 8, 8), side)
    with pytest.raises(CourseError, match="side must be a whole number from 2 on"):
        images.pink_noise(1, side, generator=torch.Generator())


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 3, 0, 8), (1, 0, 8, 8)])
def test_images_have_four_dimensions_and_pixels(shape):
    with pytest.raises(CourseError, match=r"images must have the shape \(N, 3, H, W\)"):
        images.resize(torch.zeros(shape), 4)


def test_no_images_at_all():
    with pytest.raises(CourseError, match="number must be a whole number from 1 on, not 0"):
        images.pink_noise(0, 8, generator=torch.Generator())
    with pytest.raises(CourseError, match="no photographs are named"):
        images.load_photographs([], 8)


def test_squares_on_a_grid_begin_at_the_corner_and_end_at_the_edge():
    picture = torch.arange(3 * 20 * 20.0).view(1, 3, 20, 20)
    squares = images.squares_on_grid(picture, share=0.5, distance=0.25)
    assert [square.shape for square in squares] == [(1, 3, 10, 10)] * 9
    assert torch.equal(squares[0], picture[..., :10, :10])
    assert torch.equal(squares[1], picture[..., :10, 5:15])
    assert torch.equal(squares[-1], picture[..., 10:, 10:])
    assert len(images.squares_on_grid(picture, share=0.7, distance=0.3)) == 4


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ({"share": 0, "distance": 0.5}, "share must be a number above 0 and up to 1, not 0"),
        ({"share": 0.5, "distance": 0}, "distance must be a number above 0, not 0"),
    ],
)
def test_a_grid_has_squares_and_steps(grid, message):
    with pytest.raises(CourseError, match=message):
        images.squares_on_grid(torch.zeros(1, 3, 8, 8), **grid)


def test_large_squares_are_averaged_and_small_ones_stay():
    tiles = torch.rand(2, 3, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert images.at_most(tiles, 8) is tiles
    found = images.at_most(tiles, 4)
    torch.testing.assert_close(found, tiles.view(2, 3, 3, 4, 2, 4, 2).mean(dim=(4, 6)))
    torch.testing.assert_close(images.at_most(tiles[0, 0], 4), found[0, 0])
    with pytest.raises(CourseError, match="side must be a whole number from 1 on"):
        images.at_most(tiles, 0)
