"""What the units of every block tell together about stimuli, by a straight line.

Random mixtures of a block's units are read out (:mod:`site_lib.statistics.readout`), and distances
between its mean activations say how far groups of stimuli lie apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.errors import CourseError
from site_lib.common.progress import track
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.statistics.intervals import bootstrap
from site_lib.statistics.readout import Errors, in_units_of, random_projection
from site_lib.statistics.separation import correlation_distances, distances_of_groups

# A block is seen in 4 × 4 cells, the image itself in 16 × 16.
GRID, PIXEL_GRID = 4, 16


@dataclass(frozen=True)
class Stimuli:
    """What is shown, and what is asked about it.

    images: (N, 3, side, side) in [0, 1].   reference: (M, 3, side, side), other images, which only
    tell how large activations are.   group: (N,), the thing that an image is a view of.   errors:
    features (N, D) → errors about each attribute, by name.
    """

    images: Tensor
    reference: Tensor
    group: np.ndarray
    errors: Callable[[np.ndarray], dict[str, Errors]]


@dataclass(frozen=True)
class Told:
    """What one network tells.

    errors: of each depth, the pixels first, by attribute.   distances: of each block, (G, G), see
    :func:`distances_of_groups`.
    """

    errors: list[dict[str, Errors]]
    distances: list[np.ndarray]


def blocks(network: Classifier) -> list[str]:
    """Stem and blocks, without head and classifier."""
    return list(network.layers[:-2])


def told_by(network: Classifier, stimuli: Stimuli, num_features: int, seed: int) -> Told:
    """Ask the pixels and every block of a network.

    num_features: that the read-out sees of each.   seed: of the mixtures in the pixels; those of
    the blocks follow.
    """
    features = block_features(network, stimuli.images, stimuli.reference)
    depths = track(list(features), f"read-outs of {network.name}", "block")
    errors = [
        stimuli.errors(random_projection(features[depth], num_features, seed + index))
        for index, depth in enumerate(depths)
    ]
    distances = [
        distances_of_groups(correlation_distances(features[layer].mean(axis=2)), stimuli.group)
        for layer in blocks(network)
    ]
    return Told(errors, distances)


def block_features(network: Classifier, images: Tensor, reference: Tensor) -> dict[str, np.ndarray]:
    """Mean activation in each cell of a grid: "pixels" and blocks → (N, channels, cells).

    Each channel is centred and scaled by what it answers to ``reference``.
    """
    both = torch.cat([images, reference])
    cells = {"pixels": F.adaptive_avg_pool2d(both, PIXEL_GRID).flatten(2)} | activations_of(
        freeze_for_inference(network),
        both,
        blocks(network),
        summarise=lambda maps: F.adaptive_avg_pool2d(maps, GRID).flatten(2),
    )
    number = len(images)
    return {
        depth: in_units_of(values[:number], values[number:])
        for depth, values in ((depth, one.numpy()) for depth, one in cells.items())
    }


def curves(
    told: list[Told],
    group: np.ndarray,
    separation: Callable[..., float],
    seed: int,
) -> dict[str, np.ndarray]:
    """Curves against depth of several networks, with 95 % bootstrap intervals of the first.

    group: of the stimuli; groups are drawn again.   separation: distances (G, G), and groups that
    are drawn, all without them → how far apart they lie.   Returns ``shares`` of the error that is
    removed, (networks, attributes, depths), ``intervals`` (attributes, depths, 2), ``separation``
    (networks, blocks) and ``separation_interval`` (blocks, 2).
    """
    if not told:
        raise CourseError("curves need a network that tells something")
    first = told[0]
    names = list(first.errors[0])
    return {
        "shares": np.array(
            [[[errors[n].share_removed for errors in one.errors] for n in names] for one in told]
        ),
        "intervals": np.array(
            [[errors[n].interval(group, seed) for errors in first.errors] for n in names]
        ),
        "separation": np.array([[separation(d) for d in one.distances] for one in told]),
        "separation_interval": np.array(
            [bootstrap(np.arange(len(d)), partial(separation, d), seed) for d in first.distances]
        ),
    }
