"""Distances that are known: nothing moved, two points, and photographs exchanged."""

import pytest
import torch
from scipy.spatial.distance import pdist

from site_lib.common.errors import CourseError
from site_lib.units.invariance import relative_distances


def test_of_two_points_that_change_places_each_goes_the_whole_way():
    still = torch.tensor([[0.0, 0.0], [3.0, 4.0]])
    assert relative_distances(still, still.flip(0)).tolist() == pytest.approx([1, 1])
    assert relative_distances(still, still).tolist() == [0, 0]


def test_the_unit_is_the_root_mean_square_distance_of_all_pairs():
    generator = torch.Generator().manual_seed(0)
    still, moved = torch.randn(2, 20, 5, generator=generator).double()
    unit = (pdist(still.numpy()) ** 2).mean() ** 0.5
    expected = ((moved - still) ** 2).sum(dim=1).sqrt() / unit
    torch.testing.assert_close(relative_distances(still, moved), expected)


def test_exchanging_photographs_at_random_is_a_distance_of_one():
    still = torch.randn(400, 50, generator=torch.Generator().manual_seed(1))
    exchanged = relative_distances(still, still.roll(1, dims=0))
    assert float(exchanged.square().mean()) == pytest.approx(1, abs=0.02)


def test_what_has_no_distance_is_refused():
    with pytest.raises(CourseError, match="two of them"):
        relative_distances(torch.zeros(1, 3), torch.zeros(1, 3))
    with pytest.raises(CourseError, match="the same for all"):
        relative_distances(torch.ones(4, 3), torch.ones(4, 3))
