"""The layers of the unit atlas, as measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from site_lib.drawing.picture_grid import STUDENT_LAYERS
from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result

NETWORKS = {"student": "Plain network", "efficientnet_lite0": "EfficientNet-Lite0"}


@dataclass(frozen=True)
class Layer:
    """The units of one layer."""

    network: str
    name: str
    facts: dict[str, Any]
    result: Result

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

    def sources_of(self, index: int) -> list[str | None]:
        """The photographs that the best patches of a unit come from; None for no patch."""
        names = self.facts["sources"]
        return [names[source] if source >= 0 else None for source in self["sources"][index]]

    def categories_of(self, index: int) -> list[tuple[str, float]]:
        """The categories that a unit goes with most closely, with their correlations."""
        classes, correlations = self["classes"][index], self["correlations"][index]
        names = (self.facts["class_names"][str(number)] for number in classes)
        return list(zip(names, correlations.tolist(), strict=True))


def layers_of(results: Iterable[Result]) -> dict[str, list[Layer]]:
    """All layers of all results by network, from the image on."""
    found: dict[str, list[Layer]] = {}
    for result in results:
        for key, facts in result.metrics.items():
            network, name = key.split(", ")
            found.setdefault(network, []).append(Layer(network, name, facts, result))
    return found
