"""How well layers of VGG-16 predict sites of V4 and IT: the fits of others, summarised."""

import numpy as np
import torch

from figures_src.relations_with_biology.neurons_by_block import range_of, shares
from site_lib.biology.comparison import interval
from site_lib.common.files import ROOT
from site_lib.data.neurons import bonnen2021
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import CADIEU_AREAS
from site_lib.measuring.experiment import run_experiment
from site_lib.records.measurement import Measurement

RECORDED = ROOT / "figures_src/relations_with_biology/measured/vgg16.json"
RECORDINGS = ("bonnen2021",)
TOLERANCE = 0.001  # a summary of given numbers


def measure(*, num_bootstrap: int, recorded: str, seed: int, device: torch.device) -> Measurement:
    """Median correlation by layer, the layer that is best, and shares of sites by their best layer.

    num_bootstrap: samples of sites.   device: not needed, since nothing is fitted here.
    """
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(num_bootstrap, seed),
        mode=recorded,
        recordings=RECORDINGS,
        settings={"num_bootstrap": num_bootstrap, "seed": seed},
        tolerance=TOLERANCE,
    )
    return Measurement(found.arrays, {"measured": found.measured}, weights=[], inputs=found.inputs)


def measure_all(num_bootstrap: int, seed: int) -> dict[str, np.ndarray]:
    """Arrays by area, ``V4_…`` and ``IT_…``, and by how much later the best layer of IT is."""
    fits = bonnen2021()
    arrays: dict[str, np.ndarray] = {"layers": np.array(fits.layers)}
    best = {}
    for index, area in enumerate(CADIEU_AREAS):
        r, half = fits.r[area], fits.reliability[area].mean(axis=0)
        generator = np.random.default_rng([seed, index])
        drawn = generator.integers(r.shape[1], size=(num_bootstrap, r.shape[1]))
        samples = np.stack([np.median(r[:, sites], axis=1) for sites in drawn])
        best[area] = samples.argmax(axis=1)
        arrays |= {
            f"{area}_median": np.median(r, axis=1),
            f"{area}_interval": interval(samples),
            f"{area}_quartiles": np.quantile(r, [0.25, 0.75], axis=1),
            f"{area}_best": np.median(r, axis=1).argmax(),
            f"{area}_best_range": range_of(best[area]),
            f"{area}_share": shares(r.argmax(axis=0), len(r)),
            f"{area}_share_interval": interval(shares(r.argmax(axis=0)[drawn], len(r))),
            f"{area}_num_sites": np.array(r.shape[1]),
            # Spearman–Brown, root: what a perfect model could reach.
            f"{area}_ceiling": np.median(np.sqrt((2 * half / (1 + half)).clip(min=0))),
        }
    later = best["IT"] - best["V4"]
    return arrays | {"later": arrays["IT_best"] - arrays["V4_best"], "later_range": range_of(later)}


if __name__ == "__main__":
    run_experiment(measure)
