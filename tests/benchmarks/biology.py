"""RDMs of all blocks, ours and by rsatoolbox's own loop: ``python -m tests.benchmarks.biology``.

Both get the same activations, and the largest difference between the results is printed.
"""

import numpy as np
import torch
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm

from site_lib.biology.rdm import activations_of, layer_rdms
from site_lib.models import freeze_for_inference, load
from tests.benchmarks.speed import median_seconds

NUM_IMAGES, SIDE = 92, 128


def main() -> None:
    """Print a table."""
    network = freeze_for_inference(load("efficientnet_lite0"))
    images = torch.rand(NUM_IMAGES, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    activations = activations_of(network, images, network.layers)
    datasets = {layer: Dataset(values.numpy()) for layer, values in activations.items()}

    def theirs() -> np.ndarray:
        return np.concatenate(
            [calc_rdm(one, method="correlation").get_matrices() for one in datasets.values()]
        )

    difference = np.abs(theirs() - layer_rdms(activations.values())).max()
    seconds = median_seconds(
        {"rsatoolbox": lambda: theirs(), "ours": lambda: layer_rdms(activations.values())}
    )
    print(f"RDMs of {len(activations)} layers, {NUM_IMAGES} images, largest difference "
          f"{difference:.1e}:")  # fmt: skip
    for name, value in seconds.items():
        ratio = seconds["rsatoolbox"] / value
        print(f"  {name:12} {value:7.3f} s   {ratio:.1f} × the speed of rsatoolbox")


if __name__ == "__main__":
    main()
