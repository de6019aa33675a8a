"""Measure again and compare with the results: ``python -m tests.benchmarks.repeat first-layer``.

Each experiment runs twice with one thread and once with two. Says which results are equal to the
last bit, and how far the others are from those in ``results/default``.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from figures_src.engine.jobs import Job, Request, all_jobs
from site_lib.records.measurement import Result, load_result

RUNS = {"one thread": 1, "one thread, again": 1, "two threads": 2}


def main() -> None:
    """Print one line for each pair of results."""
    wanted = sys.argv[1:] or ["first-layer"]
    for job in all_jobs(Request()):
        if job.experiment not in wanted:
            continue
        results = {"results/default": load_result(job.products[0])}
        with tempfile.TemporaryDirectory() as folder:
            for name, threads in RUNS.items():
                limits = {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
                results[name] = measured(job, Path(folder) / "again.npz", os.environ | limits)
        for first, second in (
            ("one thread", "one thread, again"),
            ("one thread", "two threads"),
            ("two threads", "results/default"),
        ):
            print(f"{job.experiment}: {first} and {second}: "
                  f"{difference(results[first], results[second])}")  # fmt: skip


def measured(job: Job, output: Path, environment: Mapping[str, str]) -> Result:
    """Result of running a job's script in an environment, written elsewhere than the job does.

    Raises CalledProcessError when the script fails; it has said why.
    """
    arguments = [str(output) if Path(argument) == job.products[0] else argument
                 for argument in job.arguments]  # fmt: skip
    subprocess.run([sys.executable, str(job.script), *arguments], check=True, env=environment)
    return load_result(output)


def difference(one: Result, other: Result) -> str:
    """Largest difference of any array, relative to its largest value, in words."""
    worst, name = 0.0, ""
    for key, array in one.arrays.items():
        if array.dtype.kind not in "fiu" or not array.size:
            continue
        first, second = (np.nan_to_num(a.astype(float)) for a in (array, other[key]))
        relative = np.abs(first - second).max() / max(np.abs(second).max(), 1e-30)
        if relative > worst:
            worst, name = float(relative), key
    return f"differ by {worst:.1e} of the largest value, in {name}" if name else "equal"


if __name__ == "__main__":
    main()
