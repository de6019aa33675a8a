"""Every block of a network against early visual cortex and IT, of people and of monkeys."""

import numpy as np
import torch
from torch import Tensor

from figures_src.relations_with_biology.gallery_matrices import gallery
from site_lib.biology.comparison import (
    best_layer_on_new_stimuli,
    bootstrap_similarity,
    halves,
    interval,
    noise_ceiling,
    rank_correlations,
    sign_flip_p,
    weighted_on_new_stimuli,
)
from site_lib.biology.rdm import correlation_rdm, layer_rdms, upper
from site_lib.biology.stimuli import object_images, object_subcategories, photograph_images
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import AREAS, NUM_OBJECTS, NUM_PHOTOGRAPHS
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.loading import with_random
from site_lib.records.measurement import Measurement

RECORDED = ROOT / "figures_src/relations_with_biology/measured/areas.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# Correlations differ in the third digit between machines, which a bootstrap may enlarge.
TOLERANCE = 0.02
SETS = ("objects", "photographs")
# Two blocks that are equally good may change places.
NOT_COMPARED = [
    *(f"{name}_{area}_best_share" for name in SETS for area in AREAS),
    "objects_monkey_best_share",
    "gallery_names",
]
NUM_SPLITS = 8
# Samples over people alone, which are quick.
NUM_OVER_PEOPLE = 2000


def measure(
    *,
    model: str,
    side: int,
    num_random_networks: int,
    num_bootstrap: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Similarity of RDMs by block and area, with intervals, ceilings and the best block.

    side: of the stimuli, in pixels.   recorded: what is done where the recordings are at hand,
    see site_lib.data.recorded.
    """
    networks = with_random(model, num_random_networks=num_random_networks, seed=seed, device=device)
    settings = {
        "model": model,
        "side": side,
        "num_random_networks": num_random_networks,
        "num_bootstrap": num_bootstrap,
        "seed": seed,
    }
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(networks, side, num_bootstrap, seed),
        mode=recorded,
        recordings=RECORDINGS,
        settings=settings,
        tolerance=TOLERANCE,
        not_compared=NOT_COMPARED,
    )
    return Measurement(
        found.arrays,
        {
            "num_people": found["objects_IT_people"].shape[1],
            "num_objects": NUM_OBJECTS,
            "num_photographs": NUM_PHOTOGRAPHS,
            "measured": found.measured,
        },
        weights=[network.record() for network in networks],
        inputs=found.inputs,
    )


def measure_all(
    networks: list[Classifier], side: int, num_bootstrap: int, seed: int
) -> dict[str, np.ndarray]:
    """All arrays that the figures draw."""
    objects, photographs = kriegeskorte2008(), cichy2016()
    monkey, layers = objects.monkey_it, list(networks[0].layers[:-1])
    arrays: dict[str, np.ndarray] = {"layers": np.array(layers)}
    for name, images, areas in (
        ("objects", object_images(objects, side), cichy2014()),
        ("photographs", photograph_images(photographs, side), photographs.areas),
    ):
        rdms = rdms_of_networks(networks, images, layers, name)
        pixels = correlation_rdm(images.flatten(1).double()).numpy()
        brains = areas | ({"monkey": monkey[None]} if name == "objects" else {})
        for brain, people in brains.items():
            found = of_area(rdms, pixels, people, num_bootstrap, seed)
            arrays |= {f"{name}_{brain}_{key}": values for key, values in found.items()}
        order = order_of_areas(*(arrays[f"{name}_{area}_people"] for area in ("EVC", "IT")))
        arrays |= {f"{name}_{key}": values for key, values in order.items()}
        if name == "objects":
            arrays |= gallery(rdms, pixels, monkey, areas, object_subcategories(objects))
    first, second = (upper(one[None]) for one in (monkey, objects.human_it))
    return arrays | {"monkey_human": rank_correlations(first, second)[0, 0]}


def rdms_of_networks(
    networks: list[Classifier], images: Tensor, layers: list[str], name: str
) -> np.ndarray:
    """RDMs of images in every layer: (networks, L, N, N).   name: of the images."""
    found = []
    for network in track(networks, f"RDMs of {name}", "network"):
        answers = activations_of(freeze_for_inference(network), images, layers)
        found.append(layer_rdms(answers.values()))
    return np.stack(found)


def of_area(
    rdms: np.ndarray, pixels: np.ndarray, people: np.ndarray, number: int, seed: int
) -> dict[str, np.ndarray]:
    """One area against all blocks of the trained network (first) and of random ones.

    rdms: (networks, L, N, N).   people: (S, N, N); with S = 1 there is no ceiling, and intervals
    are over stimuli.   number: of bootstrap samples.
    """
    trained, random = rdms[0], rdms[1:]
    single, mean = upper(people), upper(people.mean(axis=0, keepdims=True))
    both = bootstrap_similarity(trained, people, number=number, seed=seed)
    pooled = bootstrap_similarity(trained, people, number=number, seed=seed, pooled=True)
    splits = halves(people.shape[-1], NUM_SPLITS, seed)
    arrays = {
        "people": rank_correlations(upper(trained), single),  # (L, S)
        "interval": interval(both),  # (2, L), over stimuli and people
        "mean_rdm": rank_correlations(upper(trained), mean)[:, 0],  # (L,)
        # (L,), how often each block is nearest to the mean RDM
        "best_share": np.bincount(pooled.argmax(axis=1), minlength=len(trained)) / number,
        "random": np.stack([rank_correlations(upper(r), single).mean(axis=1) for r in random]),
        "pixels": rank_correlations(upper(pixels[None]), single).mean(),
        "single": np.array(best_layer_on_new_stimuli(trained, people, splits=splits)),
        "weighted": np.array(weighted_on_new_stimuli(trained, people, splits=splits)),
    }
    if len(people) > 1:
        over_people = bootstrap_similarity(
            trained, people, number=NUM_OVER_PEOPLE, seed=seed, stimuli=False
        )
        arrays["band"] = interval(over_people)
        arrays["ceiling"] = np.array(noise_ceiling(people, "spearman"))
    return arrays


def order_of_areas(early: np.ndarray, it: np.ndarray) -> dict[str, np.ndarray]:
    """Do early blocks suit early cortex and late blocks IT, more than the other way round?

    early, it: similarity of blocks to each person's area, (L, S). For each person: how much more
    similar IT is to the late half of the blocks than to the early half, minus the same for early
    visual cortex. Exchanging a person's two areas turns its sign.
    """
    half = len(it) // 2
    of_it, of_early = (x[half:].mean(axis=0) - x[:half].mean(axis=0) for x in (it, early))
    contrast = of_it - of_early
    return {"order": contrast, "order_p": np.array(sign_flip_p(contrast))}


if __name__ == "__main__":
    run_experiment(measure)
