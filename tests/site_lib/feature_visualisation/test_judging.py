"""Ranks and probabilities against those written down by hand."""

import torch
from torch import nn

from site_lib.feature_visualisation.judging import as_published, judge


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
    levels = as_published(images) * 255
    assert torch.allclose(levels, levels.round(), atol=1e-4)
    assert (as_published(images) - images).abs().max() <= 0.5 / 255 + 1e-6
