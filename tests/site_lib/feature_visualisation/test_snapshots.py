"""Which images of a climb are kept."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.snapshots import Snapshots, dense_at_first


def test_the_images_of_the_wanted_steps_are_kept_as_they_are_shown():
    kept = Snapshots([0, 2], lambda images: images[:1] + 1)
    for step in range(4):
        kept.keep(step, torch.full((2, 3, 4, 4), float(step)))
    assert list(kept.images) == [0, 2]
    assert [images.shape for images in kept.images.values()] == [(1, 3, 4, 4)] * 2
    assert [images[0, 0, 0, 0] for images in kept.images.values()] == [1, 3]


def test_steps_are_dense_at_first():
    assert dense_at_first(100, 5) == [0, 6, 25, 56]
    assert dense_at_first(4, 9) == [0, 1, 2, 3]


def test_there_are_two_moments_at_least():
    with pytest.raises(CourseError, match="number of moments must be a whole number from 2 on"):
        dense_at_first(100, 1)
