"""Drifting gratings at every depth: three measures of tuning, and F1 over F0."""

import numpy as np
import torch
from torch import Tensor

from site_lib.biology import modulation
from site_lib.biology.modulation import Drifting
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.records.measurement import Measurement
from site_lib.statistics.intervals import bootstrap, wilson_interval

QUARTILES = (0.25, 0.5, 0.75)
RATIO_EDGES = np.linspace(0, 2, 17)  # of the histograms of F1/F0; from 2 on all is 2


def measure(
    *,
    model: str,
    layers: list[str],
    example_layer: str,
    side: int,
    num_orientations: int,
    frequencies: list[float],
    num_phases: int,
    num_random_networks: int,
    num_shuffled_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Tuning and modulation of the central units of layers, trained and in two controls.

    layers: with rectified outputs.   example_layer: the one of them whose curves are kept.
    side: of the gratings, in pixels.   frequencies: cycles per pixel.
    """
    networks = with_controls(
        model, num_random_networks=num_random_networks, num_shuffled_networks=num_shuffled_networks,
        seed=seed, device=device,
    )  # fmt: skip
    kinds = [kind for kind, members in networks.items() for _ in members]
    every = [network for members in networks.values() for network in members]
    rows, curves = [], []
    for network in track(every, "drifting gratings", "network"):
        found = modulation.drifting_gratings(
            freeze_for_inference(network), layers, side=side, frequencies=frequencies,
            num_orientations=num_orientations, num_phases=num_phases,
        )  # fmt: skip
        rows.append([numbers(found[layer], seed) for layer in layers])
        curves.append(examples(found[example_layer]))
    # (networks, layers, …) each.
    arrays = {key: np.array([[one[key] for one in row] for row in rows]) for key in rows[0][0]}
    arrays |= {"layers": np.array(layers), "kinds": np.array(kinds)}
    arrays["example_curves"] = np.array(curves)  # (networks, 3, orientations)
    num_gratings = num_orientations * num_phases * len(frequencies)
    metrics = {"num_gratings": num_gratings, "num_layers": len(layers)}
    return Measurement(arrays, metrics, [network.record() for network in every])


def numbers(drifting: Drifting, seed: int) -> dict[str, np.ndarray]:
    """What is said of the units of one layer: counts, quartiles, and intervals over the units."""
    kept, oriented = drifting.answering, drifting.oriented
    curve, ratio = drifting.curve[kept], drifting.modulation_ratio[kept].clamp(max=2)
    widths = modulation.half_widths(drifting.curve[oriented], drifting.orientations)
    single, complex_units = modulation.num_peaks(curve) == 1, ratio < 1
    return {
        "num_answering": np.array(len(curve)),
        "num_oriented": oriented.sum().numpy(),
        **medians("width", widths[widths.isfinite()], seed),
        **medians("variance", modulation.circular_variance(curve, drifting.orientations), seed),
        **shares("single", single),
        **shares("complex", complex_units),
        "ratio": ratio.median().numpy(),
        "ratio_counts": np.histogram(ratio, RATIO_EDGES)[0],
    }


def medians(name: str, values: Tensor, seed: int) -> dict[str, np.ndarray]:
    """Median of units, and its bootstrap interval over them; NaN for fewer than two units."""
    sample = values.numpy()
    if len(sample) < 2:
        return {name: np.array(np.nan), f"{name}_interval": np.full(2, np.nan)}
    ends = bootstrap(sample, np.median, seed, number=1000)
    return {name: np.median(sample), f"{name}_interval": np.array(ends)}


def shares(name: str, chosen: Tensor) -> dict[str, np.ndarray]:
    """Share of the units that are chosen, and its Wilson interval."""
    ends = wilson_interval(int(chosen.sum()), len(chosen))
    return {name: chosen.float().mean().numpy(), f"{name}_interval": np.array(ends)}


def examples(drifting: Drifting) -> np.ndarray:
    """Tuning curves (3, orientations), the best orientation at the middle.

    Units are chosen by rule: those at the quartiles of their layer's circular variance.
    """
    curve = drifting.curve[drifting.answering]
    order = modulation.circular_variance(curve, drifting.orientations).argsort()
    chosen = order[[round(q * (len(order) - 1)) for q in QUARTILES]]
    return modulation.turned_to_peak(curve[chosen]).numpy()


if __name__ == "__main__":
    run_experiment(measure)
