"""Command line of an experiment, made from the signature of its function.

An experiment is ``measure(*, <parameters>, seed, device) -> Measurement``; each keyword becomes
an option (``num_orientations: int`` → ``--num-orientations``), required unless it has a default.
"""

import argparse
import inspect
import time
from collections.abc import Callable
from pathlib import Path

from site_lib.common.command_line import errors_on_one_line, module_docstring, relative_path
from site_lib.common.devices import choose_device, gpu_name
from site_lib.common.options import add_option
from site_lib.records.measurement import Measurement, save_result
from site_lib.records.provenance import git_commit, machine
from site_lib.records.sources import package_versions, packages_of, source_hashes


def run_experiment(measure: Callable[..., Measurement]) -> None:
    """Measure with the parameters on the command line and write the result file."""
    parser = argparse.ArgumentParser(description=module_docstring(measure))
    parser.add_argument("--output", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--profile", default="custom", help="name recorded with the result")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:1")
    for name, parameter in inspect.signature(measure).parameters.items():
        if name != "device":
            add_option(parser, parameter)
    options = vars(parser.parse_args())
    with errors_on_one_line():
        _measure_and_save(measure, options)


def _measure_and_save(measure: Callable[..., Measurement], options: dict) -> None:
    output, profile = options.pop("output"), options.pop("profile")
    device = choose_device(options.pop("device"))
    start = time.perf_counter()
    measurement = measure(**options, device=device)
    script = Path(inspect.getfile(measure))
    record = {
        "script": relative_path(script),
        "profile": profile,
        "parameters": {key: value for key, value in options.items() if key != "seed"},
        "seed": options.get("seed"),
        "inputs": measurement.inputs,
        "weights": measurement.weights,
        "versions": package_versions(packages_of(script)),
        "sources": source_hashes(script),
        "device": str(device),
        "machine": machine(gpu_name(device)),
        "commit": git_commit(),
        "seconds": round(time.perf_counter() - start, 2),
    }
    save_result(output, measurement, record)
