"""Ablation: what the answers lose when one channel is held at its mean."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_shapes
from site_lib.common.errors import CourseError
from site_lib.networks.classifier import Classifier


@contextmanager
def channel_held(classifier: Classifier, layer: str, channel: int, value: float) -> Iterator[None]:
    """Hold one channel of a layer at a value, everywhere, inside the ``with`` block.

    Raises CourseError for a layer without such a channel when images are shown.
    """

    def hold(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        if output.ndim != 4 or not 0 <= channel < output.shape[1]:
            raise CourseError(f"layer {layer!r} has no channel {channel} in space")
        held = output.clone()
        held[:, channel] = value
        return held

    handle = classifier.layer(layer).register_forward_hook(hold)
    try:
        yield
    finally:
        handle.remove()


@torch.no_grad()
def ablation_effects(
    classifier: Classifier, images: Tensor, layer: str, channels: Tensor, means: Tensor
) -> Tensor:
    """Change of the logits when one channel after the other is held: (channels, N, classes).

    channels: (K,).   means: (K,), at which to hold each, such as its mean over photographs. Logits
    are compared after their mean over the classes is taken away, which no answer depends on.
    """
    check_shapes(images=(images, "N 3 H W"), channels=(channels, "K"), means=(means, "K"))
    whole = centred(classifier(images))
    changes = []
    for channel, mean in zip(channels.tolist(), means.tolist(), strict=True):
        with channel_held(classifier, layer, channel, mean):
            changes.append(centred(classifier(images)) - whole)
    return torch.stack(changes)


def centred(logits: Tensor) -> Tensor:
    """Logits (N, classes) less their mean over the classes."""
    return logits - logits.mean(dim=1, keepdim=True)


def promised(responses: Tensor, categories: Tensor) -> Tensor:
    """The category whose photographs excite each channel most: (channels,), a number.

    responses: (photographs, channels).   categories: (photographs,), numbers from 0; means over
    the photographs of a category are compared.
    """
    check_shapes(responses=(responses, "N channels"), categories=(categories, "N"))
    means = torch.stack([responses[categories == k].mean(dim=0) for k in categories.unique()])
    return categories.unique()[means.argmax(dim=0)]
