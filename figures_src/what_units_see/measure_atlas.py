"""The unit atlas: what excites units, what they would like best, and what goes with them."""

from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.biology.tuning import Tuning, measure_tuning
from site_lib.common.progress import track
from site_lib.data.imagenet import class_names
from site_lib.feature_visualisation import objectives, transforms
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus import default_corpus
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import before_rectifier, feeding_layer, up_to
from site_lib.records.measurement import Measurement
from site_lib.units.category_correlation import best_categories, log_probabilities
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import patches_and_projections, visible
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.selectivity import most_selective, usual_maxima
from site_lib.units.top_patches import find_top_patches

K = 9
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
    num_steps: int,
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
    num_steps, batch: of the synthesis.
    """
    numbers = [int(number) for number in measured.partition(":")[2].split()]
    sides = {layers[number]: patch_sides[number] for number in numbers}
    generator = torch.Generator().manual_seed(seed)
    classifier = freeze_for_inference(load(model, device=device))
    judging = freeze_for_inference(load(judge, device=device))
    corpus = default_corpus(side, tuple(scales))
    part = up_to(classifier, layers[numbers[-1]])
    search = find_top_patches(part, corpus, sides, k=K)
    maxima = usual_maxima(part, corpus, list(sides))
    evidence = log_probabilities(judging, corpus)
    fields = theoretical_receptive_fields(part.net, side)
    arrays: dict[str, np.ndarray] = {}
    metrics = {}
    for layer in track(list(sides), "atlas", "layer"):
        part, found, field = up_to(classifier, layer), search.layers[layer], fields[layer]
        selectivity = maxima.selectivity(layer, found)
        units = (
            most_selective(selectivity, found.sources, num_units)
            if num_units
            else selectivity.argsort(descending=True).tolist()
        )
        patches, projections = patches_and_projections(
            part,
            corpus,
            found,
            layer,
            units,
            field=field,
            rule=rule,
            num_noisy=num_noisy,
            noise=noise,
            generator=generator,
        )
        categories = best_categories(
            maxima.by_photograph(layer)[:, units],
            evidence,
            number=NUM_CATEGORIES,
            num_shuffles=num_shuffles,
            generator=generator,
        )
        of_layer = {
            "units": np.array(units),
            "selectivity": selectivity[units].numpy(),
            "sources": found.sources[units].numpy(),
            "boxes": found.boxes[units].numpy(),
            "scores": found.scores[units].numpy(),
            "patches": as_bytes(at_most(patches, TILE_SIDE)),
            "projections": as_bytes(at_most(visible(projections), TILE_SIDE)),
            "synthesised": as_bytes(
                synthesise(part, layer, units, field=field, num_steps=num_steps, batch=batch,
                           generator=generator)
            ),
            "classes": categories.classes.numpy(),
            "correlations": categories.correlations.numpy(),
            "p_values": categories.p_values.numpy(),
        }  # fmt: skip
        if field.size <= LARGEST_FIELD_FOR_GRATINGS:
            of_layer |= tuning_of(part, layer, units)
        arrays |= {f"{layer}/{name}": array for name, array in of_layer.items()}
        metrics[f"{model}, {layer}"] = {
            "num_channels": len(selectivity),
            "num_units": len(units),
            "num_beyond_chance": int((categories.p_values < SIGNIFICANT).sum()),
            "patch_side": sides[layer],
            "field_side": field.size,
            "num_crops": search.num_crops,
            "sources": [source.name for source in corpus.sources],
            "class_names": {str(c): class_names()[c] for c in categories.classes.unique().tolist()},
        }
    weights = [classifier.record(), judging.record()]
    return Measurement(arrays, metrics, weights=weights, inputs=[corpus.record()])


def synthesise(
    classifier: Classifier,
    layer: str,
    units: list[int],
    *,
    field: Field,
    num_steps: int,
    batch: int,
    generator: torch.Generator,
) -> Tensor:
    """Images that maximise the channel's unit at the centre: (U, 3, side, side).

    The best patches are ranked by single units too. (The mean over all positions would ask many
    channels for silence: the weights of their filters have a negative sum.) Read before the
    rectifier, which has no gradient when silent. A depthwise convolution may be silent all the
    same, because the channel that feeds it is; so in the first steps that channel is climbed.
    Of units with small fields, the field alone is returned.
    """
    device = classifier.mean.device
    layer = before_rectifier(classifier, layer)
    feeder = feeding_layer(classifier, layer)
    small = field.size <= SMALL_FIELD
    side = SMALL_SIDE if small else min(3 * field.size, LARGEST_SIDE) // 16 * 16
    views = [transforms.gaussian_noise(0.04)]
    if not small:
        views = [transforms.roll(1 / 16), transforms.zoom_crop(0.9), *views]
    images = []
    for first in range(0, len(units), batch):
        some = torch.tensor(units[first : first + batch])
        image = FourierImage(len(some), side, generator=generator).to(device)
        climb = partial(
            maximise,
            classifier,
            image=image,
            learning_rate=0.08,
            transforms=views,
            generator=generator,
            total_variation_weight=1.0,
        )
        for where, number in ((feeder, NUM_WAKING_STEPS), (layer, num_steps)):
            objective = objectives.neurons(where, some)
            found = climb(objective=objective, steps=range(number), num_steps=number)
        images.append(found.cpu())
    found = torch.cat(images)
    if not small:
        return found
    middle = field.centre + side // field.jump // 2 * field.jump
    first = round(middle - (field.size - 1) / 2)
    return found[..., first : first + field.size, first : first + field.size]


def tuning_of(classifier: Classifier, layer: str, units: list[int]) -> dict[str, np.ndarray]:
    """Tuning of the units at the centre of the image to gratings, in arrays for the drawing."""
    tuning = measure_tuning(
        partial(central_responses, classifier, layer, units),
        side=GRATING_SIDE,
        num_orientations=NUM_ORIENTATIONS,
        frequencies=FREQUENCIES,
        num_phases=NUM_PHASES,
    )
    colours = np.array(tuning.colours)
    return {
        "orientation_curve": tuning.orientation_curve.numpy(),
        "frequency_curve": frequency_curve(tuning).numpy(),
        "orientation": np.degrees(tuning.preferred_orientation.numpy()),
        "frequency": tuning.preferred_frequency.numpy(),
        "colour": colours[tuning.best[:, 0].numpy()],
        "orientation_selectivity": tuning.orientation_selectivity.numpy(),
        "edge_versus_flat": tuning.edge_versus_flat.numpy(),
        "orientations": np.degrees(tuning.orientations.numpy()),
        "frequencies": tuning.frequencies.numpy(),
    }


def frequency_curve(tuning: Tuning) -> Tensor:
    """(K, frequencies), amplitude at each unit's best colour and orientation."""
    each = torch.arange(len(tuning.amplitude))
    return tuning.amplitude[each, tuning.best[:, 0], :, tuning.best[:, 2]]


@torch.no_grad()
def central_responses(
    classifier: Classifier, layer: str, units: list[int], images: Tensor
) -> Tensor:
    """(N, U) answers of units at the centre of the layer's map."""
    with record_activations(classifier, [layer]) as activations:
        classifier(images.to(classifier.mean.device))
    height, width = activations[layer].shape[2:]
    return activations[layer][:, units, height // 2, width // 2].cpu()


def at_most(tiles: Tensor, side: int) -> Tensor:
    """Tiles (U, k, 3, s, s) in [0, 1], made smaller where they are larger than ``side``."""
    if tiles.shape[-1] <= side:
        return tiles
    flat = F.interpolate(tiles.flatten(0, 1), (side, side), mode="area")
    return flat.unflatten(0, tiles.shape[:2])


if __name__ == "__main__":
    run_experiment(measure)
