"""Many networks, whole and damaged: how well they tell categories, how similar to IT they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from figures_src.relations_with_biology.correlation_of_networks import AREAS, correlations
from figures_src.relations_with_biology.members import Member, damaged, in_training, untrained
from site_lib.biology.comparison import (
    best_layer_on_new_stimuli,
    halves,
    noise_ceiling,
    rank_correlations,
    ridge_on_new_stimuli,
    weighted_on_new_stimuli,
)
from site_lib.biology.rdm import layer_rdms, upper
from site_lib.biology.stimuli import object_images, photograph_categories, photograph_images
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.carriers import at_hand, source, sources
from site_lib.data.photographs import classified_photographs
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import NUM_OBJECTS, NUM_PHOTOGRAPHS
from site_lib.images.images import read_image, square
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.checkpoints import load_at_step
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.initialising import estimate_statistics
from site_lib.networks.lesions import lesioned
from site_lib.networks.registry import REGISTRY, load
from site_lib.networks.small_networks import BUILDERS, RECORD
from site_lib.records.measurement import Measurement, load_result
from site_lib.statistics.readout import category_accuracy

RECORDED = ROOT / "figures_src/relations_with_biology/measured/models.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# One photograph more or less read out rightly is a thirteenth of its category.
TOLERANCE = 0.03
# Of the networks one in so many is measured again to check the record.
CHECK_EVERY = 12
NUM_FOLDS, NUM_REPEATS = 8, 3
NUM_SPLITS, NUM_SPLITS_FITTED = 10, 2
# What is measured of each network, in the order of its row in the record.
COLUMNS = ("performance", "monkey", "human", "early", "monkey_weighted", "human_weighted",
           "monkey_ridge", "human_ridge")  # fmt: skip


def measure(
    *,
    trained: list[str],
    trained_here: list[str],
    grafts: list[str],
    student_checkpoints: list[int],
    small_checkpoints: list[int],
    random: list[str],
    num_random_networks: list[int],
    damaged_families: list[str],
    lesions: list[str],
    num_lesions: int,
    side: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Read-out of categories and similarity to IT of every network, in three ways.

    trained: registry names.   trained_here, grafts: the student and small networks.
    student_checkpoints, small_checkpoints: steps of their trainings, beside its end.   random:
    names, each with so many seeds (num_random_networks).   lesions: of the damaged_families, kind
    and amount (site_lib.networks.lesions), num_lesions seeds each.   side: of the stimuli, in
    pixels.
    """
    members = [Member("optimised", name) for name in trained]
    for kind, names in (("partly", trained_here), ("graft", grafts)):
        for name in names:
            checkpoints = small_checkpoints if name in BUILDERS else student_checkpoints
            members += in_training(kind, name, checkpoints)
    for name, number in zip(random, num_random_networks, strict=True):
        members += untrained(name, number, seed)
    for name in damaged_families:
        num_layers = len(REGISTRY[name].layers)
        members += damaged(name, lesions, num_lesions, seed, num_layers=num_layers)
    some = [member for member in members[::CHECK_EVERY] if is_ready(member)]
    part = members if recorded == "write" else some
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(part, side, seed, device),
        mode=recorded,
        recordings=RECORDINGS,
        settings={"networks": [member.name for member in members], "side": side, "seed": seed},
        tolerance=TOLERANCE,
    )
    arrays = by_column(found.arrays, members)
    correlated = correlations(arrays, seed)
    return Measurement(
        arrays | correlated,
        numbers(arrays)
        | {
            "among_random": among_random(correlated),
            "measured": found.measured,
            "small": small_networks_in_numbers(),
        },
        weights=[
            *map(weights_of, dict.fromkeys([*trained, *damaged_families])),
            *(drawn_weights(member) for member in members if member.kind == "random"),
        ],
        inputs=found.inputs,
    )


def is_ready(member: Member) -> bool:
    """Whether a network can be measured without getting its weights from elsewhere."""
    return member.kind == "random" or member.family not in sources() or at_hand(member.family)


def weights_of(name: str) -> dict[str, str]:
    """Name and hash of trained weights; known of those in a package of others without them."""
    if name in sources():
        return {"model": name, "sha256": source(name).members[0].sha256}
    return load(name).record()


def drawn_weights(member: Member) -> dict[str, str]:
    """What the record of a network with random weights says, without drawing them."""
    seed = f"random weights, seed {member.seed}"
    return {"model": f"{member.family}, random weights", "sha256": seed}


def measure_all(
    members: Sequence[Member], side: int, seed: int, device: torch.device
) -> dict[str, np.ndarray]:
    """A row of COLUMNS for every network, by its name, and what no network changes."""
    objects, people = kriegeskorte2008(), cichy2014()
    stimuli = object_images(objects, side), photograph_images(cichy2016(), side)
    ordinary = torch.cat([square(read_image(p.path), side) for p in classified_photographs()])
    brains = {"monkey": objects.monkey_it[None], "human": people["IT"], "early": people["EVC"]}
    rows = {}
    for member in track(members, "networks", "network"):
        network = load_member(member, ordinary, device)
        rows[member.name] = row_of(freeze_for_inference(network), *stimuli, brains, seed)
    first, second = (upper(one[None]) for one in (people["IT"].mean(axis=0), objects.monkey_it))
    return rows | {
        "human_ceiling": np.array(noise_ceiling(people["IT"], "spearman")),
        "people_to_monkey": rank_correlations(first, second)[0, 0],
    }


def load_member(member: Member, photographs: Tensor, device: torch.device) -> Classifier:
    """A network of the comparison; untrained ones take their statistics from photographs too."""
    if member.lesion:
        damaged_network = lesioned(
            load(member.family), member.lesion, member.amount,
            photographs=photographs, seed=member.seed or 0,
        )  # fmt: skip
        return damaged_network.to(device)
    network = load_at_step(member.family, step=member.step, random_seed=member.seed)
    if member.kind == "random":
        estimate_statistics(network.net, network.normalise(photographs))
    return network.to(device)


def row_of(
    network: Classifier,
    objects: Tensor,
    photographs: Tensor,
    brains: dict[str, np.ndarray],
    seed: int,
) -> np.ndarray:
    """What COLUMNS names: read-out, then similarity of the best layer, of a mixture, and by ridge.

    Each unit's mean over the objects is taken away before patterns are correlated.
    """
    answers = activations_of(network, objects, network.layers)
    rdms = layer_rdms(one - one.mean(dim=0) for one in answers.values())
    splits = halves(len(objects), NUM_SPLITS, seed)
    fitted = splits[:NUM_SPLITS_FITTED]
    return np.array(
        [
            performance(network, photographs, seed),
            *(best_layer_on_new_stimuli(rdms, one, splits=splits) for one in brains.values()),
            *(weighted_on_new_stimuli(rdms, brains[area], splits=fitted) for area in AREAS),
            *(ridge_on_new_stimuli(rdms, brains[area], splits=fitted) for area in AREAS),
        ]
    )


def performance(network: Classifier, images: Tensor, seed: int) -> float:
    """Balanced accuracy of categories read out linearly from the end of a network."""
    layer = layer_read_out(network)
    features = activations_of(network, images, [layer], summarise=channel_means)[layer].numpy()
    return category_accuracy(
        features, photograph_categories(), num_folds=NUM_FOLDS, num_repeats=NUM_REPEATS, seed=seed
    )


def layer_read_out(network: Classifier) -> str:
    """The layer before the classifier; the last of a network that came without one."""
    *_, before, last = network.layers
    return before if isinstance(network.layer(last), nn.Linear) else last


def channel_means(activation: Tensor) -> Tensor:
    return activation.flatten(2).mean(dim=2) if activation.dim() > 2 else activation


def by_column(arrays: dict[str, np.ndarray], members: Sequence[Member]) -> dict[str, np.ndarray]:
    """What is known of every network, and what was measured, one array each."""
    rows = np.stack([arrays[member.name] for member in members])
    named = {"human_ceiling", "people_to_monkey"}
    return {
        "names": np.array([member.name for member in members]),
        "kind": np.array([member.kind for member in members]),
        "family": np.array([member.family for member in members]),
        "lesion": np.array([member.lesion for member in members]),
        "amount": np.array([member.amount for member in members]),
        **dict(zip(COLUMNS, rows.T, strict=True)),
        **{name: arrays[name] for name in named},
    }


def numbers(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """How many there are of what."""
    num_categories = len(np.unique(photograph_categories()))
    return {
        "num_networks": len(arrays["names"]),
        "num_lesions_in_all": int((arrays["kind"] == "lesion").sum()),
        "num_whole": int((arrays["kind"] != "lesion").sum()),
        "num_random": int((arrays["kind"] == "random").sum()),
        "num_families": len(np.unique(arrays["family"])),
        "num_damaged_families": len(np.unique(arrays["family"][arrays["kind"] == "lesion"])),
        "num_folds": NUM_FOLDS,
        "num_repeats": NUM_REPEATS,
        "num_splits": NUM_SPLITS,
        "num_splits_fitted": NUM_SPLITS_FITTED,
        "check_every": CHECK_EVERY,
        "tolerance": TOLERANCE,
        "num_objects": NUM_OBJECTS,
        "num_photographs": NUM_PHOTOGRAPHS,
        "num_categories": num_categories,
        "chance": 1 / num_categories,
    }


def among_random(correlated: dict[str, np.ndarray]) -> dict[str, Any]:
    """Correlations among random networks alone, and their intervals."""
    found: dict[str, Any] = {}
    for area in AREAS:
        found[area] = float(correlated[f"{area}_r_random"])
        found[f"{area}_interval"] = correlated[f"{area}_interval_random"].tolist()
    return found


def small_networks_in_numbers() -> dict[str, Any]:
    """How the small networks were trained."""
    training = load_result(RECORD)
    return training.metrics | {
        "batch": training.numbers["batch"],
        "steps": training.numbers["steps"],
        "num_networks": len(training["names"]),
        "training_minutes": training.metrics["training_seconds"] / 60,
    }


if __name__ == "__main__":
    run_experiment(measure)
