"""Nine patches of units at several depths, and their way back to the pixels."""

from functools import partial

import numpy as np
import torch

from site_lib.common.errors import CourseError
from site_lib.common.progress import track
from site_lib.images.corpus import corpus_named
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement
from site_lib.units.deconvnet import Rule
from site_lib.units.projections import patches_and_projections, visible
from site_lib.units.survey import Survey, survey_photographs


def measure(
    *,
    model: str,
    random_weights: bool,
    layers: list[str],
    patch_sides: list[int],
    corpus: str,
    side: int,
    scales: list[float],
    num_units: int,
    rule: Rule,
    num_noisy: int,
    noise: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Patches and projections of the most selective units of each layer.

    corpus: "categorised" or "course" for photographs of the course, or a folder of pictures; each
    gives at most one patch of a unit.
    rule: how signals go back through rectifiers, "deconvnet" or "guided".   num_noisy, noise:
    projections are averages over so many copies of the crop with noise of this deviation.
    """
    generator = torch.Generator().manual_seed(seed)
    network = load_frozen(model, random_seed=seed if random_weights else None, device=device)
    photographs = corpus_named(corpus, side, tuple(scales))
    survey = survey_photographs(network, photographs, dict(zip(layers, patch_sides, strict=True)))
    way_back = partial(
        patches_and_projections, rule=rule, num_noisy=num_noisy, noise=noise, generator=generator
    )
    arrays: dict[str, np.ndarray] = {}
    for depth, layer in enumerate(track(layers, "projections", "layer"), 1):
        found, units = survey.layers[layer], units_to_show(survey, layer, num_units)
        patches, projections = way_back(
            up_to(network, layer), photographs, found.patches, layer, units, field=found.field
        )
        of_layer = found.arrays(units) | {
            "patches": as_bytes(patches),
            "projections": as_bytes(visible(projections)),
        }
        arrays |= {f"depth_{depth}_{name}": array for name, array in of_layer.items()}
    metrics = {
        "units": [arrays[f"depth_{depth}_units"].tolist() for depth in range(1, len(layers) + 1)],
        "num_crops": survey.search.num_crops,
        "sources": [source.name for source in photographs.sources],
    }
    prefix = "random" if random_weights else model
    return Measurement(
        arrays,
        {f"{prefix}_{name}": value for name, value in metrics.items()},
        weights=[network.record()],
        inputs=[photographs.record()],
    )


def units_to_show(survey: Survey, layer: str, number: int) -> list[int]:
    """The most selective units of a layer; CourseError when there are fewer than asked for."""
    units = survey.layers[layer].most_selective(number)
    if len(units) < number:
        raise CourseError(
            f"only {len(units)} of {number} units of {layer} have patches that no other unit has "
            "taken; give more photographs"
        )
    return units


if __name__ == "__main__":
    run_experiment(measure)
