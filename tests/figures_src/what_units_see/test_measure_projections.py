"""The index by which projections are compared, where its value is known."""

import runpy

import pytest
import torch

from site_lib.common.files import ROOT

SCRIPT = ROOT / "figures_src" / "what_units_see" / "measure_projections.py"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def signals(seed, side=120):
    """Noise that fades from the middle, as projections do, drawn on squares of five pixels."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(3, side // 5, side // 5, generator=generator)
    noise = coarse.repeat_interleave(5, 1).repeat_interleave(5, 2)
    across = torch.linspace(-1, 1, side)
    return noise * torch.exp(-(across[:, None] ** 2 + across[None] ** 2))


def test_agreement_ignores_sign_and_strength_and_most_of_a_common_fading(script):
    agreement = script["agreement"]
    one, other = signals(0), signals(1)
    assert agreement(one, one) == pytest.approx(1)
    assert agreement(one, -7 * one) == pytest.approx(1)
    # The fading alone would make the strengths of the two alike.
    pair = torch.stack([one, other]).abs().sum(dim=1).flatten(1)
    assert torch.corrcoef(pair)[0, 1] > 0.3
    assert abs(agreement(one, other)) < 0.15
    assert agreement(one, torch.zeros_like(one)) == 0


def test_the_baseline_takes_different_patches(script):
    first = torch.stack([torch.stack([signals(0), signals(1)])])
    [[same, different]] = script["correlations"](first, first)
    assert same == pytest.approx(1)
    assert abs(different) < 0.15
