"""Images for real neurons of V4, made by one network's encoder and judged by another's."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from site_lib.biology.encoding import correlations, held_out_predictions
from site_lib.biology.neurons import neurons_of
from site_lib.biology.sites import cell_means
from site_lib.common.files import ROOT
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import CorpusPhotograph, fetch_corpus
from site_lib.data.neurons import ANIMALS, cowley2023
from site_lib.data.recorded import Recorded
from site_lib.data.recorded import recorded as recorded_measurement
from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.objectives import Objective
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.images import (
    as_bytes,
    eight_bit,
    pink_noise,
    read_image,
    resize,
    square,
    squares_on_grid,
)
from site_lib.interpretability.population_control import (
    Encoder,
    fit_encoder,
    one_hot,
    shuffled,
    stretch,
)
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement

RECORDED = ROOT / "figures_src/can_you_trust_them/measured/v4-encoders.json"
RECORDINGS = ("cowley2023",)
TOLERANCE = 0.05
NUM_IMAGES = 2000  # of a session at most: all
NUM_PHOTOGRAPHS = 1000  # of the corpus: all
# The image stays where the neuron looks, but for what an eye trembles.
VIEWS = [t.roll(1 / 28), t.light(0.1, 0.04), t.gaussian_noise(0.03)]
# Besides the whole photograph, its four corners.
CROP, APART = 0.7, 0.3


def measure(
    *,
    model: str,
    layer: str,
    judge: str,
    judge_layer: str,
    session: str,
    side: int,
    num_neurons: int,
    num_folds: int,
    steps: int,
    num_shown: int,
    recorded: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """What two encoders predict for images made by one of them, and for photographs and noise.

    model, layer: where the encoder reads that makes the images, a single layer; judge, judge_layer:
    where the other one reads.   session: of the recording.   side: at which images are shown, in
    pixels.   num_neurons: those that both predict best.   recorded: what is done where the
    recordings are at hand. The encoders are committed, so the images are made on every machine.
    """
    settings: dict[str, Any] = {
        "model": model, "layer": layer, "judge": judge, "judge_layer": judge_layer,
        "session": session, "side": side, "num_neurons": num_neurons, "num_folds": num_folds,
        "seed": seed,
    }  # fmt: skip
    network, other = (load_frozen(name, device=device) for name in (model, judge))
    found = recorded_measurement(
        RECORDED,
        lambda: fitted(network, other, settings),
        mode=recorded,
        recordings=RECORDINGS,
        settings=settings,
        tolerance=TOLERANCE,
    )
    own, second = encoder(found, "own", layer), encoder(found, "judge", judge_layer)
    generator = torch.Generator().manual_seed(seed)
    corpus = fetch_corpus()[:NUM_PHOTOGRAPHS]
    shown = {"photograph": views(corpus, side)}
    shown |= {"noise": pink_noise(num_neurons, side, generator=generator)}
    each = torch.arange(num_neurons, device=device)
    mixed = shuffled(own, generator)
    for name, objective in (
        ("stretch", stretch(on(own, device), each)),
        ("one_hot", one_hot(on(own, device), each)),
        ("shuffled", stretch(on(mixed, device), each)),
    ):
        shown[name] = made(network, objective, num_neurons, side, steps, name, generator)
    arrays = {"r": found["r"], "rate": found["rate"], "neuron": found["neuron"]}
    for name, images in shown.items():
        arrays[f"own_{name}"] = own.of_images(network, images).numpy()
        arrays[f"judge_{name}"] = second.of_images(other, images).numpy()
    picked = arrays["own_photograph"].argmax(axis=0)
    arrays["pixels"] = np.stack([
        as_bytes(shown["photograph"][picked[:num_shown]]),
        *(as_bytes(shown[name][:num_shown]) for name in ("stretch", "one_hot")),
    ])  # fmt: skip
    metrics = {
        "animal": ANIMALS[session],
        "num_recorded": int(found["num_recorded"]),
        "num_images": int(found["num_images"]),
        "r": found["r"].mean(axis=1).tolist(),
        "num_photographs": len(corpus),
        "num_views": len(shown["photograph"]),
        "measured": found.measured,
    }
    inputs = [*found.inputs, *(one.record() for one in corpus)]
    return Measurement(arrays, metrics, [network.record(), other.record()], inputs)


def fitted(
    network: Classifier, other: Classifier, settings: dict[str, Any]
) -> dict[str, np.ndarray]:
    """Both encoders of the neurons that they predict best, and what was recorded of these."""
    day = cowley2023(settings["session"])
    first = slice(NUM_IMAGES)
    day = replace(day, images=day.images[first], responses=day.responses[first], repeats=None)
    neurons = neurons_of(day, settings["side"], seed=settings["seed"])
    features, r = {}, []
    for name, classifier, layer in (
        ("own", network, settings["layer"]),
        ("judge", other, settings["judge_layer"]),
    ):
        features[name] = cell_means(classifier, neurons.images, [layer])[layer].flatten(1).numpy()
        predicted = held_out_predictions(
            features[name], neurons.responses, neurons.groups, num_folds=settings["num_folds"]
        )
        r.append(correlations(predicted, neurons.responses))
    worse = np.minimum(*r)
    chosen = worse.argsort(kind="stable")[::-1][: settings["num_neurons"]]
    rates = neurons.responses[:, chosen]
    arrays = {
        "neuron": chosen + 1,
        "r": np.stack(r)[:, chosen],
        # Mean, standard deviation and maximum over the images that the animal saw.
        "rate": np.stack([rates.mean(axis=0), rates.std(axis=0), rates.max(axis=0)]),
        "num_recorded": np.array(len(worse)),
        "num_images": np.array(len(rates)),
    }
    for name, layer in (("own", settings["layer"]), ("judge", settings["judge_layer"])):
        one = fit_encoder(layer, features[name], rates)
        arrays |= {
            f"{name}_weights": one.weights.double().numpy(),
            f"{name}_centre": one.centre.double().numpy(),
            f"{name}_scale": np.array(one.scale),
        }
    return arrays


def encoder(found: Recorded, name: str, layer: str) -> Encoder:
    """An encoder from the record."""
    weights, centre = (torch.from_numpy(found[f"{name}_{part}"]).float()
                       for part in ("weights", "centre"))  # fmt: skip
    return Encoder(layer, weights, centre, float(found[f"{name}_scale"]))


def on(one: Encoder, device: torch.device) -> Encoder:
    """The encoder on a device."""
    return replace(one, weights=one.weights.to(device), centre=one.centre.to(device))


def views(corpus: list[CorpusPhotograph], side: int) -> Tensor:
    """Every photograph, whole and its four corners: (5 · photographs, 3, side, side)."""
    found = []
    for one in corpus:
        whole = square(read_image(one.path), round(side / CROP))
        parts = squares_on_grid(whole, share=CROP, distance=APART)
        found += [resize(part, side) for part in (whole, *parts)]
    return torch.cat(found)


def made(
    network: Classifier,
    objective: Objective,
    number: int,
    side: int,
    steps: int,
    name: str,
    generator: torch.Generator,
) -> Tensor:
    """An image for each neuron, by gradient ascent on what the encoder predicts."""
    (layer,) = objective.layers
    image = FourierImage(number, side, generator=generator).to(network.mean.device)
    return eight_bit(
        maximise(
            up_to(network, layer),
            objective,
            image,
            steps=track(range(steps), name),
            num_steps=steps,
            learning_rate=0.1,
            transforms=VIEWS,
            generator=generator,
            statistics_weight=0.5,
            total_variation_weight=1.0,
        )
    ).cpu()


if __name__ == "__main__":
    run_experiment(measure)
