"""A grey square over photographs, and channels held at their mean: who loses what?"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import (
    CorpusPhotograph,
    categories,
    corpus_photograph,
    fetch_corpus,
)
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes
from site_lib.interpretability.ablation import ablation_effects, promised
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.activations import activations_of, mean_of_map
from site_lib.networks.answers import first_answers, logit_of
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement
from site_lib.units.occlusion import occlusion_map


def measure(
    *,
    model: str,
    pictures: list[str],
    side: int,
    square: int,
    stride: int,
    unit_layer: str,
    layers: list[str],
    num_channels: int,
    fewest: int,
    num_tested: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Occlusion maps of class and unit; effects of ablations on photographs of each category.

    pictures: photographs of the corpus to hide parts of.   unit_layer: whose strongest unit is
    watched.   layers: of which num_channels are ablated, drawn at random.   fewest: photographs
    that a category must have.   num_tested: of each, on which ablations are measured; names are
    given by the others.
    """
    network = load_frozen(model, device=device)
    shown = corpus_squares([corpus_photograph(name) for name in pictures], side).to(device)
    classes = first_answers(network, shown)
    maps = activations_of(network, shown, [unit_layer], summarise=lambda maps: maps)[unit_layer]
    hidden, units = [], []
    for index, image in enumerate(track(shown.split(1), "occlusion", "photograph")):
        unit, place = strongest(maps[index])
        watched = logit_of(network, int(classes[index])), unit_of(network, unit_layer, unit, place)
        hidden.append(torch.stack(
            [occlusion_map(one, image, square=square, stride=stride).cpu() for one in watched]
        ))  # fmt: skip
        units.append(unit)

    corpus, category = by_category(fewest)
    images = corpus_squares(corpus, side).to(device)
    tested = first_of_each(category, num_tested)
    own = first_answers(network, images[tested]).cpu()
    generator = torch.Generator().manual_seed(seed)
    size, target, named = [], [], []
    responses = activations_of(network, images, layers, summarise=mean_of_map)
    for layer in track(layers, "ablation", "layer"):
        number = responses[layer].shape[1]
        channels = torch.randperm(number, generator=generator)[:num_channels]
        chosen = responses[layer][:, channels]
        change = ablation_effects(
            network, images[tested], layer, channels, chosen.mean(dim=0)
        ).cpu()
        size.append(change.norm(dim=2).mean(dim=1))
        target.append(change.gather(2, own.expand(len(channels), -1)[..., None])[..., 0])
        named.append(promised(chosen[~tested], category[~tested]))
    arrays = {
        "photographs": as_bytes(shown),
        "occlusion": torch.stack(hidden).numpy(),
        "size": torch.stack(size).numpy(),  # (layers, channels)
        "target": torch.stack(target).numpy(),  # (layers, channels, photographs)
        "named": torch.stack(named).numpy(),
        "category": category[tested].numpy(),
    }
    metrics = {
        "answers": [network.class_names[index] for index in classes.tolist()],
        "units": units,
        "num_photographs": len(own),
        "num_categories": len(category.unique()),
    }
    records = [one.record() for one in corpus] + [corpus_photograph(n).record() for n in pictures]
    return Measurement(arrays, metrics, [network.record()], records)


def strongest(maps: Tensor) -> tuple[int, tuple[int, int]]:
    """The unit that is excited most, and where: maps (channels, h, w)."""
    unit, row, column = np.unravel_index(int(maps.argmax()), tuple(maps.shape))
    return int(unit), (int(row), int(column))


def unit_of(
    network: Classifier, layer: str, channel: int, place: tuple[int, int]
) -> Callable[[Tensor], Tensor]:
    """Images (N, 3, H, W) → one unit's answer, (N,)."""

    def answer(images: Tensor) -> Tensor:
        maps = activations_of(network, images, [layer], summarise=lambda maps: maps)[layer]
        return maps[:, channel, place[0], place[1]]

    return answer


def by_category(fewest: int) -> tuple[list[CorpusPhotograph], Tensor]:
    """Photographs of the categories that have so many, and the number of each one's category."""
    every = fetch_corpus()
    numbers = {name: k for k, name in enumerate(categories())}
    count = {name: sum(one.category == name for one in every) for name in numbers}
    chosen = [one for one in every if count[one.category] >= fewest]
    return chosen, torch.tensor([numbers[one.category] for one in chosen])


def first_of_each(category: Tensor, number: int) -> Tensor:
    """The first photographs of each category: (N,), true or not."""
    found = torch.zeros(len(category), dtype=torch.bool)
    for one in category.unique():
        found[(category == one).nonzero()[:number, 0]] = True
    return found


if __name__ == "__main__":
    run_experiment(measure)
