"""Super-stimuli: images that maximise a class, judged by networks that took no part."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes, resize
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

FILM_SIDE = 128


def measure(
    *,
    model: str,
    random_weights: int,
    judges: list[str],
    classes: list[str],
    film_class: str,
    starts: int,
    candidates: int,
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Candidates for each class, the source's choice, and every network's verdict on all of them.

    random_weights: 1 for the same architecture before training.   film_class: one of the classes,
    of whose chosen candidate the frames are kept, or "none".
    """
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    source = freeze_for_inference(
        load(model, random_seed=seed if random_weights else None, device=device)
    )
    recipe = Recipe(starts=starts, candidates=candidates, side=side, steps=steps)
    film = Film(classes.index(film_class), recipe) if film_class != "none" else None
    made = super_stimuli(
        source,
        wanted,
        recipe=recipe,
        generator=torch.Generator().manual_seed(seed),
        track=lambda steps, stage: track(steps, f"super-stimuli, {stage}"),
        on_coarse_step=film.keep_starts if film else None,
        on_step=film.keep if film else None,
    )
    choice = made.choice.cpu().numpy()
    arrays = {
        "pixels": as_bytes(made.images),
        "candidates": as_bytes(made.candidates.flatten(0, 1)).reshape(
            len(classes), candidates, side, side, 3
        ),
        "confidence": made.confidence.cpu().numpy(),
        "choice": choice,
    }
    if film:
        start = made.start.cpu().numpy()[film.index]
        arrays |= film.arrays(start, choice[film.index])
    weights = [source.record()]
    for viewer, network in [("source", source)] + [
        (name, freeze_for_inference(load(name, device=device))) for name in judges
    ]:
        verdict = judge(
            network, made.candidates.flatten(0, 1), wanted.repeat_interleave(candidates)
        )
        for what, values in (("rank", verdict.rank), ("probability", verdict.probability)):
            each = values.cpu().numpy().reshape(len(classes), candidates)
            arrays[f"{viewer}_candidate_{what}"] = each
            arrays[f"{viewer}_{what}"] = each[np.arange(len(classes)), choice]
        if viewer != "source":
            weights.append(network.record())
    metrics = {
        "classes": [class_names()[index] for index in wanted.tolist()],
        "class_indices": wanted.tolist(),
        "recipe": asdict(recipe),
    }
    return Measurement(arrays, metrics, weights=weights)


class Film:
    """Frames of one class, from noise to the end: of every start and candidate, since the choice
    comes last.

    index: of the class among those that are made.
    """

    def __init__(self, index: int, recipe: Recipe) -> None:
        self.index = index
        self.recipe = recipe
        self.starts: dict[int, Tensor] = {}
        self.frames: dict[int, dict[int, Tensor]] = {}

    def keep_starts(self, step: int, images: Tensor) -> None:
        if step & (step - 1) == 0 or step % 6 == 0:
            first = self.index * self.recipe.starts
            self.starts[step] = images[first : first + self.recipe.starts]

    def keep(self, candidate: int, step: int, images: Tensor) -> None:
        if step % 8 == 0:
            self.frames.setdefault(candidate, {})[step] = images[self.index : self.index + 1]

    def arrays(self, start: np.ndarray, choice: int) -> dict[str, np.ndarray]:
        """Frames (F, side, side, 3) of one candidate and the steps they were taken at, counted
        over both stages.

        start: (K,), the start that each candidate grew from.   choice: the candidate.
        """
        begun = {step: images[start[choice]][None] for step, images in self.starts.items()}
        ended = {self.recipe.coarse_steps + s: images for s, images in self.frames[choice].items()}
        frames = [resize(frame, FILM_SIDE) for frame in (begun | ended).values()]
        return {"film": as_bytes(torch.cat(frames)), "film_steps": np.array([*begun, *ended])}


if __name__ == "__main__":
    run_experiment(measure)
