"""Cut-outs: labels that exist, and pixels with the outline that the file has."""

import numpy as np
import pytest
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.data import carriers
from site_lib.data.cutouts import SOURCE, cutouts, fetch_cutouts, read_with_alpha
from site_lib.data.imagenet import class_names


def test_every_cutout_has_a_class_by_its_name():
    assert len(cutouts()) == 91
    assert len({one.sha256 for one in cutouts()}) == 91
    for one in cutouts():
        assert class_names()[one.imagenet_class] == one.imagenet_name


def test_colour_and_alpha_come_back(tmp_path):
    pixels = np.random.default_rng(0).integers(256, size=(5, 7, 4), dtype=np.uint8)
    Image.fromarray(pixels, "RGBA").save(tmp_path / "one.png")
    found = read_with_alpha(tmp_path / "one.png")
    assert found.shape == (4, 5, 7)
    assert np.array_equal(np.round(found * 255), np.moveaxis(pixels, 2, 0))


def test_what_has_no_outline_is_refused(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "full.png")
    (tmp_path / "odd.png").write_bytes(b"odd")
    with pytest.raises(CourseError, match=r"nothing in .*full\.png is transparent"):
        read_with_alpha(tmp_path / "full.png")
    for name in ("odd.png", "absent.png"):
        with pytest.raises(CourseError, match=rf"cannot read the image .*{name}"):
            read_with_alpha(tmp_path / name)


@pytest.mark.skipif(
    not carriers.at_hand(SOURCE), reason="the cut-outs are not on this machine; run make data"
)
def test_every_cutout_has_an_outline():
    for one in fetch_cutouts():
        alpha = read_with_alpha(one.path)[3]
        assert max(alpha.shape) >= 100, one.file
        assert 0.02 < (alpha < 0.5).mean() < 0.95, one.file
