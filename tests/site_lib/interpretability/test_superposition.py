"""Features that share dimensions, where geometry gives the answer."""

import math

import pytest
import torch

from site_lib.interpretability.superposition import (
    neighbour_ranks,
    ranks_of_winners,
    regular_change,
    smallest_change,
    stored_features,
    train_toy,
)


def polygon(number: int) -> torch.Tensor:
    """Corners of a regular polygon of radius 1: (number, 2)."""
    angle = 2 * math.pi * torch.arange(number) / number
    return torch.stack([angle.cos(), angle.sin()], dim=1)


@pytest.mark.parametrize("number", [3, 5, 8])
def test_on_a_polygon_the_smallest_change_is_half_the_distance_of_neighbours(number):
    rows = polygon(number)
    change = smallest_change(rows, torch.zeros(number), torch.arange(number), rows)
    assert change.isinf().diagonal().all()
    assert change.min(dim=1).values.tolist() == pytest.approx([regular_change(number)] * number)
    nearest = change[0].topk(2, largest=False).indices.tolist()
    assert set(nearest) == {1, number - 1}


def test_a_feature_that_was_dropped_does_not_count():
    weight = torch.cat([2 * polygon(5), torch.full((2, 2), 0.01)]).T
    stored, change = stored_features(weight, torch.zeros(7))
    assert stored == 5
    assert change == pytest.approx(regular_change(5))
    assert stored_features(weight[:, 4:], torch.zeros(3))[0] == 1


def test_moving_so_far_ties_the_two_classes():
    generator = torch.Generator().manual_seed(0)
    rows, bias = torch.randn(6, 4, generator=generator), torch.randn(6, generator=generator)
    h = torch.randn(1, 4, generator=generator)
    answer = (h @ rows.T + bias).argmax(dim=1)
    change = smallest_change(rows, bias, answer, h)[0]
    for other in set(range(6)) - {int(answer)}:
        step = rows[other] - rows[answer[0]]
        moved = h[0] + change[other] * step / step.norm()
        scores = rows @ moved + bias
        assert float(scores[other]) == pytest.approx(float(scores[answer[0]]), abs=1e-5)


def test_sparse_features_are_laid_out_as_a_polygon():
    generator = torch.Generator().manual_seed(0)
    weight, bias = train_toy(4, num_networks=4, steps=500, generator=generator)
    assert weight.shape == (4, 2, 4)
    assert bias.shape == (4, 4)
    lengths = weight.norm(dim=1)
    best = lengths.std(dim=1).argmin()
    directions = torch.atan2(weight[best, 1], weight[best, 0]).sort().values
    assert directions.diff().tolist() == pytest.approx([math.pi / 2] * 3, abs=0.2)


def test_two_features_in_two_dimensions_do_not_interfere():
    generator = torch.Generator().manual_seed(1)
    weight, _ = train_toy(2, num_networks=1, steps=500, generator=generator)
    product = weight[0].T @ weight[0]
    assert product.tolist() == [pytest.approx([1, 0], abs=0.1), pytest.approx([0, 1], abs=0.1)]


def test_neighbours_are_counted_from_one():
    rows = polygon(7)
    classes = torch.zeros(6, dtype=torch.long)
    ranks = neighbour_ranks(rows, classes, torch.arange(1, 7))
    assert set(ranks[[0, 5]].tolist()) <= {1, 2}
    assert set(ranks[[1, 4]].tolist()) <= {3, 4}
    assert set(ranks[[2, 3]].tolist()) <= {5, 6}


def test_winners_stand_among_neighbours_and_among_logits():
    rows = polygon(7)
    classes, winners = torch.zeros(1, dtype=torch.long), torch.tensor([2])
    logits = torch.arange(7.0, 0, -1)[None]  # class 0 first, then 1, 2, …
    ranks = ranks_of_winners(rows, classes, winners, logits, num_near=1)
    among = neighbour_ranks(rows, classes.expand(6), torch.arange(1, 7))  # of classes 1 to 6
    assert ranks["runner_up"].item() == 2
    assert ranks["neighbour"].item() == among[1]
    assert ranks["of_runner_up"].item() == among[0]
    beside = among[[0, 2]].double().log().mean()  # classes 1 and 3 stood beside the winner
    assert ranks["near_log_rank"].item() == pytest.approx(beside.item())
