"""Super-stimuli: one recipe that makes, for any class, an image that a stranger recognises.

Several starts per class are climbed while they are small and cheap; for each class the one goes
on of which the *source* is surest. No other network has a say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.feature_visualisation import objectives
from site_lib.feature_visualisation.optimise import coarse_to_fine, maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.feature_visualisation.transforms import robust_views
from site_lib.models import Classifier

NUM_VIEWS = 8  # in which the source looks at a start before it chooses


@dataclass(frozen=True)
class Recipe:
    """Everything that was tuned, with EfficientNet-Lite1 as judge, on classes of its own.

    side, coarse_side: pixels of the result and of the first stage.   steps, coarse_steps: of
    what follows the first stage, and of it.   starts: images per class in the first stage.
    falloff, noise: see :class:`FourierImage`.   logit_weight: of the unnormalised score, which
    still has a gradient when the log probability has reached 0.
    """

    side: int = 192
    steps: int = 250
    coarse_side: int = 128
    coarse_steps: int = 60
    starts: int = 3
    coarse_learning_rate: float = 0.25
    coarse_logit_weight: float = 0.5
    fade: float = 0.5
    learning_rate: float = 0.12
    falloff: float = 1.25
    noise: float = 0.05
    logit_weight: float = 0.1
    statistics_weight: float = 20.0
    total_variation_weight: float = 1.5


@dataclass(frozen=True)
class SuperStimuli:
    """images: (N, 3, side, side) in [0, 1].   start: (N,), which of the class's starts won.
    start_confidence: (N, starts), the source's mean log probability after the first stage.
    """

    images: Tensor
    start: Tensor
    start_confidence: Tensor


def super_stimuli(
    classifier: Classifier,
    classes: Tensor,
    *,
    recipe: Recipe,
    generator: torch.Generator,
    track: Callable[[range, str], Iterable[int]] = lambda steps, _description: steps,
    on_coarse_step: Callable[[int, Tensor], None] | None = None,
    on_step: Callable[[int, Tensor], None] | None = None,
) -> SuperStimuli:
    """One image per class. classifier: frozen.   classes: (N,).   track: shows progress.

    on_coarse_step, on_step: called with the step and the current images of the first stage,
    (N · starts, …) with the starts of a class side by side, and of the second, (N, …).
    The prior on batch-norm statistics looks at the whole batch, as batch normalisation did, so
    images of different classes help each other: give it eight classes or more at a time.
    """
    device = classifier.mean.device
    candidates = classes.repeat_interleave(recipe.starts)
    image = FourierImage(
        len(candidates), recipe.side, generator=generator, noise=recipe.noise,
        falloff=recipe.falloff,
    ).to(device)  # fmt: skip
    _climb(
        classifier, image, candidates, recipe, generator,
        learning_rate=recipe.coarse_learning_rate,
        logit_weight=recipe.coarse_logit_weight,
        steps=track(range(recipe.coarse_steps), "starts"),
        num_steps=recipe.coarse_steps,
        side_at=lambda _progress: recipe.coarse_side,
        on_step=on_coarse_step,
    )  # fmt: skip
    with torch.no_grad():
        shown = image(recipe.coarse_side)
    sure = confidence(classifier, shown, candidates, generator=generator).view(len(classes), -1)
    start = sure.argmax(dim=1)
    winners = torch.arange(len(classes), device=device) * recipe.starts + start
    image.spectrum = torch.nn.Parameter(recipe.fade * image.spectrum.detach()[winners])
    images = _climb(
        classifier, image, classes, recipe, generator,
        learning_rate=recipe.learning_rate,
        logit_weight=recipe.logit_weight,
        steps=track(range(recipe.steps), "images"),
        num_steps=recipe.steps,
        side_at=coarse_to_fine((0.4, round(0.75 * recipe.side)), (1, recipe.side)),
        on_step=on_step,
    )  # fmt: skip
    return SuperStimuli(images, start, sure)


def _climb(
    classifier: Classifier,
    image: FourierImage,
    classes: Tensor,
    recipe: Recipe,
    generator: torch.Generator,
    *,
    logit_weight: float,
    **stage,
) -> Tensor:
    likely = objectives.class_log_probability(classes)
    return maximise(
        classifier,
        likely + logit_weight * objectives.class_logit(classes),
        image,
        transforms=robust_views(),
        generator=generator,
        statistics_weight=recipe.statistics_weight,
        total_variation_weight=recipe.total_variation_weight,
        **stage,
    )


@torch.no_grad()
def confidence(
    classifier: Classifier, images: Tensor, classes: Tensor, *, generator: torch.Generator
) -> Tensor:
    """Mean log probability of each image's class over robust views: (N,)."""
    total = torch.zeros(len(images), device=images.device)
    for _ in range(NUM_VIEWS):
        seen = images
        for transform in robust_views():
            seen = transform(seen, generator)
        total += classifier(seen).log_softmax(dim=1).gather(1, classes[:, None])[:, 0]
    return total / NUM_VIEWS
