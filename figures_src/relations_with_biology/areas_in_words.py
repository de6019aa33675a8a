"""What can be said of every area and convention, and the table of all curves."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from site_lib.biology.conventions import CONVENTIONS
from site_lib.records.measurement import Result

AREAS = {"objects": ("EVC", "IT", "monkey"), "photographs": ("EVC", "IT")}
# As the table calls them.
IN_TABLE = {"EVC": "EVC", "IT": "IT", "monkey": "monkey IT"}
BASELINES = ("silhouette", "pixels", "gabor")
CONTROLS = ("random", "shuffled")
CENTRED = CONVENTIONS.index("centred")


def numbers(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """By set of stimuli, area and convention; and how much later the best block of IT is.

    arrays: as measured.
    """
    found: dict[str, Any] = {"half": len(arrays["layers"]) / 2 - 1}
    for name, areas in AREAS.items():
        found[name] = {area: of_area(arrays, f"{name}_{area}") for area in areas} | {
            convention: {
                "later": int(arrays[f"{name}_later"][index]),
                "later_range": arrays[f"{name}_later_range"][:, index].tolist(),
                "order": float(arrays[f"{name}_order"][index].mean()),
                "p": in_words(float(arrays[f"{name}_order_p"][index])),
            }
            for index, convention in enumerate(CONVENTIONS)
        }
    return found


def of_area(arrays: Mapping[str, np.ndarray], key: str) -> dict[str, Any]:
    """Numbers of one area: its ceiling, and what holds in each convention."""
    found = {name: of_convention(arrays, key, i) for i, name in enumerate(CONVENTIONS)}
    if f"{key}_ceiling" in arrays:
        found["ceiling"] = arrays[f"{key}_ceiling"].tolist()
    return found


def of_convention(arrays: Mapping[str, np.ndarray], key: str, index: int) -> dict[str, Any]:
    """The best block and its rivals; ``blocks``: numbers in 95 % of the samples."""
    layers, curve = arrays["layers"].tolist(), arrays[f"{key}_trained"][index]
    best = int(arrays[f"{key}_best"][index])
    first, last = (int(one) for one in arrays[f"{key}_best_range"][:, index])
    found = {
        "layer": layers[best],
        "block": best - 1,  # the stem is −1, the head one more than the last block
        "first": layers[first],
        "last": layers[last],
        "blocks": (first - 1, last - 1),
        "rho": float(curve[best]),
        "interval": arrays[f"{key}_trained_interval"][:, index, best].tolist(),
        "mean_rdm": float(arrays[f"{key}_trained_mean_rdm"][index].max()),
        "stem": float(curve[0]),
        "stem_mean_rdm": float(arrays[f"{key}_trained_mean_rdm"][index, 0]),
        "gain": float(arrays[f"{key}_gain"][best]),
        "gain_interval": arrays[f"{key}_gain_interval"][:, best].tolist(),
    }
    for control in CONTROLS:
        found[control] = {
            "rho": float(arrays[f"{key}_{control}_highest"][index]),
            "mean_rdm": float(arrays[f"{key}_{control}_highest_mean_rdm"][index]),
            "less": float(arrays[f"{key}_above_{control}"][index]),
            "interval": arrays[f"{key}_above_{control}_interval"][:, index].tolist(),
        }
    for baseline in BASELINES:
        if f"{key}_{baseline}" in arrays:
            found[baseline] = {
                "rho": float(arrays[f"{key}_{baseline}"][index, 0]),
                "mean_rdm": float(arrays[f"{key}_{baseline}_mean_rdm"][index, 0]),
            }
    for name in ("partial", "of_ceiling"):
        if f"{key}_{name}" in arrays:
            at = (index, best) if name == "partial" else (index,)
            found[name] = float(arrays[f"{key}_{name}"][at])
            found[f"{name}_interval"] = arrays[f"{key}_{name}_interval"][
                (slice(None), *at)
            ].tolist()
            if name == "partial":
                found["partial_mean_rdm"] = float(arrays[f"{key}_partial_mean_rdm"][at])
    return found


def of_second(arrays: Mapping[str, np.ndarray], name: str, label: str) -> str:
    """A sentence on the second trained network, which not every machine has.

    label: what it is called in words.
    """
    if f"objects_EVC_{name}" not in arrays:
        return f"The weights of {label} were not at hand."
    best = {}
    for area in ("EVC", "IT"):
        curve = arrays[f"objects_{area}_{name}"][CENTRED]
        best[area] = f"block {curve.argmax() - 1} (ρ = {curve.max():.2f})"
    return (
        f"{label}, in the table, is nearest to them at {best['EVC']} and {best['IT']}, "
        "without the mean."
    )


def table(result: Result) -> dict[str, list[Any]]:
    """Every curve in rows; a baseline, which has no blocks, has one row with the block ``none``."""
    columns = ("set", "area", "convention", "weights", "block",
               "spearman_mean_rdm", "spearman_per_person", "low", "high")  # fmt: skip
    rows = []
    for name, areas in AREAS.items():
        for area in areas:
            for weights in ("trained", *CONTROLS, result.numbers["second"], *BASELINES):
                key = f"{name}_{area}_{weights}"
                if key in result.arrays:
                    rows += [(name, IN_TABLE[area], *row) for row in rows_of(result, key, weights)]
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))


def rows_of(result: Result, key: str, weights: str) -> list[tuple]:
    """Rows of one area and network, without the columns of the set and the area."""
    each, mean_rdm = result[key], result[f"{key}_mean_rdm"]
    low, high = result[f"{key}_interval"]
    blocks = ["none"] if weights in BASELINES else block_names(each.shape[1])
    return [
        (convention, weights, block, *(float(one[i, j]) for one in (mean_rdm, each, low, high)))
        for i, convention in enumerate(CONVENTIONS)
        for j, block in enumerate(blocks)
    ]


def block_names(number: int) -> list[str]:
    """Names of so many stages: stem, 0, 1, …, head."""
    return ["stem", *map(str, range(number - 2)), "head"]


def in_words(p: float) -> str:
    """A p-value as it is printed."""
    return f"p = {p:.4f}" if p >= 0.0001 else "p < 0.0001"


def ticks(number: int) -> tuple[np.ndarray, list[str]]:
    """Places and names of every fourth block, the stem and the head along an axis."""
    places = np.array([0, *range(4, number - 3, 4), number - 1])
    names = block_names(number)
    return places, [names[place] for place in places]
