"""What pages' scripts are given: short numbers and pictures side by side."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.drawing.states import states, strip


def test_states_are_json_with_four_digits():
    content = states(
        share=np.float32(1 / 3), steps=np.array([0, 80]), rows=[{"who": "you", "of": (2, 20.00001)}]
    )
    assert json.loads(content) == {
        "share": 0.3333, "steps": [0, 80], "rows": [{"who": "you", "of": [2, 20.0]}]}  # fmt: skip


def test_what_json_does_not_have_is_refused():
    with pytest.raises(CourseError, match="nan cannot be published"):
        states(values=np.array([1.0, np.nan]))


def test_a_strip_has_every_frame_in_its_place():
    frames = np.stack([np.full((60, 40, 3), level, np.uint8) for level in (0, 128, 255)])
    with Image.open(io.BytesIO(strip(frames, height=30))) as image:
        assert image.size == (60, 30)
        levels = [image.getpixel((20 * k + 10, 15))[0] for k in range(3)]
    assert levels == pytest.approx([0, 128, 255], abs=6)


def test_small_and_grey_frames_stay_as_large_as_they_are():
    with Image.open(io.BytesIO(strip(np.zeros((2, 8, 8), np.uint8), height=100))) as image:
        assert (image.size, image.mode) == ((16, 8), "RGB")


def test_without_frames_there_is_no_strip():
    with pytest.raises(CourseError, match="number of frames"):
        strip([], height=10)
