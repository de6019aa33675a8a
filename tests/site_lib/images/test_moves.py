"""Moves whose result is known pixel by pixel."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.images.moves import moved


@pytest.fixture
def photograph():
    return torch.rand(1, 3, 40, 40, generator=torch.Generator().manual_seed(0))


def close(found, expected):
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


def test_without_a_move_it_is_the_middle(photograph):
    close(moved(photograph, 20), photograph[..., 10:30, 10:30])


def test_a_shift_goes_across(photograph):
    close(moved(photograph, 20, across=7), photograph[..., 10:30, 17:37])
    close(moved(photograph, 20, across=-10), photograph[..., 10:30, 0:20])


def test_a_quarter_turn_is_a_quarter_turn(photograph):
    close(moved(photograph, 20, degrees=90), photograph[..., 10:30, 10:30].rot90(1, (2, 3)))
    close(moved(photograph, 20, degrees=180), photograph[..., 10:30, 10:30].flip(2, 3))


def test_enlarging_a_slope_makes_it_gentler():
    slope = torch.arange(41.0).expand(1, 3, 41, 41) / 41
    found = moved(slope, 21, zoom=2)
    assert (found[..., 10].unique() * 41).tolist() == pytest.approx([20], abs=1e-4)
    assert (found.diff(dim=-1) * 41).flatten().tolist() == pytest.approx(
        [0.5] * 3 * 21 * 20, abs=1e-4
    )


def test_a_view_does_not_leave_its_photograph(photograph):
    for move in ({"across": 11}, {"degrees": 45, "across": 8}):
        with pytest.raises(CourseError, match="larger photograph"):
            moved(photograph, 20, **move)
    with pytest.raises(CourseError, match="zoom"):
        moved(photograph, 20, zoom=0.5)
    moved(photograph, 20, degrees=45)
