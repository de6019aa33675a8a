"""Superposition: more features than dimensions, and what that has to do with adversarial examples.

The toy model of Elhage et al. (2022, arXiv:2209.10652): n features are written into m < n numbers,
h = W x, and read out again, x̂ = relu(Wᵀh + b). Features that share dimensions have neighbours. A
small change of h turns a feature into its neighbour, and the more features, the smaller it is.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes


def train_toy(
    num_features: int,
    *,
    num_dimensions: int = 2,
    num_networks: int,
    sparsity: float = 0.95,
    steps: int,
    batch: int = 512,
    learning_rate: float = 0.01,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Several toy networks, trained at once: W (networks, dimensions, features), b (…, features).

    sparsity: probability that a feature is absent; one that is there is uniform in [0, 1]. The mean
    squared error of x̂ is made small by Adam.
    """
    check_number("num_features", num_features, low=2, whole=True)
    check_number("sparsity", sparsity, low=0, high=1)
    check_number("steps", steps, low=1, whole=True)
    shape = (num_networks, num_dimensions, num_features)
    weight = (0.5 * torch.randn(shape, generator=generator)).requires_grad_()
    bias = torch.zeros(num_networks, 1, num_features, requires_grad=True)
    optimiser = torch.optim.Adam([weight, bias], lr=learning_rate)
    for _ in range(steps):
        present = torch.rand(num_networks, batch, num_features, generator=generator) > sparsity
        x = present * torch.rand(present.shape, generator=generator)
        loss = (F.relu(x @ weight.mT @ weight + bias) - x).square().sum(dim=2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return weight.detach(), bias.detach()[:, 0]


def smallest_change(weight: Tensor, bias: Tensor, answers: Tensor, start: Tensor) -> Tensor:
    """For each class, how far h has to move before that class wins over the present one: (N, C).

    weight: (C, D), a row for each class.   bias: (C,).   answers: (N,), the present classes.
    start: (N, D), the present h. The boundary to class j is where both scores are equal, at
    (z_c − z_j) / ‖w_c − w_j‖; infinite for the present class and for one with the same row.
    """
    check_shapes(weight=(weight, "C D"), bias=(bias, "C"), start=(start, "N D"),
                 answers=(answers, "N"))  # fmt: skip
    scores = start @ weight.T + bias
    margin = scores.gather(1, answers[:, None]) - scores
    apart = torch.cdist(weight[answers], weight)
    return torch.where(apart > 1e-6, margin / apart.clamp(min=1e-6), torch.inf)


STORED = 0.5  # length from which a feature counts as stored; those dropped stay near 0


def stored_features(weight: Tensor, bias: Tensor) -> tuple[int, float]:
    """How many features a toy network has kept, and how easily one turns into another.

    weight: (D, n).   bias: (n,).   The second is the mean over the kept ones of the smallest change
    that makes another kept one win, beginning at a feature that is alone, in units of its length;
    not a number where fewer than two are kept.
    """
    check_shapes(weight=(weight, "D n"), bias=(bias, "n"))
    kept = weight.norm(dim=0) > STORED
    rows, shift = weight.T[kept], bias[kept]
    if len(rows) < 2:
        return len(rows), math.nan
    change = smallest_change(rows, shift, torch.arange(len(rows)), rows).amin(dim=1)
    return len(rows), float((change / rows.norm(dim=1)).mean())


def regular_change(num_features: int) -> float:
    """The smallest change for features at the corners of a regular polygon, of length 1.

    Half the distance of two neighbours: sin(π / n).
    """
    check_number("num_features", num_features, low=2, whole=True)
    return math.sin(math.pi / num_features)


def neighbour_ranks(weight: Tensor, classes: Tensor, others: Tensor) -> Tensor:
    """Which neighbour one class is of another, from 1: (N,).

    weight: (C, D), a row for each class; neighbours are ordered by the cosine of the rows, after
    their mean is taken away.   classes, others: (N,).
    """
    check_shapes(weight=(weight, "C D"), classes=(classes, "N"), others=(others, "N"))
    rows = F.normalize(weight - weight.mean(dim=0), dim=1)
    cosine = rows[classes] @ rows.T
    own = torch.arange(len(weight)) == classes[:, None]
    cosine = cosine.masked_fill(own, -torch.inf)
    return (cosine > cosine.gather(1, others[:, None])).sum(dim=1) + 1


def ranks_of_winners(
    weight: Tensor, classes: Tensor, winners: Tensor, logits: Tensor, *, num_near: int
) -> dict[str, Tensor]:
    """Where winners stand among the neighbours of a class, and stood among its logits: (N,) each.

    weight, classes: as in :func:`neighbour_ranks`.   winners: (N,), classes that won afterwards.
    logits: (N, C), before. ``neighbour``: which neighbour of the class the winner is.
    ``runner_up``: its place before, 0 being the first.   ``of_runner_up``: which neighbour the one
    at place 1 is.   ``near_log_rank``: mean logarithm of the neighbour ranks of those that stood
    beside the winner, num_near places up and down.
    """
    check_number("num_near", num_near, low=1, whole=True)
    order = logits.argsort(dim=1, descending=True)
    place = (order == winners[:, None]).int().argmax(dim=1)
    steps = torch.tensor([*range(-num_near, 0), *range(1, num_near + 1)])
    beside = order.gather(1, (place[:, None] + steps).clamp(1, logits.shape[1] - 1))
    near = torch.stack([neighbour_ranks(weight, classes, one) for one in beside.T])
    return {
        "neighbour": neighbour_ranks(weight, classes, winners),
        "runner_up": place,
        "of_runner_up": neighbour_ranks(weight, classes, order[:, 1]),
        "near_log_rank": near.double().log().mean(dim=0),
    }
