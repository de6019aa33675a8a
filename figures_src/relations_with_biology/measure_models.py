"""Many networks: how well they tell categories apart, and how similar they are to IT."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from figures_src.relations_with_biology.correlation_of_networks import correlations
from figures_src.relations_with_biology.members import Member, in_training, untrained
from site_lib.biology.comparison import (
    best_layer_on_new_stimuli,
    halves,
    noise_ceiling,
    rank_correlations,
)
from site_lib.biology.rdm import layer_rdms, upper
from site_lib.biology.stimuli import object_images, photograph_categories, photograph_images
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import NUM_OBJECTS, NUM_PHOTOGRAPHS
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of
from site_lib.networks.checkpoints import load_at_step
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.small_networks import BUILDERS, RECORD
from site_lib.records.measurement import Measurement, load_result
from site_lib.statistics.readout import category_accuracy

RECORDED = ROOT / "figures_src/relations_with_biology/measured/models.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# One photograph more or less read out rightly is a thirteenth of its category.
TOLERANCE = 0.03
NUM_FOLDS, NUM_REPEATS = 8, 5
NUM_SPLITS = 20


def measure(
    *,
    trained: list[str],
    trained_here: list[str],
    grafts: list[str],
    student_checkpoints: list[int],
    small_checkpoints: list[int],
    random: list[str],
    num_random_networks: list[int],
    side: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Read-out of categories and similarity to IT of every network.

    trained: registry names.   trained_here, grafts: the student and small networks.
    student_checkpoints, small_checkpoints: steps of their trainings, beside its end.   random:
    names, each with so many seeds (num_random_networks).   side: of the stimuli, in pixels.
    """
    members = [Member("optimised", name) for name in trained]
    for kind, names in (("partly", trained_here), ("graft", grafts)):
        for name in names:
            checkpoints = small_checkpoints if name in BUILDERS else student_checkpoints
            members += in_training(kind, name, checkpoints)
    for name, number in zip(random, num_random_networks, strict=True):
        members += untrained(name, number, seed)
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(members, side, seed, device),
        mode=recorded,
        recordings=RECORDINGS,
        settings={"networks": [member.name for member in members], "side": side, "seed": seed},
        tolerance=TOLERANCE,
        not_compared=["weights"],
    )
    weights = zip(found["names"].tolist(), found["weights"].tolist(), strict=True)
    arrays = {name: values for name, values in found.arrays.items() if name != "weights"}
    return Measurement(
        arrays | correlations(arrays, seed),
        numbers(arrays) | {"measured": found.measured, "small": small_networks_in_numbers()},
        weights=[{"model": name, "sha256": sha256} for name, sha256 in weights],
        inputs=found.inputs,
    )


def measure_all(
    members: Sequence[Member], side: int, seed: int, device: torch.device
) -> dict[str, np.ndarray]:
    """Performance, and similarity to monkey and human IT, network by network."""
    objects, people = kriegeskorte2008(), cichy2014()["IT"]
    images = object_images(objects, side)
    photographs = photograph_images(cichy2016(), side)
    splits = halves(len(images), NUM_SPLITS, seed)
    rows = []
    for member in track(members, "networks", "network"):
        network = load_at_step(
            member.family, step=member.step, random_seed=member.seed, device=device
        )
        frozen = freeze_for_inference(network)
        rdms = layer_rdms(activations_of(frozen, images, network.layers).values())
        rows.append(
            {
                "names": member.name,
                "kind": member.kind,
                "family": member.family,
                "performance": performance(frozen, photographs, seed),
                "monkey": best_layer_on_new_stimuli(rdms, objects.monkey_it[None], splits=splits),
                "human": best_layer_on_new_stimuli(rdms, people, splits=splits),
                "weights": network.weights_sha256,
            }
        )
    arrays = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    first, second = (upper(one[None]) for one in (people.mean(axis=0), objects.monkey_it))
    return arrays | {
        "human_ceiling": np.array(noise_ceiling(people, "spearman")),
        "people_to_monkey": rank_correlations(first, second)[0, 0],
    }


def performance(network: Classifier, images: Tensor, seed: int) -> float:
    """Balanced accuracy of categories read out linearly from the layer before the classifier."""
    layer = network.layers[-2]
    features = activations_of(network, images, [layer], summarise=channel_means)[layer].numpy()
    return category_accuracy(
        features, photograph_categories(), num_folds=NUM_FOLDS, num_repeats=NUM_REPEATS, seed=seed
    )


def channel_means(activation: Tensor) -> Tensor:
    return activation.flatten(2).mean(dim=2) if activation.dim() > 2 else activation


def numbers(arrays: dict[str, np.ndarray]) -> dict[str, Any]:
    """How many there are of what."""
    num_categories = len(np.unique(photograph_categories()))
    return {
        "num_networks": len(arrays["names"]),
        "num_families": len(np.unique(arrays["family"])),
        "num_objects": NUM_OBJECTS,
        "num_photographs": NUM_PHOTOGRAPHS,
        "num_categories": num_categories,
        "chance": 1 / num_categories,
    }


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
