"""How far one has to go along a given direction."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import Goal, Network, per_image


@torch.no_grad()
def shorten(
    network: Network, images: Tensor, perturbation: Tensor, goal: Goal, *, num_halvings: int = 6
) -> Tensor:
    """The shortest multiple of each perturbation that still reaches the goal, by bisection.

    One that does not reach the goal at full length is returned as it is.
    """
    low, high = torch.zeros(len(images)).to(images), torch.ones(len(images)).to(images)
    # The boundary is usually near, so the first try is not the middle.
    trial = torch.full_like(high, 0.95)
    for _ in range(num_halvings):
        reached = goal.reached(network((images + per_image(trial) * perturbation).clamp(0, 1)))
        high, low = torch.where(reached, trial, high), torch.where(reached, low, trial)
        trial = (low + high) / 2
    return (images + per_image(high) * perturbation).clamp(0, 1) - images


@torch.no_grad()
def distance_along(
    network: Network,
    images: Tensor,
    direction: Tensor,
    goal: Goal,
    *,
    lengths: Tensor,
    num_halvings: int = 6,
) -> Tensor:
    """(N,), the smallest multiple of a direction at which the goal is reached; inf beyond.

    lengths: (K,), increasing multiples to try before the bisection.
    """
    found = torch.full((len(images),), torch.inf).to(images)
    below = torch.zeros_like(found)
    for length in lengths:
        waiting = found.isinf().nonzero()[:, 0]
        if not len(waiting):
            break
        moved = (images[waiting] + length * direction[waiting]).clamp(0, 1)
        reached = goal.of(waiting).reached(network(moved))
        found[waiting[reached]] = length
        below[waiting[~reached]] = length
    hit = found.isfinite().nonzero()[:, 0]
    for _ in range(num_halvings if len(hit) else 0):
        trial = (below[hit] + found[hit]) / 2
        moved = (images[hit] + per_image(trial) * direction[hit]).clamp(0, 1)
        reached = goal.of(hit).reached(network(moved))
        found[hit] = torch.where(reached, trial, found[hit])
        below[hit] = torch.where(reached, below[hit], trial)
    return found
