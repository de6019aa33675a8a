"""Words and files of the galleries."""

import io

import numpy as np
import pytest
from PIL import Image

from site_lib.drawing.figure_style import applied, variants
from site_lib.drawing.galleries import encoded, gallery


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
