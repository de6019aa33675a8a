"""First layer: every filter, and its response to gratings and uniform fields."""

from functools import partial
from typing import Any

import numpy as np
import torch

from site_lib.biology.tuning import (
    ORIENTED_INDEX,
    Tuning,
    central_responses,
    measure_tuning,
    response_groups,
)
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import with_random
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement

# A filter whose best response is below this share of the median is called silent.
SILENT_SHARE = 0.02
# Sharply tuned, and blind to uniform fields: 19 times the response to the alternative.
SHARP_INDEX = 0.9


def measure(
    *,
    model: str,
    conv_layer: str,
    norm_layer: str,
    side: int,
    num_orientations: int,
    lowest_frequency: float,
    num_frequencies: int,
    num_phases: int,
    num_random_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Filters and tuning of the first layer, trained and, several times, random.

    Responses are read after batch normalisation and before the rectifier, where they are linear
    in the image and so do not depend on the contrast of the gratings.   lowest_frequency: cycles
    per pixel; a grating below it is locally a uniform field.
    """
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    frequencies = torch.linspace(lowest_frequency, 0.5, num_frequencies).tolist()
    tunings = [
        measure_tuning(
            partial(central_responses, up_to(network, norm_layer)),
            side=side,
            num_orientations=num_orientations,
            frequencies=frequencies,
            num_phases=num_phases,
        )
        for network in track(networks, "first layer", "network")
    ]
    found = [
        {"filters": filters_of(network, conv_layer)} | arrays_of(tuning)
        for network, tuning in zip(networks, tunings, strict=True)
    ]
    arrays = {
        f"{kind}_{name}": np.stack([one[name] for one in of_kind])
        for kind, of_kind in (("trained", found[:1]), ("random", found[1:]))
        for name in found[0]
    } | {
        "frequencies": np.array(frequencies),
        "orientations": np.degrees(tunings[0].orientations.numpy()),
    }
    metrics = summary(arrays) | {
        "num_gratings": tunings[0].amplitude[0].numel() * num_phases,
        "shortest_period": 1 / max(frequencies),
    }
    return Measurement(
        arrays,
        {f"{model}_{name}": value for name, value in metrics.items()},
        weights=[network.record() for network in networks],
    )


def filters_of(network: Classifier, conv_layer: str) -> np.ndarray:
    """The weights of a convolution of pixels: (K, H, W, 3)."""
    weights = network.layer(conv_layer).get_parameter("weight").detach().cpu()
    return weights.permute(0, 2, 3, 1).numpy()


def arrays_of(tuning: Tuning) -> dict[str, np.ndarray]:
    """What the drawings need, by name; the first dimension counts the K filters."""
    return tuning.preferences() | {
        "group": response_groups(tuning, silent_share=SILENT_SHARE),
        "flat_colour": tuning.preferred_flat_colour,
        "selectivity": tuning.orientation_selectivity.numpy(),
        "amplitude": tuning.strength.numpy(),
        "flat_amplitude": tuning.flat_strength.numpy(),
        "curve": tuning.orientation_curve.numpy(),
    }


def summary(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """Numbers for the text; for the random networks, means and ranges over networks."""
    metrics: dict[str, Any] = {"num_filters": arrays["trained_group"].size}
    for name, (of_trained,) in counts(arrays, "trained").items():
        metrics[f"num_{name}_trained"] = int(of_trained)
    for name, of_random in counts(arrays, "random").items():
        metrics[f"num_{name}_random"] = float(of_random.mean())
        metrics[f"num_{name}_random_range"] = [int(of_random.min()), int(of_random.max())]
    group, orientation, colour, flat_colour = (
        arrays[f"trained_{name}"][0] for name in ("group", "orientation", "colour", "flat_colour")
    )
    from_axis = np.abs((orientation + 45) % 90 - 45)
    for name, chosen in (
        ("oriented_luminance", (group == "oriented") & (colour == "luminance")),
        ("oriented_near_axes", (group == "oriented") & (from_axis <= 10)),
        ("flat_coloured", (group == "flat") & (flat_colour != "luminance")),
    ):
        metrics[f"num_{name}_trained"] = int(chosen.sum())
    return metrics


def counts(arrays: dict[str, np.ndarray], kind: str) -> dict[str, np.ndarray]:
    """How many filters of each network are of a kind, by name: (networks,) each."""
    groups = arrays[f"{kind}_group"]
    active = groups != "silent"
    members = {name: groups == name for name in ("oriented", "flat", "spot", "silent")} | {
        "active": active,
        "selective": active & (arrays[f"{kind}_selectivity"] >= ORIENTED_INDEX),
        "sharp": active & (arrays[f"{kind}_selectivity"] >= SHARP_INDEX),
        "blind_to_flat": active & (arrays[f"{kind}_edge_versus_flat"] >= SHARP_INDEX),
    }
    return {name: chosen.sum(axis=1) for name, chosen in members.items()}


if __name__ == "__main__":
    run_experiment(measure)
