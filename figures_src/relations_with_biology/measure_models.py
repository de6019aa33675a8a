"""Many networks: how well they tell categories apart, and how similar they are to IT."""

from pathlib import Path

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
    noise_ceiling,
    rank_correlations,
)
from site_lib.biology.rdm import activations_of, layer_rdms, upper
from site_lib.biology.stimuli import object_images, photograph_categories, photograph_images
from site_lib.experiment import run_experiment
from site_lib.models import Classifier, freeze_for_inference, load
from site_lib.progress import track
from site_lib.provenance import ROOT, Measurement, sha256_of_file
from site_lib.recorded import recorded as recorded_measurement
from site_lib.recordings import cichy2014, cichy2016, kriegeskorte2008

RECORDED = ROOT / "figures_src/relations_with_biology/measured/models.json"
RECORDINGS = ("kriegeskorte2008", "cichy2014", "cichy2016")
# One photograph more or less read out rightly is a thirteenth of its category.
TOLERANCE = 0.03
CHECKPOINTS = ROOT / "site_lib/weights"
PENALTIES = np.logspace(0, 6, 7)
NUM_FOLDS, NUM_REPEATS = 8, 5
NUM_SPLITS = 20
NUM_BOOTSTRAP = 5000


def measure(
    *,
    trained: list[str],
    checkpoints: list[int],
    random: list[str],
    num_seeds: list[int],
    side: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Read-out of categories and similarity to IT of every network.

    trained: registry names.   checkpoints: steps of the student's training.   random: registry
    names, each with so many seeds (num_seeds).   side: of the stimuli, in pixels.
    """
    settings = {
        "trained": trained,
        "checkpoints": checkpoints,
        "random": random,
        "num_seeds": num_seeds,
        "side": side,
        "seed": seed,
    }
    found = recorded_measurement(
        RECORDED,
        lambda: measure_all(trained, checkpoints, random, num_seeds, side, seed, device),
        mode=recorded,
        recordings=RECORDINGS,
        settings=settings,
        tolerance=TOLERANCE,
        not_compared=["weights"],
    )
    arrays = {name: values for name, values in found.arrays.items() if name != "weights"}
    for area in ("monkey", "human"):
        r, interval = correlation_of_networks(arrays["performance"], arrays[area], seed)
        arrays |= {f"{area}_r": np.array(r), f"{area}_r_interval": np.array(interval)}
    weights = zip(arrays["names"].tolist(), found["weights"].tolist(), strict=True)
    return Measurement(
        arrays,
        {
            "side": side,
            "num_networks": len(arrays["names"]),
            "num_random": int((arrays["kind"] == "random").sum()),
            "num_objects": 92,
            "num_photographs": 78,
            "num_categories": len(np.unique(photograph_categories())),
            "chance": 1 / len(np.unique(photograph_categories())),
            "measured": found.measured,
        },
        weights=[{"model": name, "sha256": sha256} for name, sha256 in weights],
        inputs=found.inputs,
    )


def measure_all(
    trained: list[str],
    checkpoints: list[int],
    random: list[str],
    num_seeds: list[int],
    side: int,
    seed: int,
    device: torch.device,
) -> dict[str, np.ndarray]:
    """Performance, and similarity to monkey and human IT, network by network."""
    objects, people = kriegeskorte2008(), cichy2014()["IT"]
    images = object_images(objects, side)
    photographs = photograph_images(cichy2016(), side)
    splits = halves(len(images), NUM_SPLITS, seed)
    jobs: list[tuple[str, str, int | None]] = [("optimised", name, None) for name in trained]
    jobs += [("partly", "student", step) for step in checkpoints]
    jobs += [
        ("random", name, seed + i)
        for name, number in zip(random, num_seeds, strict=True)
        for i in range(number)
    ]
    rows = []
    for kind, name, number in track(jobs, "networks", "network"):
        network = network_of(kind, name, number, device)
        frozen = freeze_for_inference(network)
        rdms = layer_rdms(activations_of(frozen, images, network.layers).values())
        rows.append(
            {
                "names": name if number is None else f"{name} {number}",
                "kind": kind,
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


def network_of(kind: str, name: str, number: int | None, device: torch.device) -> Classifier:
    """A trained network, one on its way (number: steps) or a random one (number: seed)."""
    if kind == "random":
        return load(name, random_seed=number, device=device)
    network = load(name, device=device)
    if kind == "partly":
        file = Path(CHECKPOINTS) / f"{name}-step-{number}.safetensors"
        network.net.load_state_dict(load_file(file))
        network.weights_sha256 = sha256_of_file(file)
    return network


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
    performance: np.ndarray, similarity: np.ndarray, seed: int
) -> tuple[float, list[float]]:
    """Pearson r over networks with its 95 % bootstrap interval over networks."""
    generator = np.random.default_rng(seed)
    drawn = generator.integers(len(performance), size=(NUM_BOOTSTRAP, len(performance)))
    values = [np.corrcoef(performance[one], similarity[one])[0, 1] for one in drawn]
    r = np.corrcoef(performance, similarity)[0, 1]
    return float(r), np.quantile(values, [0.025, 0.975]).tolist()


if __name__ == "__main__":
    run_experiment(measure)
