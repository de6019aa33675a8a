"""Stimuli of the recordings, their categories and groups."""

import numpy as np
import pytest
import torch

from site_lib.biology.stimuli import (
    SUBCATEGORIES,
    object_images,
    object_subcategories,
    object_views,
    photograph_categories,
    photograph_images,
    small_groups,
)
from site_lib.common.errors import CourseError
from site_lib.data.readers import Objects, Photographs, kriegeskorte2008
from site_lib.data.recordings import at_hand


def test_photographs_fall_into_six_categories():
    names, counts = np.unique(photograph_categories(), return_counts=True)
    assert counts.sum() == 78
    assert len(names) == 6
    assert counts.min() >= 8


def test_images_are_squares_in_range():
    pixels = np.zeros((92, 20, 20, 3), dtype=np.uint8)
    pixels[3] = 255
    images = object_images(Objects(pixels, {}, np.zeros((92, 92)), np.zeros((92, 92))), 16)
    assert images.shape == (92, 3, 16, 16)
    assert torch.allclose(images[3], torch.ones(3, 16, 16))
    assert (images[4] == 0).all()
    wide = np.zeros((10, 30, 3), dtype=np.uint8)
    wide[:, 10:20] = 255
    shown = photograph_images(Photographs((wide,), {}), 8)
    assert shown.shape == (1, 3, 8, 8)
    assert torch.allclose(shown, torch.ones_like(shown), atol=1e-6)


def test_groups_are_small_and_never_mix_labels():
    labels = np.repeat([3, 1, 2], [12, 7, 2])
    groups = small_groups(labels, 4)
    assert groups.tolist() == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 3 + [5] * 2


@pytest.mark.skipif(not at_hand(["kriegeskorte2008"]), reason="no recordings on this machine")
def test_every_object_has_one_subcategory():
    objects = kriegeskorte2008()
    found = object_subcategories(objects)
    assert np.bincount(found).tolist() == [12, 12, 12, 12, 23, 21]
    for index, flags in enumerate(SUBCATEGORIES.values()):
        assert all(objects.flags[flag][found == index].all() for flag in flags)
    assert (np.diff(found) >= 0).all()


def test_groups_of_nothing_are_refused():
    with pytest.raises(CourseError, match="size must be a whole number from 1 on, not 0"):
        small_groups(np.zeros(4), 0)
    with pytest.raises(CourseError, match=r"labels must have the shape \(N\)"):
        small_groups(np.zeros(0), 3)


def test_every_object_stands_once_at_each_place_and_in_each_light():
    # Objects of one colour each, so that the light of a view is the colour of its middle.
    pixels = np.full((2, 20, 20, 3), 255, dtype=np.uint8)
    objects = Objects(pixels, {}, np.zeros((2, 2)), np.zeros((2, 2)))
    generator = torch.Generator().manual_seed(0)
    views = object_views(objects, 48, resolution=16, generator=generator)
    assert views.shape == (8, 3, 48, 48)
    # Most of what is white before the light is the object: its centre lies in its quarter.
    brightness = views.mean(dim=1).view(8, 2, 24, 2, 24).mean(dim=(2, 4)).flatten(1)
    assert brightness.argmax(dim=1).tolist() == 2 * [0, 1, 2, 3]
    again = object_views(objects, 48, resolution=16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(views, again)
