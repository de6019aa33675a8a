"""A layer's activations laid out, made visible cell by cell, and matched by another network."""

import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.objectives import directions
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, eight_bit, resize
from site_lib.interpretability.activation_atlas import cells, layout, recognised
from site_lib.interpretability.natural_path import standardised
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement

VIEWS = [t.roll(1 / 8), t.light(0.2, 0.08), t.gaussian_noise(0.03)]
SHOWN_SIDE = 64


def measure(
    *,
    model: str,
    observer: str,
    observer_layer: str,
    layer: str,
    num_samples: int,
    rows: int,
    columns: int,
    fewest: int,
    side: int,
    steps: int,
    patch_side: int,
    num_judged: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """The atlas as pictures and as patches, and how well each picture is matched with its cell.

    layer: a single layer of the network.   num_samples: places of photographs, drawn at random.
    rows, columns, fewest: of the grid, and samples that a cell must have.   num_judged: samples,
    other than the nearest ones, whose patches the observer matches with the pictures.
    """
    network, judge = (load_frozen(name, device=device) for name in (model, observer))
    corpus = fetch_corpus()
    images = corpus_squares(corpus, network.input_side)
    maps = activations_of(network, images, [layer], summarise=lambda maps: maps)[layer]
    generator = torch.Generator().manual_seed(seed)
    size = maps.shape[-1]
    chosen = torch.randperm(len(maps) * size * size, generator=generator)[:num_samples]
    samples = maps.movedim(1, -1).reshape(-1, maps.shape[1])[chosen]
    found = cells(samples, layout(samples, seed=seed), rows=rows, columns=columns, fewest=fewest)
    pictures = visible(network, layer, found.mean - samples.mean(dim=0), side, steps, generator)

    kept = torch.isin(torch.arange(num_samples), found.nearest) | (found.of_sample < 0)
    judged = (~kept).nonzero()[:, 0][:num_judged]
    shown = cut(images, chosen[torch.cat([judged, found.nearest])], patch_side, size)
    seen = features(judge, shown, observer_layer)
    made = standardised(features(judge, pictures, observer_layer), seen)
    patches = standardised(seen, seen)
    members = found.of_sample[judged]
    has = torch.isin(torch.arange(len(found.mean)), members)
    arrays = as_arrays({
        "place": found.place,
        "by_picture": recognised(made, patches[: len(judged)], members)[has],
        "by_patch": recognised(patches[len(judged) :], patches[: len(judged)], members)[has],
        "shuffled": recognised(made.roll(len(made) // 2, 0), patches[: len(judged)], members)[has],
    })  # fmt: skip
    arrays |= {
        "pictures": as_bytes(resize(pictures, SHOWN_SIDE)),
        "patches": as_bytes(resize(shown[len(judged) :], SHOWN_SIDE)),
    }
    metrics = {"num_cells": len(found.mean), "num_photographs": len(corpus)}
    weights = [network.record(), judge.record()]
    return Measurement(arrays, metrics, weights, [one.record() for one in corpus])


def visible(
    network: Classifier,
    layer: str,
    vectors: Tensor,
    side: int,
    steps: int,
    generator: torch.Generator,
) -> Tensor:
    """An image along each direction, by gradient ascent: (K, 3, side, side)."""
    return eight_bit(
        maximise(
            up_to(network, layer),
            directions(layer, vectors),
            FourierImage(len(vectors), side, generator=generator),
            steps=track(range(steps), "cells"),
            num_steps=steps,
            learning_rate=0.15,
            transforms=VIEWS,
            generator=generator,
            total_variation_weight=1.0,
        )
    )


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
