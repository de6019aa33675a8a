"""The smallest perturbation in L2, by jumping to the nearest point of a linearised boundary."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import (
    AttackResult,
    Network,
    begin,
    margin_and_gradient,
    per_image,
)
from site_lib.adversarial.distances import l2
from site_lib.adversarial.rays import shorten


def minimal_norm(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    targets: Tensor | None = None,
    num_steps: int = 20,
    overshoot: float = 0.02,
    patience: int = 3,
    tolerance: float = 0.005,
) -> AttackResult:
    """Minimise ‖r‖₂ so that the answer to x + r changes.

    As in DeepFool the margin m counts as linear at each step. But where DeepFool adds up its
    steps, this goes to the point of the linearised boundary that is nearest to the *original*,

        r ← g (gᵀr − m(x + r)) / ‖g‖²,   g = ∇m(x + r),

    so it keeps sliding along the boundary after it has been reached (the idea of the fast
    adaptive boundary attack, Croce and Hein, 2020). The best perturbation is then shortened
    until it just suffices. overshoot: share by which each jump is lengthened.
    An image rests when ``patience`` steps bring its norm down by less than ``tolerance``.
    Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    goal, already = begin(network, images, labels, targets)
    r = torch.zeros_like(images)
    best, best_norm = r.clone(), torch.full_like(images[:, 0, 0, 0], torch.inf)
    best_norm[already] = 0
    waited, steps = torch.zeros_like(labels), torch.zeros_like(labels)
    active = (~already).nonzero()[:, 0]
    for _ in range(num_steps):
        if not len(active):
            break
        x, now = images[active], r[active]
        margin, gradient = margin_and_gradient(network, x + now, goal.of(active))
        steps[active] += 1
        norm = l2(now)
        better = (margin < 0) & (norm < best_norm[active])
        clearly = (margin < 0) & (norm < (1 - tolerance) * best_norm[active])
        best[active[better]], best_norm[active[better]] = now[better], norm[better]
        has_one = best_norm[active].isfinite()
        waited[active] = torch.where(clearly | ~has_one, 0, waited[active] + 1)
        r[active] = onto_boundary(x, now, margin, gradient, overshoot)
        active = active[waited[active] < patience]
    found = torch.where(per_image(best_norm.isfinite()), best, r)
    found = shorten(network, images, found, goal)
    with torch.no_grad():
        success = goal.reached(network(images + found))
    return AttackResult(images, images + found, success, already, steps)


def onto_boundary(
    images: Tensor, r: Tensor, margin: Tensor, gradient: Tensor, overshoot: float
) -> Tensor:
    """Smallest perturbation that a linear margin puts at 0, kept within the box [0, 1].

    Pixels at an end of their range that would be pushed beyond it take no part.
    """
    x = images + r
    blocked = ((x <= 0) & (gradient > 0)) | ((x >= 1) & (gradient < 0))
    gradient = gradient.masked_fill(blocked, 0)
    reach = (gradient * r).flatten(1).sum(dim=1) - margin
    scale = (1 + overshoot) * reach / gradient.flatten(1).square().sum(dim=1).clamp(min=1e-20)
    return (images + per_image(scale) * gradient).clamp(0, 1) - images
