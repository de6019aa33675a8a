"""The same classes through one prior after another: what "maximise the output" finds without."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation import objectives, transforms
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage, PhaseImage, PixelImage
from site_lib.feature_visualisation.super_stimuli import Recipe
from site_lib.feature_visualisation.transforms import Transform, robust_views
from site_lib.images.images import as_bytes, eight_bit, load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement

# Large enough to matter and small enough that the class is still reached; for each prior the
# first of 0.1, 1, 10, … that visibly changed the picture.
L2_WEIGHT = 10.0
TOTAL_VARIATION_WEIGHT = 100.0
PIXEL_RATE, PHASE_RATE = 0.02, 0.05


@dataclass(frozen=True)
class Rung:
    """One step of the ladder: a way to write the image down, and priors."""

    name: str
    image: Callable[[torch.Generator], nn.Module]
    learning_rate: float
    views: list[Transform]
    l2: float = 0.0
    total_variation: float = 0.0
    statistics: float = 0.0


def ladder(number: int, side: int, photographs: Tensor, recipe: Recipe) -> list[Rung]:
    """From no prior to everything but the last touches of the recipe."""

    def pixels(generator: torch.Generator) -> nn.Module:
        return PixelImage(number, side, generator=generator)

    def fourier(generator: torch.Generator) -> nn.Module:
        return FourierImage(
            number, side, generator=generator, noise=recipe.noise, falloff=recipe.falloff
        )

    def phases(generator: torch.Generator) -> nn.Module:
        return PhaseImage(number, photographs, generator=generator)

    jitter, rate = [transforms.roll(1 / 16)], recipe.learning_rate
    return [
        Rung("no prior", pixels, PIXEL_RATE, []),
        Rung("L2", pixels, PIXEL_RATE, [], l2=L2_WEIGHT),
        Rung("total variation, jitter", pixels, PIXEL_RATE, jitter,
             total_variation=TOTAL_VARIATION_WEIGHT),
        Rung("Fourier spectrum", fourier, rate, []),
        Rung("phases only (MaCo)", phases, PHASE_RATE, robust_views()),
        Rung("Fourier, random views", fourier, rate, robust_views()),
        Rung("and batch-norm statistics", fourier, rate, robust_views(),
             total_variation=recipe.total_variation_weight, statistics=recipe.statistics_weight),
    ]  # fmt: skip


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
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    source = freeze_for_inference(load(model, device=device))
    networks = {name: freeze_for_inference(load(name, device=device)) for name in judges}
    recipe = Recipe()
    logit = objectives.class_logit(wanted)
    objective = objectives.class_log_probability(wanted) + recipe.logit_weight * logit
    rungs = ladder(len(classes), side, load_photographs(photographs, side), recipe)
    found: dict[str, list[np.ndarray]] = {"pixels": []}
    for rung in rungs:
        generator = torch.Generator().manual_seed(seed)
        images = maximise(
            source,
            objective,
            rung.image(generator).to(device),
            steps=track(range(steps), f"ladder, {rung.name}"),
            num_steps=steps,
            learning_rate=rung.learning_rate,
            transforms=rung.views,
            generator=generator,
            l2_weight=rung.l2,
            total_variation_weight=rung.total_variation,
            statistics_weight=rung.statistics,
        )
        images = eight_bit(images)
        found["pixels"].append(as_bytes(images))
        for name, network in {"source": source, **networks}.items():
            # Without a prior the class does not even survive a resizing: the source looks at the
            # very pixels that it was climbed with.
            verdict = judge(network, images, wanted, side=side if name == "source" else None)
            found.setdefault(f"{name}_rank", []).append(verdict.rank.cpu().numpy())
            found.setdefault(f"{name}_probability", []).append(verdict.probability.cpu().numpy())
    arrays = {name: np.stack(parts) for name, parts in found.items()}
    metrics = {
        "rungs": [rung.name for rung in rungs],
        "ladder_classes": [class_names()[index] for index in wanted.tolist()],
        "ladder_class_indices": wanted.tolist(),
    }
    weights = [network.record() for network in (source, *networks.values())]
    return Measurement(
        arrays, metrics, weights=weights, inputs=[photograph_record(p) for p in photographs]
    )


if __name__ == "__main__":
    run_experiment(measure)
