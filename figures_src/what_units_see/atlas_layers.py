"""The layers of the unit atlas, as measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import false_discovery_control

from site_lib.drawing.picture_grid import STUDENT_LAYERS
from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result

# Share of the names that are said to hold which may be false (Benjamini & Hochberg, 1995).
FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True)
class Layer:
    """The units of one layer.

    holds: (U,), whether the category of each unit holds, see :func:`layers_of`.
    """

    network: str
    name: str
    facts: dict[str, Any]
    result: Result
    holds: np.ndarray

    def __getitem__(self, array: str) -> np.ndarray:
        return self.result[f"{self.name}/{array}"]

    def has(self, array: str) -> bool:
        """Whether this was measured of the layer."""
        return f"{self.name}/{array}" in self.result.arrays

    @property
    def title(self) -> str:
        """What a reader calls the layer."""
        if self.name in STUDENT_LAYERS:
            return f"Layer {STUDENT_LAYERS.index(self.name) + 1}"
        return layer_label(self.name).capitalize()

    def sources_of(self, index: int) -> list[str]:
        """The photographs that the best patches of a unit come from."""
        return [self.facts["sources"][source] for source in self["sources"][index]]

    def category_of(self, index: int) -> str:
        """The category that half of the photographs name a unit after."""
        return self.facts["categories"][self["named"][index]]


def layers_of(results: Iterable[Result]) -> dict[str, list[Layer]]:
    """All layers of all results by network, from the image on.

    Among so many units some names hold by chance, so all are judged together.
    """
    measured = [
        (key.split(", "), facts, result)
        for result in results
        for key, facts in result.metrics.items()
    ]
    p_values = [result[f"{name}/p_values"] for (_, name), _, result in measured]
    hold = false_discovery_control(np.concatenate(p_values)) < FALSE_DISCOVERIES
    ends = np.cumsum([len(of_layer) for of_layer in p_values])[:-1]
    found: dict[str, list[Layer]] = {}
    for one, holds in zip(measured, np.split(hold, ends), strict=True):
        (network, name), facts, result = one
        found.setdefault(network, []).append(Layer(network, name, facts, result, holds))
    return found
