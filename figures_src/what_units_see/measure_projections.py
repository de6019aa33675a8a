"""Three ways back to the pixels, and how much each depends on the weights and on the unit."""

from typing import get_args

import numpy as np
import torch

from site_lib.common.progress import track
from site_lib.images.corpus import categorised_corpus
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.agreement import agreements_by_unit
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import patches_in_crops
from site_lib.units.survey import survey_photographs

RULES: tuple[Rule, ...] = get_args(Rule)


def measure(
    *,
    model: str,
    layers: list[str],
    patch_sides: list[int],
    side: int,
    scales: list[float],
    num_units: int,
    num_patches: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Projections of the best patches of the most selective units, by every rule.

    Two rank correlations over the pixels of a patch: with a unit of the random network, and
    with another unit of the same layer, each the one that answers most strongly at the same
    place. As a baseline, the same between different patches of the unit.   num_patches: of each
    unit, at least 2.
    """
    trained = load_frozen(model, device=device)
    random = load_frozen(model, random_seed=seed, device=device)
    corpus = categorised_corpus(side, tuple(scales))
    sides = dict(zip(layers, patch_sides, strict=True))
    survey = survey_photographs(up_to(trained, layers[-1]), corpus, sides)
    generator = torch.Generator().manual_seed(seed)
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers, f"projections of {model}", "layer"), 1):
        found = survey.layers[layer]
        units = found.most_selective(num_units)
        own = torch.tensor(units).repeat_interleave(num_patches)
        shown = patches_in_crops(corpus, layer, found, units, num_patches)
        part, random_part = up_to(trained, layer), up_to(random, layer)
        asked = {
            "own": (part, own),
            "random": (random_part, shown.strongest_units(random_part)),
            "other": (part, shown.strongest_units(part, without=own)),
        }
        of_layer = {
            "units": np.array(units),
            "sources": found.patches.sources[units, 0].numpy(),
        }
        for rule in RULES:
            signals = {
                kind: shown.ways_back(network, of, rule, generator).unflatten(0, (-1, num_patches))
                for kind, (network, of) in asked.items()
            }
            of_layer |= {
                f"{rule}_across_weights": agreements_by_unit(signals["own"], signals["random"]),
                f"{rule}_across_units": agreements_by_unit(signals["own"], signals["other"]),
            }
        arrays |= {f"depth_{depth}_{name}": array for name, array in of_layer.items()}
    metrics = {
        f"{model}_num_crops": survey.search.num_crops,
        f"{model}_sources": [source.name for source in corpus.sources],
    }
    weights = [trained.record(), random.record()]
    return Measurement(arrays, metrics, weights=weights, inputs=[corpus.record()])


if __name__ == "__main__":
    run_experiment(measure)
