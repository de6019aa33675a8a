"""Seconds per step of feature visualisation: torch-lucent's, ours, and the bare network's.

All maximise one class of EfficientNet-Lite0 at 224 pixels from a Fourier image.
"""

import warnings
from collections.abc import Callable, Iterator

import torch

from site_lib.feature_visualisation import objectives, transforms
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from tests.benchmarks.contest import Table, contest
from tests.benchmarks.speed import forward_backward

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # of torch.jit, which lucent's kornia uses
    from lucent.optvis import param, render

SIDE, STEPS, BANANA = 224, 4, 954
# Lucent's standard transforms, in our words.
LUCENT_VIEWS = [
    transforms.pad(12),
    transforms.roll(8 / 248),
    transforms.zoom_crop(1.0, [0.9 + 0.02 * i for i in range(11)]),
    transforms.rotate(10),
]


def ours(
    classifier: Classifier, batch: int, views: list[transforms.Transform], statistics: float = 0.0
) -> Callable[[], None]:
    """A few steps of :func:`maximise`."""

    def run() -> None:
        generator = torch.Generator().manual_seed(0)
        maximise(
            classifier,
            objectives.class_logit(torch.full((batch,), BANANA)),
            FourierImage(batch, SIDE, generator=generator),
            steps=range(STEPS),
            num_steps=STEPS,
            learning_rate=0.05,
            transforms=views,
            generator=generator,
            statistics_weight=statistics,
        )

    return run


def lucents(classifier: Classifier, batch: int) -> Callable[[], None]:
    """The same number of steps of ``render_vis`` with its own defaults."""

    def run() -> None:
        # Its normalisation is ImageNet's usual one, its network the one inside our wrapper.
        render.render_vis(
            classifier.net,
            lambda answer: -answer("labels")[:, BANANA].mean(),
            lambda: param.image(SIDE, batch=batch),
            thresholds=(STEPS,),
            progress=False,
            show_image=False,
        )

    return run


def repeated(run: Callable[[], None]) -> Callable[[], None]:
    """As many times as the others have steps."""

    def several() -> None:
        for _ in range(STEPS):
            run()

    return several


def tables() -> Iterator[Table]:
    """Single images, and batches."""
    plain = load("efficientnet_lite0")
    frozen = freeze_for_inference(plain)
    for batch in (1, 8):
        images = torch.rand(batch, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
        yield contest(
            f"Feature visualisation, a step, EfficientNet-Lite0, {SIDE} pixels, batch {batch}",
            {
                "torch-lucent": lucents(plain, batch),
                "ours, lucent’s views": ours(frozen, batch, LUCENT_VIEWS),
                "ours, shifts only": ours(frozen, batch, [transforms.roll(8 / SIDE)]),
                "ours, with statistics": ours(frozen, batch, [transforms.roll(8 / SIDE)], 1.0),
                "bare forward, backward": repeated(forward_backward(frozen, images)),
            },
            times=STEPS,
        )
