"""How large a perturbation is. All take (N, 3, H, W) and return (N,)."""

from torch import Tensor


def l0(perturbation: Tensor) -> Tensor:
    """Number of pixels that differ in at least one channel."""
    return (perturbation != 0).any(dim=1).flatten(1).sum(dim=1)


def l2(perturbation: Tensor) -> Tensor:
    """Euclidean norm over all pixels and channels."""
    return perturbation.flatten(1).norm(dim=1)


def linf(perturbation: Tensor) -> Tensor:
    """Largest change of any channel of any pixel."""
    return perturbation.flatten(1).abs().amax(dim=1)


def distortion(perturbation: Tensor) -> Tensor:
    """√(Σ (x′ − x)² / n) over the n values of an image, as Szegedy et al. (2014) report it."""
    return perturbation.flatten(1).square().mean(dim=1).sqrt()


def relative_l2(perturbation: Tensor, images: Tensor) -> Tensor:
    """‖x′ − x‖₂ / ‖x‖₂; its mean is the ρ of Moosavi-Dezfooli et al. (2016)."""
    return l2(perturbation) / l2(images)
