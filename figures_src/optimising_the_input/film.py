"""Frames of one super-stimulus, from noise to the end."""

import numpy as np
import torch
from torch import Tensor

from site_lib.feature_visualisation.snapshots import Snapshots
from site_lib.feature_visualisation.super_stimuli import Recipe
from site_lib.images.images import as_bytes, resize

SIDE = 128


class Film:
    """Keeps frames of one class, of all its starts and candidates, since the choice comes last.

    index: of the class among those that are made.
    """

    def __init__(self, index: int, recipe: Recipe) -> None:
        early = [step for step in range(recipe.coarse_steps) if step % 6 == 0 or is_power(step)]
        first = index * recipe.starts
        self.index, self.recipe = index, recipe
        self.starts = Snapshots(early, lambda images: shown(images[first : first + recipe.starts]))
        self.candidates = [
            Snapshots(range(0, recipe.steps, 8), lambda images: shown(images[index : index + 1]))
            for _ in range(recipe.candidates)
        ]

    def keep_candidate(self, candidate: int, step: int, images: Tensor) -> None:
        """A frame of the second stage."""
        self.candidates[candidate].keep(step, images)

    def arrays(self, candidate: int, start: int) -> dict[str, np.ndarray]:
        """Frames (F, SIDE, SIDE, 3) of one candidate, and the steps they were taken at, counted
        over both stages.

        start: that it grew from.
        """
        begun = {step: images[start][None] for step, images in self.starts.images.items()}
        grown = self.candidates[candidate].images
        ended = {self.recipe.coarse_steps + step: images for step, images in grown.items()}
        frames = torch.cat([*begun.values(), *ended.values()])
        return {"film": as_bytes(frames), "film_steps": np.array([*begun, *ended])}


def shown(images: Tensor) -> Tensor:
    """Images as large as a film has them."""
    return resize(images, SIDE)


def is_power(step: int) -> bool:
    """Whether a step is 0 or a power of 2."""
    return step & (step - 1) == 0
