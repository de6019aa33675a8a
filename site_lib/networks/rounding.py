"""Weights with fewer bits, as networks are sent to readers."""

import copy

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_number
from site_lib.networks.classifier import Classifier

HALF = 16


def with_rounded_weights(classifier: Classifier, *, bits: int) -> Classifier:
    """Copy of a classifier whose convolutions and linear layers have weights of so many bits.

    bits: 16 for floating point of half precision; 2 to 15 for whole multiples of a step that
    each output channel chooses by its largest weight. Biases and all arithmetic stay in single.
    """
    check_number("bits", bits, low=2, high=HALF, whole=True)
    rounded = copy.deepcopy(classifier)
    with torch.no_grad():
        for module in rounded.net.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                module.weight.copy_(round_weights(module.weight, bits=bits))
    return rounded


def round_weights(weights: Tensor, *, bits: int) -> Tensor:
    """Weights (outputs, …) with so many bits each, in the same type and shape."""
    if bits == HALF:
        return weights.half().to(weights.dtype)
    largest = weights.abs().flatten(1).amax(dim=1).clamp(min=torch.finfo(weights.dtype).tiny)
    step = (largest / (2 ** (bits - 1) - 1)).view(-1, *[1] * (weights.ndim - 1))
    return (weights / step).round() * step
