"""Dry runs: every experiment as small as it can be, by the very path that a build takes.

``dry_runs.toml`` says what differs from the catalogue; an experiment that it does not name runs as
in the profile draft. Results lie in a folder, and are measured
when they are first asked for.

    python -m tests.figures_src.dry_runs FOLDER [--pretend-cuda] EXPERIMENT…
"""

import csv
import io
import os
import runpy
import sys
import tomllib
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from figures_src.engine.catalogue import Experiment, Figure, load_catalogue
from figures_src.engine.jobs import _options
from site_lib.common.files import write_text
from site_lib.common.fonts import subset_as_woff2
from site_lib.data import corpus_photographs as corpus
from site_lib.data.photographs import classified_photographs, read_pixels
from site_lib.drawing import figure_style
from site_lib.feature_visualisation.super_stimuli import Recipe
from site_lib.images import images
from site_lib.measuring.experiment import run_experiment
from site_lib.networks import controls, registry
from site_lib.records.measurement import Result

# Metrics that a clock told.
TIMINGS = ("images_per_second", "training_seconds")
# What a person asks for.
ANSWERS = {"CLASS": "banana"}
# Two of the four variants: each theme and each layout once.
VARIANTS = [figure_style.Style("light", "wide"), figure_style.Style("dark", "narrow")]
# Pictures at one pixel per CSS pixel: tests of figure_style say what two are like.
WEBP_QUALITY = {1: figure_style.WEBP_QUALITY[1]}

# What dry runs read again and again, kept in a process: more photographs than the small corpus has.
kept_pixels = lru_cache(100)(read_pixels)
kept_weights = cache(registry._weights_from_package)


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
            if experiment.name not in table()["corpus"]["whole"]:
                stack.enter_context(small_corpus(self.folder / "corpus.csv"))
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
            patch.object(figure_style, "WEBP_QUALITY", WEBP_QUALITY),
            patch.object(figure_style, "subset_as_woff2", lambda path, *_: plain_font(path)),
        ):
            runpy.run_path(str(figure.script), run_name="__main__")
        return output / f"{figure.id}.json"


@contextmanager
def small_library() -> Iterator[None]:
    """Within the block, constants of the library are as small as the table says.

    So are the images from which networks before training and controls take their statistics.
    Photographs and weights that have been read are not read again.
    """
    side = table()["corpus"]["statistics_side"]
    few = classified_photographs()[: table()["corpus"]["statistics"]]
    statistics_of, initialise = controls._photographs, registry.initialise
    coarse, coarse_steps = Recipe.coarse.fget, table()["super_stimuli"]["coarse_steps"]
    replaced: list[tuple[object, str, Any]] = [
        (controls, "classified_photographs", lambda: few),
        (controls, "_photographs", lambda _: statistics_of(side)),
        (registry, "initialise", lambda net, _, generator: initialise(net, side, generator)),
        (registry, "_weights_from_package", kept_weights),
        (images, "read_pixels", kept_pixels),
        (Recipe, "coarse", property(lambda recipe: replace(coarse(recipe), steps=coarse_steps))),
    ]
    for module, constants in table()["library"].items():
        replaced += [(import_module(module), *constant) for constant in constants.items()]
    with ExitStack() as stack:
        for where, name, value in replaced:
            stack.enter_context(patch.object(where, name, value))
        yield


@cache
def plain_font(path: Path) -> bytes:
    """A font that all drawings share: cutting one for each takes as long as drawing."""
    return subset_as_woff2(path, range(32, 127), ["kern"])


@contextmanager
def small_corpus(path: Path) -> Iterator[None]:
    """Within the block, the corpus has few photographs.

    path: where its table lies, which processes that share a folder write alike and at once.
    """
    if not path.is_file():
        write_text(path, small_table())
    with patch.object(corpus, "TABLE", path):
        corpus.corpus_photographs.cache_clear()
        try:
            yield
        finally:
            corpus.corpus_photographs.cache_clear()


@cache
def small_table() -> str:
    """The corpus's table with some photographs of every category, and those that are asked for."""
    rows = list(csv.DictReader(io.StringIO(corpus.TABLE.read_text(encoding="utf-8"))))
    kept = {row["name"] for some in _by_category(rows) for row in some[: table()["corpus"]["each"]]}
    kept |= {word for one in load_catalogue().experiments.values() for word in _words(one)}
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row["name"] in kept)
    return text.getvalue()


def _by_category(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Rows of each category, one that is held out first, then those with a class."""
    for category in dict.fromkeys(row["category"] for row in rows):
        of_one = [row for row in rows if row["category"] == category]
        first = next(row for row in of_one if row["held_out"] == "yes")
        yield sorted(of_one, key=lambda row: (row is not first, not row["imagenet_class"]))


def _words(experiment: Experiment) -> set[str]:
    """Texts among what the catalogue gives an experiment: names of photographs, for one."""
    values = experiment.parameters["default"].values()
    return {word for value in values for word in np.atleast_1d(value).tolist() if word is not None}


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
    """Without what a clock said; some experiments have metrics for each network."""
    return {
        name: _untimed(value) if isinstance(value, dict) else value
        for name, value in metrics.items()
        if not name.endswith(TIMINGS)
    }


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
