"""Every experiment keeps the rules of a GPU: tried on one that is pretended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from figures_src.engine.catalogue import load_catalogue
from site_lib.common.files import ROOT
from site_lib.records.measurement import load_result
from tests.figures_src.dry_runs import DryRuns, assert_equal, shared_folder
from tests.pretend_cuda import GPU_NAME

EXPERIMENTS = load_catalogue().experiments
# One of each chapter; the night tries all.
BY_DAY = ("student-first-layer", "dream-by-depth", "adversarial-universal", "drifting-gratings")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> DryRuns:
    """Results of the CPU, those of other tests where they are there."""
    return DryRuns(shared_folder(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="module")
def pretended(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the experiments that are to be tested, from one process with a pretended GPU."""
    folder = tmp_path_factory.mktemp("cuda")
    items = [item for item in request.session.items if item.path == Path(__file__)]
    names = [item.callspec.params["name"] for item in items]
    command = [sys.executable, "-m", "tests.figures_src.dry_runs", str(folder), "--pretend-cuda"]
    subprocess.run([*command, *names], cwd=ROOT, env=os.environ, check=True)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in BY_DAY else pytest.mark.nightly)
        for name in EXPERIMENTS
    ],
)
def test_an_experiment_runs_on_cuda_and_gives_the_bits_of_the_cpu(
    name: str, plain: DryRuns, pretended: Path
) -> None:
    error = pretended / f"{name}.error"
    assert not error.exists(), error.read_text(encoding="utf-8")
    on_cuda = load_result(pretended / f"{name}.npz")
    assert on_cuda.record["device"] == "cuda"
    assert on_cuda.record["machine"].endswith(GPU_NAME)
    assert_equal(on_cuda, load_result(plain.result(EXPERIMENTS[name])))
