"""What can be said of many networks and IT."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from figures_src.relations_with_biology.correlation_of_networks import LESIONS, without_family
from figures_src.relations_with_biology.network_key import LESIONS as LESION_WORDS
from figures_src.relations_with_biology.summaries import arrays_as_numbers, summary
from site_lib.drawing.words import network_label
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

# Names of arrays, by the columns of the table.
COLUMNS = {
    "network": "names", "kind": "kind", "family": "family", "lesion": "lesion", "amount": "amount",
    "performance": "performance", "monkey_it": "monkey", "human_it": "human",
    "human_early_cortex": "early", "monkey_it_weighted": "monkey_weighted",
    "human_it_weighted": "human_weighted", "monkey_it_ridge": "monkey_ridge",
    "human_it_ridge": "human_ridge",
}  # fmt: skip
# What is compared with read-out, and how.
ROWS = {
    "monkey": "monkeys’ IT, best layer",
    "monkey_weighted": "monkeys’ IT, layers weighted",
    "monkey_ridge": "monkeys’ IT, ridge",
    "human": "people’s IT, best layer",
    "human_weighted": "people’s IT, layers weighted",
    "human_ridge": "people’s IT, ridge",
    "early": "people’s early cortex, best layer",
}


def residuals(result: Result, similarity: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which networks are of a damaged architecture, and their two axes without its mean."""
    hurt = np.isin(result["family"], result["family"][result["kind"] == "lesion"])
    family = result["family"][hurt]
    x, y = (without_family(result[name][hurt], family) for name in ("performance", similarity))
    return hurt, x, y


def gain(result: Result, family: str, values: str) -> float:
    """What an architecture gains from random weights, mean of its seeds, to the end."""
    random = (result["family"] == family) & (result["kind"] == "random")
    return float(result[values][result["names"] == family][0] - result[values][random].mean())


def weakest(
    words: Sequence[str], r: Sequence[np.ndarray], intervals: Sequence[np.ndarray]
) -> dict[str, Any]:
    """The part in which read-out and likeness go least together: its name, r and interval."""
    index = int(np.argmin(r))
    return {
        "words": words[index],
        "r": float(r[index]),
        "interval": np.asarray(intervals[index]).tolist(),
    }


def numbers(result: Result) -> dict[str, Any]:
    """Counts, what training gains, and correlations within architectures."""
    kind = result["kind"]
    here = sorted({str(one) for one in result["family"][kind == "partly"]})
    gains = {
        values: scale * np.array([gain(result, family, values) for family in here])
        for values, scale in (("performance", 100), ("monkey", 1), ("human", 1))
    }
    return arrays_as_numbers(result) | {
        "num_within": int(residuals(result, "monkey")[0].sum()),
        "num_here": len(here),
        "gain": {values: summary(by_family) for values, by_family in gains.items()},
        "gain_interval": t_interval(gains["monkey"]),
        "weakest": weakest(
            [LESION_WORDS[name] for name in LESIONS],
            [result[f"monkey_r_{name}"] for name in LESIONS],
            [result[f"monkey_interval_{name}"] for name in LESIONS],
        ),
        "weakest_family": weakest(
            [network_label(str(name)) for name in result["damaged_families"]],
            list(result["monkey_r_families"]),
            list(result["monkey_interval_families"]),
        ),
        "human_highest": float(result["human"].max()),
        "human_ceiling": result["human_ceiling"].tolist(),
    }
