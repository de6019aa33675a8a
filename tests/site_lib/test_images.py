"""Images with known content, and files that are not images."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from site_lib import images
from site_lib.errors import CourseError
from site_lib.photographs import PHOTOGRAPHS, photograph, read_pixels

LUMINANCE = torch.tensor([[1.0, 1.0, 1.0]])


def grating(side, orientation, frequency, phase=0.0, colour=LUMINANCE):
    one = [torch.tensor([float(value)]) for value in (orientation, frequency, phase)]
    return images.gratings(side, orientation=one[0], frequency=one[1], phase=one[2], colour=colour)


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


def test_a_grating_above_nyquist_is_refused():
    with pytest.raises(CourseError, match=r"above 0\.5"):
        grating(8, 0.0, 0.6)


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


def test_a_truncated_image_is_named(tmp_path):
    whole, cut = tmp_path / "whole.png", tmp_path / "cut.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)).save(whole)
    cut.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(CourseError, match=r"cut\.png.*truncated"):
        read_pixels(cut)


def test_a_file_that_is_no_image_is_named(tmp_path):
    text = tmp_path / "text.jpg"
    text.write_text("hello")
    with pytest.raises(CourseError, match=r"text\.jpg: not an image"):
        read_pixels(text)
    with pytest.raises(CourseError, match="no image file"):
        read_pixels(tmp_path / "absent.png")
