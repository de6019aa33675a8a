"""Photographs to attack: labelled ones for measuring, well-classified squares for showing."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.adversarial.attack import Network, check_classes
from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file
from site_lib.data.photographs import labelled_photographs, photograph
from site_lib.images.images import eight_bit, read_image, resize, square

BATCH = 16


def labelled_images(side: int, number: int) -> tuple[Tensor, Tensor, list[dict[str, str]]]:
    """The first of the twenty labelled photographs: images, classes, records for provenance.

    images: (N, 3, side, side), on the grid of 256 levels, as a file would hold them.
    """
    known = labelled_photographs()
    check_number("side", side, low=1, whole=True)
    check_number("number", number, low=1, high=len(known), whole=True)
    entries = known[:number]
    pixels = [read_image(e.path) for e in entries]
    images = eight_bit(torch.cat([square(image, side) for image in pixels]))
    labels = torch.tensor([entry.imagenet_class for entry in entries])
    records = [{"name": f"photograph: {e.name}", "sha256": sha256_of_file(e.path)} for e in entries]
    return images, labels, records


@dataclass(frozen=True)
class Crop:
    """A square cut out of a photograph: its box in pixels, and what the network makes of it."""

    image: Tensor
    top: int
    left: int
    size: int
    class_index: int
    probability: float


def best_square(
    network: Network,
    name: str,
    apt: Sequence[int],
    *,
    side: int,
    shares: Sequence[float] = (1, 0.8, 0.6, 0.45),
    num_positions: int = 4,
    smallest: int = 150,
    device: torch.device | str = "cpu",
) -> Crop:
    """The square of a photograph in which one of the apt classes has the largest probability.

    Tries squares of some shares of the shorter side at num_positions² places; none is smaller
    than ``smallest`` pixels. Raises CourseError if no square has an apt class in the first
    place, or none is large enough.
    """
    check_number("side", side, low=1, whole=True)
    check_number("num_positions", num_positions, low=2, whole=True)
    for share in shares:
        check_number("shares", share, low=0, high=1, open_low=True)
    picture = read_image(photograph(name).path)
    boxes = _boxes(picture.shape[-2], picture.shape[-1], shares, num_positions, smallest)
    if not boxes:
        raise CourseError(
            f"no square of the photograph {name!r} has {smallest} pixels a side or more; "
            "set smallest lower, or shares higher"
        )
    images = torch.cat([resize(picture[..., t : t + s, a : a + s], side) for t, a, s in boxes])
    images = eight_bit(images).to(device)
    probabilities = in_batches(network, images).softmax(dim=1)
    wanted = torch.tensor(apt, dtype=torch.long, device=device)
    check_classes("apt", wanted, len(apt), probabilities.shape[1])
    first = torch.isin(probabilities.argmax(dim=1), wanted)
    if not first.any():
        raise CourseError(f"no square of the photograph {name!r} is taken for an apt class")
    best = int(torch.where(first, probabilities[:, wanted].amax(dim=1), 0).argmax())
    top, left, size = boxes[best]
    answer = int(probabilities[best].argmax())
    return Crop(
        images[best : best + 1], top, left, size, answer, float(probabilities[best, answer])
    )


def _boxes(
    height: int, width: int, shares: Sequence[float], num_positions: int, smallest: int
) -> list[tuple[int, int, int]]:
    """(top, left, size) of every square, each once."""
    sizes = [round(share * min(height, width)) for share in shares]
    steps = [index / (num_positions - 1) for index in range(num_positions)]
    found = {
        (int(down * (height - size)), int(right * (width - size)), size)
        for size in sizes
        if size >= smallest
        for down in steps
        for right in steps
    }
    return sorted(found)


@torch.no_grad()
def in_batches(network: Network, images: Tensor) -> Tensor:
    """Logits of many images, a few at a time."""
    return torch.cat([network(part) for part in images.split(BATCH)])
