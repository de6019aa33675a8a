"""A plate of spaghetti in which a network is made to see dogs, from large ones to small ones."""

from dataclasses import asdict
from functools import partial

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.feature_visualisation.dream import DreamRecipe, dream_of
from site_lib.feature_visualisation.judging import judge
from site_lib.images.images import as_bytes, eight_bit, resize
from site_lib.images.scenes import plate_of_spaghetti
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

# ImageNet's breeds of dog, from Chihuahua to Mexican hairless.
DOGS = torch.arange(151, 269)
# What the dream is asked for: breeds with pale fur, since pasta is pale.
BREEDS = ("golden retriever", "cocker spaniel", "Pomeranian", "chow", "Pembroke", "pug")
# Crops in which dogs are looked for: their sides, and their distance, in shares of the picture.
CROPS = ((0.35, 0.325), (0.5, 0.25), (0.7, 0.3))
BATCH = 16
# A stage before the end of the first octave, as a share of the steps: most happens there.
EARLY = 0.12


def measure(
    *,
    model: str,
    judging_model: str,
    side: int,
    steps: int,
    num_plates: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Dream of dogs with trained and with random weights; count the dogs that networks see."""
    recipe = DreamRecipe(steps=steps)
    networks = {
        "source": freeze_for_inference(load(model, device=device)),
        "judge": freeze_for_inference(load(judging_model, device=device)),
    }
    control = freeze_for_inference(load(model, random_seed=seed, device=device))
    start = plate(seed, side).to(device)

    wanted = torch.tensor([class_index(name) for name in BREEDS], device=device)
    ends_of_octaves = [round(until * steps) for until, _ in recipe.octaves[:-1]]
    recorded = [round(EARLY * steps), *ends_of_octaves]
    stages = {}
    for kind, climbed in (("trained", networks["source"]), ("random", control)):
        kept = [start]

        def keep(step: int, images: Tensor, kept: list[Tensor] = kept) -> None:
            if step in recorded:
                kept.append(resize(images, side))

        end = dream_of(
            climbed, wanted, start, recipe=recipe, on_step=keep,
            track=partial(track, description=f"dogs, {kind} weights"),
            generator=torch.Generator().manual_seed(seed),
        )  # fmt: skip
        stages[kind] = eight_bit(torch.cat([*kept, end]))
    arrays = {
        "stage_pixels": as_bytes(resize(stages["trained"], side // 2)),
        "trained_pixels": as_bytes(stages["trained"][-1]),
        "random_pixels": as_bytes(stages["random"][-1]),
    }
    for viewer, network in networks.items():
        shares = [dog_share(network, picture[None]) for picture in stages["trained"]]
        arrays[f"{viewer}_share"] = np.array(shares)
        arrays[f"{viewer}_random_share"] = np.array(dog_share(network, stages["random"][-1:]))
    carbonara = torch.tensor([class_index("carbonara")], device=device)
    ranks = [
        int(judge(networks["source"], plate(number, side).to(device), carbonara).rank)
        for number in range(num_plates)
    ]
    metrics = {
        "side": side,
        "sides": [round(share * side) for _, share in recipe.octaves],
        "recorded_steps": [0, *recorded, steps],
        "recipe": asdict(recipe),
        "breeds": list(BREEDS),
        "num_dogs": len(DOGS),
        "num_crops": len(crops(start)),
        "num_plates": num_plates,
        "plate_ranks": ranks,
        "num_carbonara_first": sum(rank == 1 for rank in ranks),
    }
    weights = [network.record() for network in (*networks.values(), control)]
    return Measurement(arrays, metrics, weights=weights)


def plate(seed: int, side: int) -> Tensor:
    """A plate of its own for each seed: (1, 3, side, side)."""
    return plate_of_spaghetti(side, generator=torch.Generator().manual_seed(seed))


def crops(picture: Tensor) -> list[Tensor]:
    """Squares of three sizes on a regular grid, each (1, 3, size, size)."""
    side = picture.shape[-1]
    found = []
    for share, distance in CROPS:
        size = round(share * side)
        corners = [
            round(k * distance * side) for k in range(int((1 - share) / distance + 1e-6) + 1)
        ]
        found += [
            picture[..., top : top + size, left : left + size]
            for top in corners
            for left in corners
        ]
    return found


@torch.no_grad()
def dog_share(network: Classifier, picture: Tensor) -> float:
    """Share of the crops in which the network's first answer, of 1000, is a dog."""
    seen = torch.cat([resize(crop, network.input_side) for crop in crops(picture)])
    answers = torch.cat([network(part).argmax(dim=1) for part in seen.split(BATCH)])
    return float(torch.isin(answers, DOGS.to(answers.device)).float().mean())


if __name__ == "__main__":
    run_experiment(measure)
