"""A simulated population of recorded sites, whose truth is known.

Where recordings of single sites cannot be had, encoding models are tried on sites that are made
from the activations of *another* network than the one that predicts. This tests the method, and
tells nothing about brains.
"""

from dataclasses import dataclass

import numpy as np

from site_lib.common.checks import check_finite, check_number, check_shapes


@dataclass(frozen=True)
class Population:
    """truth: (N, sites), responses without noise.   repeats: (repeats, N, sites), with noise."""

    truth: np.ndarray
    repeats: np.ndarray


def simulate_population(
    activation: np.ndarray,
    *,
    num_sites: int,
    num_channels: int,
    whole_image: bool,
    num_repeats: int,
    noise: float,
    seed: int,
) -> Population:
    """Sites that mix a few channels of a layer, rectify the sum, and answer with noise.

    activation: (N, channels, cells), a map in coarse cells.   num_channels: mixed by each site,
    with normally distributed weights.   whole_image: the mean over all cells, as a site with a
    large receptive field; otherwise one cell at random.   noise: standard deviation in one
    repeat over that of the site across images.
    """
    check_shapes(activation=(activation, "N channels cells"))
    check_finite("activation", activation)
    check_number("number of sites", num_sites, low=1, whole=True)
    check_number("number of channels", num_channels, low=1, high=activation.shape[1], whole=True)
    check_number("number of repeats", num_repeats, low=1, whole=True)
    check_number("noise", noise, low=0)
    generator = np.random.default_rng(seed)
    num_images, channels, cells = activation.shape
    scaled = activation - activation.mean(axis=(0, 2), keepdims=True)
    spread = scaled.std(axis=(0, 2), keepdims=True)
    scaled = scaled / np.where(spread > 0, spread, 1)
    truth = np.empty((num_images, num_sites))
    for site in range(num_sites):
        chosen = generator.choice(channels, num_channels, replace=False)
        cell = generator.integers(cells)
        seen = scaled[:, chosen].mean(axis=2) if whole_image else scaled[:, chosen, cell]
        drive = seen @ generator.standard_normal(num_channels)
        # The threshold lies at the site's mean, so that about half of the images drive it.
        truth[:, site] = np.maximum(drive - drive.mean(), 0)
    scale = truth.std(axis=0)
    truth /= np.where(scale > 0, scale, 1)
    errors = generator.standard_normal((num_repeats, *truth.shape))
    return Population(truth, truth + noise * errors)
