"""Dreaming: more of what a network sees in a picture already (Mordvintsev et al., 2015)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_number, check_shapes
from site_lib.feature_visualisation.morph import likeness
from site_lib.feature_visualisation.objectives import LOGITS, Objective, check_classes
from site_lib.feature_visualisation.optimise import Climb, climb, coarse_to_fine
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.feature_visualisation.transforms import (
    Transform,
    flip,
    gaussian_noise,
    light,
    uniform,
)
from site_lib.images.images import resize, spatial_frequencies
from site_lib.networks.activations import record_activations
from site_lib.networks.classifier import Classifier


def octaves(side: int, *, number: int, scale: float) -> list[int]:
    """Sides from small to ``side``, each ``scale`` times the one before."""
    check_number("number of octaves", number, low=1, whole=True)
    check_number("scale", scale, low=1, open_low=True)
    sides = [round(side / scale**k) for k in reversed(range(number))]
    check_number("smallest side", sides[0], low=1)
    return sides


def dream(
    classifier: Classifier,
    objective: Objective,
    image: Tensor,
    *,
    sides: Sequence[int],
    steps: int,
    step_size: float,
    jitter: int,
    generator: torch.Generator,
) -> Tensor:
    """Gradient ascent from a picture (1, 3, H, W), at one size after the other; values in [0, 1].

    sides: see :func:`octaves`; what an octave has added is enlarged and taken on to the next.
    steps: per octave.   step_size: mean change of a pixel's colour in one step.   jitter: pixels
    by which the picture is rolled, at random, before each step and back after it. A step changes
    nothing where the gradient vanishes.
    """
    check_shapes(image=(image, "1 3 H W"))
    check_number("number of octaves", len(sides), low=1)
    check_number("number of steps", steps, low=1, whole=True)
    check_number("step_size", step_size, low=0, open_low=True)
    check_number("jitter", jitter, low=0, whole=True)
    detail = torch.zeros_like(image)
    for side in sides:
        small = resize(image, side)
        detail = F.interpolate(detail, (side, side), mode="bicubic", align_corners=False)
        dreamt = (small + detail).clamp(0, 1)
        for _ in range(steps):
            shift = torch.randint(-jitter, jitter + 1, (2,), generator=generator).tolist()
            rolled = dreamt.roll(shift, dims=(-2, -1))
            slope = gradient(classifier, objective, rolled)
            mean = slope.abs().mean().clamp(min=torch.finfo(slope.dtype).tiny)
            rolled = (rolled + step_size * slope / mean).clamp(0, 1)
            dreamt = rolled.roll([-pixels for pixels in shift], dims=(-2, -1))
        detail = dreamt - small
    return dreamt


def gradient(classifier: Classifier, objective: Objective, images: Tensor) -> Tensor:
    """Gradient of the objective with respect to the images: (N, 3, H, W)."""
    images = images.detach().requires_grad_(True)
    with record_activations(classifier, objective.layers) as activations:
        activations[LOGITS] = classifier(images)
        score = objective.score(activations).sum()
    return torch.autograd.grad(score, images)[0]


def any_of(classes: Tensor, *, logit_weight: float) -> Objective:
    """Log probability that the class is one of a group, plus ``logit_weight`` × soft maximum of
    the group's unnormalised scores. classes: (M,).

    The gradient goes to the members in proportion to their probability, so each picture is led
    to the member that it is nearest to.
    """
    check_classes(classes)
    return Objective(
        lambda a: (
            a[LOGITS].log_softmax(dim=1)[:, classes].logsumexp(dim=1)
            + logit_weight * a[LOGITS][:, classes].logsumexp(dim=1)
        )
    )


def tiles(number: int, side: int, *, smallest: float, largest: float) -> Transform:
    """Squares cut out anywhere, of ``smallest``…``largest`` times ``side`` pixels, each resized
    to ``side``: (1, 3, H, W) → (number, 3, side, side).

    A network sees a large picture as it was trained to see one: piece by piece.
    """
    check_number("number of tiles", number, low=1, whole=True)
    check_number("side", side, low=1, whole=True)
    check_number("smallest", smallest, low=0, open_low=True)
    check_number("largest", largest, low=smallest)

    def transform(images: Tensor, generator: torch.Generator) -> Tensor:
        return torch.cat([cut(images, generator) for _ in range(number)])

    def cut(images: Tensor, generator: torch.Generator) -> Tensor:
        full = images.shape[-1]
        size = min(full, round(side * uniform(smallest, largest, generator)))
        top, left = torch.randint(full - size + 1, (2,), generator=generator).tolist()
        part = images[..., top : top + size, left : left + size]
        return F.interpolate(
            part, (side, side), mode="bilinear", align_corners=False, antialias=True
        )

    return transform


@dataclass(frozen=True, kw_only=True)
class DreamRecipe(Climb):
    """What was tuned, with EfficientNet-Lite1 as judge, for a dream of a group of classes.

    octaves: until which part of the steps the picture is seen at which part of its side.
    num_tiles, tile_side: what the network is shown at a step; smallest_tile, largest_tile: the
    size of these squares in the picture, see :func:`tiles`.   likeness_side, likeness_weight:
    see :func:`~site_lib.feature_visualisation.morph.likeness`.   fade: what is left of the
    start's fine structure, of more than ``fade_cycles`` waves across the picture, when the
    dream begins.   logit_weight: see :func:`any_of`.   The others: see
    :class:`~site_lib.feature_visualisation.optimise.Climb`.
    """

    octaves: tuple[tuple[float, float], ...] = ((0.5, 0.35), (0.75, 0.5), (0.9, 0.75), (1, 1))
    num_tiles: int = 5
    tile_side: int = 192
    smallest_tile: float = 0.75
    largest_tile: float = 1.35
    learning_rate: float = 0.15
    falloff: float = 1.25
    logit_weight: float = 0.15
    statistics_weight: float = 20.0
    total_variation_weight: float = 3.0
    likeness_side: int = 24
    likeness_weight: float = 30.0
    fade: float = 0.45
    fade_cycles: float = 16.0


def dream_of(
    classifier: Classifier,
    classes: Tensor,
    start: Tensor,
    *,
    recipe: DreamRecipe,
    generator: torch.Generator,
    track: Callable[[range], Iterable[int]] = iter,
    on_step: Callable[[int, Tensor], None] | None = None,
) -> Tensor:
    """Make a picture (1, 3, side, side) full of a group of classes (M,), large ones first.

    classifier: frozen.   track: shows progress.   on_step: called with the step and the picture
    at the side of its octave, before it is changed.
    """
    side = start.shape[-1]
    image = FourierImage.of(start, falloff=recipe.falloff).to(start.device)
    objective = any_of(classes, logit_weight=recipe.logit_weight)
    objective += recipe.likeness_weight * likeness(image, recipe.likeness_side)
    fade_fine_structure(image, recipe.fade, recipe.fade_cycles)
    return climb(
        recipe,
        classifier,
        objective,
        image,
        track=track,
        transforms=[
            tiles(
                recipe.num_tiles,
                recipe.tile_side,
                smallest=recipe.smallest_tile,
                largest=recipe.largest_tile,
            ),
            flip,
            light(0.1, 0.05),
            gaussian_noise(0.04),
        ],
        generator=generator,
        side_at=coarse_to_fine(*((until, round(share * side)) for until, share in recipe.octaves)),
        on_step=on_step,
    )


def fade_fine_structure(image: FourierImage, fade: float, cycles: float) -> None:
    """Scale what has far more than ``cycles`` waves across the image by ``fade``, in place.

    Strong contrast holds a climb back: the sigmoid is flat there.
    """
    waves = spatial_frequencies(image.side).to(image.spectrum.device) * image.side
    kept = fade + (1 - fade) * torch.exp(-((waves / cycles) ** 2))
    image.spectrum.data *= kept[..., None]
