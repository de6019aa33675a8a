"""The frozen network against the plain one, and the engine of the course against itself."""

import resource
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from site_lib.feature_visualisation.priors import batch_norm_statistics
from site_lib.images.corpus import Corpus, categorised_corpus
from site_lib.networks.classifier import Classifier
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.units.top_patches import find_top_patches
from tests.benchmarks.contest import Table, contest, rows
from tests.figures_src.toy_project import ToyProject

# Layers of EfficientNet-Lite0 that are searched, and the sides of their patches.
PATCH_SIDES = {
    f"blocks.{block}.depthwise.conv": side
    for block, side in ((1, 11), (3, 35), (6, 67), (9, 99), (11, 131), (13, 163))
}
NUM_SEARCHED = 24


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


def search(classifier: Classifier, corpus: Corpus) -> Callable[[], int]:
    """The nine best photographs of every unit of six layers."""

    def run() -> int:
        return find_top_patches(classifier, corpus, PATCH_SIDES, per_source=1).num_crops

    return run


def whole_pass(classifier: Classifier, corpus: Corpus) -> Callable[[], int]:
    """The same crops through the same layers, without a search."""

    @torch.no_grad()
    def run() -> int:
        return sum(len(classifier(batch.images)) for batch in corpus.batches(16))

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
    frozen = up_to(frozen, list(PATCH_SIDES)[-1])
    corpus = Corpus(categorised_corpus(224).sources[:NUM_SEARCHED], 224, (1.0, 0.67))
    number = sum(len(batch.images) for batch in corpus.batches(16))
    yield contest(
        f"An image of a search through six layers of EfficientNet-Lite0, {number} crops",
        {"forward": whole_pass(frozen, corpus), "search": search(frozen, corpus)},
        rounds=3,
        times=number,
        describe=lambda crops: f"{crops} crops",
    )
    yield engine(5)
    yield engine(100)
