"""Random changes that must not destroy what the network sees.

Each maker returns ``transform(images, generator) -> images``; one draw serves the whole batch.
"""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

Transform = Callable[[Tensor, torch.Generator], Tensor]


def uniform(low: float, high: float, generator: torch.Generator) -> float:
    """One number, uniform in [low, high)."""
    return low + (high - low) * float(torch.rand((), generator=generator))


def roll(fraction: float) -> Transform:
    """Shift by up to a fraction of the side, wrapping around."""

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        most = int(fraction * images.shape[-1])
        down, right = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
        return images.roll((down, right), dims=(-2, -1))

    return transform


def flip(images: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror left and right, every second time."""
    return images.flip(-1) if uniform(0, 1, generator) < 0.5 else images


def zoom_crop(smallest: float, sides: Sequence[int]) -> Transform:
    """Crop a square of ``smallest``…1 of the side anywhere; resize it to one of ``sides``."""

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        side = images.shape[-1]
        crop = int(side * uniform(smallest, 1, generator))
        top, left = torch.randint(0, side - crop + 1, (2,), generator=generator).tolist()
        target = sides[int(torch.randint(len(sides), (), generator=generator))]
        part = images[..., top : top + crop, left : left + crop]
        return F.interpolate(
            part, (target, target), mode="bilinear", align_corners=False, antialias=True
        )

    return transform


def light(contrast: float, brightness: float) -> Transform:
    """Multiply by 1 ± contrast and add ± brightness."""

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        gain = uniform(1 - contrast, 1 + contrast, generator)
        return images * gain + uniform(-brightness, brightness, generator)

    return transform


def gaussian_noise(std: float) -> Transform:
    """Add white noise of the given standard deviation (pixels in [0, 1])."""

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(images.shape, generator=generator).to(images.device)
        return images + std * noise

    return transform
