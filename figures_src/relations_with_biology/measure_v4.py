"""Single neurons of V4, predicted from every second block of networks and of their controls."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from figures_src.relations_with_biology.neurons_by_block import of_session, shares
from figures_src.relations_with_biology.neurons_in_words import numbers
from site_lib.biology.comparison import interval
from site_lib.biology.encoding import predict_by_ridge
from site_lib.biology.neurons import (
    Neurons,
    neurons_of,
    predictions_by_layer,
    scores_by_layer,
    stages_to_read,
)
from site_lib.biology.sites import cell_means
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.carriers import source
from site_lib.data.corpus_photographs import (
    CorpusPhotograph,
    corpus_photograph,
    corpus_photographs,
    fetch_corpus,
)
from site_lib.data.neurons import ANIMALS, NUM_REPEATS, cowley2023
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.data.recordings import V4_REPEATED
from site_lib.images.images import as_bytes, read_image, square
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.controls import with_controls
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

RECORDED = ROOT / "figures_src/relations_with_biology/measured/v4.json"
RECORDINGS = ("cowley2023",)
TOLERANCE = 0.03
NUM_BEST = 4  # photographs of each neuron that is shown
SHOWN_SIDE = 120  # in pixels
NUM_IMAGES = 2000  # of a session at most: all


def measure(
    *,
    model: str,
    second: str,
    small: str,
    sessions: list[str],
    side: int,
    other_sides: list[int],
    num_random_networks: int,
    num_shuffled_networks: int,
    num_components: int,
    num_folds: int,
    num_bootstrap: int,
    num_shown: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Held-out correlation of every neuron with what each block predicts, with its controls.

    model: the network with controls.   second, small: other trained ones.   sessions: of the
    recording.   side: at which images are shown, in pixels; other_sides: to the first session's
    neurons only.   num_components: of a layer that predict.   num_shown: neurons whose favourite
    photographs are looked up.   recorded: what is done where the recordings are at hand; to check,
    the first session is measured again with the trained and the random network.
    """
    settings: dict[str, Any] = {
        "model": model, "second": second, "small": small, "sessions": sessions, "side": side,
        "other_sides": other_sides, "num_random_networks": num_random_networks,
        "num_shuffled_networks": num_shuffled_networks, "num_components": num_components,
        "num_folds": num_folds, "num_bootstrap": num_bootstrap, "num_shown": num_shown,
        "seed": seed,
    }  # fmt: skip

    def measure_now() -> dict[str, np.ndarray]:
        if recorded == "write":
            return measure_all(networks_of((model, second, small), settings, device), settings)
        return check_one(networks_of((model,), settings, device), settings)

    found = recorded_measurement(
        RECORDED,
        measure_now,
        mode=recorded,
        recordings=RECORDINGS,
        settings=settings,
        tolerance=TOLERANCE,
    )
    shown = [corpus_photograph(name) for name in found["shown_names"].flat]
    return Measurement(
        found.arrays | {"shown_pixels": pixels_of(shown, found["shown_names"].shape)},
        {
            "animals": [ANIMALS[one] for one in sessions],
            "repeats": [NUM_REPEATS[one] for one in sessions],
            "repeated": V4_REPEATED,
            "num_corpus": len(corpus_photographs()),
            "measured": found.measured,
            **numbers(
                found.arrays, sessions, repeated=V4_REPEATED, side=side, other_sides=other_sides
            ),
        },
        weights=[
            load(model).record(),
            load(small).record(),
            # The hash of this one is known where its file is not.
            {"model": second, "sha256": source(second).members[0].sha256},
        ],
        inputs=[*found.inputs, *{one.name: one.record() for one in shown}.values()],
    )


def pixels_of(photographs: Sequence[CorpusPhotograph], shape: tuple[int, ...]) -> np.ndarray:
    """Small copies of photographs: (*shape, SHOWN_SIDE, SHOWN_SIDE, 3) uint8."""
    fetch_corpus()
    images = torch.cat([square(read_image(one.path), SHOWN_SIDE) for one in photographs])
    return as_bytes(images).reshape(*shape, SHOWN_SIDE, SHOWN_SIDE, 3)


def networks_of(
    names: Sequence[str], settings: dict[str, Any], device: torch.device
) -> dict[str, list[Classifier]]:
    """Networks and their controls: trained, random, shuffled, second, second_random, …, small, …"""
    found = {}
    for name, prefix in zip(names, ("", "second_", "small_"), strict=False):
        controls = with_controls(
            name,
            num_random_networks=settings["num_random_networks"],
            num_shuffled_networks=settings["num_shuffled_networks"],
            seed=settings["seed"],
            device=device,
        )
        for weights, networks in controls.items():
            label = f"{prefix}{weights}"
            found[label if not prefix else label.removesuffix("_trained")] = networks
    return found


def check_one(
    networks: dict[str, list[Classifier]], settings: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Scores of the first session by the trained and the random networks."""
    first = settings["sessions"][0]
    neurons = load_neurons(first, settings["side"], settings["seed"])
    arrays = {f"{first}_ceiling": neurons.ceilings}
    for weights in ("trained", "random"):
        predicted = [predict(network, neurons, settings) for network in networks[weights]]
        r = [scores_by_layer(one, neurons.responses) for one in predicted]
        arrays[f"{first}_{weights}"] = np.mean(r, axis=0)
    return arrays


def measure_all(
    networks: dict[str, list[Classifier]], settings: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Everything that the figures show."""
    number, seed, sessions = (settings[name] for name in ("num_bootstrap", "seed", "sessions"))
    layers = {weights: stages_to_read(each[0]) for weights, each in networks.items() if each}
    arrays = {f"layers_{weights}": np.array(names) for weights, names in layers.items()}
    best: dict[str, np.ndarray] = {}
    everybody: dict[str, Neurons] = {}
    for session in track(sessions, "V4", "session"):
        neurons = load_neurons(session, settings["side"], seed)
        predicted = {
            weights: [predict(network, neurons, settings) for network in each]
            for weights, each in networks.items()
        }
        found, best[session] = of_session(predicted, neurons, number=number, seed=seed)
        num_groups = len(np.unique(neurons.groups))
        arrays |= {f"{session}_{name}": values for name, values in found.items()}
        arrays[f"{session}_size"] = np.array([len(neurons.images), num_groups])
        everybody[session] = neurons
    natural = [session for session in sessions if session != V4_REPEATED]
    # One map of all animals: samples of different animals are independent.
    mapped = np.concatenate([arrays[f"{session}_best"][0] for session in natural])
    in_samples = np.concatenate([best[session] for session in natural], axis=1)
    size = len(layers["trained"])
    arrays |= {"share": shares(mapped, size), "share_interval": interval(shares(in_samples, size))}
    arrays |= at_other_sides(networks["trained"][0], settings)
    return arrays | favourites(networks["trained"][0], everybody, arrays, settings)


def load_neurons(session: str, side: int, seed: int) -> Neurons:
    """Neurons of a session, and its first NUM_IMAGES images at a side."""
    day = cowley2023(session)
    first = slice(NUM_IMAGES)
    repeats = None if day.repeats is None else day.repeats[:, first]
    shown = replace(day, images=day.images[first], responses=day.responses[first], repeats=repeats)
    return neurons_of(shown, side, seed=seed)


def predict(network: Classifier, neurons: Neurons, settings: dict[str, Any]) -> np.ndarray:
    """Held-out predictions by layer: (L, N, neurons)."""
    return predictions_by_layer(
        network,
        stages_to_read(network),
        neurons,
        num_components=settings["num_components"],
        num_folds=settings["num_folds"],
    )


def at_other_sides(network: Classifier, settings: dict[str, Any]) -> dict[str, np.ndarray]:
    """Scores of the first session when its images are shown smaller or larger."""
    found = {}
    for side in settings["other_sides"]:
        neurons = load_neurons(settings["sessions"][0], side, settings["seed"])
        predicted = predict(network, neurons, settings)
        found[f"side_{side}"] = scores_by_layer(predicted, neurons.responses)
    return found


def favourites(
    network: Classifier,
    everybody: dict[str, Neurons],
    arrays: dict[str, np.ndarray],
    settings: dict[str, Any],
) -> dict[str, np.ndarray]:
    """Photographs of the corpus to which the best predicted neurons should answer most and least.

    As many neurons of every animal; ``shown_names``: (neurons, 2, NUM_BEST), most, then least.
    """
    corpus = fetch_corpus()
    names = np.array([one.name for one in corpus])
    photographs = torch.cat([square(read_image(one.path), settings["side"]) for one in corpus])
    frozen, stages = freeze_for_inference(network), stages_to_read(network)
    sessions = [session for session in everybody if session != V4_REPEATED]
    shown: dict[str, list[Any]] = {"neuron": [], "r": [], "layer": [], "names": [], "rates": []}
    for session in sessions:
        neurons, r = everybody[session], arrays[f"{session}_trained"]
        chosen = r.max(axis=0).argsort()[::-1][: settings["num_shown"] // len(sessions)]
        layers = [stages[index] for index in r[:, chosen].argmax(axis=0)]
        seen, new = (
            cell_means(frozen, images, sorted(set(layers)))
            for images in (neurons.images, photographs)
        )
        for neuron, layer in zip(chosen, layers, strict=True):
            response = neurons.responses[:, [neuron]].astype(np.float32)
            fit, look = (maps[layer].flatten(1).numpy() for maps in (seen, new))
            rates = predict_by_ridge(fit, response, look)[:, 0]
            order = rates.argsort()[::-1]
            picked = np.stack([order[:NUM_BEST], order[::-1][:NUM_BEST]])
            shown["neuron"].append(f"{ANIMALS[session]}, neuron {neuron + 1}")
            shown["r"].append(r[:, neuron].max())
            shown["layer"].append(layer)
            shown["names"].append(names[picked])
            shown["rates"].append(rates[picked])
    return {f"shown_{name}": np.array(values) for name, values in shown.items()}


if __name__ == "__main__":
    run_experiment(measure)
