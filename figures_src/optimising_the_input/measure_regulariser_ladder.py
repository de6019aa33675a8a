"""The same classes through one prior after another: what "maximise the output" finds without."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.objectives import likely_class
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage, PhaseImage, PixelImage
from site_lib.feature_visualisation.super_stimuli import Recipe
from site_lib.feature_visualisation.transforms import Transform, robust_views, roll
from site_lib.images.images import as_bytes, eight_bit, load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

# Large enough to matter and small enough that the class is still reached; for each prior the
# first of 0.1, 1, 10, … that visibly changed the picture.
L2_WEIGHT = 10.0
TOTAL_VARIATION_WEIGHT = 100.0
PIXEL_RATE, PHASE_RATE = 0.02, 0.05


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: a way to write the image down, views, and the weights of priors."""

    name: str
    image: Callable[[torch.Generator], nn.Module]
    learning_rate: float
    transforms: list[Transform] = field(default_factory=list)
    priors: dict[str, Any] = field(default_factory=dict)


def ladder(number: int, photographs: Tensor, recipe: Recipe) -> list[Rung]:
    """From no prior to everything but the last touches of the recipe."""

    def pixels(generator: torch.Generator) -> nn.Module:
        return PixelImage(number, recipe.side, generator=generator)

    def fourier(generator: torch.Generator) -> nn.Module:
        return FourierImage(
            number, recipe.side, generator=generator, noise=recipe.noise, falloff=recipe.falloff
        )

    def phases(generator: torch.Generator) -> nn.Module:
        return PhaseImage(number, photographs, generator=generator)

    jitter, views, rate = [roll(1 / 16)], robust_views(), recipe.learning_rate
    variation = {"total_variation_weight": TOTAL_VARIATION_WEIGHT}
    of_recipe = {
        "total_variation_weight": recipe.total_variation_weight,
        "statistics_weight": recipe.statistics_weight,
    }
    return [
        Rung("no prior", pixels, PIXEL_RATE),
        Rung("L2", pixels, PIXEL_RATE, priors={"l2_weight": L2_WEIGHT}),
        Rung("total variation, jitter", pixels, PIXEL_RATE, jitter, variation),
        Rung("Fourier spectrum", fourier, rate),
        Rung("phases only (MaCo)", phases, PHASE_RATE, views),
        Rung("Fourier, random views", fourier, rate, views),
        Rung("and batch-norm statistics", fourier, rate, views, of_recipe),
    ]


def measure(
    *,
    model: str,
    judges: list[str],
    classes: list[str],
    photographs: list[str],
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Images of every rung, and the source's and the judges' verdicts.

    photographs: those whose magnitude spectra the rung with phases only keeps.
    """
    source = load_frozen(model, device=device)
    viewers = {"source": source} | {name: load_frozen(name, device=device) for name in judges}
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    recipe = Recipe(starts=1, candidates=1, side=side, steps=steps)
    rungs = ladder(len(classes), load_photographs(photographs, side), recipe)

    def climbed(rung: Rung) -> dict[str, np.ndarray]:
        generator = torch.Generator().manual_seed(seed)
        images = maximise(
            source,
            likely_class(wanted, recipe.logit_weight),
            rung.image(generator).to(device),
            steps=track(range(steps), f"ladder, {rung.name}"),
            num_steps=steps,
            learning_rate=rung.learning_rate,
            transforms=rung.transforms,
            generator=generator,
            **rung.priors,
        )
        images = eight_bit(images)
        # Without a prior the class does not even survive a resizing: the source looks at the very
        # pixels that it was climbed with.
        verdicts = judged(viewers, images, wanted, side={"source": side})
        return {"pixels": as_bytes(images)} | verdicts

    found = [climbed(rung) for rung in rungs]
    arrays = {name: np.stack([each[name] for each in found]) for name in found[0]}
    metrics = {
        "rungs": [rung.name for rung in rungs],
        "ladder_classes": [class_names()[index] for index in wanted.tolist()],
        "ladder_class_indices": wanted.tolist(),
    }
    weights = [network.record() for network in viewers.values()]
    return Measurement(arrays, metrics, weights, [photograph_record(p) for p in photographs])


if __name__ == "__main__":
    run_experiment(measure)
