"""Many networks: how well they tell categories apart, and how similar they are to IT."""

from dataclasses import dataclass

import numpy as np
import torch
from safetensors.torch import load_file
from sklearn.linear_model import RidgeClassifierCV
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor

from site_lib.biology.comparison import (
    best_layer_on_new_stimuli,
    halves,
    interval,
    noise_ceiling,
    rank_correlations,
)
from site_lib.biology.rdm import activations_of, layer_rdms, upper
from site_lib.biology.stimuli import object_images, photograph_categories, photograph_images
from site_lib.common.files import ROOT, sha256_of_file
from site_lib.common.progress import track
from site_lib.data.readers import cichy2014, cichy2016, kriegeskorte2008
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.small_networks import BUILDERS, RECORD, load_small
from site_lib.records.measurement import Measurement, load_result

RECORDED = ROOT / "figures_src/relations_with_biology/measured/models.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# One photograph more or less read out rightly is a thirteenth of its category.
TOLERANCE = 0.03
CHECKPOINTS = ROOT / "site_lib/networks/weights"
PENALTIES = np.logspace(0, 6, 7)
NUM_FOLDS, NUM_REPEATS = 8, 5
NUM_SPLITS = 20
NUM_BOOTSTRAP = 5000
# Correlations over all networks, and without those that were optimised on ImageNet, wholly or in
# their first stages.
AMONG = {
    "all": ("random", "partly", "graft", "optimised"),
    "without_optimised": ("random", "partly", "graft"),
    "without_both": ("random", "partly"),
    "random": ("random",),
}


@dataclass(frozen=True)
class Member:
    """One network of the comparison, untrained or somewhere in its training.

    kind: "optimised" on ImageNet, "partly" (trained here, on a few photographs), "graft" (trained
    here above stages that were optimised), "random".   family: name of the architecture.
    step: of its training here, None at the end.   seed: of random weights.
    """

    kind: str
    family: str
    step: int | None = None
    seed: int | None = None

    @property
    def name(self) -> str:
        if self.seed is not None:
            return f"{self.family}, random {self.seed}"
        return self.family if self.step is None else f"{self.family}, step {self.step}"

    def load(self, device: torch.device) -> Classifier:
        if self.family in BUILDERS:
            return load_small(self.family, step=self.step, random_seed=self.seed, device=device)
        network = load(self.family, random_seed=self.seed, device=device)
        if self.step is not None:
            file = CHECKPOINTS / f"{self.family}-step-{self.step}.safetensors"
            network.net.load_state_dict(load_file(file))
            network.weights_sha256 = sha256_of_file(file)
        return network


def measure(
    *,
    trained: list[str],
    trained_here: list[str],
    grafts: list[str],
    student_steps: list[int],
    small_steps: list[int],
    random: list[str],
    num_seeds: list[int],
    side: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Read-out of categories and similarity to IT of every network.

    trained: registry names.   trained_here, grafts: the student and small networks.
    student_steps, small_steps: of their trainings, beside its end.   random: names, each with so
    many seeds (num_seeds).   side: of the stimuli, in pixels.
    """
    members = [Member("optimised", name) for name in trained]
    for kind, names in (("partly", trained_here), ("graft", grafts)):
        for name in names:
            steps = small_steps if name in BUILDERS else student_steps
            members += [Member(kind, name, step) for step in (*steps, None)]
    members += [
        Member("random", name, seed=seed + i)
        for name, number in zip(random, num_seeds, strict=True)
        for i in range(number)
    ]
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(members, side, seed, device),
        mode=recorded,
        recordings=RECORDINGS,
        settings={"networks": [member.name for member in members], "side": side, "seed": seed},
        tolerance=TOLERANCE,
        not_compared=["weights"],
    )
    arrays = {name: values for name, values in found.arrays.items() if name != "weights"}
    for area in ("monkey", "human"):
        for among, kinds in AMONG.items():
            chosen = np.isin(arrays["kind"], kinds)
            r, limits = correlation_of_networks(
                arrays["performance"][chosen], arrays[area][chosen], arrays["family"][chosen], seed
            )
            arrays |= {f"{area}_r_{among}": np.array(r), f"{area}_interval_{among}": limits}
    weights = zip(arrays["names"].tolist(), found["weights"].tolist(), strict=True)
    count = {f"num_{kind}": int((arrays["kind"] == kind).sum()) for kind in AMONG["all"]}
    training = load_result(RECORD)
    return Measurement(
        arrays,
        {
            "side": side,
            "num_networks": len(arrays["names"]),
            "num_families": len(np.unique(arrays["family"])),
            **count,
            "num_objects": 92,
            "num_photographs": 78,
            "num_categories": len(np.unique(photograph_categories())),
            "chance": 1 / len(np.unique(photograph_categories())),
            "measured": found.measured,
            "small": training.metrics
            | {
                "batch": training.record["parameters"]["batch"],
                "num_networks": len(training["names"]),
                "training_minutes": training.metrics["training_seconds"] / 60,
            },
        },
        weights=[{"model": name, "sha256": sha256} for name, sha256 in weights],
        inputs=found.inputs,
    )


def measure_all(
    members: list[Member], side: int, seed: int, device: torch.device
) -> dict[str, np.ndarray]:
    """Performance, and similarity to monkey and human IT, network by network."""
    objects, people = kriegeskorte2008(), cichy2014()["IT"]
    images = object_images(objects, side)
    photographs = photograph_images(cichy2016(), side)
    splits = halves(len(images), NUM_SPLITS, seed)
    rows = []
    for member in track(members, "networks", "network"):
        network = member.load(device)
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
    """Balanced accuracy of categories read out linearly from the layer before the classifier.

    Photographs are predicted by a ridge classifier that was fitted to others; mean over several
    divisions into folds.
    """
    layer = network.layers[-2]
    features = activations_of(network, images, [layer], summarise=channel_means)[layer].numpy()
    categories = photograph_categories()
    reader = make_pipeline(StandardScaler(), RidgeClassifierCV(PENALTIES))
    scores = []
    for repeat in range(NUM_REPEATS):
        folds = StratifiedKFold(NUM_FOLDS, shuffle=True, random_state=seed + repeat)
        predicted = cross_val_predict(reader, features, categories, cv=folds)
        scores.append(balanced_accuracy_score(categories, predicted))
    return float(np.mean(scores))


def channel_means(activation: Tensor) -> Tensor:
    return activation.flatten(2).mean(dim=2) if activation.dim() > 2 else activation


def correlation_of_networks(
    performance: np.ndarray, similarity: np.ndarray, family: np.ndarray, seed: int
) -> tuple[float, np.ndarray]:
    """Pearson r over networks with its 95 % bootstrap interval over families, (2,).

    Seeds and checkpoints of one architecture are no independent networks, so a family is drawn
    with all of them.
    """
    names = np.unique(family)
    members = [np.flatnonzero(family == name) for name in names]
    generator = np.random.default_rng(seed)
    values = []
    for drawn in generator.integers(len(names), size=(NUM_BOOTSTRAP, len(names))):
        rows = np.concatenate([members[i] for i in drawn])
        values.append(np.corrcoef(performance[rows], similarity[rows])[0, 1])
    r = np.corrcoef(performance, similarity)[0, 1]
    return float(r), interval(np.array(values))


if __name__ == "__main__":
    run_experiment(measure)
