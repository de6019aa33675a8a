"""Random changes that must not destroy what the network sees.

Each maker returns ``transform(images, generator) -> images``; one draw serves the whole batch.
"""

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_number
from site_lib.common.randomness import uniform

Transform = Callable[[Tensor, torch.Generator], Tensor]


def roll(fraction: float) -> Transform:
    """Shift by up to a fraction of the side, wrapping around."""
    check_number("fraction", fraction, low=0, high=1)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        most = int(fraction * images.shape[-1])
        down, right = torch.randint(-most, most + 1, (2,), generator=generator).tolist()
        return images.roll((down, right), dims=(-2, -1))

    return transform


def flip(images: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror left and right, every second time."""
    return images.flip(-1) if uniform(0, 1, generator) < 0.5 else images


def pad(pixels: int, value: float = 0.5) -> Transform:
    """Add a uniform border, so that shifts and rotations have something to move in."""
    check_number("pixels", pixels, low=0, whole=True)
    check_number("value", value)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        return F.pad(images, (pixels,) * 4, value=value)

    return transform


def rotate(degrees: float) -> Transform:
    """Turn about the centre by up to ± degrees; what was outside repeats the border."""
    check_number("degrees", degrees, low=0)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        angle = math.radians(uniform(-degrees, degrees, generator))
        cos, sin = math.cos(angle), math.sin(angle)
        turn = images.new_tensor([[cos, -sin, 0], [sin, cos, 0]]).expand(len(images), 2, 3)
        grid = F.affine_grid(turn, list(images.shape), align_corners=False)
        return F.grid_sample(images, grid, padding_mode="border", align_corners=False)

    return transform


def zoom_crop(smallest: float, scales: Sequence[float] = (1.0,)) -> Transform:
    """Crop a square of ``smallest``…1 of the side anywhere; show it at one of ``scales``.

    scales: side of the result in units of the image's side.
    """
    check_number("smallest", smallest, low=0, high=1, open_low=True)
    check_number("number of scales", len(scales), low=1)
    for scale in scales:
        check_number("scale", scale, low=0, open_low=True)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        side = images.shape[-1]
        crop = int(side * uniform(smallest, 1, generator))
        top, left = torch.randint(0, side - crop + 1, (2,), generator=generator).tolist()
        target = round(side * scales[int(torch.randint(len(scales), (), generator=generator))])
        part = images[..., top : top + crop, left : left + crop]
        return F.interpolate(
            part, (target, target), mode="bilinear", align_corners=False, antialias=True
        )

    return transform


def light(contrast: float, brightness: float) -> Transform:
    """Multiply by 1 ± contrast and add ± brightness."""
    check_number("contrast", contrast, low=0)
    check_number("brightness", brightness, low=0)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        gain = uniform(1 - contrast, 1 + contrast, generator)
        return images * gain + uniform(-brightness, brightness, generator)

    return transform


def gaussian_noise(std: float) -> Transform:
    """Add white noise of the given standard deviation (pixels in [0, 1])."""
    check_number("std", std, low=0)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(images.shape, generator=generator).to(images.device)
        return images + std * noise

    return transform


def robust_views(
    smallest: float = 0.65, scales: Sequence[float] = (0.875, 1, 1.125)
) -> list[Transform]:
    """The views under which a class must survive: moved, mirrored, cropped, relit, with noise.

    smallest, scales: see :func:`zoom_crop`.

    Without them the optimum is a pattern that only this network at these pixels takes for the
    class.
    """
    return [
        roll(1 / 20),
        flip,
        zoom_crop(smallest, scales),
        light(0.2, 0.08),
        gaussian_noise(0.05),
    ]
