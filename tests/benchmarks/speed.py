"""Ratios of speed, each measured in one run: ``make bench``.

Times depend on the machine; ratios, with the contestants taking turns, much less.
Nothing here is a test.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from site_lib.feature_visualisation.priors import batch_norm_statistics
from site_lib.models import Classifier, freeze_for_inference, load
from tests.figures_src.toy_project import ToyProject

ROUNDS = 9


def median_seconds(contestants: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Median seconds of each contestant over rounds in which all take turns, after a warm-up."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for round_number in range(ROUNDS + 1):
        for name, run in contestants.items():
            start = time.perf_counter()
            run()
            if round_number:
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


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
    project.run_module("figures_src.build")
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


def print_engine() -> None:
    """Builds of toy projects: everything, one figure, and nothing."""
    for num_jobs in (5, 100):
        with tempfile.TemporaryDirectory() as folder:
            project = ToyProject(Path(folder))
            project.multiply(num_jobs)
            seconds = {"everything": processor_seconds(project)}
            project.edit("figures_src/toys/line.py", "a caption", "another caption")
            seconds["one figure"] = processor_seconds(project)
            seconds["nothing"] = statistics.median(processor_seconds(project) for _ in range(5))
        print(f"Engine, {num_jobs} toy jobs, processor seconds to build:")
        for name, value in seconds.items():
            ratio = seconds["everything"] / value
            print(f"  {name:24} {value:7.2f} s    {ratio:.1f} × the speed of everything")


def main() -> None:
    """Print the tables."""
    print_engine()
    plain = load("efficientnet_lite0")
    frozen = freeze_for_inference(plain)
    for batch in (1, 8):
        images = torch.rand(batch, 3, 224, 224, generator=torch.Generator().manual_seed(0))
        seconds = median_seconds(
            {
                "plain": forward_backward(plain, images),
                "frozen": forward_backward(frozen, images),
                "frozen, with statistics": with_statistics(frozen, images),
            }
        )
        print(f"EfficientNet-Lite0, 224 pixels, batch {batch}, forward and backward:")
        for name, value in seconds.items():
            ratio = seconds["plain"] / value
            print(f"  {name:24} {1000 * value:7.1f} ms   {ratio:.2f} × the speed of plain")


if __name__ == "__main__":
    main()
