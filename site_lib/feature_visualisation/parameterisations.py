"""How the image is written down. The same gradient step means something else in each.

A parameterisation is a module without input whose ``forward`` returns the images
(N, 3, side, side) in [0, 1] that its parameters stand for.
"""

import torch
from torch import Tensor, nn

from site_lib.images import spatial_frequencies

# Square root of the covariance of RGB in natural photographs, scaled so that the strongest
# direction has length 1: rows R, G, B; columns lightness, blue–orange, green–magenta.
# Published by Olah et al. (2017) with the Lucid library.
_COLOUR_COVARIANCE_ROOT = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))


def decorrelated_to_rgb() -> Tensor:
    """(3, 3) matrix from decorrelated colour coordinates to RGB before the sigmoid."""
    root = torch.tensor(_COLOUR_COVARIANCE_ROOT)
    return root / root.norm(dim=0).max()


class PixelImage(nn.Module):
    """Each pixel is a parameter, kept in [0, 1] by clipping. Starts at grey plus noise."""

    def __init__(
        self, number: int, side: int, *, generator: torch.Generator, noise: float = 0.01
    ) -> None:
        super().__init__()
        start = 0.5 + noise * torch.randn(number, 3, side, side, generator=generator)
        self.pixels = nn.Parameter(start)

    def forward(self) -> Tensor:
        return self.pixels.clamp(0, 1)


class FourierImage(nn.Module):
    """Each spatial frequency of each decorrelated colour is a parameter (Olah et al., 2017).

    Amplitudes are divided by frequency, as in natural images, so that a step of gradient
    ascent moves coarse and fine structure alike.
    """

    scale: Tensor
    to_rgb: Tensor

    def __init__(
        self, number: int, side: int, *, generator: torch.Generator, noise: float = 0.01
    ) -> None:
        super().__init__()
        self.side = side
        shape = (number, 3, side, side // 2 + 1, 2)
        self.spectrum = nn.Parameter(noise * torch.randn(shape, generator=generator))
        scale = 1 / spatial_frequencies(side).clamp(min=1 / side)
        self.register_buffer("scale", scale / 4)
        self.register_buffer("to_rgb", decorrelated_to_rgb())

    def forward(self) -> Tensor:
        spectrum = torch.view_as_complex(self.spectrum) * self.scale
        waves = torch.fft.irfft2(spectrum, s=(self.side, self.side), norm="ortho")
        return torch.sigmoid(torch.einsum("rd,ndhw->nrhw", self.to_rgb, waves))
