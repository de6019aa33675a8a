"""One step along the sign of the gradient."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import AttackResult, Network, begin, loss_and_gradient, per_image


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
