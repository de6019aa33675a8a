"""Occlusion: what an answer loses while a grey square hides a part of the image.

Zeiler & Fergus (2014, arXiv:1311.2901) slide the square over a photograph and watch a unit and the
class. A gradient says what an infinitely small change would do; here pixels are taken away, and
what is lost was caused by them.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.networks.answers import in_batches
from site_lib.networks.classifier import Classifier

GREY = 0.5


def units_at(part: Classifier, units: list[int], position: Tensor) -> Callable[[Tensor], Tensor]:
    """What some units at one place answer: images (N, 3, H, W) → (N, units).

    part: network that ends with the units' layer.   position: row and column in the layer's map.
    """
    row, column = position.tolist()
    return lambda images: part(images)[:, units, row, column]


def square_starts(side: int, square: int, stride: int) -> list[int]:
    """First rows (or columns) of the squares that lie within an image, ``stride`` apart.

    Raises CourseError for a square that is larger than the image.
    """
    check_number("square", square, low=1, high=side, whole=True)
    check_number("stride", stride, low=1, whole=True)
    return list(range(0, side - square + 1, stride))


def occluded(image: Tensor, square: int, stride: int, grey: float = GREY) -> Tensor:
    """Copies of an image, each with a square of grey at another place: (n · n, 3, S, S).

    image: (1, 3, S, S) in [0, 1].   square: its side in pixels.   stride: pixels between
    neighbouring squares. Row by row; n as in :func:`square_starts`.
    """
    check_shapes(image=(image, "1 3 S S"))
    check_finite("image", image)
    starts = square_starts(image.shape[-1], square, stride)
    copies = image.repeat(len(starts) ** 2, 1, 1, 1)
    for number, copy in enumerate(copies):
        top, left = starts[number // len(starts)], starts[number % len(starts)]
        copy[:, top : top + square, left : left + square] = grey
    return copies


@torch.no_grad()
def occlusion_map(
    answer: Callable[[Tensor], Tensor],
    image: Tensor,
    *,
    square: int,
    stride: int,
    grey: float = GREY,
) -> Tensor:
    """How much of an answer is lost while a square is hidden: (n, n), by the square's place.

    answer: images (N, 3, S, S) → (N,). Positive where the square hides something that the answer
    needs, negative where it hides what held the answer down. Several answers at once, (N, K), for
    instance :func:`units_at`, give (n, n, K). The other arguments are those of :func:`occluded`.
    """
    whole = answer(image)
    hidden = in_batches(answer, occluded(image, square, stride, grey))
    number = len(square_starts(image.shape[-1], square, stride))
    return (whole - hidden).view(number, number, *whole.shape[1:]).cpu()


def strength_in_squares(signals: Tensor, square: int, stride: int) -> Tensor:
    """Mean strength of signed signals in the same squares: (N, 3, S, S) → (N, n, n).

    Strength is the sum of absolute values over the colours: what a projection makes of the places
    that :func:`occlusion_map` hides.
    """
    check_shapes(signals=(signals, "N 3 S S"))
    square_starts(signals.shape[-1], square, stride)
    strength = signals.abs().sum(dim=1, keepdim=True)
    return torch.nn.functional.avg_pool2d(strength, square, stride=stride)[:, 0]
