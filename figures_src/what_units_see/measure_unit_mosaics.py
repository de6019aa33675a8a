"""Nine photographs for each unit, from edges to objects, and what hiding a part of them does."""

from typing import Any, get_args

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import categories, corpus_photographs
from site_lib.images.corpus import Corpus, categorised_corpus
from site_lib.images.images import as_bytes, at_most
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.category_names import best_of_each, members_of, name_units
from site_lib.units.deconvnet import Rule, project_back
from site_lib.units.occlusion import occlusion_map, strength_in_squares, units_at
from site_lib.units.survey import Survey, survey_photographs
from site_lib.units.top_patches import TopPatches, cut_crops, cut_patches

NUM_PATCHES = 9
TILE_SIDE = 150
RULES: tuple[Rule, ...] = get_args(Rule)


def measure(
    *,
    model: str,
    layers: list[str],
    patch_sides: list[int],
    side: int,
    scales: list[float],
    num_units: int,
    num_shuffles: int,
    square: int,
    stride: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Units of some depths with their best patches, one of each photograph.

    Units of all layers but the last are the most selective. In the last layer they are chosen and
    named by half of the photographs, one for each category; what they are judged by, and the
    patches that are shown, are the other half's.   square, stride: of what hides their best patch.
    """
    network = up_to(load_frozen(model, device=device), layers[-1])
    corpus = categorised_corpus(side, tuple(scales))
    survey = survey_photographs(network, corpus, dict(zip(layers, patch_sides, strict=True)))
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers[:-1], "mosaics", "layer"), 1):
        found = survey.layers[layer]
        units = found.most_selective(num_units)
        arrays |= mosaic_of(depth, corpus, found.patches, units)
    named, units, best = named_units(survey, layers[-1], num_units, num_shuffles, seed)
    arrays |= named | mosaic_of(len(layers), corpus, best, units)
    # Of each unit, the strongest photograph that is of its category; else the strongest.
    ranks = torch.from_numpy(named["hits"]).argmax(dim=1)
    arrays |= hidden(network, corpus, layers[-1], best, units, ranks, square, stride)
    field = survey.layers[layers[-1]].field
    arrays["centres"] = (field.centre + best.positions[units, ranks] * field.jump).numpy()
    metrics: dict[str, Any] = {
        "units": [arrays[f"depth_{depth}_units"].tolist() for depth in range(1, len(layers) + 1)],
        "num_channels": [len(found.selectivity) for found in survey.layers.values()],
        "num_photographs": len(corpus.sources),
        "num_crops": survey.search.num_crops,
        "images_per_second": survey.search.images_per_second,
        "categories": list(categories()),
        "sources": [source.name for source in corpus.sources],
    }
    return Measurement(arrays, {model: metrics}, weights=[network.record()],
                       inputs=[corpus.record()])  # fmt: skip


def mosaic_of(
    depth: int, corpus: Corpus, found: TopPatches, units: list[int]
) -> dict[str, np.ndarray]:
    """Patches of some units, and where they are from."""
    of_depth = {
        "units": np.array(units),
        "patches": as_bytes(at_most(cut_patches(corpus, found, units), TILE_SIDE)),
        "sources": found.sources[units].numpy(),
        "boxes": found.boxes[units].numpy(),
        "scores": found.scores[units].numpy(),
    }
    return {f"depth_{depth}_{name}": array for name, array in of_depth.items()}


def named_units(
    survey: Survey, layer: str, num_units: int, num_shuffles: int, seed: int
) -> tuple[dict[str, np.ndarray], list[int], TopPatches]:
    """What units are called and how that holds; the units; their best patches of the other half."""
    labels = [one.category for one in corpus_photographs().values()]
    members = members_of(labels, categories())
    names = name_units(
        survey.layers[layer].by_photograph,
        members,
        num_top=NUM_PATCHES,
        num_shuffles=num_shuffles,
        generator=torch.Generator().manual_seed(seed),
    )
    units = best_of_each(names, num_units)
    best = survey.search.layers[layer].best(NUM_PATCHES, among=names.testing)
    called = names.named[units]
    each = torch.arange(len(units))
    arrays = {
        "named": called,
        "area": names.areas[units],
        "hits": members[best.sources[units]][each, :, called],
        "base_rate": members[names.testing].mean(dim=0)[called],
        "photographs": members[names.testing].sum(dim=0)[called],
    }
    for test, found in names.tests.items():
        arrays |= {
            f"{test}_says": found.classes[units, 0],
            f"{test}_p": found.p_values[units],
        }
    return {name: array.numpy() for name, array in arrays.items()}, units, best


def hidden(
    part: Classifier,
    corpus: Corpus,
    layer: str,
    best: TopPatches,
    units: list[int],
    ranks: Tensor,
    square: int,
    stride: int,
) -> dict[str, np.ndarray]:
    """What units lose while a square hides a photograph, and what projections say.

    As a control, what the next of the units loses at the same place of the same photograph.
    ranks: (units,), which of a unit's best photographs.
    """
    each = torch.arange(len(units))
    crops = cut_crops(corpus, best, units)[each, ranks]
    positions = best.positions[units, ranks]
    device = part.mean.device
    lost, answers = [], []
    others = [*units[1:], units[0]]
    for *pair, crop, position in zip(units, others, crops.to(device), positions, strict=True):
        answer = units_at(part, pair, position)
        lost.append(occlusion_map(answer, crop[None], square=square, stride=stride))
        answers.append(answer(crop[None])[:, 0].cpu())
    lost_of_unit, lost_of_other = torch.stack(lost).unbind(dim=-1)
    projected: dict[str, Tensor] = {
        rule: project_back(
            part, crops.to(device), layer, torch.tensor(units), rule=rule, positions=positions
        ).cpu()
        for rule in RULES
    }
    strengths = {
        f"strength_{rule}": strength_in_squares(signals, square, stride).numpy()
        for rule, signals in projected.items()
    }
    return strengths | {
        "crops": as_bytes(crops),
        "lost": lost_of_unit.numpy(),
        "lost_of_other": lost_of_other.numpy(),
        "answers": torch.cat(answers).numpy(),
    }


if __name__ == "__main__":
    run_experiment(measure)
