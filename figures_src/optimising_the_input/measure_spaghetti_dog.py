"""A plate of spaghetti in which a network is made to see dogs, from large ones to small ones."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.feature_visualisation import judging
from site_lib.feature_visualisation.dream import DreamRecipe, dream_of
from site_lib.feature_visualisation.snapshots import Snapshots
from site_lib.images.images import as_bytes, eight_bit, resize, squares_on_grid
from site_lib.images.scenes import plate_of_spaghetti
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

# ImageNet's breeds of dog, from Chihuahua to Mexican hairless.
DOGS = torch.arange(151, 269)
# What the dream is asked for: breeds with pale fur, since pasta is pale.
BREEDS = ("golden retriever", "cocker spaniel", "Pomeranian", "chow", "Pembroke", "pug")
# Crops in which dogs are looked for: their sides, and their distance, in shares of the picture.
CROPS = ((0.35, 0.325), (0.5, 0.25), (0.7, 0.3))
# A stage before the end of the first octave, as a share of the steps: most happens there.
EARLY = 0.12


def measure(
    *,
    model: str,
    judge: str,
    side: int,
    steps: int,
    num_plates: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Dream of dogs with trained and with random weights; count the dogs that networks see."""
    recipe = DreamRecipe(steps=steps)
    source = load_frozen(model, device=device)
    viewers = {"source": source, "judge": load_frozen(judge, device=device)}
    control = load_frozen(model, random_seed=seed, device=device)
    start = plate(seed, side).to(device)
    trained, random = (stages(network, start, recipe, seed) for network in (source, control))
    arrays = {
        "stage_pixels": as_bytes(resize(trained, side // 2)),
        "trained_pixels": as_bytes(trained[-1]),
        "random_pixels": as_bytes(random[-1]),
    }
    for viewer, network in viewers.items():
        shares = [dog_share(network, picture[None]) for picture in trained]
        arrays[f"{viewer}_share"] = np.array(shares)
        arrays[f"{viewer}_random_share"] = np.array(dog_share(network, random[-1:]))
    ranks = [rank_of_carbonara(source, plate(k, side).to(device)) for k in range(num_plates)]
    metrics = {
        "sides": [round(share * side) for _, share in recipe.octaves],
        "recorded_steps": [0, *recorded_steps(recipe), steps],
        "recipe": asdict(recipe),
        "breeds": list(BREEDS),
        "num_dogs": len(DOGS),
        "num_crops": len(crops(start)),
        "plate_ranks": ranks,
        "num_carbonara_first": sum(rank == 1 for rank in ranks),
    }
    weights = [network.record() for network in (*viewers.values(), control)]
    return Measurement(arrays, metrics, weights)


def plate(seed: int, side: int) -> Tensor:
    """A plate of its own for each seed: (1, 3, side, side)."""
    return plate_of_spaghetti(side, generator=torch.Generator().manual_seed(seed))


def recorded_steps(recipe: DreamRecipe) -> list[int]:
    """One early step, and the end of every octave but the last."""
    shares = [EARLY, *(until for until, _ in recipe.octaves[:-1])]
    return [round(share * recipe.steps) for share in shares]


def stages(network: Classifier, start: Tensor, recipe: DreamRecipe, seed: int) -> Tensor:
    """The plate, and what a network has made of it by every recorded step: (K, 3, side, side)."""
    kept = Snapshots(recorded_steps(recipe), lambda images: resize(images, start.shape[-1]))
    end = dream_of(
        network,
        torch.tensor([class_index(name) for name in BREEDS], device=start.device),
        start,
        recipe=recipe,
        generator=torch.Generator().manual_seed(seed),
        track=lambda steps: track(steps, f"dogs of {network.name}"),
        on_step=kept.keep,
    )
    return eight_bit(torch.cat([start, *kept.images.values(), end]))


def rank_of_carbonara(network: Classifier, picture: Tensor) -> int:
    """The place that a network gives it among all classes, from 1."""
    carbonara = torch.tensor([class_index("carbonara")], device=picture.device)
    return int(judging.judge(network, picture, carbonara).rank)


def crops(picture: Tensor) -> list[Tensor]:
    """Squares of three sizes on a regular grid, each (1, 3, size, size)."""
    return [
        square
        for share, distance in CROPS
        for square in squares_on_grid(picture, share=share, distance=distance)
    ]


def dog_share(network: Classifier, picture: Tensor) -> float:
    """Share of the crops in which the network's first answer, of 1000, is a dog."""
    return judging.share_seen(network, crops(picture), DOGS)


if __name__ == "__main__":
    run_experiment(measure)
