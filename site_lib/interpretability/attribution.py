"""Attribution: which pixels an answer is put down to. Three methods, and a way to check them.

All take images (N, 3, H, W) in [0, 1] and classes (N,), and explain the class's logit. A map that
stays the same when the network's weights are exchanged explains the image, not the network
(Adebayo et al., 2018, arXiv:1810.03292): :func:`shuffled_from_the_top` exchanges them.
"""

import copy
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import shuffle_parameters

GREY = 0.5


def gradient(network: Classifier, images: Tensor, classes: Tensor) -> Tensor:
    """Gradient of each image's logit to its pixels (Simonyan et al., 2014): (N, 3, H, W)."""
    check_shapes(images=(images, "N 3 H W"), classes=(classes, "N"))
    pixels = images.detach().clone().requires_grad_()
    logits = network(pixels).gather(1, classes[:, None])
    return torch.autograd.grad(logits.sum(), pixels)[0]


def integrated_gradients(
    network: Classifier, images: Tensor, classes: Tensor, *, num_steps: int, baseline: float = GREY
) -> Tensor:
    """Gradients averaged on the way from a uniform image, times that way: (N, 3, H, W).

    Their sum is what the logit gained on the way (Sundararajan et al., 2017, arXiv:1703.01365), up
    to the error of ``num_steps`` midpoints.
    """
    check_number("num_steps", num_steps, low=1, whole=True)
    way = images - baseline
    total = torch.zeros_like(images)
    for step in range(num_steps):
        total += gradient(network, baseline + (step + 0.5) / num_steps * way, classes)
    return way * total / num_steps


def grad_cam(network: Classifier, images: Tensor, classes: Tensor, layer: str) -> Tensor:
    """Where channels lie that speak for the class (Selvaraju et al., 2017, arXiv:1610.02391).

    A layer's channels, each weighted by the mean gradient of the logit, added and rectified:
    (N, h, w), at the layer's resolution.
    """
    check_shapes(images=(images, "N 3 H W"), classes=(classes, "N"))
    # The weights of a frozen network need no gradient, so that the pixels have to.
    pixels = images.detach().clone().requires_grad_()
    with record_activations(network, [layer]) as activations:
        logits = network(pixels).gather(1, classes[:, None])
        maps = activations[layer]
        slopes = torch.autograd.grad(logits.sum(), maps)[0]
    weights = slopes.mean(dim=(2, 3), keepdim=True)
    return F.relu((weights * maps).sum(dim=1)).detach()


def shuffled_from_the_top(
    network: Classifier, layers: Sequence[str], generator: torch.Generator
) -> Classifier:
    """A copy in which the weights of some layers have changed places, each within its tensors.

    layers: module paths; those that come last in the network first, to destroy what was learnt
    from the answer downwards.
    """
    changed = copy.deepcopy(network)
    for layer in layers:
        shuffle_parameters(changed.layer(layer), generator)
    changed.name = f"{network.name}, shuffled from {layers[-1]}" if layers else network.name
    return changed
