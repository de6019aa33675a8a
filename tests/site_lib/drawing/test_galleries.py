"""Words and files of the galleries."""

import io

import numpy as np
import pytest
from PIL import Image

from site_lib.drawing.figure_style import applied, variants
from site_lib.drawing.galleries import encoded, gallery
from site_lib.drawing.words import ordinal, percent


@pytest.mark.parametrize(
    ("rank", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (121, "121st")],
)
def test_ordinals(rank, words):
    assert ordinal(rank) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.93751, "94 %"), (0.0512, "5.1 %"), (0.0004, "<0.1 %"), (1, "100 %")],
)
def test_percentages_keep_the_digits_that_mean_something(probability, words):
    assert percent(probability) == words


def test_a_png_keeps_every_pixel():
    pixels = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encoded(pixels, "png")))), pixels)


def test_every_image_of_a_gallery_stays_square():
    style = variants()[0]
    pixels = [np.zeros((16, 16, 3), np.uint8)] * 5
    with applied(style, salt="test"):
        figure = gallery(pixels, "abcde", ["1st"] * 5, style=style, columns=3)
        figure.draw_without_rendering()
        shown = [axes for axes in figure.axes if axes.get_visible()]
        assert len(shown) == 5
        for axes in shown:
            box = axes.get_window_extent()
            assert box.width == pytest.approx(box.height, rel=1e-3)
