"""What must be built from what, and how one script is run.

A job is one run of one script. Its inputs are what the script and the modules of ours that it
imports mean (see ``site_lib.records.sources``), its parameters, the versions of the packages that
these import, and the results it reads. When one of them changes, or one of its files does, pytask
runs the job again.
"""

import ctypes
import gc
import json
import os
import runpy
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import NoReturn

from figures_src.engine.catalogue import (
    Cost,
    Experiment,
    Figure,
    Lab,
    Parameter,
    Run,
    check_profile,
    figures_folder,
    load_catalogue,
)
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT, fingerprint, sha256_of_file
from site_lib.records.lab_records import PLANNED_CPU_SECONDS
from site_lib.records.sources import package_versions, packages_of, source_hashes

ENVIRONMENT_VARIABLE = "COURSE_BUILD"
# What a drawing may take before the build says that it took long.
DRAWING_SECONDS = 60
# Where Linux shows the GPUs of this machine.
DEVICE_FILES = Path("/dev")
LAB_RUNNER = ROOT / "figures_src" / "engine" / "run_lab.py"


class ScriptError(Exception):
    """A script failed, and what went wrong has been printed already."""


@dataclass(frozen=True)
class Job:
    """One run of a script.

    inputs: name → hash or value; these decide whether it runs again, with ``results`` (files
    that it reads) and ``products`` (files that it writes).   experiment, cost: of a measurement,
    which one it belongs to and what it is expected to take.   planned_seconds: what it takes at
    most on one quiet core, where that is known; it may take longer, and the build says so.
    """

    name: str
    script: Path
    arguments: list[str]
    inputs: dict[str, str]
    results: list[Path]
    products: list[Path]
    experiment: str = ""
    cost: Cost | None = None
    planned_seconds: float | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether it reads results and draws, in seconds; measurements and labs take minutes."""
        return not self.experiment and self.script != LAB_RUNNER


@dataclass(frozen=True)
class Request:
    """What a build is asked for.

    figures: ids of figures and labs, None for all.   options: what a figure on demand asks for.

    It travels in an environment variable, because pytask and its worker processes import the
    module with the tasks by themselves.
    """

    profile: str = "default"
    device: str = "auto"
    figures: list[str] | None = None
    options: dict[str, str] = field(default_factory=dict)

    def publish(self, jobs: list[Job]) -> None:
        """Make these of its jobs the ones that :func:`requested_jobs` gives, in child processes
        too.
        """
        message = {"request": asdict(self), "jobs": [job.name for job in jobs]}
        os.environ[ENVIRONMENT_VARIABLE] = json.dumps(message)


def requested_jobs() -> list[Job]:
    """Jobs that are named in the environment; without a request there, all of the course."""
    message = json.loads(os.environ.get(ENVIRONMENT_VARIABLE, "{}"))
    jobs = all_jobs(Request(**message.get("request", {})))
    return [job for job in jobs if job.name in message.get("jobs", [job.name])]


def all_jobs(request: Request) -> list[Job]:
    """Jobs for a request, measurements first, labs last; CourseError when it is mistaken."""
    return _jobs(json.dumps(asdict(request)))


@cache
def _jobs(request_as_text: str) -> list[Job]:
    """Taken from the files once in a process, where pytask asks for them again."""
    request = Request(**json.loads(request_as_text))
    profile = check_profile(request.profile)
    catalogue = load_catalogue()
    if request.figures is not None:
        catalogue = catalogue.selected(request.figures, request.options)
    measurements = [
        _measurement(experiment, run, profile, request.device)
        for experiment in catalogue.experiments.values()
        if experiment.committed is None
        for run in experiment.runs(profile)
    ]
    drawings = [_drawing(figure, profile) for figure in catalogue.figures.values()]
    return [*measurements, *drawings, *map(_lab, catalogue.labs.values())]


def remeasurement(name: str, profile: str, device: str) -> Job:
    """The job that writes a committed result anew; CourseError when there is no such result."""
    experiments = load_catalogue().experiments
    committed = [e.name for e in experiments.values() if e.committed is not None]
    if name not in committed:
        raise unknown_name("committed experiment", name, committed)
    (run,) = experiments[name].runs(profile)
    return _measurement(experiments[name], run, profile, device)


def _measurement(experiment: Experiment, run: Run, profile: str, device: str) -> Job:
    arguments = ["--output", str(run.result), "--profile", profile, "--device", device]
    arguments += _options(run.parameters)
    settings = _settings(run.parameters)
    settings |= {_relative(path): sha256_of_file(path) for path in experiment.reads}
    if kind_of_device(device) != "cpu":  # a GPU adds up in another order
        settings["kind of device"] = kind_of_device(device)
    inputs = _inputs([experiment.script], settings)
    name = f"measure {profile}/{run.name}"
    script, products, cost = experiment.script, [run.result], run.cost
    seconds = cost.units * cost.seconds_per_unit if cost else None
    return Job(name, script, arguments, inputs, [], products, experiment.name, cost, seconds)


def kind_of_device(name: str) -> str:
    """``cpu`` or ``cuda``; of ``auto``, what a measurement is going to take here.

    That is told by the files of NVIDIA's driver, since importing torch to ask it takes longer than
    a build with nothing to do.
    """
    if name != "auto":
        return name.partition(":")[0]
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    if hidden or not any(DEVICE_FILES.glob("nvidia[0-9]*")):
        return "cpu"
    return "cpu" if package_versions(["torch"])["torch"].endswith("+cpu") else "cuda"


def _drawing(figure: Figure, profile: str) -> Job:
    runs = [run for experiment in figure.experiments for run in experiment.runs(profile)]
    results = [run.result for run in runs]
    labelled = [f"{run.key}={run.result}" if run.key else str(run.result) for run in runs]
    arguments = ["--result", *labelled, "--output", str(figures_folder())]
    arguments += ["--id", figure.id, "--format", figure.format, *_options(figure.parameters)]
    settings = {"image format": figure.format} | _settings(figure.parameters)
    words = figure.script.with_suffix(".toml")
    if words.is_file():
        settings[_relative(words)] = sha256_of_file(words)
    # One name for all profiles: they write the same files.
    inputs = _inputs([figure.script], settings)
    name, script, products = f"draw {figure.id}", figure.script, figure.files
    return Job(name, script, arguments, inputs, results, products, planned_seconds=DRAWING_SECONDS)


def _lab(lab: Lab) -> Job:
    arguments = ["--lab", str(lab.script), "--executed", str(lab.executed)]
    arguments += ["--copies", str(lab.copies)]
    # In a lab, comments are the text.
    inputs = _inputs([lab.script, LAB_RUNNER], {_relative(lab.script): sha256_of_file(lab.script)})
    name, products = f"run {lab.id}", lab.files
    return Job(
        name, LAB_RUNNER, arguments, inputs, [], products, planned_seconds=PLANNED_CPU_SECONDS
    )


def _inputs(scripts: list[Path], settings: dict[str, str]) -> dict[str, str]:
    inputs = dict(settings)
    for script in scripts:
        inputs |= {f"code of {name}": meaning for name, meaning in _sources(script).items()}
        inputs |= {f"version of {name}": version for name, version in _versions(script).items()}
    # An input that is gone is a change too.
    return inputs | {"list of inputs": fingerprint({"names": sorted(inputs)})}


# Many jobs share a script.
_sources = cache(source_hashes)


@cache
def _versions(script: Path) -> dict[str, str]:
    return package_versions(packages_of(script))


def _options(parameters: Mapping[str, Parameter]) -> list[str]:
    """Parameters as options of a command line."""
    words = []
    for name, value in parameters.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(option if value else f"--no-{option.removeprefix('--')}")
        elif isinstance(value, list):
            words += [option, *map(str, value)]
        else:
            # With "=", a value that begins with a minus sign is no option.
            words.append(f"{option}={value}")
    return words


def _settings(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Parameters as inputs of a job."""
    return {f"parameter {name}": json.dumps(value) for name, value in parameters.items()}


# --------------------------------------------------------------------- running


def run(job: Job) -> None:
    """Run a job's script in this process, so that slow imports are paid once for all scripts.

    Raises ScriptError when the script fails or does not write its files.
    """
    # pytask collects what its worker processes print; a person wants to see progress now.
    with redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
        _run_script(job)
        for product in job.products:
            if not product.is_file():
                _fail(job, f"it did not write {_relative(product)}, which the catalogue promises")
        if job.products[0].suffix == ".json":
            _check_extra_files(job)
    give_memory_back()


def give_memory_back() -> None:
    """Hand what the last script has left free back to the system, where glibc can.

    The Makefile lets glibc keep it, since asking for it anew in every step of a climb is slow; but
    a process that runs many scripts would grow with each.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim:
        trim(0)


def _run_script(job: Job) -> None:
    earlier_arguments = sys.argv
    sys.argv = [str(job.script), *job.arguments]
    try:
        runpy.run_path(str(job.script), run_name="__main__")
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            _fail(job, leaving.code)
        if leaving.code:
            raise ScriptError(job.name) from None
    except CourseError as error:
        _fail(job, str(error))
    except Exception as error:
        _print_traceback(error, job.script)
        raise ScriptError(job.name) from None
    finally:
        sys.argv = earlier_arguments


def _check_extra_files(job: Job) -> None:
    """A file that the catalogue does not know would never be noticed missing or altered."""
    sidecar = json.loads(job.products[0].read_text(encoding="utf-8"))
    for name in sidecar["files"]:
        if figures_folder() / name not in job.products:
            _fail(job, f"it publishes {name}; add it to `files` of the figure in the catalogue")


def _fail(job: Job, message: str) -> NoReturn:
    print(f"error: {_relative(job.script)}: {message}", file=sys.stderr, flush=True)
    raise ScriptError(job.name)


def _print_traceback(error: Exception, script: Path) -> None:
    """Print the traceback from the script's own first frame on."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename != str(script):
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames or error.__traceback__)


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
