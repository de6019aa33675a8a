"""What the units of every depth tell together about photographs that no fit has seen.

Units are averaged over their whole map, as the network's own read-out averages the last one; means
in the cells of a grid, beside it, keep where something is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_shapes
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.statistics.readout import Errors, in_units_of

# Cells along a side of the grid.
GRID = 4


@dataclass(frozen=True)
class Pooled:
    """What the units of a layer answer on average.

    whole: (N, channels), over the whole map.   cells: (N, channels · GRID²), in each cell.
    """

    whole: np.ndarray
    cells: np.ndarray


def depths(network: Classifier) -> list[str]:
    """The layers from the stem to the one that the classifier reads, without the classifier."""
    return [layer for layer in network.layers if layer != "classifier"]


def pooled_layers(network: Classifier, images: Tensor) -> dict[str, Pooled]:
    """Mean answers of every depth to images (N, 3, H, W) in [0, 1], from the stem on."""
    found = activations_of(
        freeze_for_inference(network), images, depths(network), summarise=_whole_and_cells
    )
    return {
        layer: Pooled(values[:, :, 0].numpy(), values[:, :, 1:].flatten(1).numpy())
        for layer, values in ((layer, one.double()) for layer, one in found.items())
    }


def _whole_and_cells(maps: Tensor) -> Tensor:
    """(N, channels, H, W) → (N, channels, 1 + GRID²), the mean over the whole map first."""
    parts = (F.adaptive_avg_pool2d(maps, cells).flatten(2) for cells in (1, GRID))
    return torch.cat(list(parts), dim=2)


def errors_by_depth(
    features: Mapping[str, np.ndarray], ask: Callable[[np.ndarray], Mapping[str, Errors]]
) -> dict[str, np.ndarray]:
    """Errors of a read-out of each depth about each stimulus: attribute → (depths, N).

    features: depth → (N, D).   ask: features → errors about each attribute, by name.
    """
    answers = [ask(one) for one in features.values()]
    return {name: np.stack([answer[name].read for answer in answers]) for name in answers[0]}


def like_units(features: np.ndarray) -> np.ndarray:
    """Features (N, D), each centred and scaled over the stimuli, so that all count alike."""
    columns = features[:, :, None]
    return in_units_of(columns, columns)[:, :, 0]


def found_again(views: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Whether the nearest of other views shows the same thing, by correlation: (N,) booleans.

    views, others: (N, D), row i of both of thing i; units that vary in neither do not count.
    """
    check_shapes(views=(views, "N D"), others=(others, "N D"))
    both = like_units(np.concatenate([views, others]))
    likeness = np.corrcoef(both)[: len(views), len(views) :]
    return likeness.argmax(axis=1) == np.arange(len(views))
