"""Ranks and probabilities against those written down by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.judging import judge, judged, share_seen
from site_lib.images.images import eight_bit


class Fixed(nn.Module):
    """Answers by the mean brightness of each image, whatever their number."""

    input_side = 8

    def forward(self, images):
        brightness = images.mean(dim=(1, 2, 3))
        return torch.stack([brightness, 1 - brightness, torch.full_like(brightness, 0.4)], dim=1)


def test_rank_counts_the_classes_above_from_one():
    images = torch.stack([torch.full((3, 16, 16), value) for value in (0.9, 0.2, 0.5)])
    verdict = judge(Fixed(), images, torch.tensor([0, 0, 2]), batch=2)
    assert verdict.rank.tolist() == [1, 3, 3]
    expected = torch.tensor([0.9, 0.1, 0.4]).softmax(dim=0)[0]
    assert torch.isclose(verdict.probability[0], expected)


def test_published_images_have_256_levels():
    images = torch.rand(1, 3, 9, 9, generator=torch.Generator().manual_seed(0))
    levels = eight_bit(images) * 255
    assert torch.allclose(levels, levels.round(), atol=1e-4)
    assert (eight_bit(images) - images).abs().max() <= 0.5 / 255 + 1e-6


def test_an_image_of_nan_does_not_come_first():
    images = torch.rand(2, 3, 16, 16)
    images[1, 0, 0, 0] = torch.nan
    with pytest.raises(CourseError, match="images must be finite"):
        judge(Fixed(), images, torch.tensor([0, 0]))
    with pytest.raises(CourseError, match="answers must be finite"):
        judge(lambda images: images[:, :, 0, 0] / 0, images[:1] * 0, torch.tensor([0]), side=8)


def test_there_is_one_class_for_each_image():
    with pytest.raises(CourseError, match=r"classes must have the shape \(N\) with N = 2"):
        judge(Fixed(), torch.rand(2, 3, 16, 16), torch.tensor([0, 1, 2]))


def test_verdicts_of_several_networks_bear_their_names():
    images = torch.stack([torch.full((3, 16, 16), value) for value in (0.9, 0.2, 0.5, 0.1)])
    viewers, classes = {"one": Fixed(), "two": Fixed()}, torch.tensor([0, 0, 2, 1])
    found = judged(viewers, images, classes)
    assert list(found) == ["one_rank", "one_probability", "two_rank", "two_probability"]
    verdict = judge(Fixed(), images, classes)
    assert found["two_rank"].tolist() == verdict.rank.tolist()
    assert np.array_equal(found["one_probability"], verdict.probability.numpy())


def test_several_images_of_a_class_are_judged_together():
    images = torch.rand(2, 3, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    classes = torch.tensor([0, 1])
    found = judged({"one": Fixed()}, images, classes, of="start", side={"one": 4})
    assert list(found) == ["one_start_rank", "one_start_probability"]
    for index, row in enumerate(found["one_start_probability"]):
        expected = judge(Fixed(), images[index], classes[index].expand(3), side=4).probability
        assert np.allclose(row, expected)


def test_the_share_of_crops_in_which_a_group_of_classes_comes_first():
    crops = [torch.full((1, 3, side, side), level) for side, level in ((4, 0.9), (16, 0.1))]
    assert share_seen(Fixed(), crops, torch.tensor([0])) == 0.5
    assert share_seen(Fixed(), crops, torch.tensor([1, 0])) == 1
    assert share_seen(Fixed(), crops, torch.tensor([2])) == 0
    with pytest.raises(CourseError, match="number of crops must be a number from 1 on, not 0"):
        share_seen(Fixed(), [], torch.tensor([0]))
