"""Every block of a network against early visual cortex and IT, of people and of monkeys."""

import numpy as np
import torch
from torch import Tensor

from figures_src.relations_with_biology.areas_in_words import numbers
from figures_src.relations_with_biology.gallery_matrices import gallery
from figures_src.relations_with_biology.similarity_of_areas import likeness, summarise
from site_lib.biology.baselines import gabor_energy, silhouettes
from site_lib.biology.comparison import rank_correlations
from site_lib.biology.conventions import CONVENTIONS
from site_lib.biology.rdm import rdms_by_convention, upper
from site_lib.biology.stimuli import (
    OBJECT_GROUND,
    object_images,
    object_subcategories,
    photograph_images,
)
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.carriers import source
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import NUM_OBJECTS, NUM_PHOTOGRAPHS
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

RECORDED = ROOT / "figures_src/relations_with_biology/measured/areas.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# Correlations differ in the third digit between machines, which a bootstrap may enlarge.
TOLERANCE = 0.02
CURVES = ("objects_EVC", "objects_IT", "objects_monkey", "photographs_EVC", "photographs_IT")
# Two blocks that are equally good may change places; ratios have small denominators.
FREE = ("best", "best_range", "of_ceiling", "of_ceiling_interval")
NOT_COMPARED = [
    *(f"{curves}_{what}" for curves in CURVES for what in FREE),
    *(f"{name}_{what}" for name in ("objects", "photographs") for what in ("later", "later_range")),
    "gallery_names",
]
CENTRED = CONVENTIONS.index("centred")


def measure(
    *,
    model: str,
    second: str,
    side: int,
    num_random_networks: int,
    num_shuffled_networks: int,
    num_bootstrap: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Similarity of RDMs by block, area and convention, with intervals, ceilings and controls.

    model: the network with controls.   second: another trained one, left out where its weights
    cannot be had.   side: of the stimuli, in pixels.   recorded: what is done where the
    recordings are at hand, see site_lib.data.recorded.
    """
    controls = {"num_random_networks": num_random_networks,
                "num_shuffled_networks": num_shuffled_networks}  # fmt: skip
    settings = {
        "model": model,
        "second": second,
        "side": side,
        **controls,
        "num_bootstrap": num_bootstrap,
        "seed": seed,
    }

    def measure_now() -> dict[str, np.ndarray]:
        networks = with_controls(model, **controls, seed=seed, device=device)
        networks[second] = load_if_there(second, device)
        return measure_all(networks, side, num_bootstrap, seed)

    found = recorded_measurement(
        RECORDED,
        measure_now,
        mode=recorded,
        recordings=RECORDINGS,
        settings=settings,
        tolerance=TOLERANCE,
        not_compared=NOT_COMPARED,
    )
    return Measurement(
        found.arrays,
        {
            "num_people": found["objects_IT_people"].shape[-1],
            "num_objects": NUM_OBJECTS,
            "num_photographs": NUM_PHOTOGRAPHS,
            "measured": found.measured,
            **numbers(found.arrays),
        },
        # The hash of the second is known where its file is not.
        weights=[
            load(model).record(),
            {"model": second, "sha256": source(second).members[0].sha256},
        ],
        inputs=found.inputs,
    )


def load_if_there(name: str, device: torch.device) -> list[Classifier]:
    """A trained network alone in a list, empty where its weights cannot be had."""
    try:
        return [load(name, device=device)]
    except CourseError:
        return []


def measure_all(
    networks: dict[str, list[Classifier]], side: int, num_bootstrap: int, seed: int
) -> dict[str, np.ndarray]:
    """All arrays that the figures draw."""
    objects, photographs, areas = kriegeskorte2008(), cichy2016(), cichy2014()
    monkey, trained = objects.monkey_it, networks["trained"][0]
    arrays: dict[str, np.ndarray] = {"layers": np.array(layers_of(trained))}
    for name, images, brains in (
        ("objects", object_images(objects, side), areas | {"monkey": monkey[None]}),
        ("photographs", photograph_images(photographs, side), photographs.areas),
    ):
        rdms = {
            weights: np.stack([rdms_of(one, images) for one in track(group, f"{name}: {weights}")])
            for weights, group in networks.items()
            if group
        }
        rdms |= rdms_of_baselines(images, outlines=name == "objects")
        found = {
            area: likeness(rdms, people, number=num_bootstrap, seed=seed)
            for area, people in brains.items()
        }
        arrays |= {f"{name}_{key}": values for key, values in summarise(found).items()}
        if name == "objects":
            shown = [rdms[weights][0, CENTRED] for weights in ("trained", "random")]
            pixels = rdms["pixels"][0, CENTRED, 0]
            arrays |= gallery(shown, pixels, monkey, areas, object_subcategories(objects))
    first, second = (upper(one[None]) for one in (monkey, objects.human_it))
    return arrays | {"monkey_human": rank_correlations(first, second)[0, 0]}


def layers_of(network: Classifier) -> list[str]:
    """Its stages without the classifier."""
    return [layer for layer in network.layers if layer != "classifier"]


def rdms_of(network: Classifier, images: Tensor) -> np.ndarray:
    """RDMs of images by convention and layer: (3, L, N, N)."""
    ground = torch.full_like(images[:1], OBJECT_GROUND)
    answers = activations_of(
        freeze_for_inference(network), torch.cat([images, ground]), layers_of(network)
    )
    rdms = [rdms_by_convention(one[:-1], one[-1]).double().numpy() for one in answers.values()]
    return np.stack(rdms, axis=1)


def rdms_of_baselines(images: Tensor, *, outlines: bool) -> dict[str, np.ndarray]:
    """What images have in common before a network sees them: name → (1, 3, 1, N, N)."""
    ground = torch.full_like(images[:1], OBJECT_GROUND)
    patterns = {
        "pixels": (images.flatten(1), ground.flatten()),
        "gabor": (gabor_energy(images), gabor_energy(ground)[0]),
    }
    if outlines:
        outline = silhouettes(images, OBJECT_GROUND)
        patterns["silhouette"] = (outline, torch.zeros_like(outline[0]))
    return {
        name: rdms_by_convention(one, nothing).double().numpy()[None, :, None]
        for name, (one, nothing) in patterns.items()
    }


if __name__ == "__main__":
    run_experiment(measure)
