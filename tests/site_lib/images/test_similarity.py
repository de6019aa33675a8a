"""Structural similarity where it is known, and pictures that are nearly the same."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.similarity import near_duplicates, similarity


def test_an_image_is_like_itself_and_hardly_like_noise():
    generator = torch.Generator().manual_seed(0)
    ones, others = torch.rand(2, 2, 3, 32, 32, generator=generator)
    assert similarity(ones, ones).tolist() == [1, 1]
    assert (abs(similarity(ones, others)) < 0.1).all()


def test_two_grey_levels_have_the_similarity_of_the_formula():
    dark, light = torch.full((1, 3, 8, 8), 0.25), torch.full((1, 3, 8, 8), 0.75)
    (found,) = similarity(dark, light)
    c = 0.01**2
    assert found == pytest.approx((2 * 0.25 * 0.75 + c) / (0.25**2 + 0.75**2 + c), rel=1e-3)


def test_images_come_in_pairs():
    with pytest.raises(CourseError, match=r"others must have the shape \(N, 3, H, W\)"):
        similarity(torch.rand(2, 3, 8, 8), torch.rand(3, 3, 8, 8))


def test_a_picture_darker_or_brighter_is_the_same_and_a_chain_holds_together():
    generator = torch.Generator().manual_seed(0)
    one, other, third = torch.rand(3, 3, 56, 56, generator=generator)
    images = torch.stack([one, other, 0.5 * one + 0.3, 0.8 * one + 0.2 * other, third])
    found = near_duplicates(images, correlation=0.8)
    assert found.tolist() == [0, 1, 0, 0, 2]
    # Halfway between two pictures: nearly each of them, which joins both.
    both = torch.cat([images[:2], 0.5 * images[:1] + 0.5 * images[1:2]])
    assert near_duplicates(both, correlation=0.5).tolist() == [0, 0, 0]
    assert near_duplicates(both, correlation=0.9).tolist() == [0, 1, 2]


def test_pictures_without_contrast_are_like_no_other():
    grey = torch.full((3, 3, 32, 32), 0.5)
    assert near_duplicates(grey, correlation=0.8).tolist() == [0, 1, 2]
    with pytest.raises(CourseError, match="correlation must be"):
        near_duplicates(grey, correlation=2)
