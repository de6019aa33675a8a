"""Images that keep some cues to what they show and lose others: colour, arrangement, texture.

A network that goes by the arrangement of parts loses its way when squares of the image change
places; one that goes by local texture does not. An outline without anything inside is the reverse.
"""

import math

import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.images.images import resize
from site_lib.images.views import LUMINANCE


def grey(images: Tensor) -> Tensor:
    """Luminance without colour: (N, 3, H, W), all three channels alike."""
    check_shapes(images=(images, "N 3 H W"))
    luminance = torch.tensor(LUMINANCE, device=images.device)
    return torch.einsum("nchw,c->nhw", images, luminance)[:, None].expand_as(images)


def shuffled_patches(images: Tensor, grid: int, generator: torch.Generator) -> Tensor:
    """Each image's grid × grid squares in an order of its own: (N, 3, S, S).

    Raises CourseError when the side is no multiple of ``grid``.
    """
    check_shapes(images=(images, "N 3 S S"))
    check_number("grid", grid, low=1, whole=True)
    number, _, side, _ = images.shape
    if side % grid:
        raise CourseError(f"{grid} squares do not fit along {side} pixels; take a divisor of it")
    patch = side // grid
    squares = images.unfold(2, patch, patch).unfold(3, patch, patch)  # (N, 3, grid, grid, p, p)
    squares = squares.flatten(2, 3)
    order = torch.stack([torch.randperm(grid * grid, generator=generator) for _ in range(number)])
    index = order.to(images.device)[:, None, :, None, None].expand_as(squares)
    moved = squares.gather(2, index).unflatten(2, (grid, grid))
    return moved.permute(0, 1, 2, 4, 3, 5).reshape(images.shape)


def random_phases(images: Tensor, generator: torch.Generator) -> Tensor:
    """Noise with each image's own spectrum and correlations of colours: (N, 3, S, S) in [0, 1].

    The phases of white noise are added, the same to all three channels; amplitudes stay. What
    leaves [0, 1] is clipped.
    """
    check_shapes(images=(images, "N 3 S S"))
    check_finite("images", images)
    side = images.shape[-1]
    noise = torch.randn(len(images), 1, side, side, generator=generator)
    phase = torch.fft.rfft2(noise).angle().to(images.device)
    phase[..., 0, 0] = 0  # the mean keeps its sign
    turned = torch.fft.rfft2(images) * torch.exp(1j * phase)
    return torch.fft.irfft2(turned, s=(side, side)).clamp(0, 1)


def on_ground(cutout: Tensor, side: int, *, share: float, ground: float) -> Tensor:
    """A cut-out at the centre of a square of one grey: (1, 3, side, side).

    cutout: (4, H, W), colour and alpha in [0, 1].   share: of the side that its longer side takes.
    ground: grey level in [0, 1].
    """
    alpha = _centred(cutout[3:], side, share)
    colour = _centred(cutout[:3] * cutout[3:], side, share)  # alpha blends what is seen
    return colour + (1 - alpha) * ground


def silhouette(cutout: Tensor, side: int, *, share: float) -> Tensor:
    """The outline of a cut-out, black on white: (1, 3, side, side). Arguments: ``on_ground``."""
    return (1 - _centred(cutout[3:], side, share)).expand(-1, 3, -1, -1)


def _centred(channels: Tensor, side: int, share: float) -> Tensor:
    """Channels (C, H, W), resized, in the middle of nothing: (1, C, side, side)."""
    check_number("share", share, low=0, high=1, open_low=True)
    check_number("side", side, low=1, whole=True)
    height, width = channels.shape[1:]
    longer = max(height, width)
    top, left = (longer - height) // 2, (longer - width) // 2
    canvas = channels.new_zeros(1, len(channels), longer, longer)
    canvas[0, :, top : top + height, left : left + width] = channels
    inner = max(1, math.floor(share * side))
    corner = (side - inner) // 2
    placed = channels.new_zeros(1, len(channels), side, side)
    placed[..., corner : corner + inner, corner : corner + inner] = resize(canvas, inner)
    return placed
