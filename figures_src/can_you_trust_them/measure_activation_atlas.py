"""A layer's activations laid out, made visible cell by cell, and matched by another network."""

from collections import Counter

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.optimise import begin_coarse, maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, eight_bit, resize
from site_lib.interpretability.activation_atlas import (
    fill_grid,
    layout,
    lead_of_neighbours,
    rays,
    recognised,
    summarise_cells,
    towards,
)
from site_lib.interpretability.natural_path import standardised
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import random
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement

VIEWS = [t.roll(1 / 6), t.zoom_crop(0.8), t.light(0.2, 0.08), t.gaussian_noise(0.03)]
SHARPNESS = 2.0
SHOWN_SIDE = 96
NUM_PHOTOGRAPHS = 1000  # of the corpus at most: all


def measure(
    *,
    model: str,
    observer: str,
    observer_layer: str,
    layer: str,
    per_cell: int,
    rows: int,
    columns: int,
    side: int,
    steps: int,
    patch_side: int,
    num_random_networks: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """The atlas as pictures and as patches, and how well each picture is matched with its cell.

    layer: a single layer of the network.   per_cell: places of photographs in a cell; they are
    drawn at random, and are the same for all networks.   rows, columns: of the grid.   side,
    steps: of the pictures, as they are climbed.   patch_side: in pixels of the photograph.
    """
    judge = load_frozen(observer, device=device)
    networks = [load_frozen(model, device=device)]
    networks += [
        freeze_for_inference(random(model, seed + k, device=device))
        for k in range(num_random_networks)
    ]
    corpus = fetch_corpus()[:NUM_PHOTOGRAPHS]
    images = corpus_squares(corpus, judge.input_side)
    generator = torch.Generator().manual_seed(seed)
    maps = activations_of(networks[0], images[:1], [layer], summarise=whole)[layer]
    size = maps.shape[-1]
    number = per_cell * rows * columns
    chosen = torch.randperm(len(images) * size**2, generator=generator)[:number]
    patches = cut(images, chosen, patch_side, size)
    seen = features(judge, patches, observer_layer)
    found: dict[str, list[np.ndarray]] = {}
    for network in networks:
        maps = activations_of(network, images, [layer], summarise=whole)[layer]
        samples = maps.movedim(1, -1).flatten(0, 2)[chosen]
        of_sample = fill_grid(layout(samples, seed=seed), rows, columns)
        cells = summarise_cells(rays(samples), of_sample)
        pictures = visible(network, layer, cells.mean, side, steps, generator)
        made = standardised(features(judge, pictures, observer_layer), seen)
        order = torch.randperm(len(made), generator=generator)
        arrays = {
            **judged(made, standardised(seen, seen), of_sample, cells.nearest, order),
            "lead": lead_of_neighbours(made, rows, columns),
            "pictures": as_bytes(resize(pictures, SHOWN_SIDE)),
            "patches": as_bytes(resize(patches[cells.nearest], SHOWN_SIDE)),
            "of_sample": of_sample,
        }
        for name, values in arrays.items():
            found.setdefault(name, []).append(np.asarray(values))
    names = np.array([corpus[place // size**2].category for place in chosen.tolist()])
    category = most_common(names, found["of_sample"][0])
    metrics = {"num_cells": rows * columns, "num_photographs": len(corpus), "category": category}
    weights = [one.record() for one in (*networks, judge)]
    stacked = {name: np.stack(of) for name, of in found.items()}
    return Measurement(stacked, metrics, weights, [one.record() for one in corpus])


def whole(activation: Tensor) -> Tensor:
    """A layer's whole map."""
    return activation


def visible(
    network: Classifier,
    layer: str,
    vectors: Tensor,
    side: int,
    steps: int,
    generator: torch.Generator,
) -> Tensor:
    """An image along each direction, by gradient ascent: (K, 3, side, side)."""
    image = FourierImage(len(vectors), side, generator=generator, noise=0.05, falloff=1.1).to(
        network.mean.device
    )
    return eight_bit(
        maximise(
            up_to(network, layer),
            towards(layer, vectors.to(network.mean.device), sharpness=SHARPNESS),
            image,
            steps=track(range(steps), "cells"),
            num_steps=steps,
            learning_rate=0.2,
            transforms=VIEWS,
            generator=generator,
            side_at=begin_coarse(side),
            statistics_weight=1.0,
            total_variation_weight=2.0,
        )
    ).cpu()


def judged(
    made: Tensor, seen: Tensor, of_sample: Tensor, nearest: Tensor, order: Tensor
) -> dict[str, Tensor]:
    """How well pictures, nearest patches and pictures of other cells are matched with the other
    patches of each cell: (cells,) each.

    made: (K, D), features of the pictures.   seen: (N, D), of all patches.   order: of the cells,
    by chance; each is given the picture of the one before it.
    """
    others = torch.ones(len(seen), dtype=torch.bool)
    others[nearest] = False
    members, of_member = seen[others], of_sample[others]
    another = torch.empty_like(made)
    another[order] = made[order.roll(1)]
    shown = {"by_picture": made, "by_patch": seen[nearest], "by_another": another}
    return {name: recognised(one, members, of_member) for name, one in shown.items()}


def most_common(names: np.ndarray, of_sample: np.ndarray) -> list[str]:
    """The category that most samples of each cell come from; of equals, the first by name."""
    cells = [Counter(sorted(names[of_sample == cell])) for cell in range(of_sample.max() + 1)]
    return [str(counts.most_common(1)[0][0]) for counts in cells]


def cut(images: Tensor, places: Tensor, side: int, size: int) -> Tensor:
    """Patches around places, numbered through photographs, rows and columns of their maps."""
    full = images.shape[-1]
    photograph, place = places // size**2, places % size**2
    middle = (torch.stack([place // size, place % size], dim=1) + 0.5) * full / size
    corners = (middle - side / 2).round().long().clamp(0, full - side)
    return torch.stack([
        images[number, :, top : top + side, left : left + side]
        for number, (top, left) in zip(photograph, corners.tolist(), strict=True)
    ])  # fmt: skip


def features(observer: Classifier, images: Tensor, layer: str) -> Tensor:
    """Channel means of an observer's layer: (N, D)."""
    return activations_of(observer, images, [layer], summarise=mean_of_map)[layer]


if __name__ == "__main__":
    run_experiment(measure)
