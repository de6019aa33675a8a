"""A map of activations whose neighbourhoods are known."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.interpretability.activation_atlas import cells, layout, recognised

CORNERS = torch.tensor([[0.1, 0.1], [0.2, 0.1], [0.9, 0.1], [0.1, 0.9], [0.15, 0.8], [0.12, 0.95]])
SAMPLES = torch.tensor([[1.0, 0], [3, 0], [9, 9], [0, 2], [0, 4], [0, 9]])


def test_cells_hold_the_means_of_their_samples():
    found = cells(SAMPLES, CORNERS, rows=2, columns=2, fewest=2)
    assert found.place.tolist() == [[0, 0], [1, 0]]
    assert found.mean.tolist() == [[2, 0], [0, 5]]
    assert found.nearest.tolist()[1] == 4
    assert found.of_sample.tolist() == [0, 0, -1, 1, 1, 1]


def test_a_grid_without_samples_is_refused():
    with pytest.raises(CourseError, match="take more samples"):
        cells(SAMPLES, CORNERS, rows=2, columns=2, fewest=4)


def test_two_clouds_do_not_mix():
    generator = torch.Generator().manual_seed(0)
    clouds = torch.randn(60, 5, generator=generator)
    clouds[30:] += 20
    points = layout(clouds, perplexity=10, seed=0)
    assert points.shape == (60, 2)
    assert float(points.min()) == 0
    assert float(points.max()) == 1
    distance = torch.cdist(points, points) + 9 * torch.eye(60)
    nearest = distance.argmin(dim=1)
    assert float(((nearest < 30) == (torch.arange(60) < 30)).float().mean()) > 0.9


def test_a_picture_of_its_own_cell_is_recognised_and_one_of_another_is_not():
    members = torch.tensor([[1.0, 0], [2, 0.1], [0, 1], [0.1, 3]])
    of_member = torch.tensor([0, 0, 1, 1])
    right = recognised(torch.eye(2), members, of_member)
    wrong = recognised(torch.eye(2).flip(0), members, of_member)
    assert right.tolist() == [1, 1]
    assert wrong.tolist() == [0, 0]
    assert recognised(torch.zeros(2, 2), members, of_member).tolist() == [0.5, 0.5]
