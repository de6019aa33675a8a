"""Two networks say which of two photographs excites a unit of a third more."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.objectives import channels
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, eight_bit, resize
from site_lib.interpretability.natural_path import standardised
from site_lib.interpretability.two_choice import (
    Trials,
    best_exemplars,
    extreme_pairs,
    of_another_unit,
    told_right,
)
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.networks.truncation import up_to
from site_lib.records.measurement import Measurement

QUIZ_SIDE = 160
VIEWS = [t.roll(1 / 6), t.zoom_crop(0.65), t.light(0.2, 0.08), t.gaussian_noise(0.04)]


def measure(
    *,
    model: str,
    layers: list[str],
    observers: list[str],
    num_units: int,
    num_exemplars: int,
    num_trials: int,
    skips: list[float],
    side: int,
    steps: int,
    num_items: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Shares of right answers by observer, references, difficulty and unit; and a quiz.

    num_units: of each layer, drawn at random.   skips: shares of photographs that are left out at
    both ends of the ranking, one for each difficulty.   side, steps: of the synthetic pictures.
    num_items: questions of the quiz for the reader.
    """
    network = load_frozen(model, device=device)
    corpus = fetch_corpus()
    images = corpus_squares(corpus, network.input_side)
    generator = torch.Generator().manual_seed(seed)
    answers = activations_of(network, images, layers, summarise=mean_of_map)
    responses, made, of_layer = [], [], []
    for number, layer in enumerate(layers):
        units = torch.randperm(answers[layer].shape[1], generator=generator)[:num_units]
        responses.append(answers[layer][:, units])
        made.append(synthetic(network, layer, units, side, steps, generator))
        of_layer += [number] * len(units)
    synthetics, excited = torch.cat(made), torch.cat(responses, dim=1)
    # References come from one half of the photographs, questions from the other.
    shown, asked = images[::2], images[1::2]
    exemplars = best_exemplars(excited[::2], num_exemplars)
    trials = [extreme_pairs(excited[1::2], num_trials, skip=skip) for skip in skips]
    # The quiz asks the first pair of each unit.
    trials.append(Trials(trials[0].more[:, :1], trials[0].less[:, :1]))
    known = [load_frozen(name, device=device) for name in observers]
    right = []
    for one in known:
        natural, questions, made_up = (
            answers_of(one, some) for some in (shown, asked, resize(synthetics, 224))
        )
        right.append(
            by_references(features_of(natural, natural), features_of(questions, natural), trials,
                          exemplars, features_of(made_up, made_up), torch.tensor(of_layer))
        )  # fmt: skip
    arrays = {"right": torch.stack(right).numpy(), "layer": np.array(of_layer)}
    asked_of = quiz(shown, asked, exemplars, synthetics, trials[0], num_items, generator)
    chosen = asked_of.pop("quiz_unit")
    kinds = np.arange(len(chosen)) % 2
    metrics = {
        "num_photographs": len(corpus),
        "quiz_sides": np.where(asked_of.pop("quiz_left"), "left", "right").tolist(),
        "quiz_shown": np.where(kinds == 0, "synthetic picture", "photographs").tolist(),
        "quiz_right": [float(one[kinds, -1, chosen].sum()) for one in arrays["right"]],
    }
    arrays |= asked_of
    weights = [one.record() for one in (network, *known)]
    return Measurement(arrays, metrics, weights, [one.record() for one in corpus])


def synthetic(
    network: Classifier,
    layer: str,
    units: Tensor,
    side: int,
    steps: int,
    generator: torch.Generator,
) -> Tensor:
    """A picture of each unit, by gradient ascent on the mean of its map."""
    return eight_bit(
        maximise(
            up_to(network, layer),
            channels(layer, units),
            FourierImage(len(units), side, generator=generator).to(network.mean.device),
            steps=track(range(steps), layer),
            num_steps=steps,
            learning_rate=0.4,
            transforms=VIEWS,
            generator=generator,
            total_variation_weight=0.5,
        ).cpu()
    )


def answers_of(observer: Classifier, images: Tensor) -> list[Tensor]:
    """Means of every channel of four layers from all depths of an observer: (N, D) each."""
    maps = [layer for layer in observer.layers if layer != "classifier"]
    chosen = [maps[round(k * (len(maps) - 1) / 4)] for k in (1, 2, 3, 4)]
    return list(activations_of(observer, images, chosen, summarise=mean_of_map).values())


def features_of(answers: list[Tensor], usual: list[Tensor]) -> Tensor:
    """What an observer makes of images, from its answers to these and to usual ones: (N, D).

    In units of their spread over the usual images: what sets a picture apart from others of its
    kind. Layers count alike.
    """
    scaled = [standardised(*pair) for pair in zip(answers, usual, strict=True)]
    return torch.cat([part / part.shape[1] ** 0.5 for part in scaled], dim=1)


def by_references(
    shown: Tensor,
    asked: Tensor,
    trials: Sequence[Trials],
    exemplars: Tensor,
    synthetics: Tensor,
    layers: Tensor,
) -> Tensor:
    """Right answers with synthetic, natural and another unit's references of either kind:
    (4, difficulties, units), mean over trials.
    """
    natural = shown[exemplars].mean(dim=1)
    kinds = [synthetics, natural]
    kinds += [of_another_unit(one, layers) for one in kinds]
    return torch.stack(
        [torch.stack([told_right(k, asked, pairs).mean(dim=1) for pairs in trials]) for k in kinds]
    )


def quiz(
    shown: Tensor,
    asked: Tensor,
    exemplars: Tensor,
    synthetics: Tensor,
    trials: Trials,
    number: int,
    generator: torch.Generator,
) -> dict[str, np.ndarray]:
    """Questions about units drawn at random: every second one with natural references."""
    units = torch.randperm(len(synthetics), generator=generator)[:number]
    left = torch.rand(number, generator=generator) < 0.5
    small = partial(resize, side=QUIZ_SIDE // 2)
    references = [
        montage(small(shown[exemplars[unit, :4]]))
        if item % 2
        else resize(synthetics[unit : unit + 1], QUIZ_SIDE)[0]
        for item, unit in enumerate(units.tolist())
    ]
    more, less = (resize(asked[pairs[units, 0]], QUIZ_SIDE) for pairs in (trials.more, trials.less))
    side = left[:, None, None, None]
    strips = [torch.stack(references), torch.where(side, more, less), torch.where(side, less, more)]
    return {
        "quiz": as_bytes(torch.stack(strips, dim=1)),
        "quiz_left": left.numpy(),
        "quiz_unit": units.numpy(),
    }


def montage(images: Tensor) -> Tensor:
    """Four images in a square: (4, 3, S, S) → (3, 2 S, 2 S)."""
    rows = [torch.cat(list(pair), dim=2) for pair in images.split(2)]
    return torch.cat(rows, dim=1)


if __name__ == "__main__":
    run_experiment(measure)
