"""The index by which projections are compared, where its value is known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.units.agreement import agreement, agreements_by_unit, mean_strength


def signals(seed, side=120):
    """Noise that fades from the middle, as projections do, drawn on squares of five pixels."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(3, side // 5, side // 5, generator=generator)
    noise = coarse.repeat_interleave(5, 1).repeat_interleave(5, 2)
    across = torch.linspace(-1, 1, side)
    return noise * torch.exp(-(across[:, None] ** 2 + across[None] ** 2))


def test_agreement_ignores_sign_and_strength_and_most_of_a_common_fading():
    one, other = signals(0), signals(1)
    assert agreement(one, one) == pytest.approx(1)
    assert agreement(one, -7 * one) == pytest.approx(1)
    # The fading alone would make the strengths of the two alike.
    pair = torch.stack([one, other]).abs().sum(dim=1).flatten(1)
    assert torch.corrcoef(pair)[0, 1] > 0.3
    assert abs(agreement(one, other)) < 0.15
    assert agreement(one, torch.zeros_like(one)) == 0


def test_strength_is_a_mean_over_the_pixels_that_there_are():
    signed = torch.zeros(1, 3, 9, 9)
    signed[0, 0, 4, 4], signed[0, 1, 0, 0] = -25.0, 9.0
    strength = mean_strength(signed, 5)[0]
    assert strength[4, 4] == strength[6, 6] == 1  # among 25 pixels
    assert strength[0, 0] == 1  # among the nine within the image
    assert strength[8, 0] == 0


def test_the_baseline_takes_different_patches():
    first = torch.stack([torch.stack([signals(0), signals(1)])])
    [[same, different]] = agreements_by_unit(first, first)
    assert same == pytest.approx(1)
    assert abs(different) < 0.15


def test_signals_of_nan_or_of_other_patches_are_refused():
    one = signals(0)
    with pytest.raises(CourseError, match="signals must be finite"):
        agreement(one, torch.full_like(one, torch.nan))
    with pytest.raises(CourseError, match=r"second must have the shape .* with units = 1"):
        agreements_by_unit(one[None, None], one[None, None].expand(2, 1, -1, -1, -1))
