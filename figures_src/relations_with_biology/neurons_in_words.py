"""What can be said of the neurons of V4, and the table of all curves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result

WEIGHTS = ("trained", "random", "shuffled", "second", "second_random", "second_shuffled", "small",
           "small_random", "small_shuffled")  # fmt: skip
CONTROLS = ("random", "shuffled")
# Nobody is divided by less.
LOW_CEILING = 0.1
# Blocks of which nobody would say that they are early or late.
MIDDLE = ("blocks.3", "blocks.5", "blocks.7", "blocks.9", "blocks.11")


def numbers(
    arrays: Mapping[str, np.ndarray],
    sessions: Sequence[str],
    *,
    repeated: str,
    side: int,
    other_sides: Sequence[int],
) -> dict[str, Any]:
    """By session ``days[…]``, and of the three animals together.

    arrays: as measured.   repeated: the session with other images, which counts for itself.
    """
    natural = [one for one in sessions if one != repeated]
    days = {one: of_session(arrays, one) for one in sessions}
    layers = arrays["layers_trained"].tolist()
    middle = float(arrays["share"][np.isin(layers, MIDDLE)].sum())
    num_natural = sum(days[one]["num_neurons"] for one in natural)
    curves = {str(side): arrays[f"{sessions[0]}_trained"]} | {
        str(one): arrays[f"side_{one}"] for one in other_sides
    }
    medians = {name: np.median(curve, axis=1) for name, curve in curves.items()}
    ranges = [days[one]["range_of_median"] for one in natural]
    compared = [weights for weights in WEIGHTS if weights.endswith(CONTROLS)]
    return {
        "days": days,
        # The least of the three animals.
        "least": {
            name: min((days[one][name] for one in natural), key=lambda found: found["less"])
            for name in (*compared, "ends")
        },
        "of_ceiling": spread(days[one]["of_ceiling"] for one in natural),
        # From the animal with the lowest to the one with the highest.
        "reach": {name: spread(highest(arrays, one, name) for one in natural) for name in WEIGHTS},
        "num_natural": num_natural,
        "in_middle": round(middle * num_natural),
        "num_wide": sum(days[one]["num_wide"] for one in natural),
        "first_of_median": layer_label(layers[min(first for first, _ in ranges)]),
        "last_of_median": layer_label(layers[max(last for _, last in ranges)]),
        "sides": {
            name: {"layer": layer_label(layers[curve.argmax()]), "r": float(curve.max())}
            for name, curve in medians.items()
        },
    }


def spread(values: Iterable[float]) -> list[float]:
    """Smallest and largest."""
    ordered = sorted(values)
    return [ordered[0], ordered[-1]]


def highest(arrays: Mapping[str, np.ndarray], session: str, weights: str) -> float:
    """The median neuron's correlation at the best layer."""
    return float(np.median(arrays[f"{session}_{weights}"], axis=1).max())


def of_session(arrays: Mapping[str, np.ndarray], session: str) -> dict[str, Any]:
    """The best block of the median neuron, and what controls and the ends of the network lack."""
    layers = arrays["layers_trained"].tolist()
    median = np.median(arrays[f"{session}_trained"], axis=1)
    ceilings = arrays[f"{session}_ceiling"]
    _, low, high = arrays[f"{session}_best"]
    found: dict[str, Any] = {
        "num_neurons": arrays[f"{session}_trained"].shape[1],
        "num_images": int(arrays[f"{session}_size"][0]),
        "num_groups": int(arrays[f"{session}_size"][1]),
        "trained": float(median.max()),
        "layer": layers[median.argmax()],
        "ceiling": float(np.median(ceilings)),
        "of_ceiling": float(np.median(
            arrays[f"{session}_trained"].max(axis=0) / np.maximum(ceilings, LOW_CEILING))),
        "range_of_median": arrays[f"{session}_best_of_median_range"].tolist(),
        # The interval of a neuron's best block holds more than half of the blocks.
        "num_wide": int((high - low + 1 > len(layers) / 2).sum()),
        "ends": {
            "less": float(median[len(layers) // 2] - max(median[0], median[-1])),
            "interval": arrays[f"{session}_above_ends_interval"].tolist(),
        },
    }  # fmt: skip
    for weights in WEIGHTS:
        if weights.endswith(CONTROLS):
            own = weights.rpartition("_")[0] or "trained"
            control = highest(arrays, session, weights)
            found[weights] = {
                "median": control,
                "less": highest(arrays, session, own) - control,
                "interval": arrays[f"{session}_above_{weights}_interval"].tolist(),
            }
    return found


def table(result: Result) -> dict[str, list[Any]]:
    """Median, quartiles and interval of every session, network and layer."""
    rows = []
    for session, animal in zip(result.numbers["sessions"], result.numbers["animals"], strict=True):
        for weights in WEIGHTS:
            r = result[f"{session}_{weights}"]
            low, high = result[f"{session}_{weights}_median_interval"]
            layers = result[f"layers_{weights}"].tolist()
            rows += [
                (session, animal, weights, layer, *np.quantile(r[i], [0.5, 0.25, 0.75]).tolist(),
                 float(low[i]), float(high[i]))
                for i, layer in enumerate(layers)
            ]  # fmt: skip
    columns = ("session", "animal", "weights", "layer", "median_r", "q25", "q75", "low", "high")
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
