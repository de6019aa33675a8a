"""Metamers of networks whose invariances are known."""

import pytest
import torch
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.parameterisations import PixelImage
from site_lib.interpretability.metamers import metamers, mismatch


@pytest.fixture
def photographs():
    return torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def start():
    return PixelImage(2, 8, generator=torch.Generator().manual_seed(1))


def test_of_pixels_the_only_metamer_is_the_photograph(photographs):
    found = metamers(nn.Identity(), photographs, start(), num_steps=400, learning_rate=0.02)
    assert float((found - photographs).abs().mean()) < 0.01


def test_of_a_mean_there_are_others(photographs):
    def mean(images):
        return images.mean(dim=(2, 3))

    found = metamers(mean, photographs, start(), num_steps=200, learning_rate=0.02)
    torch.testing.assert_close(mean(found), mean(photographs), atol=0.01, rtol=0)
    assert float((found - photographs).abs().mean()) > 0.1


def test_mismatch_counts_in_squares_of_what_is_wanted():
    wanted = torch.tensor([[3.0, 4.0], [1.0, 0.0]])
    assert mismatch(wanted, wanted).tolist() == [0, 0]
    assert mismatch(0 * wanted, wanted).tolist() == [1, 1]
    assert mismatch(wanted + 1, wanted).tolist() == pytest.approx([2 / 25, 2])


def test_there_is_a_search_of_one_step_at_least(photographs):
    with pytest.raises(CourseError, match="num_steps"):
        metamers(nn.Identity(), photographs, start(), num_steps=0, learning_rate=0.1)
