"""One number for every layer and photograph, with trained and with random weights."""

import numpy as np
import torch
from torch import Tensor

from site_lib.images.images import load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import with_random
from site_lib.records.measurement import Measurement


def measure(
    *, model: str, photographs: list[str], num_random_networks: int, seed: int, device: torch.device
) -> Measurement:
    """The statistic of each rectified layer, for the trained network and its control."""
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    images = load_photographs(photographs, networks[0].input_side).to(device)
    layers = rectified_layers(networks[0])
    trained, *random = (statistics(network, layers, images) for network in networks)
    return Measurement(
        arrays={
            "layers": np.array(layers),
            "trained": trained.cpu().numpy(),  # (layers, photographs)
            "random": torch.cat(random, dim=1).cpu().numpy(),  # (layers, networks · photographs)
        },
        metrics={
            "num_photographs": len(photographs),
            "last_trained": trained[-1].mean().item(),
            "last_random": torch.stack(random)[:, -1].mean().item(),
        },
        weights=[network.record() for network in networks],
        inputs=[photograph_record(name) for name in photographs],
    )


def rectified_layers(classifier: Classifier) -> list[str]:
    """Layers that end in a ReLU6; the blocks themselves end in a linear map."""
    blocks = [name for name in classifier.layers if name.startswith("blocks.")]
    return ["stem", *(f"{name}.depthwise" for name in blocks), "head"]


@torch.no_grad()
def statistics(classifier: Classifier, layers: list[str], images: Tensor) -> Tensor:
    """The statistic of each layer for each image: (layers, N)."""
    with record_activations(classifier, layers) as activations:
        classifier(images)
    return torch.stack([statistic(activations[layer]) for layer in layers])


def statistic(activation: Tensor) -> Tensor:
    """Mean over units and positions: (N, units, H, W) → (N,)."""
    return activation.mean(dim=(1, 2, 3))


if __name__ == "__main__":
    run_experiment(measure)
