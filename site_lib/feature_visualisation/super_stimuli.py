"""Super-stimuli: one recipe that makes, for any class, an image that a stranger recognises.

A climb is chaotic: another seed, or a processor that rounds otherwise, ends at another image, and
some of them are poor. So several starts per class are climbed while they are small and cheap, the
best of them are finished, and one of these is chosen: both times by the *source*. No other
network has a say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from site_lib.common.checks import check_finite
from site_lib.feature_visualisation.objectives import likely_class
from site_lib.feature_visualisation.optimise import Climb, climb, coarse_to_fine
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.feature_visualisation.transforms import Transform, robust_views
from site_lib.images.images import eight_bit, resize
from site_lib.networks.classifier import Classifier

NUM_VIEWS = 8  # in which the source looks at a start before it chooses
# At which it looks at a finished image as a whole, in units of the image's side: larger than the
# climb ever showed all of it.
WHOLE = (0.7, 0.8, 0.9)


@dataclass(frozen=True, kw_only=True)
class Recipe(Climb):
    """Everything that was tuned, with EfficientNet-Lite1 as judge, on classes of its own.

    starts: images per class in the first stage.   candidates: how many of them are finished.
    side, coarse_side: pixels of the result and of the first stage.   steps, coarse_steps: of what
    follows the first stage, and of it.   fade: what the contrast of the first stage, which
    saturates, is multiplied by before the second.   smallest_view, view_scales: see
    :func:`~site_lib.feature_visualisation.transforms.zoom_crop`; an image is larger than what the
    network sees of it at once, so a thing is drawn whole and not as one detail.   noise: see
    :class:`FourierImage`.   logit_weight: see
    :func:`~site_lib.feature_visualisation.objectives.likely_class`.   The others: see
    :class:`~site_lib.feature_visualisation.optimise.Climb`.

    How much is made, and how large, was not tuned: an experiment says it.
    """

    starts: int
    candidates: int
    side: int
    coarse_side: int = 192
    coarse_steps: int = 60
    coarse_learning_rate: float = 0.25
    coarse_logit_weight: float = 0.5
    coarse_total_variation_weight: float = 1.5
    fade: float = 0.5
    smallest_view: float = 0.45
    view_scales: tuple[float, ...] = (0.525, 0.6, 0.675)
    learning_rate: float = 0.15
    falloff: float = 1.25
    noise: float = 0.05
    logit_weight: float = 0.1
    statistics_weight: float = 20.0
    total_variation_weight: float = 20.0

    @property
    def coarse(self) -> "Recipe":
        """The first stage as a recipe of its own."""
        return replace(
            self,
            steps=self.coarse_steps,
            side=self.coarse_side,
            learning_rate=self.coarse_learning_rate,
            logit_weight=self.coarse_logit_weight,
            total_variation_weight=self.coarse_total_variation_weight,
        )

    @property
    def views(self) -> list[Transform]:
        """Random changes under which the class must survive."""
        return robust_views(self.smallest_view, self.view_scales)


@dataclass(frozen=True)
class SuperStimuli:
    """candidates: (N, K, 3, side, side) in [0, 1], with the 256 levels of a file.
    confidence: (N, K), the source's (see :func:`confidence_in_whole`).
    start: (N, K), the start of its class that a candidate grew from.
    """

    candidates: Tensor
    confidence: Tensor
    start: Tensor

    @property
    def choice(self) -> Tensor:
        """The candidate of each class of which the source is surest: (N,)."""
        return self.confidence.argmax(dim=1)

    @property
    def images(self) -> Tensor:
        """The chosen ones: (N, 3, side, side)."""
        return self.candidates[torch.arange(len(self.candidates)), self.choice]


def super_stimuli(
    classifier: Classifier,
    classes: Tensor,
    *,
    recipe: Recipe,
    generator: torch.Generator,
    track: Callable[[range, str], Iterable[int]] = lambda steps, _description: steps,
    on_coarse_step: Callable[[int, Tensor], None] | None = None,
    on_step: Callable[[int, int, Tensor], None] | None = None,
) -> SuperStimuli:
    """Candidates for each class, and what the source thinks of them.

    classifier: frozen.   classes: (N,).   track: shows progress.   on_coarse_step: called with
    the step and the current images, (N · starts, …) with those of a class side by side.
    on_step: called with the candidate's number, the step, and its current images, (N, …).
    The prior on batch-norm statistics looks at the whole batch, as batch normalisation did, so
    images of different classes help each other: give it eight classes or more at a time.
    """
    number = len(classes)

    def climbed(recipe: Recipe, classes: Tensor, stage: str, **options: Any) -> Tensor:
        return climb(
            recipe,
            classifier,
            likely_class(classes, recipe.logit_weight),
            image,
            track=lambda steps: track(steps, stage),
            transforms=recipe.views,
            generator=generator,
            **options,
        )

    many = classes.repeat_interleave(recipe.starts)
    image = FourierImage(
        len(many), recipe.side, generator=generator, noise=recipe.noise, falloff=recipe.falloff
    ).to(classes.device)
    climbed(
        recipe.coarse,
        many,
        "starts",
        side_at=lambda _progress: recipe.coarse_side,
        on_step=on_coarse_step,
    )
    with torch.no_grad():
        small = image(recipe.coarse_side)
    promise = confidence(classifier, small, many, views=recipe.views, generator=generator)
    start = promise.view(number, -1).topk(recipe.candidates).indices

    spectra = recipe.fade * image.spectrum.detach().unflatten(0, (number, recipe.starts))
    finished = []
    for candidate, chosen in enumerate(start.T):
        image.spectrum = torch.nn.Parameter(spectra[torch.arange(number), chosen])
        images = climbed(
            recipe,
            classes,
            f"candidate {candidate + 1}",
            side_at=coarse_to_fine((0.4, round(0.75 * recipe.side)), (1, recipe.side)),
            on_step=partial(on_step, candidate) if on_step else None,
        )
        finished.append(eight_bit(images))
    sure = [confidence_in_whole(classifier, images, classes) for images in finished]
    return SuperStimuli(torch.stack(finished, dim=1), torch.stack(sure, dim=1), start)


@torch.no_grad()
def confidence(
    classifier: Classifier,
    images: Tensor,
    classes: Tensor,
    *,
    views: Sequence[Transform],
    generator: torch.Generator,
) -> Tensor:
    """Mean log probability of each image's class over random views: (N,).

    Raises CourseError where it is no number: nothing is larger than NaN, so it would be chosen.
    """
    total = torch.zeros(len(images), device=images.device)
    for _ in range(NUM_VIEWS):
        seen = images
        for transform in views:
            seen = transform(seen, generator)
        total += log_probability(classifier, seen, classes).to(images)
    check_finite("the confidence", total)
    return total / NUM_VIEWS


@torch.no_grad()
def confidence_in_whole(classifier: Classifier, images: Tensor, classes: Tensor) -> Tensor:
    """Mean log odds of each image's class where all of it is shown, larger than it was climbed,
    and mirrored: (N,).

    What is there for one network at these pixels only does not survive that. Odds, because the
    probability of a finished image is nearly 1 in most views, and hardly tells one from another.
    """
    whole = [resize(images, round(scale * images.shape[-1])) for scale in WHOLE]
    seen = [*whole, *(view.flip(-1) for view in whole)]
    probable = [log_probability(classifier, view, classes).exp() for view in seen]
    return torch.stack([each.logit(eps=1e-12) for each in probable]).mean(dim=0).to(images)


def log_probability(classifier: Classifier, images: Tensor, classes: Tensor) -> Tensor:
    """Of each image's class: (N,), in double precision, which also tells probabilities near 1."""
    return classifier(images).double().log_softmax(dim=1).gather(1, classes[:, None])[:, 0]
