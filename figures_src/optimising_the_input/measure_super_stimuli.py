"""Super-stimuli: images that maximise a class, judged by networks that took no part."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from site_lib.experiment import run_experiment
from site_lib.feature_visualisation.judging import as_published, judge
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.imagenet import class_index, class_names
from site_lib.images import as_bytes, resize
from site_lib.models import freeze_for_inference, load
from site_lib.progress import track
from site_lib.provenance import Measurement

FILM_SIDE = 128


def measure(
    *,
    model: str,
    random_weights: int,
    judges: list[str],
    classes: list[str],
    repeats: int,
    film_class: str,
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """One image per class and repeat, its frames for one class, and every network's verdict.

    random_weights: 1 for the same architecture before training.   repeats: independent starts
    of every class.   film_class: one of the classes, or "none".
    """
    wanted = torch.tensor([class_index(name) for name in classes], device=device).repeat(repeats)
    source = freeze_for_inference(
        load(model, random_seed=seed if random_weights else None, device=device)
    )
    recipe = Recipe(side=side, steps=steps)
    film = Film(wanted, film_class, recipe)
    made = super_stimuli(
        source,
        wanted,
        recipe=recipe,
        generator=torch.Generator().manual_seed(seed),
        track=lambda steps, stage: track(steps, f"super-stimuli, {stage}"),
        on_coarse_step=film.keep_starts,
        on_step=film.keep,
    )
    images = as_published(made.images)
    arrays = {"pixels": as_bytes(images), "start_confidence": made.start_confidence.cpu().numpy()}
    arrays |= film.arrays(made.start)
    weights = [source.record()]
    for viewer, network in [("source", source)] + [
        (name, freeze_for_inference(load(name, device=device))) for name in judges
    ]:
        verdict = judge(network, images, wanted)
        arrays[f"{viewer}_rank"] = verdict.rank.cpu().numpy()
        arrays[f"{viewer}_probability"] = verdict.probability.cpu().numpy()
        if viewer != "source":
            weights.append(network.record())
    metrics = {
        "classes": [class_names()[index] for index in wanted.tolist()],
        "class_indices": wanted.tolist(),
        "num_images": len(wanted),
        "recipe": asdict(recipe),
    }
    return Measurement(arrays, metrics, weights=weights)


class Film:
    """Frames of one image, from noise to the end."""

    def __init__(self, wanted: Tensor, name: str, recipe: Recipe) -> None:
        self.index = wanted.tolist().index(class_index(name)) if name != "none" else None
        self.recipe = recipe
        self.starts: dict[int, Tensor] = {}
        self.frames: dict[int, Tensor] = {}

    def keep_starts(self, step: int, images: Tensor) -> None:
        """Frames of all starts of the class; which of them goes on is not known yet."""
        if self.index is not None and (step & (step - 1) == 0 or step % 6 == 0):
            first = self.index * self.recipe.starts
            self.starts[step] = images[first : first + self.recipe.starts]

    def keep(self, step: int, images: Tensor) -> None:
        if self.index is not None and step % 10 == 0:
            self.frames[step] = images[self.index : self.index + 1]

    def arrays(self, start: Tensor) -> dict[str, np.ndarray]:
        """Frames (F, side, side, 3) and the steps they were taken at, counted over both stages."""
        if self.index is None:
            return {}
        winner = int(start[self.index])
        coarse = [frames[winner : winner + 1] for frames in self.starts.values()]
        frames = [resize(frame, FILM_SIDE) for frame in (*coarse, *self.frames.values())]
        steps = [*self.starts, *(self.recipe.coarse_steps + step for step in self.frames)]
        return {"film": as_bytes(torch.cat(frames)), "film_steps": np.array(steps)}


if __name__ == "__main__":
    run_experiment(measure)
