"""Photographs to attack: labelled ones for measuring, well-classified squares for showing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from site_lib.adversarial.attack import Network, check_classes
from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.data.corpus_photographs import fetch_corpus, labelled_corpus
from site_lib.data.photographs import labelled_photographs, photograph
from site_lib.images.corpus import Box
from site_lib.images.images import eight_bit, read_image, square
from site_lib.networks.answers import first_answers, in_batches


def labelled_images(
    side: int, number: int, *, device: torch.device | str = "cpu"
) -> tuple[Tensor, Tensor, list[dict[str, str]]]:
    """The first of the labelled photographs: images, classes, records for provenance.

    The twenty of ImageNet, then those of the corpus that show a class of ImageNet; the corpus is
    fetched if they are asked for. images: (N, 3, side, side), on the grid of 256 levels, as a file
    would hold them.
    """
    known = labelled_photographs()
    check_number("side", side, low=1, whole=True)
    if isinstance(number, int) and number > len(known):
        known += labelled_corpus(fetch_corpus())
    check_number("number", number, low=1, high=len(known), whole=True)
    entries = known[:number]
    images = central_squares([entry.path for entry in entries], side)
    labels = torch.tensor([entry.imagenet_class for entry in entries])
    return images.to(device), labels.to(device), [entry.record() for entry in entries]


def central_squares(paths: Iterable[Path], side: int) -> Tensor:
    """Central squares of photographs, as 8-bit files hold them: (N, 3, side, side)."""
    return eight_bit(torch.cat([square(read_image(path), side) for path in paths]))


def answered_right(
    networks: Iterable[Network], images: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """The images that every network gets right, and their labels: what there is to attack."""
    right = torch.stack([first_answers(network, images) == labels for network in networks])
    return images[right.all(dim=0)], labels[right.all(dim=0)]


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
    enough: float = 1.0,
    num_positions: int = 4,
    smallest: int = 150,
    device: torch.device | str = "cpu",
) -> Crop:
    """The square of a photograph in which one of the apt classes has the largest probability.

    Tries squares of some shares of the shorter side at num_positions² places, one share after the
    other until a square has a probability of ``enough``; none is smaller than ``smallest`` pixels.
    Raises CourseError if no square has an apt class in the first place, or none is large enough.
    """
    check_number("side", side, low=1, whole=True)
    check_number("enough", enough, low=0, high=1)
    check_number("num_positions", num_positions, low=2, whole=True)
    for share in shares:
        check_number("shares", share, low=0, high=1, open_low=True)
    picture = read_image(photograph(name).path)
    boxes = [_boxes(picture, share, num_positions, smallest) for share in shares]
    if not any(boxes):
        raise CourseError(
            f"no square of the photograph {name!r} has {smallest} pixels a side or more; "
            "set smallest lower, or shares higher"
        )
    best: Crop | None = None
    for some in filter(None, boxes):
        for found in _apt_squares(network, picture, some, apt, side=side, device=device):
            if best is None or found.probability > best.probability:
                best = found
        if best is not None and best.probability >= enough:
            break
    if best is None:
        raise CourseError(f"no square of the photograph {name!r} is taken for an apt class")
    return best


def _apt_squares(
    network: Network,
    picture: Tensor,
    boxes: Sequence[Box],
    apt: Sequence[int],
    *,
    side: int,
    device: torch.device | str,
) -> list[Crop]:
    """Those squares for which one of the apt classes comes first."""
    images = eight_bit(torch.cat([box.cut(picture, side) for box in boxes])).to(device)
    probabilities = in_batches(network, images).softmax(dim=1)
    wanted = torch.tensor(apt, dtype=torch.long, device=device)
    check_classes("apt", wanted, len(apt), probabilities.shape[1])
    sure, first = (each.tolist() for each in probabilities.max(dim=1))
    return [
        Crop(images[k : k + 1], box.top, box.left, box.size, first[k], sure[k])
        for k, box in enumerate(boxes)
        if first[k] in apt
    ]


def _boxes(picture: Tensor, share: float, num_positions: int, smallest: int) -> list[Box]:
    """Every square of a share of the shorter side, once."""
    height, width = picture.shape[-2:]
    size = round(share * min(height, width))
    steps = [index / (num_positions - 1) for index in range(num_positions)]
    places = {(int(a * (height - size)), int(b * (width - size))) for a in steps for b in steps}
    return [Box(top, left, size) for top, left in sorted(places)] if size >= smallest else []


def random_squares(
    pictures: Sequence[Tensor], number: int, side: int, *, generator: torch.Generator
) -> Tensor:
    """Squares of 40 to 100 % of the shorter side, half of them mirrored, from pictures in turn,
    each (1, 3, H, W): (N, 3, side, side) in [0, 1].
    """
    check_number("number of pictures", len(pictures), low=1)
    check_number("number of squares", number, low=1, whole=True)
    check_number("side", side, low=1, whole=True)
    found = []
    for index in range(number):
        picture = pictures[index % len(pictures)]
        height, width = picture.shape[-2:]
        share, down, right, mirrored = torch.rand(4, generator=generator).tolist()
        size = round((0.4 + 0.6 * share) * min(height, width))
        box = Box(round(down * (height - size)), round(right * (width - size)), size)
        cut = box.cut(picture, side)
        found.append(cut.flip(-1) if mirrored > 0.5 else cut)
    return torch.cat(found)
