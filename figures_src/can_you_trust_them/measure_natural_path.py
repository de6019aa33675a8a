"""Block by block: stimuli made for a class, photographs of it, and photographs of others."""

from collections import Counter
from functools import partial

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import fetch_corpus, labelled_corpus
from site_lib.data.photographs import LabelledPhotograph, classified_photographs
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.objectives import class_logit, likely_class
from site_lib.feature_visualisation.optimise import begin_coarse, maximise
from site_lib.feature_visualisation.parameterisations import FourierImage, PixelImage
from site_lib.feature_visualisation.transforms import robust_views
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, eight_bit, load_photographs, pink_noise, resize
from site_lib.interpretability.natural_path import path_similarity
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

THUMBNAIL_SIDE = 112


def measure(
    *,
    model: str,
    judges: list[str],
    layers: list[str],
    start: str,
    fewest: int,
    side: int,
    steps: int,
    plain_steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Similarity by recipe, layer and class, and what two networks take the stimuli for.

    start: photograph at which the third recipe begins.   fewest: photographs that a class must
    have.   side: at which priors are climbed.   plain_steps: of the recipe without one.
    """
    network = load_frozen(model, device=device)
    chosen = classes_with(fewest)
    labels = torch.tensor([one.imagenet_class for one in chosen])
    classes = labels.unique()
    images = corpus_squares(chosen, network.input_side)
    generator = torch.Generator().manual_seed(seed)
    wanted = classes.to(device)
    made = stimuli(network, wanted, start, side, steps, plain_steps, generator)

    answers = partial(activations_of, network, layers=layers, summarise=mean_of_map)
    photographs = answers(images)
    similar = [
        [path_similarity(of_layer[layer], classes, photographs[layer], labels) for layer in layers]
        for of_layer in map(answers, made.values())
    ]
    viewers = {"source": network} | {name: load_frozen(name, device=device) for name in judges}
    verdicts = {
        name: values
        for recipe, pictures in made.items()
        for name, values in judged(viewers, pictures, wanted, of=recipe).items()
    }
    arrays = {
        "stimulus": np.array([[one.stimulus.numpy() for one in recipe] for recipe in similar]),
        "same": np.array([one.same.numpy() for one in similar[0]]),
        "other": np.array([one.other.numpy() for one in similar[0]]),
        "thumbnails": np.array([as_bytes(resize(m, THUMBNAIL_SIDE)) for m in made.values()]),
        "photographs": as_bytes(resize(first_of_each(images, labels, classes), THUMBNAIL_SIDE)),
        "classes": np.array([network.class_names[index] for index in classes.tolist()]),
    }
    metrics = {
        "recipes": list(made),
        "num_classes": len(classes),
        "num_photographs": len(labels),
        "first": {name: int((ranks == 1).sum()) for name, ranks in verdicts.items()
                  if name.endswith("_rank")},
    }  # fmt: skip
    weights = [one.record() for one in viewers.values()]
    return Measurement(arrays | verdicts, metrics, weights, [one.record() for one in chosen])


def classes_with(fewest: int) -> list[LabelledPhotograph]:
    """Labelled photographs of all classes that have so many."""
    every = [*classified_photographs(), *labelled_corpus(fetch_corpus())]
    number = Counter(one.imagenet_class for one in every)
    return [one for one in every if number[one.imagenet_class] >= fewest]


def stimuli(
    network: Classifier,
    classes: Tensor,
    start: str,
    side: int,
    steps: int,
    plain_steps: int,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """For each class an image by three recipes, and noise that knows of none."""
    number, device = len(classes), classes.device
    climb = partial(maximise, network, generator=generator)
    views = robust_views()
    likely = likely_class(classes, 0.5)

    def with_prior(image: FourierImage, num_steps: int) -> Tensor:
        """The first stage of the super-stimuli."""
        return climb(
            likely,
            image.to(device),
            steps=track(range(num_steps), "prior"),
            num_steps=num_steps,
            learning_rate=0.25,
            transforms=views,
            side_at=begin_coarse(side),
            statistics_weight=20.0,
            total_variation_weight=1.5,
        )

    began = load_photographs([start], side).expand(number, -1, -1, -1)
    made = {
        "plain": climb(
            class_logit(classes),
            PixelImage(number, network.input_side, generator=generator).to(device),
            steps=track(range(plain_steps), "no prior"),
            num_steps=plain_steps,
            learning_rate=0.03,
            transforms=[],
        ),
        "prior": with_prior(
            FourierImage(number, side, generator=generator, noise=0.05, falloff=1.25), steps
        ),
        "photograph": with_prior(FourierImage.of(began, falloff=1.25), steps // 2),
        "noise": pink_noise(number, side, generator=generator).to(device),
    }
    return {name: eight_bit(resize(images, network.input_side)) for name, images in made.items()}


def first_of_each(images: Tensor, labels: Tensor, classes: Tensor) -> Tensor:
    """The first photograph of each class."""
    return torch.stack([images[labels == index][0] for index in classes])


if __name__ == "__main__":
    run_experiment(measure)
