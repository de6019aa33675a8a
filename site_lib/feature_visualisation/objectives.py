"""What to maximise: functions of the network's answers that add and scale.

>>> objective = class_log_probability(classes) + 0.06 * class_logit(classes)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.errors import CourseError

LOGITS = "logits"


@dataclass(frozen=True)
class Objective:
    """A score per image, computed from recorded layers.

    score: {layer: activation} → (N,); the key ``logits`` holds the network's output (N, 1000).
    layers: the layers that have to be recorded.
    """

    score: Callable[[Mapping[str, Tensor]], Tensor]
    layers: frozenset[str] = frozenset()

    def __add__(self, other: "Objective") -> "Objective":
        return Objective(lambda a: self.score(a) + other.score(a), self.layers | other.layers)

    def __rmul__(self, factor: float) -> "Objective":
        return Objective(lambda a: factor * self.score(a), self.layers)


def class_logit(classes: Tensor) -> Objective:
    """Unnormalised score of one class per image (Simonyan et al., 2014). classes: (N,)."""
    return Objective(lambda a: a[LOGITS].gather(1, classes[:, None])[:, 0])


def class_log_probability(classes: Tensor) -> Objective:
    """Logarithm of the softmax probability of one class per image. classes: (N,)."""
    return Objective(lambda a: a[LOGITS].log_softmax(dim=1).gather(1, classes[:, None])[:, 0])


def channel(layer: str, index: int) -> Objective:
    """Mean activation of one channel over all positions."""
    return Objective(lambda a: _map(a[layer], layer, index).mean(dim=(1, 2)), frozenset({layer}))


def channels(layer: str, indices: Tensor) -> Objective:
    """Mean activation, over all positions, of one channel per image. indices: (N,)."""
    return Objective(
        lambda a: _map_of_each(a[layer], layer, indices).mean(dim=(1, 2)), frozenset({layer})
    )


def neuron(layer: str, index: int) -> Objective:
    """Activation of one channel at the central position."""

    def score(activations: Mapping[str, Tensor]) -> Tensor:
        values = _map(activations[layer], layer, index)
        return values[:, values.shape[1] // 2, values.shape[2] // 2]

    return Objective(score, frozenset({layer}))


def _map(activation: Tensor, layer: str, index: int) -> Tensor:
    _check_channel(activation, layer, index)
    return activation[:, index]


def _map_of_each(activation: Tensor, layer: str, indices: Tensor) -> Tensor:
    """Channel ``indices[n]`` of image n: (N, H, W)."""
    for index in indices.tolist():
        _check_channel(activation, layer, index)
    if len(indices) != len(activation):
        raise CourseError(f"{len(indices)} channels for {len(activation)} images")
    return activation[torch.arange(len(indices)), indices]


def _check_channel(activation: Tensor, layer: str, index: int) -> None:
    if activation.dim() != 4:
        raise CourseError(f"layer {layer!r} has no channels in space")
    if not 0 <= index < activation.shape[1]:
        raise CourseError(f"layer {layer!r} has channels 0…{activation.shape[1] - 1}, not {index}")
