"""Receptive fields of every block: by arithmetic, and by gradients on photographs."""

from dataclasses import astuple

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.images.images import as_bytes, load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.records.measurement import Measurement
from site_lib.units.receptive_fields import (
    effective_field,
    gradient_energy,
    theoretical_receptive_fields,
)

ENERGY_FRACTION = 0.9


def measure(
    *,
    model: str,
    photographs: list[str],
    num_probes: int,
    num_random_networks: int,
    num_shuffled_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Sides of the fields for each block, photograph and network.

    The first photograph is the one that is shown: its gradient energy is kept for every block.
    """
    networks = with_controls(
        model, num_random_networks=num_random_networks, num_shuffled_networks=num_shuffled_networks,
        seed=seed, device=device,
    )  # fmt: skip
    kinds = np.array([kind for kind, members in networks.items() for _ in members])
    every = [network for members in networks.values() for network in members]
    side = every[0].input_side
    layers = list(every[0].layers[:-2])  # stem and blocks; the head adds no neighbours
    images = load_photographs(photographs, side).to(device)
    generator = torch.Generator().manual_seed(seed)
    energy_of_shown, squares = [], []
    for network in track(every, "receptive fields", "network"):
        frozen = freeze_for_inference(network)
        energy = gradient_energy(frozen, images, layers, num_probes=num_probes, generator=generator)
        energy_of_shown.append(torch.stack([energy[layer][0] for layer in layers]))
        squares.append([effective_squares(energy[layer]) for layer in layers])
    effective = np.array(squares)  # (networks, layers, photographs, 3), the side last
    theoretical = theoretical_receptive_fields(every[0].net, side)
    fields = [theoretical[layer] for layer in layers]
    arrays = {
        "layers": np.array(layers),
        "theoretical": np.array([field.size for field in fields]),
        # Pixel row (and column) of the middle of the central units' fields.
        "centre": np.array([field.centre_of(field.map_side // 2) for field in fields]),
        # Means over the networks of a kind: (layers, photographs).
        **{kind: effective[kinds == kind, ..., 2].mean(axis=0) for kind in networks},
        "shown_energy": energy_of_shown[0].cpu().numpy(),
        "shown_field": effective[0, :, 0],
        "photograph": as_bytes(images[0]),
    }
    return Measurement(
        arrays,
        summary(arrays) | {"input_side": side, "num_images": len(photographs)},
        weights=[network.record() for network in every],
        inputs=[photograph_record(name) for name in photographs],
    )


def effective_squares(energy: Tensor) -> list[tuple[int, int, int]]:
    """Top, left and side of the effective field on each photograph, from its energy (N, H, W)."""
    return [astuple(effective_field(one, ENERGY_FRACTION)) for one in energy.cpu()]


def summary(arrays: dict[str, np.ndarray]) -> dict[str, float | int | str]:
    """Numbers for the text: the first, a middle and the last layer."""
    trained = arrays["trained"].mean(axis=1)
    controls = [arrays[kind].mean(axis=1) for kind in ("random", "shuffled")]
    theoretical = arrays["theoretical"]
    seen_whole = int(np.argmax(theoretical > arrays["photograph"].shape[0]))
    return {
        "energy_percent": 100 * ENERGY_FRACTION,
        "stem_theoretical": int(theoretical[0]),
        "last_theoretical": int(theoretical[-1]),
        "last_effective_trained": float(trained[-1]),
        "times_the_image": float(theoretical[-1] / arrays["photograph"].shape[0]),
        "first_block_beyond_image": str(arrays["layers"][seen_whole]),
        "first_block_beyond_image_theoretical": int(theoretical[seen_whole]),
        "first_block_beyond_image_effective": float(trained[seen_whole]),
        "num_layers": len(theoretical),
        "num_layers_trained_narrower": int((trained < np.min(controls, axis=0)).sum()),
        "smallest_share_of_theoretical": float((trained / theoretical).min()),
    }


if __name__ == "__main__":
    run_experiment(measure)
