"""Receptive fields of every block: by arithmetic, and by gradients on photographs."""

from dataclasses import astuple

import numpy as np
import torch

from site_lib.common.progress import track
from site_lib.images.images import as_bytes, load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import one_by_one, with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.records.measurement import Measurement
from site_lib.units import receptive_fields as rf

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
    kinds, every = one_by_one(with_controls(
        model, num_random_networks=num_random_networks, num_shuffled_networks=num_shuffled_networks,
        seed=seed, device=device,
    ))  # fmt: skip
    side = every[0].input_side
    layers = list(every[0].layers[:-2])  # stem and blocks; the head adds no neighbours
    images = load_photographs(photographs, side).to(device)
    generator = torch.Generator().manual_seed(seed)
    energies = [
        rf.gradient_energy(freeze_for_inference(network), images, layers, num_probes=num_probes,
                           generator=generator)
        for network in track(every, "receptive fields", "network")
    ]  # fmt: skip
    # (networks, layers, photographs, 3): top, left and side
    effective = np.array([
        [[astuple(rf.effective_field(one, ENERGY_FRACTION)) for one in of[layer].cpu()]
         for layer in layers]
        for of in energies
    ])  # fmt: skip
    theoretical = rf.theoretical_receptive_fields(every[0].net, side)
    fields = [theoretical[layer] for layer in layers]
    arrays = {
        "layers": np.array(layers),
        "theoretical": np.array([field.size for field in fields]),
        # Pixel row (and column) of the middle of the central units' fields.
        "centre": np.array([field.centre_of(field.map_side // 2) for field in fields]),
        # Means over the networks of a kind: (layers, photographs).
        **{kind: effective[np.array(kinds) == kind, ..., 2].mean(axis=0)
           for kind in dict.fromkeys(kinds)},
        "shown_energy": torch.stack([energies[0][layer][0] for layer in layers]).cpu().numpy(),
        "shown_field": effective[0, :, 0],
        "photograph": as_bytes(images[0]),
    }  # fmt: skip
    numbers = summary(arrays) | {"input_side": side, "num_images": len(photographs)}
    weights = [network.record() for network in every]
    return Measurement(arrays, numbers, weights, [photograph_record(name) for name in photographs])


def summary(arrays: dict[str, np.ndarray]) -> dict[str, float | int | str]:
    """Numbers for the text: the first, a middle and the last layer."""
    trained = arrays["trained"].mean(axis=1)
    theoretical, side = arrays["theoretical"], len(arrays["photograph"])
    beyond = int(np.argmax(theoretical > side))
    return {
        "energy_percent": 100 * ENERGY_FRACTION,
        "stem_theoretical": int(theoretical[0]),
        "last_theoretical": int(theoretical[-1]),
        "last_effective_trained": float(trained[-1]),
        "times_the_image": float(theoretical[-1] / side),
        "first_block_beyond_image": str(arrays["layers"][beyond]),
        "first_block_beyond_image_theoretical": int(theoretical[beyond]),
        "first_block_beyond_image_effective": float(trained[beyond]),
    }


if __name__ == "__main__":
    run_experiment(measure)
