"""First layer: every filter, and its response to gratings and uniform fields."""

from functools import partial

import numpy as np
import torch
from torch import Tensor

from site_lib.biology.tuning import Tuning, measure_tuning
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

# A filter whose best response is below this share of the median is called silent.
SILENT_SHARE = 0.02
# The usual criterion of physiology: at least twice the response to the orthogonal orientation.
ORIENTED_INDEX = 1 / 3
# Sharply tuned, and blind to uniform fields: 19 times the response to the alternative.
SHARP_INDEX = 0.9


def measure(*, model: str, conv_layer: str, norm_layer: str, side: int, num_orientations: int,
            lowest_frequency: float, num_frequencies: int, num_phases: int, num_random: int,
            seed: int, device: torch.device) -> Measurement:  # fmt: skip
    """Filters and tuning of the first layer, trained and, ``num_random`` times, random.

    lowest_frequency: cycles per pixel; a grating below it is locally a uniform field.
    """
    frequencies = torch.linspace(lowest_frequency, 0.5, num_frequencies).tolist()
    arrays: dict[str, list[dict[str, np.ndarray]]] = {"trained": [], "random": []}
    weights = []
    networks = [("trained", None)] + [("random", seed + index) for index in range(num_random)]
    for kind, random_seed in track(networks, "first layer", "network"):
        classifier = load(model, random_seed=random_seed, device=device)
        tuning = measure_tuning(
            partial(central_responses, classifier, conv_layer, norm_layer),
            side=side,
            num_orientations=num_orientations,
            frequencies=frequencies,
            num_phases=num_phases,
        )
        arrays[kind].append(arrays_of(classifier, conv_layer, tuning))
        weights.append(classifier.record())
    joined = {
        f"{kind}_{name}": np.stack([part[name] for part in parts])
        for kind, parts in arrays.items()
        for name in parts[0]
    }
    joined |= {
        "frequencies": np.array(frequencies),
        "orientations": np.degrees(tuning.orientations.numpy()),
    }
    shown = num_orientations * num_frequencies * num_phases * len(tuning.colours)
    counts = {
        "num_gratings": shown,
        "num_random_networks": num_random,
        "shortest_period": 1 / max(frequencies),
    }
    metrics = {f"{model}_{name}": value for name, value in (summary(joined) | counts).items()}
    return Measurement(joined, metrics, weights=weights)


@torch.no_grad()
def central_responses(
    classifier: Classifier, conv_layer: str, norm_layer: str, images: Tensor
) -> Tensor:
    """(N, K) responses of the first layer's units at the centre, far from the padded border.

    Read after batch normalisation and before the rectifier, where the response is linear in the
    image and so does not depend on the contrast of the gratings.
    """
    pixels = classifier.normalise(images.to(classifier.mean.device))
    responses = classifier.layer(norm_layer)(classifier.layer(conv_layer)(pixels))
    return responses[:, :, responses.shape[2] // 2, responses.shape[3] // 2].cpu()


def group_of(tuning: Tuning) -> list[str]:
    """What each unit responds to: silent, flat, oriented or spot (neither)."""
    strength = torch.maximum(tuning.amplitude.flatten(1).amax(dim=1), tuning.flat.amax(dim=1))
    groups = []
    for unit in range(len(strength)):
        if strength[unit] < SILENT_SHARE * strength.median():
            groups.append("silent")
        elif tuning.edge_versus_flat[unit] < 0:
            groups.append("flat")
        elif tuning.orientation_selectivity[unit] >= ORIENTED_INDEX:
            groups.append("oriented")
        else:
            groups.append("spot")
    return groups


def arrays_of(classifier: Classifier, conv_layer: str, tuning: Tuning) -> dict[str, np.ndarray]:
    """What the drawings need, by name; the first dimension counts the K filters."""
    filters = classifier.layer(conv_layer).get_parameter("weight").detach().cpu()
    colours = np.array(tuning.colours)
    return {
        "filters": filters.permute(0, 2, 3, 1).numpy(),
        "group": np.array(group_of(tuning)),
        "orientation": np.degrees(tuning.preferred_orientation.numpy()),
        "frequency": tuning.preferred_frequency.numpy(),
        "colour": colours[tuning.best[:, 0].numpy()],
        "flat_colour": colours[tuning.flat.argmax(dim=1).numpy()],
        "selectivity": tuning.orientation_selectivity.numpy(),
        "edge_versus_flat": tuning.edge_versus_flat.numpy(),
        "amplitude": tuning.amplitude.flatten(1).amax(dim=1).numpy(),
        "flat_amplitude": tuning.flat.amax(dim=1).numpy(),
        "curve": tuning.orientation_curve.numpy(),
    }


def summary(arrays: dict[str, np.ndarray]) -> dict[str, float | int | list[float]]:
    """Numbers for the text; for the random networks, means over networks."""
    metrics: dict[str, float | int | list[float]] = {"num_filters": arrays["trained_group"].size}
    active = {}
    for kind in ("trained", "random"):
        groups = arrays[f"{kind}_group"]
        active[kind] = groups != "silent"
        sharp = active[kind] & (arrays[f"{kind}_selectivity"] >= SHARP_INDEX)
        blind = active[kind] & (arrays[f"{kind}_edge_versus_flat"] >= SHARP_INDEX)
        for name, chosen in (
            *((group, groups == group) for group in ("oriented", "flat", "spot", "silent")),
            ("active", active[kind]),
            ("sharp", sharp),
            ("blind_to_flat", blind),
        ):
            per_network = chosen.sum(axis=1)
            metrics[f"num_{name}_{kind}"] = (
                int(per_network[0]) if kind == "trained" else float(per_network.mean())
            )
            if kind == "random":
                metrics[f"num_{name}_random_range"] = [
                    int(per_network.min()),
                    int(per_network.max()),
                ]
    oriented = arrays["trained_group"][0] == "oriented"
    from_axis = np.abs((arrays["trained_orientation"][0] + 45) % 90 - 45)
    metrics["num_oriented_luminance_trained"] = int(
        (oriented & (arrays["trained_colour"][0] == "luminance")).sum()
    )
    coloured = arrays["trained_flat_colour"][0] != "luminance"
    metrics["num_oriented_near_axes_trained"] = int((oriented & (from_axis <= 10)).sum())
    metrics["num_flat_coloured_trained"] = int(
        ((arrays["trained_group"][0] == "flat") & coloured).sum()
    )
    return metrics


if __name__ == "__main__":
    run_experiment(measure)
