"""Morphing: an image becomes another class and keeps its composition.

Gradient ascent as for a super-stimulus, but the climb begins at a picture of something else and
a penalty holds on to what that picture shows when it is seen small.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from site_lib.common.checks import check_finite, check_shapes
from site_lib.feature_visualisation.objectives import Objective, likely_class
from site_lib.feature_visualisation.optimise import Climb, climb
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.feature_visualisation.transforms import robust_views
from site_lib.networks.classifier import Classifier


@dataclass(frozen=True, kw_only=True)
class MorphRecipe(Climb):
    """What was tuned, with EfficientNet-Lite1 as judge.

    likeness_side: pixels at which the morph must still look like its start.
    likeness_weight: of that penalty.   The others: see
    :class:`~site_lib.feature_visualisation.optimise.Climb`.
    """

    learning_rate: float = 0.13
    falloff: float = 1.15
    statistics_weight: float = 20.0
    total_variation_weight: float = 2.0
    likeness_side: int = 14
    likeness_weight: float = 30.0


def likeness(image: nn.Module, side: int) -> Objective:
    """How little an image has changed since now, seen at ``side`` pixels: (N,), at most 0.

    Minus the mean squared difference in [0, 1]. Composition and broad colours are what is left
    of a picture at a dozen pixels; what is finer may change at no cost.
    """
    start = image(side).detach().clone()
    return Objective(lambda _activations: -(image(side) - start).square().mean(dim=(1, 2, 3)))


def morph(
    classifier: Classifier,
    starts: Tensor,
    classes: Tensor,
    push: Tensor,
    *,
    recipe: MorphRecipe,
    generator: torch.Generator,
    track: Callable[[range], Iterable[int]] = iter,
    on_step: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Turn images into classes: (N, 3, side, side) in [0, 1] → the same shape.

    classifier: frozen.   classes: (N,), what the images become.   push: (N,), weight of each
    image's unnormalised score, which still pulls when the probability has reached 1: how far
    past the network's change of mind the image goes.   track: shows progress.   on_step: called
    with the step and the current images; the first of them are the starts.
    """
    check_shapes(starts=(starts, "N 3 S S"), classes=(classes, "N"), push=(push, "N"))
    check_finite("push", push)
    image = FourierImage.of(starts, falloff=recipe.falloff).to(starts.device)
    objective = likely_class(classes, push)
    objective += recipe.likeness_weight * likeness(image, recipe.likeness_side)
    return climb(
        recipe,
        classifier,
        objective,
        image,
        track=track,
        transforms=robust_views(),
        generator=generator,
        on_step=on_step,
    )
