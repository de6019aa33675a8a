"""Images that units of several depths would like best, beside their best natural patch."""

import numpy as np
import torch
from torch import Tensor

from site_lib.common.errors import unknown_name
from site_lib.common.progress import track
from site_lib.feature_visualisation import transforms
from site_lib.feature_visualisation.objectives import channels, neurons
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus import default_corpus
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import before_rectifier
from site_lib.records.measurement import Measurement
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.selectivity import most_selective, usual_maxima
from site_lib.units.top_patches import cut_patches, find_top_patches, patch_corners, patches_of

K = 9
OBJECTIVES = {"neuron": neurons, "channel": channels}


def measure(
    *,
    model: str,
    layers: list[str],
    patch_sides: list[int],
    search_side: int,
    scales: list[float],
    num_units: int,
    num_random: int,
    goals: list[str],
    image_sides: list[int],
    num_steps: int,
    learning_rate: float,
    statistics_weights: list[float],
    total_variation_weight: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Synthetic images of the most selective units, and of as many units with random weights.

    layers, patch_sides, search_side, scales: as for the mosaics, so that the units are the same.
    goals: by depth, a unit at the centre or the mean of its channel; in both cases before the
    rectifier.   image_sides, statistics_weights: of the synthetic images, by depth.
    num_random: units of the random network at each depth.
    """
    trained = freeze_for_inference(load(model, device=device))
    random = freeze_for_inference(load(model, random_seed=seed, device=device))
    corpus = default_corpus(search_side, tuple(scales))
    search = find_top_patches(trained, corpus, dict(zip(layers, patch_sides, strict=True)), k=K)
    maxima = usual_maxima(trained, corpus, layers)
    if unknown := set(goals) - set(OBJECTIVES):
        raise unknown_name("goal", min(unknown), OBJECTIVES)
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers, f"units of {model}", "layer"), 1):
        found = search.layers[layer]
        selectivity = maxima.selectivity(layer, found)
        units = torch.tensor(most_selective(selectivity, found.sources, num_units))
        arrays |= {
            f"depth_{depth}_units": units.numpy(),
            f"depth_{depth}_natural_patches": as_bytes(
                cut_patches(corpus, found, units.tolist())[:, 0]
            ),
            f"depth_{depth}_natural": found.scores[units, 0].numpy(),
        }
        for kind, network, shown in (
            ("trained", trained, units),
            ("random", random, units[:num_random]),
        ):
            goal, side = goals[depth - 1], image_sides[depth - 1]
            target = before_rectifier(network, layer)
            generator = torch.Generator().manual_seed(seed)
            images = maximise(
                # As a whole: what the layers behind the unit expect makes an image natural, too.
                network,
                OBJECTIVES[goal](target, shown),
                FourierImage(len(shown), side, generator=generator).to(device),
                steps=range(num_steps),
                num_steps=num_steps,
                learning_rate=learning_rate,
                transforms=views(goal),
                generator=generator,
                statistics_weight=statistics_weights[depth - 1],
                total_variation_weight=total_variation_weight,
            )
            # What is scored is what is published: eight bits a channel.
            images = (255 * images).round() / 255
            field = theoretical_receptive_fields(network.net, side)[layer]
            response, patches = strongest(
                network, images, target, shown, field, patch_sides[depth - 1]
            )
            arrays |= {
                f"depth_{depth}_{kind}_response": response.cpu().numpy(),
                f"depth_{depth}_{kind}_images": as_bytes(patches),
            }
    metrics = {
        f"{model}_layers": layers,
        f"{model}_patch_sides": patch_sides,
        f"{model}_image_sides": image_sides,
        f"{model}_num_units": num_units,
        f"{model}_num_crops": search.num_crops,
        f"{model}_num_steps": num_steps,
    }
    weights = [trained.record(), random.record()]
    return Measurement(arrays, metrics, weights=weights, inputs=[corpus.record()])


def views(goal: str) -> list[transforms.Transform]:
    """Random views of the image. A unit at one place bears hardly a shift, a channel any.

    Stripes of a few pixels would cancel under larger shifts.
    """
    moved = {
        "neuron": [transforms.roll(1 / 64)],
        "channel": [transforms.roll(1 / 6), transforms.zoom_crop(0.65)],
    }
    return [*moved[goal], transforms.light(0.2, 0.08), transforms.gaussian_noise(0.04)]


@torch.no_grad()
def strongest(
    network: Classifier, images: Tensor, layer: str, units: Tensor, field: Field, patch_side: int
) -> tuple[Tensor, Tensor]:
    """Largest activation of each image's unit, (N,), and the patch that it looks at there."""
    with record_activations(network, [layer]) as activations:
        network(images)
    maps = activations[layer][torch.arange(len(units)), units.to(images.device)]
    response, place = maps.flatten(1).max(dim=1)
    positions = torch.stack([place // maps.shape[2], place % maps.shape[2]], dim=1).cpu()
    corners = patch_corners(field, positions, patch_side, images.shape[-1])
    return response, patches_of(images, corners, patch_side)


if __name__ == "__main__":
    run_experiment(measure)
