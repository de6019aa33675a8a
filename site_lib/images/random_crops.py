"""Random crops of many photographs at once, on any device.

Photographs of different shapes lie in one tensor, and one call cuts all crops of a step from it
(the sampling of He et al.'s RoIAlign, 2017, arXiv:1703.06870). Crops are drawn on the processor,
so that they are the same wherever they are cut.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import roi_align

from site_lib.common.checks import check_number, check_shapes

# Points a pixel of a crop is the mean of, in each direction; enough for halving.
POINTS = 2
SATURATION, CONTRAST, BRIGHTNESS = 0.5, 0.4, 0.15


@dataclass(frozen=True)
class PhotographStack:
    """Photographs in the top left corners of squares: pixels (P, 3, S, S) in [0, 1].

    Beyond a photograph its last row and column go on.   sizes: (P, 2), height and width.
    """

    pixels: Tensor
    sizes: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def to(self, device: torch.device | str) -> Self:
        """The pixels on a device; sizes stay where crops are drawn."""
        return type(self)(self.pixels.to(device), self.sizes)


def stack_photographs(photographs: Sequence[Tensor], longest: int) -> PhotographStack:
    """Photographs (3, H, W) in [0, 1], made smaller where a side is more than ``longest``."""
    check_number("number of photographs", len(photographs), low=1)
    check_number("longest", longest, low=1, whole=True)
    smaller = [_at_most(photograph, longest) for photograph in photographs]
    side = max(max(image.shape[1:]) for image in smaller)
    squares = [_padded(image, side) for image in smaller]
    sizes = torch.tensor([image.shape[1:] for image in smaller])
    return PhotographStack(torch.stack(squares), sizes)


def random_crops(photographs: PhotographStack, number: int, side: int, *, smallest: float,
                 generator: torch.Generator) -> Tensor:  # fmt: skip
    """Crops of photographs drawn at random: (number, 3, side, side) in [0, 1].

    smallest: area of the smallest crop, as of ``crops_of``.
    """
    check_number("number of crops", number, low=1, whole=True)
    which = torch.randint(len(photographs), (number,), generator=generator)
    return crops_of(photographs, which, side, smallest=smallest, generator=generator)


def crops_of(photographs: PhotographStack, which: Tensor, side: int, *, smallest: float,
             generator: torch.Generator) -> Tensor:  # fmt: skip
    """A random crop, mirrored half of the time, of each photograph in ``which``, (N,).

    A crop's area is log-uniform between ``smallest`` and 1, in areas of the photograph's largest
    square, and its aspect between 3 : 4 and 4 : 3 (Szegedy et al., 2015, arXiv:1409.4842).
    Returns (N, 3, side, side) in [0, 1].
    """
    check_number("side", side, low=1, whole=True)
    check_number("smallest", smallest, low=0, high=1, open_low=True)
    check_shapes(which=(which, "N"))
    height, width = photographs.sizes[which].float().unbind(1)
    area = _between(math.log(smallest), 0, len(which), generator).exp()
    aspect = _between(math.log(3 / 4), math.log(4 / 3), len(which), generator).exp()
    short = torch.minimum(height, width)
    wide = torch.minimum(short * (area * aspect).sqrt(), width)
    high = torch.minimum(short * (area / aspect).sqrt(), height)
    left = (width - wide) * torch.rand(len(which), generator=generator)
    top = (height - high) * torch.rand(len(which), generator=generator)
    boxes = torch.stack([which.float(), left, top, left + wide, top + high], dim=1)
    mirrored = torch.rand(len(which), generator=generator) < 0.5
    pixels = photographs.pixels
    crops = roi_align(pixels, boxes.to(pixels.device), side, sampling_ratio=POINTS, aligned=True)
    return torch.where(_for_each(mirrored, crops), crops.flip(-1), crops)


def relit(images: Tensor, *, generator: torch.Generator) -> Tensor:
    """Each image with another saturation, contrast and brightness: (N, 3, H, W) in [0, 1].

    Saturation varies by ± 50 %, contrast by ± 40 %, brightness by ± 0.15.
    """
    number = len(images)
    saturation, contrast = (
        _for_each(_between(1 - range_, 1 + range_, number, generator), images)
        for range_ in (SATURATION, CONTRAST)
    )
    brightness = _for_each(_between(-BRIGHTNESS, BRIGHTNESS, number, generator), images)
    grey = images.mean(dim=1, keepdim=True)
    coloured = grey + (images - grey) * saturation
    return ((coloured - 0.5) * contrast + 0.5 + brightness).clamp(0, 1)


def _between(low: float, high: float, number: int, generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(number, generator=generator)


def _for_each(values: Tensor, images: Tensor) -> Tensor:
    """One value for each image, where the images are."""
    return values.to(images.device)[:, None, None, None]


def _at_most(photograph: Tensor, longest: int) -> Tensor:
    share = min(1.0, longest / max(photograph.shape[1:]))
    shape = [max(1, round(share * length)) for length in photograph.shape[1:]]
    return F.interpolate(photograph[None], shape, mode="bilinear", antialias=True)[0]


def _padded(photograph: Tensor, side: int) -> Tensor:
    height, width = photograph.shape[1:]
    return F.pad(photograph, (0, side - width, 0, side - height), mode="replicate")
