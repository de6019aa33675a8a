"""One step along the sign of the gradient."""

from collections.abc import Sequence

import torch
from torch import Tensor

from site_lib.adversarial.attack import (
    AttackResult,
    Goal,
    Network,
    begin,
    loss_and_gradient,
    per_image,
)
from site_lib.adversarial.rays import distance_along

# Lengths that are tried before the bisection, in grey levels.
LEVELS = (0.05, 0.2, 0.8, 3, 12, 48)


def fgsm(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    epsilon: float,
    targets: Tensor | None = None,
) -> AttackResult:
    """Fast gradient sign method (Goodfellow et al., 2015): x′ = x − ε sign ∇ₓ loss.

    epsilon: L∞ norm of the step, in pixel units (1/255 is one grey level).   targets: (N,),
    None for an untargeted attack. Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    goal, already = begin(network, images, labels, targets, epsilon=epsilon)
    _, gradient, _ = loss_and_gradient(network, images, goal)
    step = epsilon * gradient.sign() * per_image(~already)
    adversarial = (images - step).clamp(0, 1)
    with torch.no_grad():
        success = goal.reached(network(adversarial))
    return AttackResult(images, adversarial, success, already, (~already).long())


def shortest_fgsm(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    levels: Sequence[float] = LEVELS,
    num_halvings: int = 5,
) -> AttackResult:
    """The shortest step along the sign of the gradient that changes the answer, untargeted.

    levels: lengths to try, in grey levels and increasing; between the first that succeeds and
    the one before it the length is bisected ``num_halvings`` times. Where none succeeds, the
    last is returned.   Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    _, already = begin(network, images, labels)
    goal = Goal(labels)
    _, gradient, _ = loss_and_gradient(network, images, goal)
    direction = -gradient.sign() / 255 * per_image(~already)
    length = distance_along(
        network, images, direction, goal, lengths=torch.tensor(levels), num_halvings=num_halvings
    )
    moved = images + per_image(length.nan_to_num(posinf=levels[-1])) * direction
    adversarial = moved.clamp(0, 1)
    with torch.no_grad():
        success = goal.reached(network(adversarial))
    return AttackResult(images, adversarial, success, already, (~already).long())
