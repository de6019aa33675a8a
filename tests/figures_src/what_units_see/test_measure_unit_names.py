"""Units that are planted for a category keep their name; units of noise do not."""

import runpy

import pytest
import torch

from site_lib.common.files import ROOT

SCRIPT = ROOT / "figures_src" / "what_units_see" / "measure_unit_names.py"
MEMBERS = torch.eye(4).repeat_interleave(24, dim=0)


@pytest.fixture(scope="module")
def confirmed():
    return runpy.run_path(str(SCRIPT))["confirmed"]


def noise(units):
    return torch.randn(96, units, generator=torch.Generator().manual_seed(0))


def test_planted_units_are_confirmed(confirmed):
    responses = 9 * MEMBERS[:, [0, 1, 1, 2]] + noise(4)
    share, best, hits = confirmed(responses, members=MEMBERS, num_shuffles=99, number=3, seed=0)
    assert (share, best, hits) == (1, 3, 1)


def test_noise_is_not(confirmed):
    share, best, hits = confirmed(noise(200), members=MEMBERS, num_shuffles=99, number=4, seed=0)
    assert share < 0.05
    assert best <= 1
    assert hits == pytest.approx(0.25, abs=0.2)
