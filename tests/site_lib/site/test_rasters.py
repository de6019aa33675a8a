"""Published pictures as pixels."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.site.rasters import fitted, picture, remembered

SQUARES = """<svg xmlns="http://www.w3.org/2000/svg" width="75pt" height="37.6pt"
viewBox="0 0 75 37.6"><rect width="75" height="37.6" fill="#ff0000"/>
<rect width="37.5" height="37.6" fill="#0000ff"/></svg>"""


def test_svg_keeps_its_proportions_and_colours(tmp_path: Path) -> None:
    """Left half blue, right half red; the last row, covered in part, is not black."""
    path = tmp_path / "squares.svg"
    path.write_text(SQUARES, encoding="utf-8")
    found = np.asarray(picture(path, 200))
    assert found.shape[1:] == (200, 3)
    assert abs(len(found) - 200 * 37.6 / 75) <= 1
    assert (found[:-1, :99] == [0, 0, 255]).all()
    assert (found[:-1, 101:] == [255, 0, 0]).all()
    assert found[-1].sum(axis=-1).min() >= 255


def test_pixels_keep_their_proportions(tmp_path: Path) -> None:
    """A picture made of pixels is scaled in both directions alike."""
    path = tmp_path / "picture.webp"
    Image.new("RGB", (300, 150), "#808080").save(path)
    assert picture(path, 100).size == (100, 50)


@pytest.mark.parametrize("name", ["missing.svg", "broken.svg", "broken.webp"])
def test_unreadable_picture_is_named(tmp_path: Path, name: str) -> None:
    """The message says which file it is."""
    if name.startswith("broken"):
        (tmp_path / name).write_text("neither one nor the other", encoding="utf-8")
    with pytest.raises(CourseError, match=name):
        picture(tmp_path / name, 100)


def test_fitted_touches_the_box() -> None:
    """Wide and tall pictures fill the box in one direction."""
    assert fitted(720, 360, (400, 300)) == (400, 200)
    assert fitted(720, 1440, (400, 300)) == (150, 300)


def test_same_inputs_are_made_once(tmp_path: Path) -> None:
    """Other inputs, or the same in another order, are other things."""
    made = []

    def make() -> bytes:
        made.append(1)
        return bytes(len(made))

    first = remembered(tmp_path, [b"one", b"two"], make)
    assert remembered(tmp_path, [b"one", b"two"], make) == first
    assert remembered(tmp_path, [b"two", b"one"], make) != first
    assert remembered(tmp_path, [b"onetwo"], make) != first
    assert len(made) == 3
