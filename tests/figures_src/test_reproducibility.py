"""An experiment that is measured again gives the same bits, and a drawing the same files."""

import json
import subprocess
import sys

import numpy as np
import pytest

from figures_src.engine.jobs import Request, all_jobs
from site_lib.common.files import ROOT
from site_lib.records.measurement import load_result


@pytest.mark.slow
@pytest.mark.parametrize(
    "experiment",
    ["student-first-layer", pytest.param("receptive-fields", marks=pytest.mark.nightly)],
)
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


@pytest.mark.slow
def test_drawn_twice_equal_byte_for_byte(tmp_path):
    """Pictures and data; the record beside them also says how many seconds it took."""
    (job,) = (job for job in all_jobs(Request()) if job.name == "draw synapses-and-transistors")
    if not all(path.is_file() for path in job.results):
        pytest.skip("the result has not been measured; run make site")
    drawn = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
        arguments = [*job.arguments]
        arguments[arguments.index("--output") + 1] = str(folder)
        subprocess.run([sys.executable, str(job.script), *arguments], check=True, cwd=ROOT,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        record = json.loads(files.pop(f"{job.script.stem}.json"))
        del record["drawing"]["seconds"]
        drawn.append((files, record))
    assert len(drawn[0][0]) >= 5, "four variants and the data"
    assert drawn[0] == drawn[1]
