"""A network that takes pixels in [0, 1] and knows itself."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from site_lib.common.errors import CourseError, unknown_name
from site_lib.data.imagenet import class_names

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class NetworkEntry:
    """What the registry knows of a network before loading it.

    build: makes the architecture without weights.   weights: reads the trained parameters and
    returns them with the SHA-256 of their file.   layers: main stages in order, as module paths.
    """

    name: str
    build: Callable[[], nn.Module]
    weights: Callable[[], tuple[dict[str, Tensor], str]]
    layers: tuple[str, ...]
    input_side: int
    licence: str
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD


class Classifier(nn.Module):
    """A network with its normalisation inside: images (N, 3, H, W) in [0, 1] → logits (N, 1000).

    One that came without its classifier has layers to record and no logits.

    layers: names of the main stages, from input to output.   input_side: side in pixels that
    the network was trained on.   weights_sha256: hash of the weights' file, or the seed of a
    random network.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self, entry: NetworkEntry, net: nn.Module, *, name: str, weights_sha256: str
    ) -> None:
        super().__init__()
        self.name = name
        self.net = net
        self.layers = entry.layers
        self.input_side = entry.input_side
        self.licence = entry.licence
        self.class_names = class_names()
        self.weights_sha256 = weights_sha256
        self.register_buffer("mean", torch.tensor(entry.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(entry.std).view(1, 3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """Logits. CourseError from a network without a classifier, unless its layers are recorded.

        Its logits are (N, 0) then: it answers no class.
        """
        logits = self.net(self.normalise(images))
        if logits.shape[1] == 0 and not any(m._forward_hooks for m in self.net.modules()):
            raise CourseError(
                f"{self.name} came without its classifier, so it answers no classes; "
                "record its layers instead (record_activations)"
            )
        return logits

    def normalise(self, images: Tensor) -> Tensor:
        """From pixels in [0, 1] to the scale that the network was trained on.

        Raises CourseError for what would be broadcast to three channels, and for whole numbers.
        """
        if images.ndim != 4 or images.shape[1] != 3 or not images.is_floating_point():
            raise CourseError(
                "images must be floats in [0, 1] of the shape (N, 3, H, W), "
                f"not {images.dtype} of the shape {tuple(images.shape)}"
            )
        return (images - self.mean) / self.std

    def layer(self, name: str) -> nn.Module:
        """Module by its path in the network; CourseError lists the nearest names."""
        if name:
            with suppress(AttributeError):
                return self.net.get_submodule(name)
        known = [path for path, _ in self.net.named_modules() if path]
        raise unknown_name(f"layer of {self.name}", name, [*self.layers, *known])

    @property
    def stages(self) -> list[str]:
        """Names of the main stages without the classifier."""
        return [layer for layer in self.layers if not layer.startswith("classifier")]

    def record(self) -> dict[str, str]:
        """Name and weights, for provenance."""
        return {"model": self.name, "sha256": self.weights_sha256}
