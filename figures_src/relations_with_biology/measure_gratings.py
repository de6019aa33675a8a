"""Drifting gratings at every depth: sharpness of orientation tuning, and F1 over F0."""

import numpy as np
import torch

from site_lib.biology.modulation import Drifting, drifting_gratings, half_widths
from site_lib.biology.tuning import contrast_index
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

# A unit whose best response is below this share of its layer's median is called silent.
SILENT_SHARE = 0.05
# The usual criterion of physiology: at least twice the response to the orthogonal orientation.
ORIENTED_INDEX = 1 / 3
EXAMPLE_QUANTILES = (0.25, 0.5, 0.75)


def measure(
    *,
    model: str,
    layers: list[str],
    side: int,
    num_orientations: int,
    frequencies: list[float],
    num_phases: int,
    num_random: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Tuning and modulation of the central units of layers, trained and random.

    layers: with rectified outputs.   side: of the gratings, in pixels.   frequencies: cycles per
    pixel.
    """
    networks = [
        load(model, device=device),
        *(load(model, random_seed=seed + i, device=device) for i in range(num_random)),
    ]
    rows: list[list[dict[str, float]]] = []
    for network in track(networks, "drifting gratings", "network"):
        found = drifting_gratings(
            freeze_for_inference(network),
            layers,
            side=side,
            num_orientations=num_orientations,
            frequencies=frequencies,
            num_phases=num_phases,
        )
        rows.append([numbers(found[layer]) for layer in layers])
        if network is networks[0]:
            shown = [examples(found[layer]) for layer in layers]
    arrays = {
        key: np.array([[row[key] for row in network] for network in rows]) for key in rows[0][0]
    }
    return Measurement(
        arrays
        | {
            "layers": np.array(layers),
            "orientations": np.arange(num_orientations) * 180 / num_orientations,
            "example_curves": np.stack([curves for curves, _ in shown]),
            "example_phases": np.stack([phases for _, phases in shown]),
        },
        {
            "side": side,
            "num_orientations": num_orientations,
            "num_gratings": num_orientations * num_phases * len(frequencies),
            "num_phases": num_phases,
            "num_random": num_random,
            "num_layers": len(layers),
        },
        weights=[network.record() for network in networks],
    )


def answering(drifting: Drifting) -> torch.Tensor:
    """Which units answer to gratings at all: (K,) bool."""
    return drifting.drive > SILENT_SHARE * drifting.drive.clamp(min=0).median()


def selectivity(drifting: Drifting) -> torch.Tensor:
    """(best − orthogonal) / (best + orthogonal): (K,)."""
    curve = drifting.curve
    best = curve.argmax(dim=1, keepdim=True)
    orthogonal = (best + curve.shape[1] // 2) % curve.shape[1]
    return contrast_index(curve.gather(1, best), curve.gather(1, orthogonal))[:, 0]


def numbers(drifting: Drifting) -> dict[str, float]:
    """Shares and quartiles over the units of one layer."""
    kept = answering(drifting)
    oriented = kept & (selectivity(drifting) >= ORIENTED_INDEX)
    ratio = drifting.modulation_ratio[kept]
    width = half_widths(drifting.curve[oriented], drifting.orientations)
    low, middle, high = quartiles(width)
    ratio_low, ratio_middle, ratio_high = quartiles(ratio.clamp(max=2))
    return {
        "num_units": float(len(kept)),
        "num_answering": float(kept.sum()),
        "oriented": float(oriented.sum() / kept.sum()),
        "width_low": low,
        "width": middle,
        "width_high": high,
        "complex": float((ratio < 1).float().mean()),
        "ratio_low": ratio_low,
        "ratio": ratio_middle,
        "ratio_high": ratio_high,
    }


def quartiles(values: torch.Tensor) -> tuple[float, float, float]:
    """25, 50 and 75 % of finite values; NaN without any."""
    finite = values[values.isfinite()]
    if not len(finite):
        return (float("nan"),) * 3
    low, middle, high = np.quantile(finite.numpy(), [0.25, 0.5, 0.75])
    return float(low), float(middle), float(high)


def examples(drifting: Drifting) -> tuple[np.ndarray, np.ndarray]:
    """Tuning curves (3, orientations) and responses by phase (3, phases), best at the middle.

    Units are chosen by rule: those at the quartiles of their layer's half-width, and of its F1/F0.
    """
    kept = answering(drifting)
    oriented = torch.nonzero(kept & (selectivity(drifting) >= ORIENTED_INDEX))[:, 0]
    widths = half_widths(drifting.curve[oriented], drifting.orientations)
    chosen = oriented[at_quantiles(widths)]
    curves = drifting.curve[chosen]
    middle = curves.shape[1] // 2
    rolled = [c.roll(middle - int(c.argmax())) / c.max() for c in curves]
    units = torch.nonzero(kept)[:, 0]
    units = units[at_quantiles(drifting.modulation_ratio[units])]
    frequency, orientation = drifting.best
    phases = [drifting.responses[frequency[u], orientation[u], :, u] for u in units]
    half = drifting.responses.shape[2] // 2
    turned = [p.roll(half - int(p.argmax())) / p.max() for p in phases]
    return torch.stack(rolled).numpy(), torch.stack(turned).numpy()


def at_quantiles(values: torch.Tensor) -> torch.Tensor:
    """Indices of the values at the quartiles: (3,)."""
    order = values.argsort()
    return order[[round(q * (len(order) - 1)) for q in EXAMPLE_QUANTILES]]


if __name__ == "__main__":
    run_experiment(measure)
