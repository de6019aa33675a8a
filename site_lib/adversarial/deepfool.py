"""The nearest boundary of a classifier that is linear at each step."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import AttackResult, Network, begin, per_image
from site_lib.adversarial.distances import l2
from site_lib.adversarial.rays import settle

# A class is skipped when it could only be nearest if its gradient were this many times longer
# than the longest seen so far in the step.
STEEPNESS = 1.5


def deepfool(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    num_steps: int = 50,
    num_classes: int = 10,
    overshoot: float = 0.02,
) -> AttackResult:
    """DeepFool (Moosavi-Dezfooli et al., 2016) in L2, untargeted.

    At each step the network counts as linear. Then the boundary to class k lies at distance
    |f_k| / ‖w_k‖, where f_k = z_k − z_y and w_k is its gradient, and the shortest way there is
    |f_k| w_k / ‖w_k‖². num_classes: how many classes are considered, the label and those with
    the largest logits. overshoot: share by which the summed steps are lengthened, to come out
    beyond the boundary; :func:`~site_lib.adversarial.rays.settle` has the last word.
    Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    goal, already = begin(
        network,
        images,
        labels,
        num_steps=num_steps,
        num_classes=num_classes,
        overshoot=overshoot,
    )
    total = torch.zeros_like(images)
    steps = torch.zeros_like(labels)
    active = (~already).nonzero()[:, 0]
    for _ in range(num_steps):
        if not len(active):
            break
        pixels = lengthened(images, total, overshoot)[active].requires_grad_(True)
        logits = network(pixels)
        goals = goal.of(active)
        reached, clearance = goals.reached(logits.detach()), goals.clearance(logits.detach())
        open_still = active[~reached]
        if len(open_still):
            steps[open_still] += 1
            step = to_nearest_boundary(
                logits, pixels, labels[active], clearance, num_classes=num_classes
            )
            total[active] += step * per_image(~reached)
        active = open_still
    found = lengthened(images, total, overshoot)
    adversarial, success = settle(network, images, found, goal)
    return AttackResult(images, adversarial, success, already, steps)


def lengthened(images: Tensor, total: Tensor, overshoot: float) -> Tensor:
    """Images moved a little beyond the boundary, in [0, 1]."""
    return (images + (1 + overshoot) * total).clamp(0, 1)


def to_nearest_boundary(
    logits: Tensor, pixels: Tensor, labels: Tensor, clearance: Tensor, *, num_classes: int
) -> Tensor:
    """Shortest step (N, 3, H, W) that makes another class win if the network were linear.

    clearance: (N,), by how many logits it should win.
    """
    of_label = logits.gather(1, labels[:, None])
    differences = logits.scatter(1, labels[:, None], -torch.inf) - of_label
    differences = differences.topk(min(num_classes, logits.shape[1]) - 1, dim=1).values
    nearest = torch.full_like(of_label[:, 0], torch.inf)
    longest = torch.zeros_like(nearest)
    step = torch.zeros_like(pixels)
    for difference in differences.T:
        gap = difference.detach().abs()
        if (gap > STEEPNESS * longest * nearest).all():
            break
        (gradient,) = torch.autograd.grad(difference.sum(), pixels, retain_graph=True)
        length = l2(gradient)
        distance = (gap + clearance) / length
        closer = distance < nearest
        step = torch.where(per_image(closer), per_image(distance / length) * gradient, step)
        nearest, longest = torch.minimum(nearest, distance), torch.maximum(longest, length)
    return step
