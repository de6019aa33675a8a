"""How large a network is: its parameters, and the connections that they stand for.

A convolution uses each weight at every position. A brain has no such sharing: every contact is a
synapse of its own. So the connections, with each use of a weight counted, are the closer relative
of a synapse count.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


def count_parameters(network: nn.Module) -> int:
    """Number of trained values, biases and the scales of normalisations included."""
    return sum(parameter.numel() for parameter in network.parameters())


def count_connections(network: nn.Module, image: Tensor) -> int:
    """Uses of a convolution's or linear layer's weight for one image, (1, 3, H, W).

    Those that meet the zeros of the padding are counted; biases and normalisations are not.
    """
    with _counting(network) as counts, torch.inference_mode():
        network(image)
    return sum(counts)


@contextmanager
def _counting(network: nn.Module) -> Iterator[list[int]]:
    """Collect the connections of every layer that runs within the block."""
    counts: list[int] = []

    def count(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        weight: Tensor = layer.weight  # type: ignore[assignment]
        # (out, in, …): every output value has one weight for each of its inputs.
        counts.append(output.numel() * weight[0].numel())

    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    try:
        yield counts
    finally:
        for handle in handles:
            handle.remove()
