"""Running a lab: what is kept, what fails it, and what it leaves behind."""

import os
import subprocess
import sys
import textwrap

import nbformat
import pytest

from figures_src import run_lab
from figures_src.run_lab import executed_lab, read_lab
from site_lib.errors import CourseError
from site_lib.provenance import ROOT

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""


@pytest.fixture
def write(tmp_path):
    """Writes a lab with the given cells and returns its path."""

    def written(cells):
        path = tmp_path / "1-toy.py"
        path.write_text(HEADER + textwrap.dedent(cells).lstrip(), encoding="utf-8")
        return path

    return written


def test_outputs_and_record_are_kept(write):
    notebook = executed_lab(
        write("""
        # %% [markdown]
        # # Lab 1: Toy

        # %% tags=["solution"]
        import sys
        print("progress", file=sys.stderr)
        6 * 7
        """)
    )
    _, cell = notebook.cells
    assert [output.output_type for output in cell.outputs] == ["execute_result"]
    assert cell.outputs[0].data["text/plain"] == "42"
    assert cell.metadata["jupyter"]["source_hidden"]
    lab = notebook.metadata["lab"]
    assert lab["name"] == "1-toy"
    assert 0 < lab["cpu_seconds"] < run_lab.CPU_SECONDS_ALLOWED
    nbformat.validate(notebook)


def test_reading_twice_gives_the_same_notebook(write):
    path = write("# %%\n1 + 1\n")
    assert nbformat.writes(read_lab(path)) == nbformat.writes(read_lab(path))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1 / 0", 'cell 2 \\("1 / 0"\\): ZeroDivisionError: division by zero'),
        ("import warnings\nwarnings.warn('old')", "cell 2 .* warns: .*UserWarning: old"),
        ("import os\nos._exit(3)", "cell 2 .*: the kernel died"),
    ],
)
def test_cell_that_fails_is_named(write, cell, message):
    with pytest.raises(CourseError, match=message):
        executed_lab(write(f"# %%\nx = 1\n\n# %%\n{cell}\n"))


def test_lab_that_computes_too_long_fails(write, monkeypatch):
    monkeypatch.setattr(run_lab, "CPU_SECONDS_ALLOWED", 0.01)
    with pytest.raises(CourseError, match="s of processor time; a lab may take"):
        executed_lab(write("# %%\nsum(range(10**6))\n"))


def test_cell_that_never_ends_fails(write, monkeypatch):
    monkeypatch.setattr(run_lab, "SECONDS_PER_CELL", 2)
    with pytest.raises(CourseError, match="not finished after 2 s"):
        executed_lab(write("# %%\nimport time\ntime.sleep(600)\n"))


def test_failure_keeps_earlier_notebooks_and_the_home_folder_stays_empty(write, tmp_path):
    """Also where a kernel for another Python is installed for the user."""
    home, executed, download = tmp_path / "home", tmp_path / "x.ipynb", tmp_path / "y.ipynb"
    kernel = home / ".local/share/jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["/no/such/python"], "display_name": "", "language": "python"}')
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(ROOT)}

    def run(cells):
        command = [sys.executable, "-W", "error", "-m", "figures_src.run_lab"]
        options = ["--lab", str(write(cells)), "--executed", str(executed)]
        return subprocess.run(
            [*command, *options, "--download", str(download)],
            cwd=ROOT, env=environment, check=False, text=True, capture_output=True,
        )  # fmt: skip

    first = run("# %%\nprint('once')\n")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    kept = executed.read_bytes(), download.read_bytes()
    assert b"once" in kept[0]
    second = run("# %%\nraise ValueError('twice')\n")
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        """error: 1-toy.py: cell 1 ("raise ValueError('twice')"): ValueError: twice"""
    ]
    assert (executed.read_bytes(), download.read_bytes()) == kept
    assert [path for path in home.rglob("*") if path.is_file()] == [kernel]
