"""Does regression find the depth that made a site? Simulated sites, made from every depth."""

import numpy as np
import torch

from site_lib.biology import sites
from site_lib.biology.encoding import correlations, held_out_predictions, principal_components
from site_lib.common.progress import track
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import random
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import load_frozen
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    layers: list[str],
    made_from: str,
    sources: list[str],
    num_sites: int,
    num_repeats: int,
    num_components: int,
    num_folds: int,
    side: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Which layer of one network predicts simulated sites best, by the layer that made them.

    made_from: another network, trained and with random weights, whose layers (sources) make the
    sites, num_sites each.   num_repeats: views of each photograph, times sixteen; views of one
    photograph are held out together.   num_components: of a layer of model that predict.
    """
    images, groups, inputs = sites.photograph_views(num_repeats, side, seed)
    predictor = load_frozen(model, device=device)
    maps = sites.cell_means(predictor, images, layers)
    components = [
        principal_components(maps[layer].flatten(1).numpy(), num_components) for layer in layers
    ]
    makers = {
        "trained": load(made_from, device=device),
        "random": random(made_from, seed, device=device),
    }
    found = {}
    for name, maker in makers.items():
        maps = sites.cell_means(freeze_for_inference(maker), images, sources)
        made = np.concatenate([
            sites.simulated_responses(maps[source], num_sites=num_sites, seed=seed + index)
            for index, source in enumerate(sources)
        ], axis=1)  # fmt: skip
        # Each site has a penalty of its own, so sites of all sources can share what a fit needs.
        scores = np.array([
            correlations(held_out_predictions(one, made, groups, num_folds=num_folds), made)
            for one in track(components, f"sites made from {maker.name}", "layer")
        ])  # fmt: skip
        found[name] = scores.reshape(len(layers), len(sources), num_sites).swapaxes(0, 1)
    return Measurement(
        {
            "layers": np.array(layers),
            "sources": np.array(sources),
            "depth": np.array([depth_of(layer, predictor) for layer in layers]),
            "source_depth": np.array([depth_of(layer, makers["trained"]) for layer in sources]),
            # Held-out correlation of every site: (sources, layers, sites).
            **found,
        },
        {
            "num_images": len(images),
            "num_photographs": len(np.unique(groups)),
            "num_trials": sites.NUM_TRIALS,
            "mixed_channels": sites.MIXED_CHANNELS,
            "noise": sites.NOISE,
        },
        weights=[predictor.record(), *(maker.record() for maker in makers.values())],
        inputs=inputs,
    )


def depth_of(layer: str, network: Classifier) -> float:
    """How far along the stages a layer is, from 0 (the first) to 1 (the last)."""
    return network.stages.index(layer) / (len(network.stages) - 1)


if __name__ == "__main__":
    run_experiment(measure)
