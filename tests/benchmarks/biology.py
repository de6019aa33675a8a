"""RDMs of all blocks, ours and by rsatoolbox's own loop, of the same activations."""

from collections.abc import Iterator

import numpy as np
import torch
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm

from site_lib.biology.rdm import layer_rdms
from site_lib.networks.activations import activations_of
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from tests.benchmarks.contest import Table, contest

NUM_IMAGES, SIDE = 92, 128


def tables() -> Iterator[Table]:
    """RDMs of all blocks."""
    network = freeze_for_inference(load("efficientnet_lite0"))
    images = torch.rand(NUM_IMAGES, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    activations = activations_of(network, images, network.layers)
    datasets = {layer: Dataset(values.numpy()) for layer, values in activations.items()}

    def theirs() -> np.ndarray:
        return np.concatenate(
            [calc_rdm(one, method="correlation").get_matrices() for one in datasets.values()]
        )

    difference = np.abs(theirs() - layer_rdms(activations.values())).max()
    yield contest(
        f"RDMs of {len(activations)} layers, {NUM_IMAGES} images (largest difference "
        f"{difference:.0e})",
        {"rsatoolbox": theirs, "ours": lambda: layer_rdms(activations.values())},
    )
