"""Sites of V4 and IT with the images that they answered to, and simulated ones.

The simulated ones answer to views of photographs as a layer of a network does, see
:mod:`site_lib.biology.simulated`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.biology.simulated import simulate_population
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.data.readers import cadieu2014
from site_lib.images.images import photograph_record, read_image, square, to_tensor
from site_lib.images.views import draw_views, render
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier

GRID = 4  # cells along the side of a map
# What a simulated site is made of: channels, presentations, and their noise over its signal.
MIXED_CHANNELS, NUM_TRIALS, NOISE = 10, 12, 2.0
PHOTOGRAPH_SIDE = 160  # of a photograph before its views are rendered


@dataclass(frozen=True)
class Sites:
    """Images (N, 3, side, side), and what recorded sites of two areas answered to them.

    groups: (N,), the category that an image shows.   responses: area → (N, sites), mean over
    repeats.
    """

    images: Tensor
    groups: np.ndarray
    responses: dict[str, np.ndarray]


def recorded_sites(side: int) -> Sites:
    """Those of Cadieu et al. (2014), which are downloaded when they are not at hand.

    Raises CourseError when they cannot be had.
    """
    sites = cadieu2014()
    images = [square(to_tensor(sites.image(i)), side) for i in range(len(sites.image_names))]
    return Sites(torch.cat(images), sites.categories, sites.responses)


def simulated_responses(activation: Tensor, *, num_sites: int, seed: int) -> np.ndarray:
    """Sites that answer as a layer does: (N, channels, cells) → (N, sites), mean over repeats.

    Each mixes ten channels in one cell and rectifies the sum; twelve presentations have noise of
    twice the standard deviation (:mod:`site_lib.biology.simulated`).
    """
    made = simulate_population(
        activation.numpy(),
        num_sites=num_sites,
        num_channels=min(MIXED_CHANNELS, activation.shape[1]),
        whole_image=False,
        num_repeats=NUM_TRIALS,
        noise=NOISE,
        seed=seed,
    )
    return made.repeats.mean(axis=0)


def photograph_views(
    num_repeats: int, side: int, seed: int
) -> tuple[Tensor, np.ndarray, list[dict[str, str]]]:
    """Views of all photographs, the labelled ones first: images (N, 3, side, side), the number of
    the photograph in each of them (N,), and provenance.
    """
    generator = torch.Generator().manual_seed(seed)
    labelled = labelled_photographs()
    paths = [*(p.path for p in labelled), *(p.path for p in PHOTOGRAPHS.values())]
    shown = []
    for path in paths:
        photograph = square(read_image(path), PHOTOGRAPH_SIDE)
        shown.append(render(photograph, draw_views(num_repeats, generator), side, generator))
    inputs = [*(p.record() for p in labelled), *(photograph_record(name) for name in PHOTOGRAPHS)]
    return torch.cat(shown), np.repeat(np.arange(len(shown)), len(shown[0])), inputs


def cell_means(network: Classifier, images: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    """Mean activation in each cell of a 4 × 4 grid over the map: layer → (N, channels, 16)."""
    return activations_of(network, images, layers, summarise=_cells)


def _cells(activation: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(activation, GRID).flatten(2)
