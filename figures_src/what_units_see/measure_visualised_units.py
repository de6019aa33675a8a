"""Images that units of several depths would like best, beside their best natural patch."""

import numpy as np
import torch

from site_lib.common.progress import track
from site_lib.feature_visualisation.single_units import Goal, favourite_images
from site_lib.images.corpus import default_corpus
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import before_rectifier
from site_lib.records.measurement import Measurement
from site_lib.units.strongest import strongest_patches
from site_lib.units.survey import survey_layers
from site_lib.units.top_patches import cut_patches


def measure(
    *,
    model: str,
    layers: list[str],
    patch_sides: list[int],
    search_side: int,
    scales: list[float],
    num_units: int,
    num_random_units: int,
    goals: list[Goal],
    image_sides: list[int],
    steps: int,
    learning_rate: float,
    statistics_weights: list[float],
    total_variation_weight: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Synthetic images of the most selective units, and of as many units with random weights.

    layers, patch_sides, search_side, scales: as for the mosaics, so that the units are the same.
    num_random_units: of the random network at each depth.   goals: by depth, a unit at the
    centre or the mean of its channel; in both cases before the rectifier.   image_sides,
    statistics_weights: of the synthetic images, by depth.
    """
    trained = load_frozen(model, device=device)
    random = load_frozen(model, random_seed=seed, device=device)
    corpus = default_corpus(search_side, tuple(scales))
    survey = survey_layers(trained, corpus, dict(zip(layers, patch_sides, strict=True)))
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers, f"units of {model}", "layer")):
        best = survey.layers[layer].patches
        units = torch.tensor(survey.layers[layer].most_selective(num_units))
        of_layer = {
            "units": units.numpy(),
            "natural_patches": as_bytes(cut_patches(corpus, best, units.tolist())[:, 0]),
            "natural": best.scores[units, 0].numpy(),
        }
        of_random = units[:num_random_units]
        for kind, network, shown in (("trained", trained, units), ("random", random, of_random)):
            target = before_rectifier(network, layer)
            images = favourite_images(
                network,
                target,
                shown,
                goals[depth],
                image_sides[depth],
                steps=steps,
                learning_rate=learning_rate,
                statistics_weight=statistics_weights[depth],
                total_variation_weight=total_variation_weight,
                seed=seed,
            )
            response, patches = strongest_patches(
                network, images, target, shown, patch_sides[depth]
            )
            of_layer |= {f"{kind}_response": response.numpy(), f"{kind}_images": as_bytes(patches)}
        arrays |= {f"depth_{depth + 1}_{name}": array for name, array in of_layer.items()}
    return Measurement(
        arrays,
        {f"{model}_num_crops": survey.search.num_crops},
        weights=[trained.record(), random.record()],
        inputs=[corpus.record()],
    )


if __name__ == "__main__":
    run_experiment(measure)
