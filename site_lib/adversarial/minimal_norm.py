"""The smallest perturbation in L2, by jumps to the nearest point of a linearised boundary."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import AttackResult, Goal, Network, begin, per_image
from site_lib.adversarial.distances import l2
from site_lib.adversarial.rays import shorten
from site_lib.common.checks import check_finite
from site_lib.common.errors import CourseError

# The latest jump counts at least this much in the running mean.
SMALLEST_SHARE = 0.1


def minimal_norm(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    targets: Tensor | None = None,
    start: Tensor | None = None,
    num_steps: int = 20,
    patience: int = 5,
    tolerance: float = 0.01,
) -> AttackResult:
    """Minimise ‖r‖₂ so that the answer to x + r changes.

    As in DeepFool the margin m counts as linear at each step. But where DeepFool adds up its
    steps, this jumps to the point of the linearised boundary that is nearest to the *original*,

        r* = g (gᵀr − m(x + r) − a) / ‖g‖²,   g = ∇m(x + r),

    so it slides along the boundary to where it is nearest (the idea of the fast adaptive
    boundary attack, Croce and Hein, 2020). r is the running mean of the jumps, since a single
    gradient is erratic. a sums up by how much jumps fell short, so that they come to lie on
    both sides of the boundary. The best perturbation is at last shortened until it just
    suffices; :func:`~site_lib.adversarial.rays.settle` has the last word. start: perturbations
    (N, 3, H, W) to improve on, such as those of DeepFool, which count as a first jump; the
    result is no larger if they reach the goal. An image rests when ``patience`` steps have not
    shortened its best perturbation by the share ``tolerance``.
    Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    goal, already = begin(
        network,
        images,
        labels,
        targets,
        num_steps=num_steps,
        patience=patience,
        tolerance=tolerance,
    )
    if start is not None:
        check_finite("start", start)
        if start.shape != images.shape:
            raise CourseError(
                f"start must have the images' shape {tuple(images.shape)}, got {tuple(start.shape)}"
            )
    best = torch.zeros_like(images)
    r = best.clone() if start is None else start * per_image(~already)
    norm = torch.where(already, 0.0, torch.inf).to(images)
    ahead = torch.zeros_like(norm)
    waited, steps = torch.zeros_like(labels), torch.zeros_like(labels)
    active = (~already).nonzero()[:, 0]
    first = 0 if start is None else 1
    for step in range(first, first + num_steps):
        if not len(active):
            break
        tried = (images + r)[active].clamp(0, 1)
        missing, gradient = soft_margin_gradient(network, tried, goal.of(active))
        steps[active] += 1
        length, reached = l2(r[active]), missing < 0
        shorter = reached & (length < norm[active])
        clearly = reached & (length < (1 - tolerance) * norm[active])
        waited[active] = torch.where(clearly | norm[active].isinf(), 0, waited[active] + 1)
        best[active] = torch.where(per_image(shorter), r[active], best[active])
        norm[active] = torch.where(shorter, length, norm[active])
        if step:
            ahead[active] = (ahead[active] + missing).clamp(min=0)
        jump = onto_boundary(images[active], r[active], missing + ahead[active], gradient)
        share = max(1 / (step + 1), SMALLEST_SHARE)
        r[active] = (1 - share) * r[active] + share * jump
        active = active[waited[active] < patience]
    found = torch.where(per_image(norm.isfinite()), best, r)
    adversarial, success = shorten(network, images, found, goal)
    return AttackResult(images, adversarial, success, already, steps)


def soft_margin_gradient(network: Network, images: Tensor, goal: Goal) -> tuple[Tensor, Tensor]:
    """What is missing, (N,), and the gradient (N, 3, H, W) of the margin with a soft maximum.

    The soft maximum log Σ exp z_k does not jump from class to class as the maximum does; its
    margin is the log-odds of the class at stake.
    """
    pixels = images.detach().requires_grad_(True)
    logits = network(pixels)
    (gradient,) = torch.autograd.grad(goal.log_odds(logits).sum(), pixels)
    return goal.missing(logits.detach()), gradient if goal.targets is None else -gradient


def onto_boundary(images: Tensor, r: Tensor, margin: Tensor, gradient: Tensor) -> Tensor:
    """Smallest perturbation that puts a linear margin at 0, kept within the box [0, 1].

    Pixels at an end of their range that would be pushed beyond it take no part.
    """
    x = images + r
    blocked = ((x <= 0) & (gradient > 0)) | ((x >= 1) & (gradient < 0))
    gradient = gradient.masked_fill(blocked, 0)
    reach = (gradient * r).flatten(1).sum(dim=1) - margin
    scale = reach / gradient.square().flatten(1).sum(dim=1).clamp(min=1e-20)
    return (images + per_image(scale) * gradient).clamp(0, 1) - images
