"""Which unit answers most strongly at a place, and where a unit answers most strongly."""

import torch
from torch import Tensor

from site_lib.common.checks import check_shapes
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.units.receptive_fields import theoretical_receptive_fields
from site_lib.units.top_patches import patch_corners, patches_of


def strongest_units(maps: Tensor, positions: Tensor, without: Tensor | None = None) -> Tensor:
    """The channel that answers most strongly at a place of each image's map: (N,).

    maps: (N, channels, h, w), what a layer answers.   positions: (N, 2), row and column.
    without: (N,), a channel of each image that does not count.
    """
    check_shapes(maps=(maps, "N channels h w"), positions=(positions, "N 2"))
    rows, columns = positions.T
    answers = maps[torch.arange(len(maps)), :, rows, columns]
    if without is not None:
        check_shapes(maps=(maps, "N channels h w"), without=(without, "N"))
        answers = answers.scatter(1, without[:, None], -torch.inf)
    return answers.argmax(dim=1)


def strongest_places(maps: Tensor, channels: Tensor) -> tuple[Tensor, Tensor]:
    """The largest answer of one channel of each image's map, (N,), and where it is, (N, 2).

    maps: (N, channels, h, w), what a layer answers.   channels: (N,).   Places are rows and
    columns; of equal answers the first counts.
    """
    check_shapes(maps=(maps, "N channels h w"), channels=(channels, "N"))
    answers, places = maps[torch.arange(len(maps)), channels].flatten(1).max(dim=1)
    width = maps.shape[3]
    return answers, torch.stack([places // width, places % width], dim=1)


def strongest_patches(
    network: Classifier, images: Tensor, layer: str, channels: Tensor, patch_side: int
) -> tuple[Tensor, Tensor]:
    """What one unit of a layer likes best in each image: its answer, and the patch around it.

    images: (N, 3, side, side) in [0, 1].   channels: (N,).   Returns (N,) and (N, 3, patch_side,
    patch_side); a patch that would reach beyond its image is shifted inside.
    """
    maps = activations_of(network, images, [layer], summarise=lambda answers: answers)[layer]
    answers, positions = strongest_places(maps, channels)
    side = images.shape[-1]
    field = theoretical_receptive_fields(network.net, side)[layer]
    corners = patch_corners(field, positions, patch_side, side)
    return answers, patches_of(images, corners, patch_side)
