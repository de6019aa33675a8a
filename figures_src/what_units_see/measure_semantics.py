"""What a straight line reads out of every block: simple attributes, object, category."""

from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from site_lib.biology.stimuli import object_views
from site_lib.common.files import ROOT
from site_lib.data.photographs import PHOTOGRAPHS, LabelledPhotograph, classified_photographs
from site_lib.data.readers import Objects, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.images.images import load_photographs, read_image, square
from site_lib.images.views import NUM_LIGHTS, render_all, simple_attributes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import with_random
from site_lib.records.measurement import Measurement
from site_lib.statistics.readout import folds_by_group, folds_by_two_factors, held_out_errors
from site_lib.statistics.separation import category_separation, classical_map, group_separation
from site_lib.units.block_readout import Stimuli, blocks, curves, told_by

# Classes 0 to 397 of ImageNet-1k are animals.
NUM_ANIMAL_CLASSES = 398
PHOTOGRAPH_SIDE = 128
NUM_FOLDS = 6

# The 92 objects of Kriegeskorte et al. (2008). Few machines have the stimuli, so what was
# measured from them is part of the source, and is measured again where they are at hand.
RECORDED = ROOT / "figures_src/what_units_see/measured/kriegeskorte2008-readout.json"
OBJECT_SETTINGS = {"side": 160, "num_features": 256, "num_random_networks": 3, "seed": 0}
OBJECT_CATEGORIES = ("body", "face", "natObj", "artiObj")
# Another machine rounds differently, which turns a few of the 368 answers.
TOLERANCE = 0.03


def measure(
    *,
    model: str,
    side: int,
    num_repeats: int,
    num_features: int,
    num_random_networks: int,
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
        lambda: measure_objects(model, device, **OBJECT_SETTINGS),
        mode=recorded,
        recordings=["kriegeskorte2008"],
        settings=OBJECT_SETTINGS | {"model": model},
        tolerance=TOLERANCE,
        # The axes of a map may be mirrored, and intervals follow from what is compared already.
        not_compared=["map", "map_share", "interval", "separation_interval"],
    )
    shown = classified_photographs()
    stimuli = views_of_photographs(shown, num_repeats, side, seed)
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    told = [told_by(network, stimuli, num_features, seed) for network in networks]
    classes = [photograph.imagenet_class for photograph in shown]
    return Measurement(
        {
            "depths": np.array(["pixels", *blocks(networks[0])]),
            "attributes": np.array(list(told[0].errors[0])),
            **curves(told, stimuli.group, group_separation, seed),
            **{f"objects_{name}": values for name, values in of_objects.arrays.items()},
        },
        {
            "num_photographs": len(shown),
            "num_classes": len(set(classes)),
            "num_animals": sum(label < NUM_ANIMAL_CLASSES for label in classes),
            "num_stimuli": len(stimuli.images),
            "num_views": len(stimuli.images) // len(shown),
            "objects_num": len(of_objects["category"]),
            "objects_num_random_networks": OBJECT_SETTINGS["num_random_networks"],
            "objects_measured": of_objects.measured,
        },
        weights=[network.record() for network in networks],
        inputs=[*(photograph.record() for photograph in shown), *of_objects.inputs],
    )


def views_of_photographs(
    shown: list[LabelledPhotograph], num_repeats: int, side: int, seed: int
) -> Stimuli:
    """Every photograph at every place in every light, and all that is asked about it.

    For what the picture looks like, "place" and "animal", whole photographs are held out. For
    "object", the test stimuli have neither place nor light in common with those for fitting.
    """
    generator = torch.Generator().manual_seed(seed)
    squares = [square(read_image(one.path), PHOTOGRAPH_SIDE) for one in shown]
    images, views = render_all(squares, num_repeats, side, generator)
    num_views = len(images) // len(shown)
    photograph = np.repeat(np.arange(len(shown)), num_views)
    classes = np.repeat([one.imagenet_class for one in shown], num_views)
    place, light = views.place.numpy(), views.light.numpy()
    numbers = simple_attributes(images) | {"place": views.centre}
    by_photograph = partial(
        held_out_errors,
        folds=folds_by_group(photograph, NUM_FOLDS),
        groups=photograph,
        numbers={name: values.numpy() for name, values in numbers.items()},
        labels={"animal": classes < NUM_ANIMAL_CLASSES},
    )
    by_view = partial(
        held_out_errors,
        folds=folds_by_two_factors(place, light),
        groups=NUM_LIGHTS * place + light,
        labels={"object": classes},
    )
    return Stimuli(
        images,
        reference_views(side, generator),
        photograph,
        lambda features: by_photograph(features) | by_view(features),
    )


def reference_views(side: int, generator: torch.Generator) -> Tensor:
    """Views of the photographs without a class, which only tell how large activations are."""
    names = [name for name, one in PHOTOGRAPHS.items() if one.imagenet_class is None]
    squares = load_photographs(names, PHOTOGRAPH_SIDE).split(1)
    images, _ = render_all(squares, 1, side, generator)
    return images[::4]


def measure_objects(
    model: str,
    device: torch.device,
    *,
    side: int,
    num_features: int,
    num_random_networks: int,
    seed: int,
) -> dict[str, Any]:
    """Animate or not, read out for new objects, and distances between categories, by depth."""
    objects = kriegeskorte2008()
    categories = objects.categories(OBJECT_CATEGORIES)
    stimuli = views_of_objects(objects, categories, side, seed)
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    told = [told_by(network, stimuli, num_features, seed) for network in networks]

    def separation(distances: np.ndarray, drawn: np.ndarray | None = None) -> float:
        return category_separation(distances, categories, drawn)

    found = curves(told, stimuli.group, separation, seed)
    # An object's own views are no distance of the map.
    last = [one.distances[-1] * (1 - np.eye(len(categories))) for one in told[:2]]
    maps = [classical_map(distances) for distances in last]
    return {
        "category": categories.tolist(),
        "shares": np.round(found["shares"][:, 0], 4).tolist(),
        "interval": np.round(found["intervals"][0], 4).tolist(),
        "separation": np.round(found["separation"], 4).tolist(),
        "separation_interval": np.round(found["separation_interval"], 4).tolist(),
        "map": np.round([points for points, _ in maps], 3).tolist(),
        "map_share": np.round([share for _, share in maps], 4).tolist(),
    }


def views_of_objects(objects: Objects, categories: np.ndarray, side: int, seed: int) -> Stimuli:
    """Four views of each object; for "animate", whole objects are held out."""
    generator = torch.Generator().manual_seed(seed)
    images = object_views(objects, side, resolution=PHOTOGRAPH_SIDE, generator=generator)
    thing = np.repeat(np.arange(len(categories)), len(images) // len(categories))
    errors = partial(
        held_out_errors,
        folds=folds_by_group(thing, NUM_FOLDS),
        groups=thing,
        labels={"animate": np.isin(categories, ["body", "face"])[thing]},
    )
    return Stimuli(images, reference_views(side, generator), thing, errors)


if __name__ == "__main__":
    run_experiment(measure)
