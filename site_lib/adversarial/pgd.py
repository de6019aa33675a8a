"""Many small steps, each followed by a projection into the ball of allowed perturbations."""

from typing import Literal

import torch
from torch import Tensor

from site_lib.adversarial.attack import AttackResult, Network, begin, loss_and_gradient, per_image
from site_lib.adversarial.defences import defended, round_to_file
from site_lib.adversarial.distances import l2


def pgd(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    epsilon: float,
    norm: Literal["linf", "l2"] = "linf",
    step_size: float | None = None,
    num_steps: int = 10,
    targets: Tensor | None = None,
    generator: torch.Generator | None = None,
    early_stop: bool = True,
    eight_bit: bool = False,
) -> AttackResult:
    """Projected gradient descent (Madry et al., 2018) in the ball ‖x′ − x‖ ≤ ε.

    epsilon, step_size: in pixel units, measured in ``norm``; the step is 2.5 ε / num_steps
    unless given.   targets: (N,), None for an untargeted attack.   generator: starts at a random
    point of the ball instead of at the image.   early_stop: an image rests as soon as it is
    adversarial; without, every image takes every step.   eight_bit: attacks what is left after
    rounding to 256 grey levels, and returns rounded images; rounding may carry an L2 norm
    beyond ε a little. Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    file = round_to_file if eight_bit else torch.nn.Identity()
    goal, already = begin(
        defended(network, file),
        images,
        labels,
        targets,
        epsilon=epsilon,
        norm=norm,
        step_size=step_size,
        num_steps=num_steps,
    )
    size = 2.5 * epsilon / num_steps if step_size is None else step_size
    free = images.clone()  # before rounding
    if generator is not None:
        noise = torch.rand(images.shape, generator=generator).to(images) * 2 - 1
        start = project(epsilon * noise, epsilon, norm) * per_image(~already)
        free = (images + start).clamp(0, 1)
    steps = torch.zeros_like(labels)
    active = (~already).nonzero()[:, 0]
    for _ in range(num_steps):
        _, gradient, reached = loss_and_gradient(
            lambda pixels: network(file(pixels)), free[active], goal.of(active)
        )
        steps[active] += 1
        if early_stop:
            missed = (~reached).nonzero()[:, 0]
            active, gradient = active[missed], gradient[missed]
        if not len(active):
            break
        moved = free[active] - size * steepest(gradient, norm) - images[active]
        free[active] = (images[active] + project(moved, epsilon, norm)).clamp(0, 1)
    with torch.no_grad():
        adversarial = file(free)
        success = goal.reached(network(adversarial))
    return AttackResult(images, adversarial, success, already, steps)


def steepest(gradient: Tensor, norm: str) -> Tensor:
    """Direction of unit norm along which a linear loss grows fastest."""
    if norm == "linf":
        return gradient.sign()
    return gradient / per_image(l2(gradient)).clamp(min=torch.finfo(gradient.dtype).tiny)


def project(perturbation: Tensor, epsilon: float, norm: str) -> Tensor:
    """Nearest perturbation whose norm is at most ε."""
    if norm == "linf":
        return perturbation.clamp(-epsilon, epsilon)
    return perturbation * per_image(epsilon / l2(perturbation).clamp(min=epsilon))
