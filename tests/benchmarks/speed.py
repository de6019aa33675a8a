"""The frozen network against the plain one, and the engine of the course against itself."""

import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from site_lib.feature_visualisation.priors import batch_norm_statistics
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from tests.benchmarks.contest import Table, contest, rows
from tests.figures_src.toy_project import ToyProject


def forward_backward(classifier: Classifier, images: torch.Tensor) -> Callable[[], None]:
    """One gradient of a class's score with respect to the pixels."""

    def run() -> None:
        pixels = images.clone().requires_grad_(True)
        torch.autograd.grad(classifier(pixels)[:, 0].sum(), pixels)

    return run


def with_statistics(classifier: Classifier, images: torch.Tensor) -> Callable[[], None]:
    """The same with the prior on batch-norm statistics."""

    def run() -> None:
        pixels = images.clone().requires_grad_(True)
        with batch_norm_statistics(classifier) as recorder:
            score = classifier(pixels)[:, 0].sum()
            torch.autograd.grad(score + recorder.pop(), pixels)

    return run


def processor_seconds(project: ToyProject) -> float:
    """Processor time of a build, which a busy machine lengthens less than wall time."""
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    project.run_module("figures_src.engine.build")
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


def engine(num_jobs: int) -> Table:
    """Builds of a toy project, in child processes: everything, one figure, and nothing."""
    with tempfile.TemporaryDirectory() as folder:
        project = ToyProject(Path(folder))
        project.multiply(num_jobs)
        seconds = {"everything": [processor_seconds(project)]}
        project.edit("figures_src/toys/line.py", "a caption", "another caption")
        seconds["one figure"] = [processor_seconds(project)]
        seconds["nothing"] = [statistics.median(processor_seconds(project) for _ in range(5))]
    table = Table(f"A build of {num_jobs} toy jobs", rows(seconds, {}))
    table.print()
    return table


def tables() -> Iterator[Table]:
    """Gradients of the network, and builds."""
    plain = load("efficientnet_lite0")
    frozen = freeze_for_inference(plain)
    for batch in (1, 8):
        images = torch.rand(batch, 3, 224, 224, generator=torch.Generator().manual_seed(0))
        yield contest(
            f"Forward and backward, EfficientNet-Lite0, 224 pixels, batch {batch}",
            {
                "plain": forward_backward(plain, images),
                "frozen": forward_backward(frozen, images),
                "frozen, with statistics": with_statistics(frozen, images),
            },
        )
    yield engine(5)
    yield engine(100)
