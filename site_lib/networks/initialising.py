"""Networks as they are before training."""

import torch
from torch import Tensor, nn

from site_lib.images.images import pink_noise


def initialise(net: nn.Module, input_side: int, generator: torch.Generator) -> None:
    """Put a network in the state in which training begins, in place.

    He initialisation (fan out) of every weight; then, as the first step of training would,
    batch normalisation takes its statistics from a batch: 16 images of pink noise. Without
    that, activations fade to nothing on the way through forty layers.
    """
    draw_weights(net, generator)
    estimate_statistics(net, 2 * pink_noise(16, input_side, generator=generator) - 1)


def draw_weights(net: nn.Module, generator: torch.Generator) -> None:
    """He initialisation (fan out) of every weight, in place; biases become zero."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(
                module.weight, mode="fan_out", nonlinearity="relu", generator=generator
            )
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def estimate_statistics(net: nn.Module, inputs: Tensor) -> None:
    """Batch normalisation takes its means and variances from one batch of inputs, in place."""
    norms = [module for module in net.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # plain average instead of an exponential one
        norm.train()
    with torch.no_grad():
        net(inputs)
    for norm in norms:
        norm.momentum = 0.1
        norm.eval()
