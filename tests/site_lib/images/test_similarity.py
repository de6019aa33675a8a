"""Structural similarity where it is known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.similarity import similarity


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
