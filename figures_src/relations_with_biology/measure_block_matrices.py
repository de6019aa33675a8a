"""Matrices of every block and of three areas, coarse enough to be published and compared anew."""

import numpy as np
import torch

from figures_src.relations_with_biology.gallery_matrices import GROUP
from figures_src.relations_with_biology.measure_areas import CENTRED, layers_of, rdms_of
from site_lib.biology.rdm import percentiles, upper
from site_lib.biology.stimuli import (
    SUBCATEGORIES,
    object_images,
    object_subcategories,
    small_groups,
)
from site_lib.common.files import ROOT
from site_lib.data.readers import cichy2014, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.controls import random
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement
from site_lib.statistics.separation import distances_of_groups

RECORDED = ROOT / "figures_src/relations_with_biology/measured/block-matrices.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014")
# Of 100 percentiles: pairs that are nearly equal change places between machines.
TOLERANCE = 3


def measure(
    *,
    model: str,
    side: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Percentiles of dissimilarity between small groups of objects, by block and area.

    Of the trained network and of one with random weights, the mean over objects taken away. side:
    of the stimuli, in pixels.   recorded: see site_lib.data.recorded.
    """
    networks = {"trained": load(model, device=device), "random": random(model, seed, device=device)}

    def measure_now() -> dict[str, np.ndarray]:
        objects, areas = kriegeskorte2008(), cichy2014()
        images, subcategories = object_images(objects, side), object_subcategories(objects)
        groups = small_groups(subcategories, GROUP)
        blocks = {name: rdms_of(one, images)[CENTRED] for name, one in networks.items()}
        brains = {
            "human IT": areas["IT"].mean(axis=0),
            "human early visual cortex": areas["EVC"].mean(axis=0),
            "monkey IT": objects.monkey_it,
        }
        firsts = np.unique(groups, return_index=True)[1]
        return {
            "layers": np.array(layers_of(networks["trained"])),
            "areas": np.array(list(brains)),
            "category": subcategories[firsts],
            **{name: coarse(one, groups) for name, one in blocks.items()},
            "brains": coarse(np.stack(list(brains.values())), groups),
        }

    found = recorded_measurement(
        RECORDED,
        measure_now,
        mode=recorded,
        recordings=RECORDINGS,
        settings={"model": model, "side": side, "seed": seed},
        tolerance=TOLERANCE,
    )
    metrics = {"categories": list(SUBCATEGORIES), "num_groups": len(found["category"])}
    weights = [network.record() for network in networks.values()]
    return Measurement(found.arrays, metrics, weights, found.inputs)


def coarse(rdms: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Mean percentile between each two groups: (K, N, N) → (K, G (G − 1) / 2), one digit."""
    return np.stack([np.round(upper(distances_of_groups(percentiles(one), groups)), 1)
                     for one in rdms])  # fmt: skip


if __name__ == "__main__":
    run_experiment(measure)
