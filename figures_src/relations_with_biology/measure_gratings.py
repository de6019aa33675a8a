"""Drifting gratings at every depth: sharpness of orientation tuning, and F1 over F0."""

import numpy as np
import torch
from torch import Tensor

from site_lib.biology.modulation import (
    Drifting,
    drifting_gratings,
    half_widths,
    turned_to_peak,
)
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import with_random
from site_lib.records.measurement import Measurement

QUARTILES = (0.25, 0.5, 0.75)


def measure(
    *,
    model: str,
    layers: list[str],
    side: int,
    num_orientations: int,
    frequencies: list[float],
    num_phases: int,
    num_random_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Tuning and modulation of the central units of layers, trained and random.

    layers: with rectified outputs.   side: of the gratings, in pixels.   frequencies: cycles per
    pixel.
    """
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    rows: list[list[dict[str, float]]] = []
    for network in track(networks, "drifting gratings", "network"):
        found = drifting_gratings(
            freeze_for_inference(network), layers, side=side, frequencies=frequencies,
            num_orientations=num_orientations, num_phases=num_phases,
        )  # fmt: skip
        rows.append([numbers(found[layer]) for layer in layers])
        if network is networks[0]:
            curves, phases = zip(*(examples(found[layer]) for layer in layers), strict=True)
    of_units = {
        key: np.array([[row[key] for row in network] for network in rows]) for key in rows[0][0]
    }
    return Measurement(
        of_units  # (networks, layers) each
        | {
            "layers": np.array(layers),
            "orientations": np.arange(num_orientations) * 180 / num_orientations,
            "example_curves": np.stack(curves),  # (layers, 3, orientations)
            "example_phases": np.stack(phases),  # (layers, 3, phases)
        },
        {
            "num_gratings": num_orientations * num_phases * len(frequencies),
            "num_layers": len(layers),
        },
        weights=[network.record() for network in networks],
    )


def numbers(drifting: Drifting) -> dict[str, float]:
    """Shares and quartiles over the units of one layer."""
    kept, oriented = drifting.answering, drifting.oriented
    ratio = drifting.modulation_ratio[kept]
    width = quartiles(half_widths(drifting.curve[oriented], drifting.orientations))
    clipped = quartiles(ratio.clamp(max=2))
    return {
        "num_units": float(len(kept)),
        "num_answering": float(kept.sum()),
        "oriented": float(oriented.sum() / kept.sum()),
        **dict(zip(("width_low", "width", "width_high"), width, strict=True)),
        "complex": float((ratio < 1).float().mean()),
        **dict(zip(("ratio_low", "ratio", "ratio_high"), clipped, strict=True)),
    }


def quartiles(values: Tensor) -> list[float]:
    """Lower quartile, median and upper quartile of the finite values; NaN without any."""
    finite = values[values.isfinite()]
    return np.quantile(finite.numpy(), QUARTILES).tolist() if len(finite) else [np.nan] * 3


def examples(drifting: Drifting) -> tuple[np.ndarray, np.ndarray]:
    """Tuning curves (3, orientations) and responses by phase (3, phases), best at the middle.

    Units are chosen by rule: those at the quartiles of their layer's half-width, and of its F1/F0.
    """
    oriented = torch.nonzero(drifting.oriented)[:, 0]
    widths = half_widths(drifting.curve[oriented], drifting.orientations)
    curves = drifting.curve[oriented[at_quartiles(widths)]]
    answering = torch.nonzero(drifting.answering)[:, 0]
    units = answering[at_quartiles(drifting.modulation_ratio[answering])]
    frequency, orientation = drifting.best
    phases = drifting.responses[frequency[units], orientation[units], :, units]
    return turned_to_peak(curves).numpy(), turned_to_peak(phases).numpy()


def at_quartiles(values: Tensor) -> Tensor:
    """Indices of the values at the quartiles: (3,)."""
    order = values.argsort()
    return order[[round(q * (len(order) - 1)) for q in QUARTILES]]


if __name__ == "__main__":
    run_experiment(measure)
