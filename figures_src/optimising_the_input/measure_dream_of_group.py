"""A picture in which a network is made to see a group of classes, from large ones to small ones."""

from dataclasses import asdict
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import corpus_photograph, fetch_corpus
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation import judging
from site_lib.feature_visualisation.dream import DreamRecipe, dream_of
from site_lib.feature_visualisation.snapshots import Snapshots
from site_lib.images.images import as_bytes, eight_bit, read_image, resize, square, squares_on_grid
from site_lib.images.scenes import plate_of_spaghetti
from site_lib.images.tree import tree_scene
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

# What counts as seen: all breeds of dog, from Chihuahua to Mexican hairless, and all that is built
# to go into or up, seen from outside.
BUILDINGS = (
    "barn", "beacon", "bell cote", "boathouse", "castle", "church", "cinema", "cliff dwelling",
    "dome", "greenhouse", "library", "lumbermill", "mobile home", "monastery", "mosque", "obelisk",
    "palace", "planetarium", "prison", "restaurant", "stupa", "thatch", "tile roof",
    "triumphal arch", "vault", "water tower", "yurt",
)  # fmt: skip
FAMILIES = {"dogs": range(151, 269), "buildings": tuple(map(class_index, BUILDINGS))}
SCENES = {"tree": tree_scene, "spaghetti": plate_of_spaghetti}
# Crops in which the family is looked for: their sides and distances, in shares of the picture.
CROPS = ((0.35, 0.325), (0.5, 0.25), (0.7, 0.3))
# A stage before the end of the first octave, as a share of the steps: most happens there.
EARLY = 0.12


def measure(
    *,
    model: str,
    judges: list[str],
    start: str,
    start_class: str,
    family: Literal["dogs", "buildings"],
    wanted: list[str],
    unwanted: list[str],
    side: int,
    steps: int,
    num_tiles: int,
    tile_range: list[float],
    likeness: list[float],
    fade: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Dream of a group with trained and with random weights, and of another one; count the family.

    start: a rendered scene, or a photograph of the corpus, and the class that names it.
    unwanted: as many classes as are wanted, none of the family: what the same recipe makes of them.
    tile_range: least and largest tile, in units of what the network is shown.   likeness: the side
    at which the picture has to stay the same, and the weight of that.
    """
    recipe = DreamRecipe(
        steps=steps,
        num_tiles=num_tiles,
        smallest_tile=tile_range[0],
        largest_tile=tile_range[1],
        likeness_side=int(likeness[0]),
        likeness_weight=likeness[1],
        fade=fade,
    )
    source = load_frozen(model, device=device)
    viewers = {"source": source} | {name: load_frozen(name, device=device) for name in judges}
    control = load_frozen(model, random_seed=seed, device=device)
    picture = first_picture(start, side, seed).to(device)
    made = {
        "trained": stages(source, wanted, picture, recipe, seed),
        "random": stages(control, wanted, picture, recipe, seed)[-1:],
        "unwanted": stages(source, unwanted, picture, recipe, seed)[-1:],
    }
    arrays = {
        "stage_pixels": as_bytes(resize(made["trained"], side // 2)),
        "trained_pixels": as_bytes(made["trained"][-1]),
    } | {f"{name}_pixels": as_bytes(resize(made[name][-1:], side // 2)[0])
         for name in ("random", "unwanted")}  # fmt: skip
    for viewer, network in viewers.items():
        for name, pictures in made.items():
            shares = [family_share(network, each[None], family) for each in pictures]
            arrays[f"{viewer}_{name}_share"] = np.array(shares)
    metrics = {
        "sides": [round(share * side) for _, share in recipe.octaves],
        "recorded_steps": [0, *recorded_steps(recipe), steps],
        "recipe": asdict(recipe),
        "family_size": len(FAMILIES[family]),
        "num_crops": len(crops(picture)),
        "start_ranks": {name: rank(network, picture, start_class)
                        for name, network in viewers.items()},
    }  # fmt: skip
    weights = [network.record() for network in (*viewers.values(), control)]
    photographs = [] if start in SCENES else [corpus_photograph(start).record()]
    return Measurement(arrays, metrics, weights, photographs)


def first_picture(name: str, side: int, seed: int) -> Tensor:
    """A rendered scene, or the middle of a photograph of the corpus: (1, 3, side, side)."""
    if name in SCENES:
        return SCENES[name](side, generator=torch.Generator().manual_seed(seed))
    fetch_corpus()
    return square(read_image(corpus_photograph(name).path), side)


def recorded_steps(recipe: DreamRecipe) -> list[int]:
    """One early step, and the end of every octave but the last."""
    shares = [EARLY, *(until for until, _ in recipe.octaves[:-1])]
    return [round(share * recipe.steps) for share in shares]


def stages(
    network: Classifier, names: list[str], start: Tensor, recipe: DreamRecipe, seed: int
) -> Tensor:
    """The start, and what a network has made of it by every recorded step: (K, 3, side, side)."""
    kept = Snapshots(recorded_steps(recipe), lambda images: resize(images, start.shape[-1]))
    end = dream_of(
        network,
        torch.tensor([class_index(name) for name in names], device=start.device),
        start,
        recipe=recipe,
        generator=torch.Generator().manual_seed(seed),
        track=lambda steps: track(steps, f"{class_names()[class_index(names[0])]} and others, "
                                         f"{network.name}"),
        on_step=kept.keep,
    )  # fmt: skip
    return eight_bit(torch.cat([start, *kept.images.values(), end]))


def rank(network: Classifier, picture: Tensor, name: str) -> int:
    """The place that a network gives a class for a picture, from 1."""
    wanted = torch.tensor([class_index(name)], device=picture.device)
    return int(judging.judge(network, picture, wanted).rank)


def crops(picture: Tensor) -> list[Tensor]:
    """Squares of three sizes on a regular grid, each (1, 3, size, size)."""
    return [
        square
        for share, distance in CROPS
        for square in squares_on_grid(picture, share=share, distance=distance)
    ]


def family_share(network: Classifier, picture: Tensor, family: str) -> float:
    """Share of the crops in which the network's first answer, of 1000, is of a family."""
    return judging.share_seen(network, crops(picture), torch.tensor(FAMILIES[family]))


if __name__ == "__main__":
    run_experiment(measure)
