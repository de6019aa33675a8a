"""A map of activations whose neighbourhoods are known."""

import itertools

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.feature_visualisation.objectives import direction
from site_lib.interpretability.activation_atlas import (
    fill_grid,
    layout,
    lead_of_neighbours,
    neighbours,
    recognised,
    summarise_cells,
    towards,
)


def test_points_that_lie_in_the_cells_stay_there():
    x, y = torch.meshgrid(torch.tensor([0.2, 0.5, 0.8]), torch.tensor([0.1, 0.9]), indexing="xy")
    points = torch.stack([x.flatten(), y.flatten()], dim=1)
    assert fill_grid(points, 2, 3).tolist() == [0, 1, 2, 3, 4, 5]


def test_cells_get_as_many_points_and_these_move_as_little_as_can_be():
    points = torch.rand(6, 2, generator=torch.Generator().manual_seed(0)) ** 3
    centres = torch.tensor([[0.25, 0.5], [0.75, 0.5]])
    moved = (points[:, None] - centres).square().sum(dim=2)
    found = fill_grid(points, 1, 2)
    assert found.bincount().tolist() == [3, 3]
    every_way = [torch.tensor(way) for way in itertools.product([0, 1], repeat=6) if sum(way) == 3]
    best = min(float(moved[torch.arange(6), way].sum()) for way in every_way)
    assert float(moved[torch.arange(6), found].sum()) == pytest.approx(best, rel=1e-6)


def test_points_that_cannot_be_shared_out_are_refused():
    with pytest.raises(CourseError, match="do not fill 2 × 2 cells"):
        fill_grid(torch.rand(6, 2), 2, 2)


def test_cells_hold_the_means_of_their_samples():
    samples = torch.tensor([[1.0, 0], [4, 0], [0, 2], [0, 3], [0, 10], [1, 0]])
    found = summarise_cells(samples, torch.tensor([0, 0, 1, 1, 1, 0]))
    assert found.mean.tolist() == [[2, 0], [0, 5]]
    assert found.nearest.tolist() == [0, 3]


def test_two_clouds_do_not_mix():
    generator = torch.Generator().manual_seed(0)
    clouds = torch.randn(60, 5, generator=generator)
    clouds[30:] += 20
    points = layout(clouds, perplexity=10, seed=0)
    assert points.shape == (60, 2)
    assert points.amin(dim=0).tolist() == [0, 0]
    assert points.amax(dim=0).tolist() == [1, 1]
    distance = torch.cdist(points, points) + 9 * torch.eye(60)
    nearest = distance.argmin(dim=1)
    assert float(((nearest < 30) == (torch.arange(60) < 30)).float().mean()) > 0.9


def test_each_image_climbs_a_direction_of_its_own():
    maps = torch.randn(2, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    vectors = torch.tensor([[0.0, 5.0, 0.0], [1.0, 2.0, -2.0]])
    found = towards("a", vectors).score({"a": maps})
    for index, vector in enumerate(vectors):
        assert torch.allclose(found[index], direction("a", vector).score({"a": maps})[index])
    with pytest.raises(CourseError, match="no direction"):
        towards("a", torch.tensor([[1.0, 0.0], [0.0, 0.0]]))


def test_what_points_elsewhere_counts_less():
    # Along the first axis by 3; the cosines are 1 and 3 / 5.
    straight, astray = torch.tensor([[[3.0, 0.0], [3.0, 4.0]]]).unbind(dim=1)
    score = towards("a", torch.tensor([[2.0, 0.0]]), sharpness=2).score
    assert score({"a": straight[..., None, None]}).tolist() == pytest.approx([3])
    assert score({"a": astray[..., None, None]}).tolist() == pytest.approx([3 * 0.36])


def test_a_picture_of_its_own_cell_is_recognised_and_one_of_another_is_not():
    members = torch.tensor([[1.0, 0], [2, 0.1], [0, 1], [0.1, 3]])
    of_member = torch.tensor([0, 0, 1, 1])
    right = recognised(torch.eye(2), members, of_member)
    wrong = recognised(torch.eye(2).flip(0), members, of_member)
    assert right.tolist() == [1, 1]
    assert wrong.tolist() == [0, 0]
    assert recognised(torch.zeros(2, 2), members, of_member).tolist() == [0.5, 0.5]


def test_a_cell_without_patches_cannot_be_matched():
    with pytest.raises(CourseError, match="cell 1 needs a patch"):
        recognised(torch.eye(2), torch.eye(2), torch.tensor([0, 2]))


def test_a_cell_has_up_to_four_neighbours():
    near = neighbours(2, 3)
    assert near[1].tolist() == [True, False, True, False, True, False]
    assert near.sum(dim=1).tolist() == [2, 3, 2, 2, 3, 2]


def test_neighbours_lead_on_an_ordered_map_only():
    angle = torch.linspace(0, 3, 12)
    ordered = torch.stack([angle.cos(), angle.sin()], dim=1)
    assert (lead_of_neighbours(ordered, 1, 12) > 0).all()
    row, column = torch.arange(12) // 4, torch.arange(12) % 4
    chequered = torch.stack([(row + column) % 2, 1 - (row + column) % 2], dim=1).float()
    assert (lead_of_neighbours(chequered, 3, 4) < 0).all()
    assert lead_of_neighbours(torch.ones(12, 2), 3, 4).abs().max() < 1e-6
