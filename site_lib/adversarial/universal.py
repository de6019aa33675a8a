"""One perturbation for many images."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import (
    AttackResult,
    Network,
    begin,
    margin_and_gradient,
    per_image,
)

# An image whose answer is wrong by this many logits takes no part in the step.
ENOUGH = 5.0


def universal(
    network: Network,
    images: Tensor,
    labels: Tensor,
    *,
    epsilon: float,
    num_steps: int,
    batch: int,
    generator: torch.Generator,
    step_size: float | None = None,
) -> AttackResult:
    """One perturbation within ‖v‖∞ ≤ ε that changes the answers to most images.

    Moosavi-Dezfooli et al. (2017) add up DeepFool steps of one image after the other; this
    takes the sign of a mini-batch's mean gradient, which is cheaper (Shafahi et al., 2020), with
    momentum. Gradients are those of the margin, each scaled to the same mean size, of the images
    that are not yet fooled by a wide margin. batch: images in each step, drawn at random.
    step_size: of the first step, ε / 3 unless given; it falls linearly.   The result's
    ``shared`` is v, to be added to other images.
    Errors: see :func:`~site_lib.adversarial.attack.begin`.
    """
    goal, already = begin(
        network,
        images,
        labels,
        epsilon=epsilon,
        num_steps=num_steps,
        batch=batch,
        step_size=step_size,
    )
    size = epsilon / 3 if step_size is None else step_size
    shared, momentum = torch.zeros_like(images[:1]), torch.zeros_like(images[:1])
    order = torch.empty(0, dtype=torch.long)
    steps = torch.zeros_like(labels)
    for step in range(num_steps):
        if len(order) < batch:
            order = torch.cat([order, torch.randperm(len(images), generator=generator)])
        chosen, order = order[:batch].to(labels.device), order[batch:]
        seen = (images[chosen] + shared).clamp(0, 1)
        margin, gradient = margin_and_gradient(network, seen, goal.of(chosen))
        size_of_each = gradient.abs().mean(dim=(1, 2, 3)).clamp(min=1e-30)
        weight = (margin > -ENOUGH) / size_of_each
        momentum = 0.8 * momentum + (per_image(weight) * gradient).mean(dim=0, keepdim=True)
        fall = 1 - step / num_steps
        shared = (shared - fall * size * momentum.sign()).clamp(-epsilon, epsilon)
        steps[chosen] += 1
    adversarial = (images + shared).clamp(0, 1)
    with torch.no_grad():
        success = goal.reached(network(adversarial))
    return AttackResult(images, adversarial, success, already, steps, shared)
