"""Every block of a network against early visual cortex and IT, of people and of monkeys."""

import numpy as np
import torch
from scipy.stats import rankdata
from torch import Tensor

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
from site_lib.biology.rdm import (
    activations_of,
    correlation_rdm,
    layer_rdms,
    mean_within_groups,
    upper,
)
from site_lib.biology.stimuli import (
    SUBCATEGORIES,
    object_images,
    object_subcategories,
    photograph_images,
    small_groups,
)
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import AREAS
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

RECORDED = ROOT / "figures_src/relations_with_biology/measured/areas.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# Correlations differ in the third digit between machines, which a bootstrap may enlarge.
TOLERANCE = 0.02
# A cell of a drawn matrix is the mean over the pairs of two groups of about so many objects.
GROUP = 4
NUM_SPLITS = 8


def measure(
    *,
    model: str,
    side: int,
    num_random: int,
    num_bootstrap: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Similarity of RDMs by block and area, with intervals, ceilings and the best block.

    side: of the stimuli, in pixels.   num_random: networks with random weights.   recorded: what
    is done where the recordings are at hand, see site_lib.data.recorded.
    """
    networks = [
        load(model, device=device),
        *(load(model, random_seed=seed + i, device=device) for i in range(num_random)),
    ]
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(networks, side, num_bootstrap, seed),
        mode=recorded,
        recordings=RECORDINGS,
        settings={
            "model": model,
            "side": side,
            "num_random": num_random,
            "num_bootstrap": num_bootstrap,
            "seed": seed,
        },
        tolerance=TOLERANCE,
        # Two blocks that are equally good may change places.
        not_compared=[f"{name}_{area}_best_share" for name in SETS for area in AREAS]
        + ["objects_monkey_best_share", "gallery_names"],
    )
    return Measurement(
        found.arrays,
        {
            "side": side,
            "num_random": num_random,
            "num_bootstrap": num_bootstrap,
            "num_people": found["objects_IT_people"].shape[1],
            "num_objects": 92,
            "num_photographs": 78,
            "monkey_human": float(found["monkey_human"]),
            "measured": found.measured,
        },
        weights=[network.record() for network in networks],
        inputs=found.inputs,
    )


SETS = ("objects", "photographs")


def measure_all(
    networks: list[Classifier], side: int, num_bootstrap: int, seed: int
) -> dict[str, np.ndarray]:
    """All arrays that the figures draw."""
    objects, photographs = kriegeskorte2008(), cichy2016()
    layers = list(networks[0].layers[:-1])
    frozen = [freeze_for_inference(network) for network in networks]
    arrays: dict[str, np.ndarray] = {"layers": np.array(layers)}
    for name, images, areas in (
        ("objects", object_images(objects, side), cichy2014()),
        ("photographs", photograph_images(photographs, side), photographs.areas),
    ):
        rdms = np.stack(
            [rdms_of(one, images, layers) for one in track(frozen, f"RDMs of {name}", "network")]
        )
        pixels = correlation_rdm(images.flatten(1).double()).numpy()
        for area, people in areas.items():
            of_area = area_arrays(rdms, pixels, people, num_bootstrap, seed)
            arrays |= {f"{name}_{area}_{key}": value for key, value in of_area.items()}
        arrays |= {f"{name}_{key}": value for key, value in order_arrays(arrays, name).items()}
        if name == "objects":
            of_monkeys = area_arrays(rdms, pixels, objects.monkey_it[None], num_bootstrap, seed)
            arrays |= {f"objects_monkey_{key}": value for key, value in of_monkeys.items()}
            arrays |= gallery(rdms, pixels, objects.monkey_it, areas, object_subcategories(objects))
    first, second = (upper(one[None]) for one in (objects.monkey_it, objects.human_it))
    arrays["monkey_human"] = rank_correlations(first, second)[0, 0]
    return arrays


def rdms_of(network: Classifier, images: Tensor, layers: list[str]) -> np.ndarray:
    return layer_rdms(activations_of(network, images, layers).values())


def area_arrays(
    rdms: np.ndarray, pixels: np.ndarray, people: np.ndarray, number: int, seed: int
) -> dict[str, np.ndarray]:
    """One area against all blocks of the trained network (first) and of random ones.

    rdms: (networks, L, N, N).   people: (S, N, N); with S = 1 there is no ceiling, and intervals
    are over stimuli.
    """
    of_people = rank_correlations(upper(rdms[0]), upper(people))
    both = bootstrap_similarity(rdms[0], people, number=number, seed=seed)
    pooled = bootstrap_similarity(rdms[0], people, number=number, seed=seed, pooled=True)
    best = np.bincount(pooled.argmax(axis=1), minlength=rdms.shape[1]) / number
    mean = upper(people.mean(axis=0, keepdims=True))
    splits = halves(people.shape[-1], NUM_SPLITS, seed)
    arrays = {
        "people": of_people,  # (L, S)
        "interval": interval(both),  # (2, L), over stimuli and people
        "mean_rdm": rank_correlations(upper(rdms[0]), mean)[:, 0],  # (L,)
        "best_share": best,  # (L,), how often each block is nearest to the mean RDM
        "random": np.stack(
            [rank_correlations(upper(one), upper(people)).mean(axis=1) for one in rdms[1:]]
        ),
        "pixels": rank_correlations(upper(pixels[None]), upper(people)).mean(),
        "single": np.array(best_layer_on_new_stimuli(rdms[0], people, splits=splits)),
        "weighted": np.array(weighted_on_new_stimuli(rdms[0], people, splits=splits)),
    }
    if len(people) > 1:
        over_people = bootstrap_similarity(rdms[0], people, number=2000, seed=seed, stimuli=False)
        arrays["band"] = interval(over_people)
        arrays["ceiling"] = np.array(noise_ceiling(people, "spearman"))
    return arrays


def order_arrays(arrays: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Do early blocks suit early cortex and late blocks IT, more than the other way round?

    For each person: how much more similar IT is to the late half of the blocks than to the early
    half, minus the same for early visual cortex. Exchanging a person's two areas turns its sign.
    """
    advantage = {}
    for area in AREAS:
        people = arrays[f"{name}_{area}_people"]
        half = len(people) // 2
        advantage[area] = people[half:].mean(axis=0) - people[:half].mean(axis=0)
    contrast = advantage["IT"] - advantage["EVC"]
    return {"order": contrast, "order_p": np.array(sign_flip_p(contrast))}


def gallery(
    rdms: np.ndarray,
    pixels: np.ndarray,
    monkey: np.ndarray,
    areas: dict[str, np.ndarray],
    subcategories: np.ndarray,
) -> dict[str, np.ndarray]:
    """Matrices to look at: percentiles of the dissimilarities, mean over small groups."""
    best = [int(rank_correlations(upper(one), upper(monkey[None])).argmax()) for one in rdms[:2]]
    matrices = {
        "monkey IT": monkey,
        "human IT": areas["IT"].mean(axis=0),
        "human early visual cortex": areas["EVC"].mean(axis=0),
        "pixels": pixels,
        "first block": rdms[0, 1],
        "best block": rdms[0, best[0]],
        "random weights, best block": rdms[1, best[1]],
    }
    groups = small_groups(subcategories, GROUP)
    vectors = upper(np.stack(list(matrices.values())))
    drawn = [mean_within_groups(percentiles(one), groups) for one in matrices.values()]
    boundaries = [groups[subcategories == index][0] for index in range(len(SUBCATEGORIES))]
    return {
        "gallery_names": np.array(list(matrices)),
        "gallery": np.array(drawn),
        "gallery_with_monkey": rank_correlations(vectors, vectors[:1])[:, 0],
        "gallery_best": np.array(best),
        "gallery_boundaries": np.array([*boundaries, groups[-1] + 1]),
    }


def percentiles(rdm: np.ndarray) -> np.ndarray:
    """Dissimilarities as ranks from 0 (most alike) to 100: (N, N)."""
    rows, columns = np.triu_indices(len(rdm), 1)
    ranks = rankdata(rdm[rows, columns])
    scaled = np.zeros_like(rdm)
    scaled[rows, columns] = 100 * (ranks - 1) / (len(ranks) - 1)
    return scaled + scaled.T


if __name__ == "__main__":
    run_experiment(measure)
