"""Perturbations of the same size that were not made for the network: the controls."""

import torch
from torch import Tensor

from site_lib.adversarial.attack import check_images, per_image
from site_lib.adversarial.distances import l2
from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.images.images import spatial_frequencies


def gaussian(images: Tensor, norms: Tensor, generator: torch.Generator) -> Tensor:
    """White Gaussian noise with the given L2 norms, (N, 3, H, W); norms: (N,), 0 or more."""
    check_images(images)
    noise = torch.randn(images.shape, generator=generator).to(images)
    return with_norm(noise, norms)


def band_limited(
    images: Tensor, norms: Tensor, generator: torch.Generator, *, low: float = 0, high: float = 1
) -> Tensor:
    """Gaussian noise without the frequencies outside a band, of the given L2 norms.

    low, high: radial frequencies f in cycles per pixel, low ≤ f < high. Square images only;
    raises CourseError for a band in which no frequency lies.
    """
    _check_square(images)
    frequencies = spatial_frequencies(images.shape[-1])
    inside = (frequencies >= low) & (frequencies < high)
    if not inside.any():
        raise CourseError(
            f"no frequency of {images.shape[-1]} pixels lies from {low:g} to {high:g} cycles per "
            "pixel; widen the band"
        )
    white = torch.randn(images.shape, generator=generator)
    noise = torch.fft.irfft2(torch.fft.rfft2(white) * inside, s=images.shape[-2:])
    return with_norm(noise.to(images), norms)


def photograph_like(others: Tensor, norms: Tensor, generator: torch.Generator) -> Tensor:
    """Noise with the spectrum and the colours of photographs, of the given L2 norms.

    others: (N, 3, S, S), photographs. Their phases become those of white noise, the same in the
    three channels, so that power and the correlations between colours stay and no object does.
    """
    _check_square(others)
    deviations = (others - others.mean(dim=(2, 3), keepdim=True)).cpu()
    white = torch.randn((len(others), 1, *others.shape[-2:]), generator=generator)
    phases = torch.fft.rfft2(white)
    phases = phases / phases.abs().clamp(min=1e-12)
    noise = torch.fft.irfft2(torch.fft.rfft2(deviations) * phases, s=others.shape[-2:])
    return with_norm(noise.to(others), norms)


def random_signs(images: Tensor, epsilon: float, generator: torch.Generator) -> Tensor:
    """+ε or −ε in every channel of every pixel, at random, (N, 3, H, W): noise of L∞ norm ε.

    images: whose shape it has.   epsilon: in pixel units (1/255 is one grey level), up to 1.
    """
    check_number("epsilon", epsilon, low=0, high=1)
    return epsilon * torch.randn(images.shape, generator=generator).sign().to(images)


def shuffled(perturbation: Tensor, generator: torch.Generator) -> Tensor:
    """The pixels of the perturbation in another order: the same colours as often, no texture.

    perturbation: (N, 3, H, W); the order is the same for all of them.
    """
    check_shapes(perturbation=(perturbation, "N 3 H W"))
    height, width = perturbation.shape[-2:]
    order = torch.randperm(height * width, generator=generator).to(perturbation.device)
    return perturbation.flatten(2)[..., order].unflatten(2, (height, width))


def turned(perturbation: Tensor, quarter_turns: int, *, mirrored: bool = False) -> Tensor:
    """The perturbation turned in the plane of the image, and mirrored if so wanted.

    The same values, so the same norms and the same spectrum up to its orientation: what is
    lost is only where the values stand relative to the image. Square images only.
    """
    _check_square(perturbation)
    if mirrored:
        perturbation = perturbation.flip(-1)
    return torch.rot90(perturbation, quarter_turns, dims=(-2, -1))


def all_turned(perturbation: Tensor) -> list[Tensor]:
    """Five controls: the three quarter turns, then the mirror image, upright and turned once."""
    return [
        *(turned(perturbation, quarter) for quarter in (1, 2, 3)),
        *(turned(perturbation, quarter, mirrored=True) for quarter in (0, 1)),
    ]


def _check_square(images: Tensor) -> None:
    if images.shape[-1] != images.shape[-2]:
        raise CourseError(f"images must be square, got {tuple(images.shape)}")


def with_norm(perturbation: Tensor, norms: Tensor) -> Tensor:
    """Perturbations scaled to the given L2 norms, (N,); each 0 or more."""
    check_finite("norms", norms)
    if norms.shape != perturbation.shape[:1] or (norms < 0).any():
        raise CourseError(
            f"norms must be {len(perturbation)} numbers from 0 on, one for each image, "
            f"not {norms.tolist()}"
        )
    return perturbation * per_image(norms / l2(perturbation).clamp(min=1e-30))
