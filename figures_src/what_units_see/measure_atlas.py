"""The unit atlas: what excites units, what they would like best, and what goes with them."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from site_lib.biology.tuning import central_responses, measure_tuning
from site_lib.common.progress import track
from site_lib.data.imagenet import class_names
from site_lib.feature_visualisation import transforms
from site_lib.feature_visualisation.single_units import maximise_units
from site_lib.images.corpus import default_corpus
from site_lib.images.images import as_bytes, at_most
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.category_correlation import Categories, best_categories, log_probabilities
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import patches_and_projections, visible
from site_lib.units.receptive_fields import Field
from site_lib.units.survey import LayerUnits, survey_layers

# Side in pixels of the tiles that are kept; smaller patches stay as they are.
TILE_SIDE = 96
# Fields of at most this side get an image of SMALL_SIDE.
SMALL_FIELD = 16
SMALL_SIDE = 24
LARGEST_SIDE = 96
NUM_WAKING_STEPS = 16
# Gratings are shown to units whose field holds at most this many pixels along a side.
LARGEST_FIELD_FOR_GRATINGS = 64
GRATING_SIDE = 96
NUM_ORIENTATIONS = 12
FREQUENCIES = (1 / 32, 1 / 16, 1 / 11, 1 / 8, 1 / 6, 1 / 4, 1 / 3)
NUM_PHASES = 6
NUM_CATEGORIES = 3
SIGNIFICANT = 0.05


def measure(
    *,
    model: str,
    judge: str,
    layers: list[str],
    patch_sides: list[int],
    measured: str,
    side: int,
    scales: list[float],
    num_units: int,
    rule: Rule,
    num_noisy: int,
    noise: float,
    steps: int,
    batch: int,
    num_shuffles: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Everything that the atlas shows of the units of some layers.

    layers, patch_sides: all layers of the atlas, from the image on.   measured: a name,
    then the numbers of those layers that this run measures in one pass over the corpus, such as
    "lite0: 1 3".   judge: network whose log-probabilities say what is in a photograph.
    num_units: the most selective of each layer; 0 for all channels, in the order of selectivity.
    steps, batch: of the synthesis.
    """
    numbers = [int(number) for number in measured.partition(":")[2].split()]
    sides = {layers[number]: patch_sides[number] for number in numbers}
    generator = torch.Generator().manual_seed(seed)
    network, judging = (load_frozen(name, device=device) for name in (model, judge))
    corpus = default_corpus(side, tuple(scales))
    survey = survey_layers(up_to(network, layers[numbers[-1]]), corpus, sides)
    evidence = log_probabilities(judging, corpus)
    way_back = partial(
        patches_and_projections, rule=rule, num_noisy=num_noisy, noise=noise, generator=generator
    )
    climb = partial(maximise_units, steps=steps, batch=batch, generator=generator)
    arrays: dict[str, np.ndarray] = {}
    metrics: dict[str, Any] = {}
    for layer in track(list(sides), "atlas", "layer"):
        part, found = up_to(network, layer), survey.layers[layer]
        units = found.most_selective(num_units) if num_units else found.by_selectivity()
        patches, projections = way_back(
            part, corpus, found.patches, layer, units, field=found.field
        )
        categories = best_categories(
            found.by_photograph[:, units],
            evidence,
            number=NUM_CATEGORIES,
            num_shuffles=num_shuffles,
            generator=generator,
        )
        of_layer = found.arrays(units) | {
            "patches": as_bytes(at_most(patches, TILE_SIDE)),
            "projections": as_bytes(at_most(visible(projections), TILE_SIDE)),
            "synthesised": as_bytes(synthesise(climb, part, layer, units, found.field)),
            **as_arrays(asdict(categories)),
        }
        if found.field.size <= LARGEST_FIELD_FOR_GRATINGS:
            of_layer |= tuning_of(part, units)
        arrays |= {f"{layer}/{name}": array for name, array in of_layer.items()}
        metrics[f"{model}, {layer}"] = facts_of(found, units, categories) | {
            "num_crops": survey.search.num_crops,
            "sources": [source.name for source in corpus.sources],
        }
    weights = [network.record(), judging.record()]
    return Measurement(arrays, metrics, weights=weights, inputs=[corpus.record()])


def facts_of(found: LayerUnits, units: list[int], categories: Categories) -> dict[str, Any]:
    """What the page says of a layer, besides its units."""
    return {
        "num_channels": len(found.selectivity),
        "num_units": len(units),
        "num_beyond_chance": int((categories.p_values < SIGNIFICANT).sum()),
        "patch_side": found.patches.patch_side,
        "field_side": found.field.size,
        "class_names": {str(c): class_names()[c] for c in categories.classes.unique().tolist()},
    }


def synthesise(
    climb: Callable[..., Tensor], part: Classifier, layer: str, units: list[int], field: Field
) -> Tensor:
    """Images that maximise the channel's unit at the centre: (U, 3, side, side).

    climb: see :func:`maximise_units`. The best patches are ranked by single units too. Of units
    with small fields, the field alone is returned.
    """
    small = field.size <= SMALL_FIELD
    side = SMALL_SIDE if small else min(3 * field.size, LARGEST_SIDE) // 16 * 16
    moved = [] if small else [transforms.roll(1 / 16), transforms.zoom_crop(0.9)]
    views = [*moved, transforms.gaussian_noise(0.04)]
    found = climb(part, layer, units, side=side, waking_steps=NUM_WAKING_STEPS, transforms=views)
    if not small:
        return found
    middle = field.centre_of(side // field.jump // 2)
    first = round(middle - (field.size - 1) / 2)
    return found[..., first : first + field.size, first : first + field.size]


def tuning_of(part: Classifier, units: list[int]) -> dict[str, np.ndarray]:
    """Tuning of the units at the centre of the image to gratings, in arrays for the drawing.

    part: network that ends with the units' layer.
    """
    tuning = measure_tuning(
        lambda images: central_responses(part, images)[:, units],
        side=GRATING_SIDE,
        num_orientations=NUM_ORIENTATIONS,
        frequencies=FREQUENCIES,
        num_phases=NUM_PHASES,
    )
    return tuning.preferences() | {
        "orientation_curve": tuning.orientation_curve.numpy(),
        "frequency_curve": tuning.frequency_curve.numpy(),
        "orientation_selectivity": tuning.orientation_selectivity.numpy(),
        "orientations": np.degrees(tuning.orientations.numpy()),
        "frequencies": tuning.frequencies.numpy(),
    }


if __name__ == "__main__":
    run_experiment(measure)
