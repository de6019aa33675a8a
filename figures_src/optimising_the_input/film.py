"""Frames of one super-stimulus, from noise to the end."""

import numpy as np
import torch
from torch import Tensor

from site_lib.feature_visualisation.snapshots import Snapshots
from site_lib.feature_visualisation.super_stimuli import Recipe
from site_lib.images.images import as_bytes, resize

SIDE = 128


class Film:
    """Keeps frames of all classes, starts and candidates, since every choice comes last."""

    def __init__(self, recipe: Recipe) -> None:
        early = [step for step in range(recipe.coarse_steps) if step % 6 == 0 or is_power(step)]
        self.recipe = recipe
        self.starts = Snapshots(early, shown)
        self.candidates = [
            Snapshots(range(0, recipe.steps, 8), shown) for _ in range(recipe.candidates)
        ]

    def keep_candidate(self, candidate: int, step: int, images: Tensor) -> None:
        """A frame of the second stage."""
        self.candidates[candidate].keep(step, images)

    def arrays(self, index: int, candidate: int, start: int) -> dict[str, np.ndarray]:
        """Frames (F, SIDE, SIDE, 3) of one candidate, and the steps they were taken at, counted
        over both stages.

        index: of the class among those that are made.   start: that the candidate grew from.
        """
        first = index * self.recipe.starts + start
        begun = {step: images[first] for step, images in self.starts.images.items()}
        grown = self.candidates[candidate].images
        ended = {self.recipe.coarse_steps + step: images[index] for step, images in grown.items()}
        frames = torch.stack([*begun.values(), *ended.values()])
        return {"film": frames.numpy(), "film_steps": np.array([*begun, *ended])}


def shown(images: Tensor) -> Tensor:
    """Images as a film has them, small and in bytes, since so many are kept: (N, H, W, 3)."""
    return torch.from_numpy(as_bytes(resize(images, SIDE)))


def is_power(step: int) -> bool:
    """Whether a step is 0 or a power of 2."""
    return step & (step - 1) == 0
