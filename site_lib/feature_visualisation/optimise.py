"""Gradient ascent on the image while the network stays fixed."""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_finite, check_number
from site_lib.feature_visualisation.objectives import LOGITS, Objective
from site_lib.feature_visualisation.priors import (
    batch_norm_statistics,
    distance_from_grey,
    total_variation,
)
from site_lib.feature_visualisation.transforms import Transform
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier


def maximise(
    classifier: Classifier,
    objective: Objective,
    image: nn.Module,
    *,
    steps: Iterable[int],
    num_steps: int,
    learning_rate: float,
    transforms: Sequence[Transform],
    generator: torch.Generator,
    side_at: Callable[[float], int] | None = None,
    total_variation_weight: float = 0.0,
    statistics_weight: float = 0.0,
    l2_weight: float = 0.0,
    on_step: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Images (N, 3, H, W) in [0, 1] that maximise an objective under priors.

    classifier: frozen (see ``freeze_for_inference``) where the prior on batch-norm statistics
    is used.   image: a parameterisation, changed in place.   steps: what to loop over,
    0…num_steps − 1 (wrap it to show progress).
    Adam (β₁ = 0.5) with a learning rate that falls to 0 along a cosine.
    side_at: side at which the images are shown, as a function of progress from 0 to 1 (see
    :func:`coarse_to_fine`); their full side by default.
    on_step: called with the step and the current images, before they are changed.
    Raises CourseError when the climb ends at something that is not a number.
    """
    check_number("number of steps", num_steps, low=1, whole=True)
    check_number("learning_rate", learning_rate, low=0, open_low=True)
    for name, weight in (
        ("total_variation_weight", total_variation_weight),
        ("statistics_weight", statistics_weight),
        ("l2_weight", l2_weight),
    ):
        check_number(name, weight, low=0)
    optimiser = torch.optim.Adam(image.parameters(), lr=learning_rate, betas=(0.5, 0.99))
    with ExitStack() as hooks:
        activations = hooks.enter_context(record_activations(classifier, objective.layers))
        statistics = (
            hooks.enter_context(batch_norm_statistics(classifier)) if statistics_weight else None
        )
        for step in steps:
            progress = step / num_steps
            optimiser.param_groups[0]["lr"] = learning_rate * cosine_decay(progress)
            images = image(side_at(progress)) if side_at else image()
            if on_step is not None:
                on_step(step, images.detach())
            seen = images
            for transform in transforms:
                seen = transform(seen, generator)
            activations[LOGITS] = classifier(seen)
            loss = -objective.score(activations).mean()
            if statistics is not None:
                loss = loss + statistics_weight * statistics.pop()
            if total_variation_weight:
                loss = loss + total_variation_weight * total_variation(images)
            if l2_weight:
                loss = loss + l2_weight * distance_from_grey(images)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    found = image().detach()
    check_finite("the optimised images", found)
    return found


@dataclass(frozen=True, kw_only=True)
class Climb:
    """What every recipe of the course says of a climb.

    falloff: of its image, see
    :class:`~site_lib.feature_visualisation.parameterisations.FourierImage`.   The others: see
    :func:`maximise`, where ``steps`` is ``num_steps``.
    """

    steps: int
    learning_rate: float
    falloff: float
    statistics_weight: float
    total_variation_weight: float


def climb(
    recipe: Climb,
    classifier: Classifier,
    objective: Objective,
    image: nn.Module,
    *,
    track: Callable[[range], Iterable[int]] = iter,
    **options: Any,
) -> Tensor:
    """Images that maximise an objective as a recipe says: (N, 3, H, W) in [0, 1].

    track: shows progress.   options: the other arguments of :func:`maximise`.
    """
    return maximise(
        classifier,
        objective,
        image,
        steps=track(range(recipe.steps)),
        num_steps=recipe.steps,
        learning_rate=recipe.learning_rate,
        statistics_weight=recipe.statistics_weight,
        total_variation_weight=recipe.total_variation_weight,
        **options,
    )


def coarse_to_fine(*stages: tuple[float, int]) -> Callable[[float], int]:
    """Side as a function of progress: ``(0.4, 128), (1, 160)`` is 128 until 0.4, then 160."""

    def side_at(progress: float) -> int:
        return next((side for until, side in stages if progress < until), stages[-1][1])

    return side_at


def begin_coarse(side: int, share: float = 0.6) -> Callable[[float], int]:
    """``share`` of a side for the first half of the steps, which lay an image out; then all."""
    check_number("share", share, low=0, high=1, open_low=True)
    return coarse_to_fine((0.5, round(share * side)), (1, side))


def cosine_decay(progress: float) -> float:
    """1 at the start, 0 at the end."""
    return 0.5 * (1 + math.cos(math.pi * progress))
