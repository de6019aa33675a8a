"""Super-stimuli: one recipe that makes, for any class, an image that a stranger recognises.

A climb is chaotic: another seed, or a processor that rounds otherwise, ends at another image, and
some of them are poor. So several starts per class are climbed while they are small and cheap, the
best of them are finished, and one of these is chosen: both times by the *source*. No other
network has a say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from site_lib.feature_visualisation import objectives
from site_lib.feature_visualisation.optimise import coarse_to_fine, maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.feature_visualisation.transforms import robust_views
from site_lib.images.images import eight_bit, resize
from site_lib.networks.classifier import Classifier

NUM_VIEWS = 8  # in which the source looks at a start before it chooses
# At which it looks at a finished image, in units of the image's side: larger than any of the climb.
ENLARGED = (7 / 6, 5 / 4)


@dataclass(frozen=True)
class Recipe:
    """Everything that was tuned, with EfficientNet-Lite1 as judge, on classes of its own.

    starts: images per class in the first stage.   candidates: how many of them are finished.
    side, coarse_side: pixels of the result and of the first stage.   steps, coarse_steps: of what
    follows the first stage, and of it.   fade: what the contrast of the first stage, which
    saturates, is multiplied by before the second.   falloff, noise: see :class:`FourierImage`.
    logit_weight: of the unnormalised score, which still has a gradient when the log probability
    has reached 0.
    """

    starts: int = 5
    candidates: int = 3
    side: int = 192
    steps: int = 200
    coarse_side: int = 128
    coarse_steps: int = 60
    coarse_learning_rate: float = 0.25
    coarse_logit_weight: float = 0.5
    coarse_total_variation_weight: float = 1.5
    fade: float = 0.5
    learning_rate: float = 0.12
    falloff: float = 1.25
    noise: float = 0.05
    logit_weight: float = 0.1
    statistics_weight: float = 20.0
    total_variation_weight: float = 20.0


@dataclass(frozen=True)
class SuperStimuli:
    """candidates: (N, K, 3, side, side) in [0, 1], with the 256 levels of a file.
    confidence: (N, K), the source's (see :func:`confidence_when_enlarged`).
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
    climb = partial(_climb, classifier, recipe=recipe, generator=generator)
    number = len(classes)

    many = classes.repeat_interleave(recipe.starts)
    image = FourierImage(
        len(many), recipe.side, generator=generator, noise=recipe.noise, falloff=recipe.falloff
    ).to(classes.device)
    climb(
        image,
        many,
        logit_weight=recipe.coarse_logit_weight,
        learning_rate=recipe.coarse_learning_rate,
        total_variation_weight=recipe.coarse_total_variation_weight,
        steps=track(range(recipe.coarse_steps), "starts"),
        num_steps=recipe.coarse_steps,
        side_at=lambda _progress: recipe.coarse_side,
        on_step=on_coarse_step,
    )
    with torch.no_grad():
        small = image(recipe.coarse_side)
    promise = confidence(classifier, small, many, generator=generator).view(number, -1)
    start = promise.topk(recipe.candidates).indices

    spectra = recipe.fade * image.spectrum.detach().unflatten(0, (number, recipe.starts))
    finished = []
    for candidate, chosen in enumerate(start.T):
        image.spectrum = torch.nn.Parameter(spectra[torch.arange(number), chosen])
        images = climb(
            image,
            classes,
            logit_weight=recipe.logit_weight,
            learning_rate=recipe.learning_rate,
            total_variation_weight=recipe.total_variation_weight,
            steps=track(range(recipe.steps), f"candidate {candidate + 1}"),
            num_steps=recipe.steps,
            side_at=coarse_to_fine((0.4, round(0.75 * recipe.side)), (1, recipe.side)),
            on_step=partial(on_step, candidate) if on_step else None,
        )
        finished.append(eight_bit(images))
    sure = [confidence_when_enlarged(classifier, images, classes) for images in finished]
    return SuperStimuli(torch.stack(finished, dim=1), torch.stack(sure, dim=1), start)


def _climb(
    classifier: Classifier,
    image: FourierImage,
    classes: Tensor,
    *,
    recipe: Recipe,
    generator: torch.Generator,
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
        total += log_probability(classifier, seen, classes)
    return total / NUM_VIEWS


@torch.no_grad()
def confidence_when_enlarged(classifier: Classifier, images: Tensor, classes: Tensor) -> Tensor:
    """Mean log probability of each image's class where it is shown larger than it was climbed,
    and mirrored: (N,).

    What is there for one network at these pixels only does not survive that.
    """
    larger = [resize(images, round(scale * images.shape[-1])) for scale in ENLARGED]
    seen = [*larger, *(view.flip(-1) for view in larger)]
    return torch.stack([log_probability(classifier, view, classes) for view in seen]).mean(dim=0)


def log_probability(classifier: Classifier, images: Tensor, classes: Tensor) -> Tensor:
    """Of each image's class: (N,)."""
    return classifier(images).log_softmax(dim=1).gather(1, classes[:, None])[:, 0]
