"""Linear regression from layers to recorded sites of V4 and IT, or to simulated ones."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.biology.encoding import (
    brain_score,
    predict_by_pls,
    predict_by_ridge,
    predictivity,
    principal_components,
    reliability,
)
from site_lib.biology.rdm import activations_of
from site_lib.biology.simulated import simulate_population
from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file
from site_lib.common.progress import track
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs, read_pixels
from site_lib.data.readers import cadieu2014
from site_lib.data.recordings import CADIEU_AREAS, at_hand, provenance_records
from site_lib.images.images import square
from site_lib.images.views import draw_views, render
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

GRID = 4
CADIEU = "cadieu2014"
# The simulated sites: what they are made of.
MIXED_CHANNELS, NUM_TRIALS, NOISE = 10, 12, 2.0
PHOTOGRAPH_SIDE = 160
NUM_HALVINGS = 20


@dataclass(frozen=True)
class Neurons:
    """Images, and by area the responses (N, sites), their ceilings and what images belong to."""

    images: Tensor
    groups: np.ndarray
    responses: dict[str, np.ndarray]
    ceilings: dict[str, np.ndarray]
    inputs: list[dict[str, str]]
    weights: list[dict[str, str]]


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
    if population not in ("auto", "simulated", CADIEU):
        raise CourseError(f"population is {population!r}; choose auto, simulated or {CADIEU}")
    recorded = population == CADIEU or (population == "auto" and at_hand([CADIEU]))
    neurons = (
        recorded_neurons(side)
        if recorded
        else simulated_neurons(
            load(made_from, device=device), (v4_layer, it_layer), num_sites, num_repeats, side, seed
        )
    )
    networks = [load(model, device=device), load(model, random_seed=seed, device=device)]
    scores = []
    for network in networks:
        features = layer_features(network, neurons.images, layers)
        of_network = []
        for layer in track(layers, f"predicting from {network.name}", "layer"):
            flat = features[layer].flatten(1).numpy()
            components = principal_components(flat, num_components)
            of_network.append(
                [
                    [
                        predictivity(
                            components,
                            neurons.responses[area],
                            neurons.ceilings[area],
                            neurons.groups,
                            predict=predict,
                            num_splits=num_splits,
                            seed=seed,
                        )
                        for predict in (predict_by_pls, predict_by_ridge)
                    ]
                    for area in CADIEU_AREAS
                ]
            )
        scores.append(of_network)
    medians = [[[[brain_score(m) for m in a] for a in layer] for layer in net] for net in scores]
    # Over sites, of the mean over splits: (layers, areas, 2), trained network, PLS.
    quartiles = [
        [np.nanquantile(area[0].mean(axis=0), [0.25, 0.75]) for area in layer]
        for layer in scores[0]
    ]
    return Measurement(
        {
            "layers": np.array(layers),
            "areas": np.array(CADIEU_AREAS),
            "predictivity": np.array(medians),  # (networks, layers, areas, PLS and ridge)
            "quartiles": np.array(quartiles),
            **{f"ceiling_{area}": neurons.ceilings[area] for area in CADIEU_AREAS},
        },
        {
            "simulated": int(not recorded),
            "num_images": len(neurons.images),
            "num_sites": [neurons.responses[area].shape[1] for area in CADIEU_AREAS],
            "num_components": num_components,
            "num_splits": num_splits,
            "num_trials": NUM_TRIALS,
            "mixed_channels": MIXED_CHANNELS,
            "noise": NOISE,
            "v4_layer": v4_layer,
            "it_layer": it_layer,
            "side": side,
        },
        weights=[*(network.record() for network in networks), *neurons.weights],
        inputs=neurons.inputs,
    )


def layer_features(network: Classifier, images: Tensor, layers: list[str]) -> dict[str, Tensor]:
    """Mean activation in each cell of a 4 × 4 grid: layer → (N, channels, 16)."""
    frozen = freeze_for_inference(network)
    return activations_of(frozen, images, layers, summarise=cells)


def cells(activation: Tensor) -> Tensor:
    return F.adaptive_avg_pool2d(activation, GRID).flatten(2)


def recorded_neurons(side: int) -> Neurons:
    """Cadieu et al. (2014). Their archive has no repeats, so correlations are not normalised."""
    sites = cadieu2014()
    images = [pixels(sites.image(index), side) for index in range(len(sites.image_names))]
    ones = {area: np.ones(values.shape[1]) for area, values in sites.responses.items()}
    return Neurons(
        torch.cat(images), sites.categories, sites.responses, ones, provenance_records([CADIEU]), []
    )


def simulated_neurons(
    maker: Classifier,
    layers: tuple[str, str],
    num_sites: int,
    num_repeats: int,
    side: int,
    seed: int,
) -> Neurons:
    """Sites that answer to views of photographs as two layers of another network do."""
    generator = torch.Generator().manual_seed(seed)
    paths = {p.name: p.path for p in labelled_photographs()}
    paths |= {p.name: p.path for p in PHOTOGRAPHS.values()}
    shown = [
        render(
            pixels(read_pixels(path), PHOTOGRAPH_SIDE),
            draw_views(num_repeats, generator),
            side,
            generator,
        )
        for path in paths.values()
    ]
    images = torch.cat(shown)
    answers = layer_features(maker, images, list(layers))
    responses, ceilings = {}, {}
    for index, (area, layer) in enumerate(zip(CADIEU_AREAS, layers, strict=True)):
        made = simulate_population(
            answers[layer].numpy(),
            num_sites=num_sites,
            num_channels=MIXED_CHANNELS,
            # V4 looks at a part of the image, IT at all of it.
            whole_image=area == "IT",
            num_repeats=NUM_TRIALS,
            noise=NOISE,
            seed=seed + index,
        )
        responses[area] = made.repeats.mean(axis=0)
        ceilings[area] = reliability(made.repeats, number=NUM_HALVINGS, seed=seed)
    return Neurons(
        images,
        np.repeat(np.arange(len(shown)), len(shown[0])),
        responses,
        ceilings,
        [
            {"name": f"photograph: {name}", "sha256": sha256_of_file(path)}
            for name, path in paths.items()
        ],
        [maker.record()],
    )


def pixels(image: np.ndarray, side: int) -> Tensor:
    """Central square: (H, W, 3) uint8 → (1, 3, side, side) in [0, 1]."""
    return square(torch.tensor(image).permute(2, 0, 1)[None].float() / 255, side)


if __name__ == "__main__":
    run_experiment(measure)
