"""Dry runs: every experiment as small as it can be, by the very path that a build takes.

``dry_runs.toml`` says what differs from the catalogue; an experiment that it does not name runs as
in the profile draft. Results lie in a folder, and are measured
when they are first asked for.

    python -m tests.figures_src.dry_runs FOLDER [--pretend-cuda] EXPERIMENT…
"""

import os
import runpy
import sys
import tomllib
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from figures_src.engine.catalogue import Experiment, Figure, load_catalogue
from figures_src.engine.jobs import _options
from site_lib.drawing import figure_style
from site_lib.measuring.experiment import run_experiment
from site_lib.records.measurement import Result

# Metrics that a clock told.
TIMINGS = ("images_per_second", "training_seconds")
# What a person asks for.
ANSWERS = {"CLASS": "banana"}
# Two of the four variants: each theme and each layout once.
VARIANTS = [figure_style.Style("light", "wide"), figure_style.Style("dark", "narrow")]


@cache
def table() -> dict[str, dict[str, Any]]:
    """What dry_runs.toml says."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class DryRuns:
    """Dry results in a folder, measured on one device.

    device: as on the command line of an experiment.
    """

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self.folder, self.device = folder, device

    def result(self, experiment: Experiment) -> Path:
        """The file with an experiment's result; of its first run where it has several."""
        path = self.folder / f"{experiment.name}.npz"
        if not path.exists():
            small = table()["runs"].get(experiment.name, experiment.parameters["draft"])
            self.measure(experiment, path, small)
        return path

    def measure(
        self, experiment: Experiment, path: Path, small: Mapping[str, Any], **constants: Any
    ) -> None:
        """Write a result.

        small: entry of the table.   constants: of the script, besides those in the entry.
        """
        measure = runpy.run_path(str(experiment.script))["measure"]
        parameters = self.parameters(experiment, small)
        options = ["--output", str(path), "--profile", "dry", "--device", self.device]
        constants = {**small.get("constants", {}), **constants}
        with ExitStack() as stack:
            for name, value in constants.items():
                if name not in measure.__globals__:
                    raise KeyError(f"{experiment.script.name} has no constant {name}")
                stack.enter_context(patch.dict(measure.__globals__, {name: value}))
            stack.enter_context(small_library())
            stack.enter_context(command_line(experiment.script, *options, *_options(parameters)))
            run_experiment(measure)

    def parameters(self, experiment: Experiment, small: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters of one run; what it writes besides its result goes into the folder."""
        given = experiment.parameters["default"] | small
        given.pop("constants", None)
        if experiment.ask:
            given[str(experiment.each)] = ANSWERS[experiment.ask]
        elif experiment.each:
            given[experiment.each] = given[experiment.each][0]
        folders = [name for name in given if name.endswith("_folder")]
        return given | {name: str(self.folder / experiment.name / name) for name in folders}

    def draw(self, figure: Figure) -> Path:
        """Draw a figure from dry results in two variants; its record."""
        output = self.folder / "figures"
        results = [str(self.result(experiment)) for experiment in figure.experiments]
        options = ["--result", *results, "--output", str(output), "--format", figure.format]
        options += ["--id", figure.id, *_options(figure.parameters)]
        with (
            command_line(figure.script, *options),
            patch.object(figure_style, "variants", lambda: VARIANTS),
        ):
            runpy.run_path(str(figure.script), run_name="__main__")
        return output / f"{figure.id}.json"


@contextmanager
def small_library() -> Iterator[None]:
    """Within the block, constants of the library are as small as the table says."""
    with ExitStack() as stack:
        for module, constants in table()["library"].items():
            for name, value in constants.items():
                stack.enter_context(patch.object(import_module(module), name, value))
        yield


@contextmanager
def command_line(script: Path, *options: str) -> Iterator[None]:
    """Within the block, the program was started as this script with these options."""
    with patch.object(sys, "argv", [str(script), *options]):
        yield


def shared_folder(base: Path) -> Path:
    """Folder for dry results that all processes of a test session share.

    base: ``tmp_path_factory.getbasetemp()``, which pytest-xdist puts into one for all its workers.
    """
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "dry"


def assert_equal(first: Result, second: Result) -> None:
    """Arrays equal to the last bit, and metrics, but for what a clock said."""
    assert first.arrays.keys() == second.arrays.keys()
    for name, array in first.arrays.items():
        assert array.dtype == second[name].dtype, name
        np.testing.assert_array_equal(array, second[name], err_msg=name)
    assert _untimed(first.metrics) == _untimed(second.metrics)


def _untimed(metrics: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metrics.items() if not name.endswith(TIMINGS)}


def main() -> None:
    """Measure experiments one by one; what goes wrong with one is written beside the others."""
    folder, *names = sys.argv[1:]
    device = "cpu"
    with ExitStack() as stack:
        if names[0] == "--pretend-cuda":
            from tests.pretend_cuda import install, pretend_cuda

            install()
            stack.enter_context(pretend_cuda())
            device, names = "cuda", names[1:]
        dry, experiments = DryRuns(Path(folder), device), load_catalogue().experiments
        for name in names:
            try:
                dry.result(experiments[name])
            except (Exception, SystemExit):
                Path(folder, f"{name}.error").write_text(traceback.format_exc())


if __name__ == "__main__":
    main()
