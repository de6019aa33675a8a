"""Linear regression from layers to recorded sites of V4 and IT, or to simulated ones."""

import numpy as np
import torch

from site_lib.biology.encoding import (
    brain_score,
    predict_by_pls,
    predict_by_ridge,
    predictivity,
    principal_components,
)
from site_lib.biology.sites import (
    MIXED_CHANNELS,
    NOISE,
    NUM_TRIALS,
    SitesOfAreas,
    cell_means,
    is_recorded,
    recorded_sites,
    simulated_sites,
)
from site_lib.common.progress import track
from site_lib.data.recordings import CADIEU_AREAS
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import load_frozen, with_random
from site_lib.records.measurement import Measurement

METHODS = (predict_by_pls, predict_by_ridge)


def measure(
    *,
    model: str,
    layers: list[str],
    population: str,
    made_from: str,
    v4_layer: str,
    it_layer: str,
    num_sites: int,
    num_repeats: int,
    num_components: int,
    num_splits: int,
    side: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Ceiling-normalised predictivity of V4 and IT by layer, trained and random, PLS and ridge.

    population: "simulated", "cadieu2014", or "auto", the latter where it is at hand.   made_from:
    network whose v4_layer and it_layer drive the simulated sites.   num_repeats: views of each
    photograph, times sixteen.   num_components: principal components of a layer that predict.
    """
    recorded = is_recorded(population)
    if recorded:
        sites = recorded_sites(side)
    else:
        maker = load_frozen(made_from, device=device)
        sites = simulated_sites(
            maker, (v4_layer, it_layer), num_sites=num_sites, num_repeats=num_repeats, side=side,
            seed=seed,
        )  # fmt: skip
    networks = with_random(model, num_random_networks=1, seed=seed, device=device)
    found = [
        predictivity_by_layer(network, layers, sites, num_components, num_splits, seed)
        for network in networks
    ]
    return Measurement(
        {
            "layers": np.array(layers),
            "areas": np.array(CADIEU_AREAS),
            "predictivity": np.array([medians for medians, _ in found]),
            "quartiles": found[0][1],
            **{f"ceiling_{area}": sites.ceilings[area] for area in CADIEU_AREAS},
        },
        {
            "simulated": not recorded,
            "num_images": len(sites.images),
            "num_sites_of": {area: len(sites.ceilings[area]) for area in CADIEU_AREAS},
            "num_trials": NUM_TRIALS,
            "mixed_channels": MIXED_CHANNELS,
            "noise": NOISE,
        },
        weights=[*(network.record() for network in networks), *sites.weights],
        inputs=sites.inputs,
    )


def predictivity_by_layer(
    network: Classifier,
    layers: list[str],
    sites: SitesOfAreas,
    num_components: int,
    num_splits: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Medians over sites, (layers, areas, methods), and their quartiles by PLS, (layers, areas, 2).

    Over splits both take the mean.
    """
    maps = cell_means(freeze_for_inference(network), sites.images, layers)
    medians, quartiles = [], []
    for layer in track(layers, f"predicting from {network.name}", "layer"):
        components = principal_components(maps[layer].flatten(1).numpy(), num_components)
        scores = [
            [
                predictivity(
                    components, sites.responses[area], sites.ceilings[area], sites.groups,
                    predict=predict, num_splits=num_splits, seed=seed,
                )
                for predict in METHODS
            ]
            for area in CADIEU_AREAS
        ]  # fmt: skip
        medians.append([[brain_score(one) for one in of_area] for of_area in scores])
        by_pls = [of_area[0].mean(axis=0) for of_area in scores]
        quartiles.append([np.nanquantile(one, [0.25, 0.75]) for one in by_pls])
    return np.array(medians), np.array(quartiles)


if __name__ == "__main__":
    run_experiment(measure)
