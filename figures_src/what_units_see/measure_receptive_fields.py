"""Receptive fields of every block: by arithmetic, and by gradients on photographs."""

from dataclasses import astuple

import numpy as np
import torch

from site_lib.common.progress import track
from site_lib.images.images import load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
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
    num_random: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Sides of the fields for each block, photograph and network.

    The first photograph is the one that is shown: its gradient energy is kept for every block.
    """
    trained = load(model, device=device)
    side = trained.input_side
    layers = list(trained.layers[:-2])  # stem and blocks; the head adds no neighbours
    theoretical = theoretical_receptive_fields(trained.net, side)
    images = load_photographs(photographs, side).to(device)
    networks = [
        trained,
        *(load(model, random_seed=seed + i, device=device) for i in range(num_random)),
    ]
    generator = torch.Generator().manual_seed(seed)
    sides = []
    for network in track(networks, "receptive fields", "network"):
        energy = gradient_energy(
            freeze_for_inference(network),
            images,
            layers,
            num_probes=num_probes,
            generator=generator,
        )
        fields_of_photographs = [
            [effective_field(one, ENERGY_FRACTION) for one in energy[layer].cpu()]
            for layer in layers
        ]
        sides.append([[field.side for field in row] for row in fields_of_photographs])
        if network is trained:
            shown = {
                "shown_energy": torch.stack([energy[layer][0] for layer in layers]).cpu().numpy(),
                "shown_field": np.array([astuple(row[0]) for row in fields_of_photographs]),
            }
    effective = np.array(sides)  # (networks, layers, photographs)
    arrays = shown | {
        "layers": np.array(layers),
        "theoretical": np.array([theoretical[layer].size for layer in layers]),
        # Pixel row (and column) of the middle of the central units' fields.
        "centre": np.array(
            [theoretical[layer].centre_of(theoretical[layer].map_side // 2) for layer in layers]
        ),
        "trained": effective[0],
        "random": effective[1:].mean(axis=0),
        "photograph": (images[0].permute(1, 2, 0) * 255).round().byte().cpu().numpy(),
    }
    return Measurement(
        arrays,
        summary(arrays)
        | {
            "input_side": side,
            "num_photographs": len(photographs),
            "num_random_networks": num_random,
            "shown": photographs[0],
            "num_probes": num_probes,
            "energy_percent": 100 * ENERGY_FRACTION,
        },
        weights=[network.record() for network in networks],
        inputs=[photograph_record(name) for name in photographs],
    )


def summary(arrays: dict[str, np.ndarray]) -> dict[str, float | int | str]:
    """Numbers for the text: the first, a middle and the last layer."""
    mean = {kind: arrays[kind].mean(axis=1) for kind in ("trained", "random")}
    theoretical = arrays["theoretical"]
    seen_whole = int(np.argmax(theoretical > arrays["photograph"].shape[0]))
    return {
        "stem_theoretical": int(theoretical[0]),
        "last_theoretical": int(theoretical[-1]),
        "last_effective_trained": float(mean["trained"][-1]),
        "last_effective_random": float(mean["random"][-1]),
        "first_block_beyond_image": str(arrays["layers"][seen_whole]),
        "first_block_beyond_image_theoretical": int(theoretical[seen_whole]),
        "first_block_beyond_image_effective": float(mean["trained"][seen_whole]),
        "num_layers": len(theoretical),
        "num_layers_trained_narrower": int((mean["trained"] < mean["random"]).sum()),
        "smallest_share_of_theoretical": float((mean["trained"] / theoretical).min()),
    }


if __name__ == "__main__":
    run_experiment(measure)
