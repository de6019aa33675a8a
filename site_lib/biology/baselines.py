"""What stimuli have in common before any network looks at them: outlines, oriented energy."""

import math

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, conv2d, pad

from site_lib.common.checks import check_number, check_shapes

WAVELENGTHS = (4.0, 8.0, 16.0, 32.0)
NUM_ORIENTATIONS = 8
# How far a pixel is from the ground where something lies on it; less than that is compression.
DIFFERENT = 4 / 255


def silhouettes(images: Tensor, ground: float) -> Tensor:
    """1 where something lies on a uniform ground, else 0: (N, 3, H, W) → (N, H × W)."""
    check_shapes(images=(images, "N 3 H W"))
    return ((images - ground).abs().amax(dim=1) > DIFFERENT).float().flatten(1)


def gabor_energy(images: Tensor) -> Tensor:
    """Amplitudes of Gabor filters in every place, as of complex cells: (N, 3, H, W) → (N, D).

    Eight orientations at four wavelengths, two phases in quadrature each, on the mean of the
    channels; places lie half a wavelength apart. Filters sum to zero, so that uniform ground
    evokes nothing.
    """
    return torch.cat([maps.flatten(1) for maps in _all_amplitudes(images)], dim=1)


def pooled_gabor_energy(images: Tensor, grid: int) -> Tensor:
    """The same, averaged in the cells of a grid: (N, 3, H, W) → (N, wavelengths · 8 · grid²)."""
    check_number("grid", grid, low=1, whole=True)
    maps = _all_amplitudes(images)
    return torch.cat([adaptive_avg_pool2d(one, grid).flatten(1) for one in maps], dim=1)


def _all_amplitudes(images: Tensor) -> list[Tensor]:
    """By wavelength, (N, orientations, h, w)."""
    check_shapes(images=(images, "N 3 H W"))
    grey = images.mean(dim=1, keepdim=True)
    return [_amplitudes(grey, one) for one in WAVELENGTHS]


def _amplitudes(grey: Tensor, wavelength: float) -> Tensor:
    radius = round(wavelength)
    y, x = torch.meshgrid(*[torch.arange(-radius, radius + 1.0)] * 2, indexing="ij")
    envelope = torch.exp(-(x**2 + y**2) / (2 * (0.4 * wavelength) ** 2))
    parts, padded = [], pad(grey, (radius,) * 4, mode="reflect")
    for phase in (0, math.pi / 2):
        filters = []
        for index in range(NUM_ORIENTATIONS):
            angle = math.pi * index / NUM_ORIENTATIONS
            along = x * math.cos(angle) + y * math.sin(angle)
            wave = torch.cos(2 * math.pi * along / wavelength - phase)
            wave = wave - (wave * envelope).sum() / envelope.sum()
            filters.append(envelope * wave)
        stride = round(wavelength / 2)
        parts.append(conv2d(padded, torch.stack(filters)[:, None], stride=stride))
    return (parts[0] ** 2 + parts[1] ** 2).sqrt()
