"""How the image is written down. The same gradient step means something else in each.

A parameterisation is a module whose ``forward(side)`` returns the images (N, 3, side, side) in
[0, 1] that its parameters stand for. They are stored at one side and can be shown at any
smaller one, so that an optimisation may go from coarse to fine.
"""

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.errors import CourseError
from site_lib.images.images import resize, spatial_frequencies

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
        _check_new(number, side, noise)
        self.side = side
        start = 0.5 + noise * torch.randn(number, 3, side, side, generator=generator)
        self.pixels = nn.Parameter(start)

    def forward(self, side: int | None = None) -> Tensor:
        images = self.pixels.clamp(0, 1)
        return images if side in (None, self.side) else resize(images, _checked(side, self.side))


class FourierImage(nn.Module):
    """Each spatial frequency of each decorrelated colour is a parameter (Olah et al., 2017).

    Amplitudes are divided by frequency, as in natural images, so that a step of gradient ascent
    moves coarse and fine structure alike. ``falloff`` is the power of the frequency: above 1,
    fine structure moves less, and less of what only a network sees gets in.
    """

    scale: Tensor
    to_rgb: Tensor

    def __init__(
        self,
        number: int,
        side: int,
        *,
        generator: torch.Generator,
        noise: float = 0.01,
        falloff: float = 1.0,
    ) -> None:
        super().__init__()
        _check_new(number, side, noise)
        check_number("falloff", falloff)
        self.side = side
        shape = (number, 3, side, side // 2 + 1, 2)
        self.spectrum = nn.Parameter(noise * torch.randn(shape, generator=generator))
        cycles = (spatial_frequencies(side) * side).clamp(min=1)
        self.register_buffer("scale", 0.25 / cycles**falloff)
        self.register_buffer("to_rgb", decorrelated_to_rgb())

    @classmethod
    def of(cls, images: Tensor, *, falloff: float = 1.0) -> "FourierImage":
        """Start at given images (N, 3, side, side); black and white are moved in by 1/256."""
        _check_given(images)
        number, _, side, _ = images.shape
        written = cls(number, side, generator=torch.Generator(), falloff=falloff)
        before_sigmoid = images.clamp(1 / 256, 255 / 256).logit()
        waves = torch.einsum("dr,nrhw->ndhw", torch.linalg.inv(decorrelated_to_rgb()),
                             before_sigmoid.cpu())  # fmt: skip
        spectrum = torch.fft.rfft2(waves, norm="forward") / written.scale
        written.spectrum.data = torch.view_as_real(spectrum).contiguous()
        return written

    def forward(self, side: int | None = None) -> Tensor:
        spectrum = torch.view_as_complex(self.spectrum) * self.scale
        waves = _waves(spectrum, self.side, side or self.side)
        return torch.sigmoid(torch.einsum("rd,ndhw->nrhw", self.to_rgb, waves))


class PhaseImage(nn.Module):
    """Only the phases are parameters; magnitudes stay those of photographs (MaCo, Fel et al.,
    2023, arXiv:2306.06805).

    like: photographs (M, 3, side, side) whose mean magnitude is taken. The images are brought to
    [0, 1] by a sigmoid, after the mean and contrast of the photographs' own logits.
    """

    magnitude: Tensor
    to_rgb: Tensor

    def __init__(self, number: int, like: Tensor, *, generator: torch.Generator) -> None:
        super().__init__()
        _check_given(like)
        self.side = side = like.shape[-1]
        _check_new(number, side, 0)
        decorrelated = torch.linalg.inv(decorrelated_to_rgb())
        before_sigmoid = like.clamp(1 / 256, 255 / 256).logit()
        waves = torch.einsum("dr,nrhw->ndhw", decorrelated, before_sigmoid.cpu())
        spectrum = torch.fft.rfft2(waves, norm="forward")
        magnitude = spectrum.abs().mean(dim=0)
        # The uniform part is a sum, not a wave: magnitude and phase are its mean over photographs.
        magnitude[:, 0, 0] = spectrum[:, :, 0, 0].real.mean(dim=0)
        self.register_buffer("magnitude", magnitude)
        self.register_buffer("to_rgb", decorrelated_to_rgb())
        shape = (number, 3, side, side // 2 + 1)
        phase = 2 * torch.pi * torch.rand(shape, generator=generator)
        phase[:, :, 0, 0] = 0
        self.phase = nn.Parameter(phase)

    def forward(self, side: int | None = None) -> Tensor:
        spectrum = torch.polar(self.magnitude.expand_as(self.phase), self.phase)
        waves = _waves(spectrum, self.side, side or self.side)
        return torch.sigmoid(torch.einsum("rd,ndhw->nrhw", self.to_rgb, waves))


def _check_new(number: int, side: int, noise: float) -> None:
    check_number("number of images", number, low=1, whole=True)
    check_number("side", side, low=2, whole=True)
    check_number("noise", noise, low=0)


def _check_given(images: Tensor) -> None:
    check_shapes(images=(images, "N 3 S S"))
    check_finite("images", images)


def _waves(spectrum: Tensor, stored: int, side: int) -> Tensor:
    """Sum of the waves that ``side`` pixels can show: (N, 3, side, side)."""
    if _checked(side, stored) < stored:
        # The lowest frequencies are at both ends of the rows: first positive, last negative ones.
        positive, negative = spectrum[:, :, : (side + 1) // 2], spectrum[:, :, -(side // 2) :]
        spectrum = torch.cat([positive, negative], dim=2)[..., : side // 2 + 1]
    return torch.fft.irfft2(spectrum, s=(side, side), norm="forward")


def _checked(side: int, stored: int) -> int:
    if not 1 < side <= stored:
        raise CourseError(f"an image stored at {stored} pixels cannot be shown at {side}")
    return side
