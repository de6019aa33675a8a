"""Images as the networks take them: (N, 3, H, W) tensors of floats in [0, 1].

Photographs from the registry, gratings and uniform fields with known parameters, and noise
with the spectrum of natural images.
"""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes, check_within
from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file
from site_lib.data.photographs import photograph, read_pixels

# Directions in RGB along which a stimulus is modulated around mid-grey.
COLOUR_AXES: dict[str, tuple[float, float, float]] = {
    "luminance": (1.0, 1.0, 1.0),
    "red–green": (1.0, -1.0, 0.0),
    "blue–yellow": (-0.5, -0.5, 1.0),
}
# Arithmetic may leave [0, 1] by less than half a level of a byte; rounding mends it.
HALF_A_LEVEL = 0.499 / 255


def load_photographs(names: list[str], side: int) -> Tensor:
    """Central squares of photographs, resized: (N, 3, side, side) in [0, 1]."""
    if not names:
        raise CourseError("no photographs are named; name at least one")
    return torch.cat([square(read_image(photograph(name).path), side) for name in names])


def read_image(path: Path) -> Tensor:
    """An image file: (1, 3, H, W) in [0, 1]. CourseError names a file that cannot be read."""
    return to_tensor(read_pixels(path))


def to_tensor(pixels: np.ndarray) -> Tensor:
    """Pixels of one or more files, (H, W, 3) or (N, H, W, 3) uint8, as (N, 3, H, W) in [0, 1]."""
    images = torch.tensor(pixels).movedim(-1, -3).float() / 255
    return images if images.ndim == 4 else images.unsqueeze(0)


def eight_bit(images: Tensor) -> Tensor:
    """The images as a file of 8 bits a channel gives them back, in [0, 1]."""
    return (images * 255).round() / 255


def square(image: Tensor, side: int) -> Tensor:
    """Largest central square of (N, 3, H, W), resized with antialiasing to the given side."""
    height, width = image.shape[-2:]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    return resize(image[..., top : top + short, left : left + short], side)


def squares_on_grid(image: Tensor, *, share: float, distance: float) -> list[Tensor]:
    """Squares of one size at the places of a regular grid: (1, 3, side, side) each, row by row.

    image: (1, 3, S, S).   share: side of a square, in sides of the image.   distance: between
    neighbours, in the same unit; the first begins at the top left corner.
    """
    check_shapes(image=(image, "1 3 S S"))
    check_number("share", share, low=0, high=1, open_low=True)
    check_number("distance", distance, low=0, open_low=True)
    side = image.shape[-1]
    size, steps = round(share * side), int((1 - share) / distance + 1e-6)
    starts = [round(step * distance * side) for step in range(steps + 1)]
    return [image[..., top : top + size, left : left + size] for top in starts for left in starts]


def resize(images: Tensor, side: int) -> Tensor:
    """Bicubic, antialiased, clipped to [0, 1]: (N, 3, H, W) → (N, 3, side, side)."""
    check_number("side", side, low=1, whole=True)
    if images.ndim != 4 or 0 in images.shape[1:]:
        raise CourseError(f"images must have the shape (N, 3, H, W), not {tuple(images.shape)}")
    shape = (side, side)
    resized = F.interpolate(images, shape, mode="bicubic", align_corners=False, antialias=True)
    return resized.clamp(0, 1)


def at_most(images: Tensor, side: int) -> Tensor:
    """Square images (…, 3, S, S), averaged down to ``side`` where they are larger."""
    check_number("side", side, low=1, whole=True)
    if images.shape[-1] <= side:
        return images
    flat = F.interpolate(images.reshape(-1, *images.shape[-3:]), (side, side), mode="area")
    return flat.reshape(*images.shape[:-2], side, side)


def as_bytes(images: Tensor) -> np.ndarray:
    """What an 8-bit file keeps: (…, 3, H, W) in [0, 1] → (…, H, W, 3) uint8.

    Raises CourseError for NaN and for values outside, which a byte would wrap around.
    """
    check_within("images", images, -HALF_A_LEVEL, 1 + HALF_A_LEVEL)
    return (255 * images.movedim(-3, -1)).round().to(torch.uint8).cpu().numpy()


def photograph_record(name: str) -> dict[str, str]:
    """Name and SHA-256 of a photograph's file, for provenance."""
    return {"name": f"photograph: {name}", "sha256": sha256_of_file(photograph(name).path)}


def gratings(
    side: int,
    *,
    orientation: Tensor,
    frequency: Tensor,
    phase: Tensor,
    colour: Tensor,
    contrast: float = 1.0,
) -> Tensor:
    """Sinusoidal gratings around mid-grey: (N, 3, side, side) in [0, 1].

    orientation: (N,), radians, the direction of the *bars*, anticlockwise from horizontal.
    frequency: (N,), cycles per pixel.   phase: (N,), radians, at the image's centre.
    colour: (N, 3), modulation of R, G and B, each in [−1, 1] (see COLOUR_AXES).
    contrast: in [0, 1], above which black and white would be exceeded.
    A frequency of 0 gives uniform fields. Raises CourseError for parameters out of these ranges,
    such as a frequency above the Nyquist limit of 0.5.
    """
    check_number("side", side, low=1, whole=True)
    check_number("contrast", contrast, low=0, high=1)
    check_shapes(
        orientation=(orientation, "N"),
        frequency=(frequency, "N"),
        phase=(phase, "N"),
        colour=(colour, "N 3"),
    )
    check_within("frequency", frequency, 0, 0.5)
    check_within("colour", colour, -1, 1)
    check_finite("orientation", orientation)
    check_finite("phase", phase)
    centred = torch.arange(side, device=orientation.device) - (side - 1) / 2
    # Rows run downwards, so the axis across bars that lean anticlockwise is (sin, cos).
    across = (
        torch.sin(orientation)[:, None, None] * centred[None, None, :]
        + torch.cos(orientation)[:, None, None] * centred[None, :, None]
    )
    wave = torch.cos(2 * math.pi * frequency[:, None, None] * across + phase[:, None, None])
    return 0.5 + 0.5 * contrast * colour[:, :, None, None] * wave[:, None]


def pink_noise(number: int, side: int, *, generator: torch.Generator) -> Tensor:
    """Noise whose amplitude falls as 1/frequency, as in natural scenes: (N, 3, side, side).

    Each image has mean 0.5 and standard deviation 0.2 before it is clipped to [0, 1].
    """
    check_number("number", number, low=1, whole=True)
    check_number("side", side, low=2, whole=True)
    white = torch.randn(number, 3, side, side, generator=generator)
    amplitude = 1 / spatial_frequencies(side).clamp(min=1 / side)
    noise = torch.fft.irfft2(torch.fft.rfft2(white) * amplitude, s=(side, side))
    noise = noise - noise.mean(dim=(1, 2, 3), keepdim=True)
    return (0.5 + 0.2 * noise / noise.std(dim=(1, 2, 3), keepdim=True)).clamp(0, 1)


def spatial_frequencies(side: int) -> Tensor:
    """Radial frequency, in cycles per pixel, of each term of ``rfft2``: (side, side // 2 + 1)."""
    vertical, horizontal = torch.fft.fftfreq(side)[:, None], torch.fft.rfftfreq(side)[None]
    return (vertical**2 + horizontal**2).sqrt()
