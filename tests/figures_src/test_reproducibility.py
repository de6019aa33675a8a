"""An experiment that is measured again gives the same bits."""

import subprocess
import sys

import numpy as np
import pytest

from figures_src.engine import Request, all_jobs
from site_lib.provenance import ROOT, load_result


@pytest.mark.slow
@pytest.mark.parametrize("experiment", ["student-first-layer", "receptive-fields"])
def test_measured_twice_equal_to_the_last_bit(experiment, tmp_path):
    """Gratings and gradients, in the profile draft, in processes of their own."""
    (job,) = (job for job in all_jobs(Request(profile="draft")) if job.experiment == experiment)
    results = []
    for name in ("first.npz", "second.npz"):
        arguments = [*job.arguments]
        arguments[arguments.index("--output") + 1] = str(tmp_path / name)
        subprocess.run([sys.executable, str(job.script), *arguments], check=True, cwd=ROOT,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        results.append(load_result(tmp_path / name))
    first, second = results
    assert first.arrays.keys() == second.arrays.keys()
    for name in first.arrays:
        np.testing.assert_array_equal(first[name], second[name])
    assert first.metrics == second.metrics
