"""Sites of V4 and IT with the images that they answered to: recorded, or simulated.

The simulated ones answer to views of photographs as two layers of a network do, see
:mod:`site_lib.biology.simulated`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.biology.encoding import reliability
from site_lib.biology.simulated import simulate_population
from site_lib.common.checks import check_choice
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.data.readers import cadieu2014
from site_lib.data.recordings import CADIEU_AREAS, at_hand, provenance_records
from site_lib.images.images import photograph_record, read_image, square, to_tensor
from site_lib.images.views import draw_views, render
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier

GRID = 4  # cells along the side of a map
# What a simulated site is made of: channels, presentations, and their noise over its signal.
MIXED_CHANNELS, NUM_TRIALS, NOISE = 10, 12, 2.0
PHOTOGRAPH_SIDE = 160  # of a photograph before its views are rendered
NUM_HALVINGS = 20
CADIEU = "cadieu2014"


@dataclass(frozen=True)
class SitesOfAreas:
    """Images (N, 3, side, side), and what the sites of V4 and IT answered to them.

    groups: (N,), the object or photograph that an image shows.   responses: area → (N, sites),
    mean over repeats.   ceilings: area → (sites,), see
    :func:`~site_lib.biology.encoding.reliability`.   inputs, weights: provenance of images and
    recordings, and of the network that simulated sites are made from.
    """

    images: Tensor
    groups: np.ndarray
    responses: dict[str, np.ndarray]
    ceilings: dict[str, np.ndarray]
    inputs: list[dict[str, str]]
    weights: list[dict[str, str]]


def is_recorded(population: str) -> bool:
    """Whether a choice means the recorded sites: "simulated", "cadieu2014", or "auto".

    The last means the recorded ones where they are at hand.
    """
    check_choice("population", population, ("auto", "simulated", CADIEU))
    return population == CADIEU or (population == "auto" and at_hand([CADIEU]))


def recorded_sites(side: int) -> SitesOfAreas:
    """Those of Cadieu et al. (2014), which are downloaded when they are not at hand.

    Their archive has no repeats, so all ceilings are 1. Raises CourseError when it cannot be had.
    """
    sites = cadieu2014()
    images = [square(to_tensor(sites.image(i)), side) for i in range(len(sites.image_names))]
    ones = {area: np.ones(values.shape[1]) for area, values in sites.responses.items()}
    inputs = provenance_records([CADIEU])
    return SitesOfAreas(torch.cat(images), sites.categories, sites.responses, ones, inputs, [])


def simulated_sites(
    maker: Classifier,
    layers: Sequence[str],
    *,
    num_sites: int,
    num_repeats: int,
    side: int,
    seed: int,
) -> SitesOfAreas:
    """Sites that answer to views of all photographs as layers of a network do.

    maker: the network.   layers: one for V4, of which a site sees one cell of the map, and one
    for IT, of which it sees the mean over the map.   num_sites: in each area.   num_repeats: of
    the sixteen views of each photograph (places × lights).
    """
    images, groups, inputs = photograph_views(num_repeats, side, seed)
    maps = cell_means(maker, images, layers)
    responses, ceilings = {}, {}
    for index, (area, layer) in enumerate(zip(CADIEU_AREAS, layers, strict=True)):
        made = simulate_population(
            maps[layer].numpy(),
            num_sites=num_sites,
            num_channels=MIXED_CHANNELS,
            whole_image=area == "IT",
            num_repeats=NUM_TRIALS,
            noise=NOISE,
            seed=seed + index,
        )
        responses[area] = made.repeats.mean(axis=0)
        ceilings[area] = reliability(made.repeats, number=NUM_HALVINGS, seed=seed)
    return SitesOfAreas(images, groups, responses, ceilings, inputs, [maker.record()])


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
