"""What a straight line reads out of every block: simple attributes, object, category."""

from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.files import ROOT, sha256_of_file
from site_lib.common.progress import track
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.data.readers import kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.images.images import read_image, resize, square
from site_lib.images.views import (
    NUM_LIGHTS,
    NUM_PLACES,
    Views,
    draw_views,
    render,
    simple_attributes,
)
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement
from site_lib.statistics.readout import (
    Errors,
    bootstrap_interval,
    category_separation,
    classical_map,
    correlation_distances,
    distances_of_groups,
    errors_of_classes,
    errors_of_numbers,
    folds_by_group,
    folds_by_two_factors,
    group_separation,
    one_hot,
    read_out,
)

# Classes 0 to 397 of ImageNet-1k are animals.
NUM_ANIMAL_CLASSES = 398
GRID = 4
PIXEL_GRID = 16
PHOTOGRAPH_SIDE = 128
NUM_FOLDS = 6
BATCH = 16

# The 92 objects of Kriegeskorte et al. (2008). Few machines have the stimuli, so what was
# measured from them is part of the source, and is measured again where they are at hand.
RECORDED = ROOT / "figures_src/what_units_see/measured/kriegeskorte2008-readout.json"
OBJECT_SETTINGS = {"side": 160, "num_features": 256, "num_random": 3, "seed": 0}
OBJECT_CATEGORIES = ("body", "face", "natObj", "artiObj")
# Another machine rounds differently, which turns a few of the 368 answers.
TOLERANCE = 0.03


def measure(
    *,
    model: str,
    side: int,
    num_repeats: int,
    num_features: int,
    num_random: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Share of the error that a linear read-out removes, by network, attribute and depth.

    side: of the stimuli, in pixels.   num_repeats: views of a photograph at each place in each
    light.   num_features: numbers that the read-out sees of every block.   recorded: what is
    done about the 92 objects, see site_lib.data.recorded.
    """
    of_objects = recorded_measurement(
        RECORDED,
        lambda: measure_objects(model, device),
        mode=recorded,
        recordings=["kriegeskorte2008"],
        settings=OBJECT_SETTINGS | {"model": model},
        tolerance=TOLERANCE,
        # The axes of a map may be mirrored, and intervals follow from what is compared already.
        not_compared=["map", "map_share", "interval", "separation_interval"],
    )
    networks = load_networks(model, num_random, seed, device)
    generator = torch.Generator().manual_seed(seed)
    shown = shown_photographs()
    images, views = stimuli([pixels for _, pixels, _ in shown], num_repeats, side, generator)
    attributes = simple_attributes(images)
    scale_images = scaling_stimuli(side, generator)
    per_photograph = len(images) // len(shown)
    photograph = np.repeat(np.arange(len(shown)), per_photograph)
    classes = np.repeat([label for _, _, label in shown], per_photograph)
    layers = depths(networks[0])
    shares, separations = [], []
    for network in networks:
        features = block_features(network, images, scale_images, layers, device)
        errors = {
            layer: photograph_errors(
                projected(features[layer], num_features, seed + index),
                attributes,
                views,
                photograph,
                classes,
            )
            for index, layer in enumerate(track(["pixels", *layers], "read-outs", "block"))
        }
        names = list(errors["pixels"])
        shares.append([[errors[depth][n].share_removed for depth in errors] for n in names])
        between = [
            distances_of_groups(correlation_distances(features[layer].mean(axis=2)), photograph)
            for layer in layers
        ]
        separations.append([group_separation(one) for one in between])
        if network is networks[0]:
            intervals = [[errors[d][n].interval(photograph, seed) for d in errors] for n in names]
            separation_intervals = [
                bootstrap_interval(partial(group_separation, one), len(one), seed)
                for one in between
            ]
    arrays = {
        "depths": np.array(["pixels", *layers]),
        "attributes": np.array(names),
        "shares": np.array(shares),  # (networks, attributes, depths), the trained one first
        "intervals": np.array(intervals),  # (attributes, depths, 2), of the trained one
        "separation": np.array(separations),  # (networks, layers)
        "separation_interval": np.array(separation_intervals),
        **{f"objects_{name}": np.array(values) for name, values in of_objects.arrays.items()},
    }
    return Measurement(
        arrays,
        {
            "side": side,
            "num_photographs": len(shown),
            "num_classes": len(np.unique(classes)),
            "num_animals": sum(label < NUM_ANIMAL_CLASSES for _, _, label in shown),
            "num_stimuli": len(images),
            "num_views": per_photograph,
            "num_features": num_features,
            "num_random": num_random,
            "objects_num": len(of_objects["category"]),
            "objects_num_random": OBJECT_SETTINGS["num_random"],
            "objects_measured": of_objects.measured,
        },
        weights=[network.record() for network in networks],
        inputs=[*[record for record, _, _ in shown], *of_objects.inputs],
    )


# --------------------------------------------------------------------- stimuli


def shown_photographs() -> list[tuple[dict[str, str], Tensor, int]]:
    """Every photograph with a class: record for provenance, (1, 3, S, S), class index."""
    files = [(p.name, p.path, p.imagenet_class) for p in labelled_photographs()]
    files += [
        (p.name, p.path, p.imagenet_class)
        for p in PHOTOGRAPHS.values()
        if p.imagenet_class is not None
    ]
    return [
        (
            {"name": f"photograph: {name}", "sha256": sha256_of_file(path)},
            square(read_image(path), PHOTOGRAPH_SIDE),
            label,
        )
        for name, path, label in files
    ]


def stimuli(
    photographs: list[Tensor], num_repeats: int, side: int, generator: torch.Generator
) -> tuple[Tensor, list[Views]]:
    """Views of every photograph, one photograph after the other: (N, 3, side, side)."""
    views = [draw_views(num_repeats, generator) for _ in photographs]
    images = [
        render(photograph, one, side, generator)
        for photograph, one in zip(photographs, views, strict=True)
    ]
    return torch.cat(images), views


def scaling_stimuli(side: int, generator: torch.Generator) -> Tensor:
    """Views of the photographs without a class, which only tell how large activations are."""
    paths = [p.path for p in PHOTOGRAPHS.values() if p.imagenet_class is None]
    photographs = [square(read_image(path), PHOTOGRAPH_SIDE) for path in paths]
    images, _ = stimuli(photographs, 1, side, generator)
    return images[::4]


# -------------------------------------------------------------------- features


def load_networks(model: str, num_random: int, seed: int, device: torch.device) -> list[Classifier]:
    """The trained network, then random ones."""
    random = [load(model, random_seed=seed + index, device=device) for index in range(num_random)]
    return [load(model, device=device), *random]


def depths(network: Classifier) -> list[str]:
    """Stem and blocks, without head and classifier."""
    return list(network.layers[:-2])


@torch.inference_mode()
def block_features(
    network: Classifier,
    images: Tensor,
    scale_images: Tensor,
    layers: list[str],
    device: torch.device,
) -> dict[str, np.ndarray]:
    """Mean activation in each cell of a 4 × 4 grid: layer → (N, channels, 16).

    Each channel is centred and scaled by what it answers to ``scale_images``. The entry
    "pixels" holds the image itself in 16 × 16 cells.
    """
    frozen = freeze_for_inference(network)
    found: dict[str, list[Tensor]] = {layer: [] for layer in ["pixels", *layers]}
    batches = torch.cat([images, scale_images]).split(BATCH)
    for batch in track(batches, f"features of {network.name}", "batch"):
        with record_activations(frozen, layers) as activations:
            frozen(batch.to(device))
        found["pixels"].append(F.adaptive_avg_pool2d(batch, PIXEL_GRID).flatten(2))
        for layer in layers:
            cells = F.adaptive_avg_pool2d(activations[layer], GRID).flatten(2)
            found[layer].append(cells.float().cpu())
    joined = {layer: torch.cat(parts).numpy() for layer, parts in found.items()}
    return {layer: scaled(values, len(images)) for layer, values in joined.items()}


def scaled(values: np.ndarray, number: int) -> np.ndarray:
    """The first ``number`` stimuli, in units of what the channels answer to the others."""
    reference = values[number:]
    mean, scale = (f(reference, axis=(0, 2), keepdims=True) for f in (np.mean, np.std))
    return (values[:number] - mean) / np.where(scale > 0, scale, 1)


def projected(values: np.ndarray, num_features: int, seed: int) -> np.ndarray:
    """Random projection of (N, channels, cells) to at most ``num_features`` numbers each."""
    flat = values.reshape(len(values), -1)
    if flat.shape[1] <= num_features:
        return flat
    axes = np.random.default_rng(seed).standard_normal((flat.shape[1], num_features))
    return flat @ (axes / np.sqrt(flat.shape[1])).astype(flat.dtype)


# ------------------------------------------------------------------- read-outs


def photograph_errors(
    features: np.ndarray,
    attributes: dict[str, Tensor],
    views: list[Views],
    photograph: np.ndarray,
    classes: np.ndarray,
) -> dict[str, Errors]:
    """Errors of every read-out from one block.

    Attributes of the picture and "animal": whole photographs are held out. "object": the test
    stimuli have neither place nor light in common with those for fitting.
    """
    place, light = (
        torch.cat([getattr(one, name) for one in views]).numpy() for name in ("place", "light")
    )
    centre = torch.cat([one.centre for one in views]).numpy()
    numbers = {name: value.numpy() for name, value in attributes.items()} | {"place": centre}
    is_animal = classes < NUM_ANIMAL_CLASSES
    read = read_out(
        features,
        numbers | {"animal": one_hot(is_animal)},
        folds_by_group(photograph, NUM_FOLDS),
        photograph,
        classes=["animal"],
    )
    read |= read_out(
        features,
        {"object": one_hot(classes)},
        folds_by_two_factors(place, light),
        NUM_LIGHTS * place + light,
        classes=["object"],
    )
    errors = {name: errors_of_numbers(value, read[name]) for name, value in numbers.items()}
    return errors | {
        "animal": errors_of_classes(is_animal, read["animal"]),
        "object": errors_of_classes(classes, read["object"]),
    }


# ------------------------------------------------------------------ 92 objects


def measure_objects(model: str, device: torch.device) -> dict[str, Any]:
    """Animate or not, read out for new objects, and distances between categories, by depth."""
    settings = OBJECT_SETTINGS
    generator = torch.Generator().manual_seed(settings["seed"])
    images, categories = objects(settings["side"], generator)
    scale_images = scaling_stimuli(settings["side"], generator)
    thing = np.repeat(np.arange(len(categories)), NUM_PLACES)
    living = np.isin(categories, ["body", "face"])
    shares, separations, maps = [], [], []
    networks = load_networks(model, settings["num_random"], settings["seed"], device)
    layers = depths(networks[0])
    for network in networks:
        features = block_features(network, images, scale_images, layers, device)
        errors = [
            animacy_errors(
                projected(features[depth], settings["num_features"], settings["seed"] + index),
                thing,
                living,
            )
            for index, depth in enumerate(features)
        ]
        between = [
            distances_of_groups(correlation_distances(features[layer].mean(axis=2)), thing)
            for layer in layers
        ]
        shares.append([one.share_removed for one in errors])
        separations.append([category_separation(one, categories) for one in between])
        np.fill_diagonal(between[-1], 0)
        maps.append(classical_map(between[-1]))
        if network is networks[0]:
            intervals = [one.interval(thing, settings["seed"]) for one in errors]
            separation_intervals = [
                bootstrap_interval(
                    partial(category_separation, one, categories), len(one), settings["seed"]
                )
                for one in between
            ]
    return {
        "category": categories.tolist(),
        "shares": np.round(shares, 4).tolist(),
        "interval": np.round(intervals, 4).tolist(),
        "separation": np.round(separations, 4).tolist(),
        "separation_interval": np.round(separation_intervals, 4).tolist(),
        "map": np.round([points for points, _ in maps[:2]], 3).tolist(),
        "map_share": np.round([share for _, share in maps[:2]], 4).tolist(),
    }


def objects(side: int, generator: torch.Generator) -> tuple[Tensor, np.ndarray]:
    """Four views of each of the 92 objects, (368, 3, side, side), and their categories (92,).

    Every object stands once at each place and once in each light.
    """
    stimuli = kriegeskorte2008()
    images = []
    for index, pixels in enumerate(stimuli.images):
        photograph = torch.tensor(pixels).permute(2, 0, 1)[None].float() / 255
        place = torch.arange(NUM_PLACES)
        chosen = NUM_LIGHTS * place + (place + index) % NUM_LIGHTS
        views = draw_views(1, generator).chosen(chosen)
        images.append(render(resize(photograph, PHOTOGRAPH_SIDE), views, side, generator))
    return torch.cat(images), stimuli.categories(OBJECT_CATEGORIES)


def animacy_errors(features: np.ndarray, thing: np.ndarray, living: np.ndarray) -> Errors:
    """Errors about objects that no view was fitted to."""
    labels = living[thing]
    folds = folds_by_group(thing, NUM_FOLDS)
    read = read_out(features, {"animate": one_hot(labels)}, folds, thing, classes=["animate"])
    return errors_of_classes(labels, read["animate"])


if __name__ == "__main__":
    run_experiment(measure)
