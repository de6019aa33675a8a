"""What to maximise: functions of the network's answers that add and scale.

>>> objective = class_log_probability(classes) + 0.06 * class_logit(classes)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_shapes, check_within
from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_names

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

    def __rmul__(self, factor: float | Tensor) -> "Objective":
        return Objective(lambda a: factor * self.score(a), self.layers)


def check_classes(classes: Tensor) -> None:
    """CourseError unless classes is (N,) indices of ImageNet's, as whole numbers."""
    check_shapes(classes=(classes, "N"))
    check_within("classes", classes, 0, len(class_names()) - 1)
    if classes.dtype != torch.int64:
        raise CourseError(f"classes must be whole numbers (int64), not {classes.dtype}")


def class_logit(classes: Tensor) -> Objective:
    """Unnormalised score of one class per image (Simonyan et al., 2014). classes: (N,)."""
    check_classes(classes)
    return Objective(lambda a: a[LOGITS].gather(1, classes[:, None])[:, 0])


def class_log_probability(classes: Tensor) -> Objective:
    """Logarithm of the softmax probability of one class per image. classes: (N,)."""
    check_classes(classes)
    return Objective(lambda a: a[LOGITS].log_softmax(dim=1).gather(1, classes[:, None])[:, 0])


def likely_class(classes: Tensor, logit_weight: float | Tensor) -> Objective:
    """Log probability of one class per image, and its unnormalised score so many times. The score
    still has a gradient when the log probability has reached 0.

    classes: (N,).   logit_weight: one for all images, or (N,).
    """
    return class_log_probability(classes) + logit_weight * class_logit(classes)


def channel(layer: str, index: int) -> Objective:
    """Mean activation of one channel over all positions."""
    return Objective(lambda a: _map(a[layer], layer, index).mean(dim=(1, 2)), frozenset({layer}))


def channels(layer: str, indices: Tensor) -> Objective:
    """As :func:`channel`, another channel for each image. indices: (N,)."""
    return Objective(lambda a: _maps(a[layer], layer, indices).mean(dim=(1, 2)), frozenset({layer}))


def neurons(layer: str, indices: Tensor) -> Objective:
    """As :func:`neuron`, another channel for each image. indices: (N,)."""

    def score(activations: Mapping[str, Tensor]) -> Tensor:
        values = _maps(activations[layer], layer, indices)
        return values[:, values.shape[1] // 2, values.shape[2] // 2]

    return Objective(score, frozenset({layer}))


def neuron(layer: str, index: int) -> Objective:
    """Activation of one channel at the central position."""

    def score(activations: Mapping[str, Tensor]) -> Tensor:
        values = _map(activations[layer], layer, index)
        return values[:, values.shape[1] // 2, values.shape[2] // 2]

    return Objective(score, frozenset({layer}))


def direction(layer: str, vector: Tensor) -> Objective:
    """Mean over positions of the activation's part along a direction. vector: (C,), any length.

    A direction in the space of channels (Olah et al., 2017); :func:`channel` is the special
    case of one axis. Raises CourseError for zero, which has no direction.
    """
    check_shapes(vector=(vector, "C"))
    check_finite("vector", vector)
    if not vector.any():
        raise CourseError("a vector of zeros has no direction")
    unit = vector / vector.norm()

    def score(activations: Mapping[str, Tensor]) -> Tensor:
        return torch.einsum("nchw,c->nhw", activations[layer], unit).mean(dim=(1, 2))

    return Objective(score, frozenset({layer}))


def layer_norm(layer: str) -> Objective:
    """Half the mean square of a layer's activations: more of whatever it sees already.

    Its gradient with respect to the layer is the activation itself, which is how Mordvintsev et
    al. (2015) state DeepDream.
    """
    return Objective(lambda a: 0.5 * a[layer].square().flatten(1).mean(dim=1), frozenset({layer}))


def _map(activation: Tensor, layer: str, index: int) -> Tensor:
    if activation.dim() != 4:
        raise CourseError(f"layer {layer!r} has no channels in space")
    if not 0 <= index < activation.shape[1]:
        raise CourseError(f"layer {layer!r} has channels 0…{activation.shape[1] - 1}, not {index}")
    return activation[:, index]


def _maps(activation: Tensor, layer: str, indices: Tensor) -> Tensor:
    """One channel of each image, (N, H, W)."""
    for index in (int(indices.min()), int(indices.max())):
        _map(activation, layer, index)
    each = torch.arange(len(indices), device=activation.device)
    return activation[each, indices.to(activation.device)]
