"""The unit atlas: what excites units, what they would like best, and what goes with them."""

from functools import partial
from typing import Any

import numpy as np
import torch
from scipy.stats import mannwhitneyu
from torch import Tensor

from site_lib.biology.tuning import central_responses, measure_tuning
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import categories, corpus_photographs
from site_lib.feature_visualisation import transforms
from site_lib.feature_visualisation.single_units import maximise_units
from site_lib.feature_visualisation.whole_channels import maximise_channels
from site_lib.images.corpus import categorised_corpus
from site_lib.images.images import as_bytes, at_most
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.category_names import Names, best_of_each, members_of, name_units
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import patches_and_projections, visible
from site_lib.units.receptive_fields import Field
from site_lib.units.survey import LayerUnits, survey_photographs

# Side in pixels of the tiles that are kept; smaller patches stay as they are.
TILE_SIDE = 96
# Fields of at most this side get an image of SMALL_SIDE.
SMALL_FIELD = 16
SMALL_SIDE = 24
LARGEST_SIDE = 112
# Of larger fields, a channel is climbed instead of a unit.
LARGE_FIELD = 80
NUM_WAKING_STEPS = 16
# Gratings are shown to units whose field holds at most this many pixels along a side.
LARGEST_FIELD_FOR_GRATINGS = 64
GRATING_SIDE = 96
NUM_ORIENTATIONS = 12
FREQUENCIES = (1 / 32, 1 / 16, 1 / 11, 1 / 8, 1 / 6, 1 / 4, 1 / 3)
NUM_PHASES = 6
# Photographs of the testing half that count as a unit's best, and units that are called by name
# on other pages: one for each of so many categories, in the last layer.
NUM_TOP = 9
NUM_NAMED = 6


def measure(
    *,
    model: str,
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
    seed: int,
    device: torch.device,
) -> Measurement:
    """Everything that the atlas shows of the units of some layers.

    layers, patch_sides: all layers of the atlas, from the image on.   measured: a name,
    then the numbers of those layers that this run measures in one pass over the corpus, such as
    "lite0: 1 3".   num_units: of each layer, see :func:`shown_units`.   steps, batch: of the
    synthesis.
    """
    numbers = [int(number) for number in measured.partition(":")[2].split()]
    sides = {layers[number]: patch_sides[number] for number in numbers}
    generator = torch.Generator().manual_seed(seed)
    network = load_frozen(model, device=device)
    corpus = categorised_corpus(side, tuple(scales))
    survey = survey_photographs(up_to(network, layers[numbers[-1]]), corpus, sides)
    members = members_of([one.category for one in corpus_photographs().values()], categories())
    way_back = partial(
        patches_and_projections, rule=rule, num_noisy=num_noisy, noise=noise, generator=generator
    )
    synthesised = partial(synthesise, steps=steps, batch=batch, seed=seed)
    arrays: dict[str, np.ndarray] = {}
    metrics: dict[str, Any] = {}
    for layer in track(list(sides), "atlas", "layer"):
        part, found = up_to(network, layer), survey.layers[layer]
        names = name_units(
            found.by_photograph,
            members,
            num_top=NUM_TOP,
            num_shuffles=1,
            generator=torch.Generator().manual_seed(seed),
        )
        units = shown_units(found, names, num_units, last=layer == layers[numbers[-1]])
        patches, projections = way_back(
            part, corpus, found.patches, layer, units, field=found.field
        )
        of_layer = found.arrays(units) | {
            "patches": as_bytes(at_most(patches, TILE_SIDE)),
            "projections": as_bytes(at_most(visible(projections), TILE_SIDE)),
            "synthesised": as_bytes(synthesised(part, layer, units, found.field)),
            "named": names.named[units].numpy(),
            "area": names.areas[units].numpy(),
            "p_values": p_values(found.by_photograph, members, names, units),
        }
        if found.field.size <= LARGEST_FIELD_FOR_GRATINGS:
            of_layer |= tuning_of(part, units)
        arrays |= {f"{layer}/{name}": array for name, array in of_layer.items()}
        metrics[f"{model}, {layer}"] = {
            "num_channels": len(found.selectivity),
            "num_units": len(units),
            "patch_side": found.patches.patch_side,
            "num_crops": survey.search.num_crops,
            "num_testing": len(names.testing),
            "categories": list(categories()),
            "sources": [source.name for source in corpus.sources],
        }
    return Measurement(arrays, metrics, weights=[network.record()], inputs=[corpus.record()])


def shown_units(found: LayerUnits, names: Names, number: int, *, last: bool) -> list[int]:
    """The most selective units of a layer, all of them if ``number`` is 0.

    last: whether other pages call units of this layer by their names; these come first.
    """
    if not number:
        return found.by_selectivity()
    named = best_of_each(names, NUM_NAMED) if last else []
    others = [unit for unit in found.most_selective(number) if unit not in named]
    return [*named, *others][:number]


def p_values(responses: Tensor, members: Tensor, names: Names, units: list[int]) -> np.ndarray:
    """How often chance alone ranks the named category as high, by unit: (U,).

    By the test of Mann and Whitney (1947) on the photographs that had no part in the name.
    """
    fresh = responses[names.testing][:, units].numpy()
    inside = members[names.testing].bool().numpy()
    found = [
        mannwhitneyu(
            answers[inside[:, name]], answers[~inside[:, name]], alternative="greater"
        ).pvalue
        for answers, name in zip(fresh.T, names.named[units].tolist(), strict=True)
    ]
    return np.array(found)


def synthesise(
    part: Classifier,
    layer: str,
    units: list[int],
    field: Field,
    *,
    steps: int,
    batch: int,
    seed: int,
) -> Tensor:
    """Images that excite the units: (U, 3, side, side).

    part: network that ends with the layer. Of units with large fields the mean over the channel is
    climbed, which has room for what the unit likes wherever that lies; of others the unit at the
    centre, as for the best patches. Of units with small fields the field alone is returned.
    """
    if field.size > LARGE_FIELD:
        return maximise_channels(
            part, layer, units, side=LARGEST_SIDE, steps=steps, batch=batch, seed=seed
        )
    small = field.size <= SMALL_FIELD
    side = SMALL_SIDE if small else min(3 * field.size, LARGEST_SIDE) // 16 * 16
    moved = [] if small else [transforms.roll(1 / 16), transforms.zoom_crop(0.9)]
    found = maximise_units(
        part,
        layer,
        units,
        side=side,
        steps=steps,
        waking_steps=NUM_WAKING_STEPS,
        batch=batch,
        transforms=[*moved, transforms.gaussian_noise(0.04)],
        generator=torch.Generator().manual_seed(seed),
    )
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
