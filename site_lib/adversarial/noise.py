"""Perturbations of the same size that were not made for the network: the controls."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import check_images, per_image
from site_lib.adversarial.distances import l2
from site_lib.common.checks import check_finite, check_number
from site_lib.common.errors import CourseError


def gaussian(images: Tensor, norms: Tensor, generator: torch.Generator) -> Tensor:
    """White Gaussian noise with the given L2 norms, (N, 3, H, W); norms: (N,), 0 or more."""
    check_images(images)
    noise = torch.randn(images.shape, generator=generator).to(images)
    return with_norm(noise, norms)


def random_signs(images: Tensor, epsilon: float, generator: torch.Generator) -> Tensor:
    """+ε or −ε in every channel of every pixel, at random, (N, 3, H, W): noise of L∞ norm ε.

    images: whose shape it has.   epsilon: in pixel units (1/255 is one grey level), up to 1.
    """
    check_number("epsilon", epsilon, low=0, high=1)
    return epsilon * torch.randn(images.shape, generator=generator).sign().to(images)


def turned(perturbation: Tensor, quarter_turns: int, *, mirrored: bool = False) -> Tensor:
    """The perturbation turned in the plane of the image, and mirrored if so wanted.

    The same values, so the same norms and the same spectrum up to its orientation: what is
    lost is only where the values stand relative to the image. Square images only.
    """
    if perturbation.shape[-1] != perturbation.shape[-2]:
        raise CourseError(f"perturbation must be square, got {tuple(perturbation.shape)}")
    if mirrored:
        perturbation = perturbation.flip(-1)
    return torch.rot90(perturbation, quarter_turns, dims=(-2, -1))


def all_turned(perturbation: Tensor) -> list[Tensor]:
    """Five controls: the three quarter turns, then the mirror image, upright and turned once."""
    return [
        *(turned(perturbation, quarter) for quarter in (1, 2, 3)),
        *(turned(perturbation, quarter, mirrored=True) for quarter in (0, 1)),
    ]


def with_norm(perturbation: Tensor, norms: Tensor) -> Tensor:
    """Perturbations scaled to the given L2 norms, (N,); each 0 or more."""
    check_finite("norms", norms)
    if norms.shape != perturbation.shape[:1] or (norms < 0).any():
        raise CourseError(
            f"norms must be {len(perturbation)} numbers from 0 on, one for each image, "
            f"not {norms.tolist()}"
        )
    return perturbation * per_image(norms / l2(perturbation).clamp(min=1e-30))
