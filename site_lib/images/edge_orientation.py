"""Which way the edges of a picture run, from its gradient: the structure tensor."""

import torch
from torch import Tensor

from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError


def edge_orientation(images: Tensor) -> tuple[Tensor, Tensor]:
    """Orientation of the edges in each set of pictures, and how much they agree on it.

    images: (K, N, 3, H, W); the N pictures of a set count alike, however strong their edges are.
    Returns (K,) radians in [0, π), anticlockwise from horizontal, as of the bars of ``gratings``,
    and (K,) the coherence, from 0 (all orientations alike) to 1 (one only). A set without any edge
    has the coherence 0. Bigün & Granlund (1987), the mean of the gradients' doubled angles.
    """
    if images.ndim != 5 or min(images.shape[-2:]) < 2:
        raise CourseError(
            "images must have the shape (K, N, 3, H, W), two pixels a side or more, "
            f"not {tuple(images.shape)}"
        )
    check_number("pictures in a set", images.shape[1], low=1)
    down, across = torch.gradient(images, dim=(-2, -1))
    energy, sine, cosine = (
        term.flatten(2).sum(dim=2)
        for term in (down**2 + across**2, 2 * down * across, down**2 - across**2)
    )
    counts = energy > 0
    weight = counts / energy.where(counts, 1) / counts.sum(dim=1, keepdim=True).clamp(min=1)
    sine, cosine = (sine * weight).sum(dim=1), (cosine * weight).sum(dim=1)
    angle = torch.atan2(sine, cosine) / 2
    return angle % torch.pi, torch.hypot(sine, cosine)
