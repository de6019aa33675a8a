"""Super-stimuli: images that maximise a class, judged by networks that took no part."""

from dataclasses import asdict

import numpy as np
import torch

from figures_src.optimising_the_input.film import Film
from site_lib.common.progress import track
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes, to_tensor
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judges: list[str],
    classes: list[str],
    starts: int,
    candidates: int,
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Candidates for each class, the source's choice, and every network's verdict on all of them.

    The film is of the class that the judges are surest of, by the one that is least sure.
    """
    source = load_frozen(model, device=device)
    viewers = {"source": source} | {name: load_frozen(name, device=device) for name in judges}
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    recipe = Recipe(starts=starts, candidates=candidates, side=side, steps=steps)
    film = Film(recipe)
    made = super_stimuli(
        source,
        wanted,
        recipe=recipe,
        generator=torch.Generator().manual_seed(seed),
        track=lambda steps, stage: track(steps, f"super-stimuli, {stage}"),
        on_coarse_step=film.starts.keep,
        on_step=film.keep_candidate,
    )
    choice = made.choice.cpu().numpy()
    arrays = {
        "pixels": as_bytes(made.images),
        "candidates": as_bytes(made.candidates),
        "confidence": made.confidence.cpu().numpy(),
        "choice": choice,
    }
    verdicts = judged(viewers, made.candidates, wanted, of="candidate")
    of_choice = {
        name.replace("_candidate", ""): each[np.arange(len(classes)), choice]
        for name, each in verdicts.items()
    }
    sure = np.min([of_choice[f"{name}_probability"] for name in judges], axis=0)
    filmed = int(sure.argmax())
    candidate = int(choice[filmed])
    arrays |= film.arrays(filmed, candidate, int(made.start[filmed, candidate]))
    frames = to_tensor(arrays["film"]).to(device)
    of_film = judged(viewers, frames[None], wanted[filmed, None], of="film")
    metrics = {
        "classes": [class_names()[index] for index in wanted.tolist()],
        "class_indices": wanted.tolist(),
        "film_class": class_names()[int(wanted[filmed])],
        "film_class_index": int(wanted[filmed]),
        "recipe": asdict(recipe),
    }
    weights = [network.record() for network in viewers.values()]
    return Measurement(arrays | verdicts | of_choice | of_film, metrics, weights)


if __name__ == "__main__":
    run_experiment(measure)
