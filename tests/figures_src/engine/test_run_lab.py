"""Running a lab: what is kept, what fails it, and what it leaves behind."""

import os
import subprocess
import sys
import textwrap

import nbformat
import psutil
import pytest

from figures_src.engine import run_lab
from figures_src.engine.run_lab import executed_lab, read_lab
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.records.lab_records import PLANNED_CPU_SECONDS, copy_names

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
    assert lab["cpu_seconds"] > 0
    assert lab["cpu_seconds_planned"] == PLANNED_CPU_SECONDS
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


def test_lab_that_takes_longer_than_planned_is_a_record_and_no_failure(write, monkeypatch):
    monkeypatch.setattr(run_lab, "PLANNED_CPU_SECONDS", 1e-6)
    lab = executed_lab(write("# %%\n1 + 1\n")).metadata["lab"]
    assert lab["cpu_seconds"] > lab["cpu_seconds_planned"] == 1e-6


def test_cell_that_stands_still_is_named_and_its_kernel_ended(write, tmp_path, monkeypatch):
    begun = tmp_path / "begun"
    monkeypatch.setattr(run_lab, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(run_lab.Progress, "stands_still", lambda *_, **__: begun.exists())
    waiting = f"open({str(begun)!r}, 'w').close()\nimport threading\nthreading.Event().wait()"
    with pytest.raises(CourseError, match=r"cell 2 .*neither printed nor computed.* run the lab"):
        executed_lab(write(f"# %%\nx = 1\n\n# %%\n{waiting}\n"))
    commands = [" ".join(process.cmdline()) for process in psutil.Process().children()]
    assert not [command for command in commands if "ipykernel" in command]


def test_kernel_that_stands_still_before_the_first_cell_is_one_error(write, monkeypatch):
    monkeypatch.setattr(run_lab.Progress, "stands_still", lambda *_, **__: True)
    with pytest.raises(CourseError, match=r"1-toy.py: .*: for 20 minutes it has neither printed"):
        executed_lab(write("# %%\nimport threading\nthreading.Event().wait()\n"))


LOOKS = round(60 * run_lab.MINUTES_WITHOUT_PROGRESS / run_lab.SECONDS_BETWEEN_LOOKS)
WAITING = run_lab.CPU_SECONDS_OF_WAITING / (LOOKS + 1)


def nothing(look):
    return 0


@pytest.mark.parametrize(
    ("cpu_seconds", "num_messages", "is_ready", "stands_still"),
    [
        (lambda look: WAITING * look, nothing, nothing, True),  # a kernel that only waits
        (lambda look: 2 * WAITING * look, nothing, nothing, False),  # a little work
        (nothing, lambda look: look // (LOOKS - 1), nothing, False),  # prints at times
        (lambda look: 50 - 2 * WAITING * look, nothing, nothing, False),  # its processes end
        (nothing, nothing, lambda look: look % (LOOKS - 1) == 0, False),  # others compute
    ],
)
def test_progress_is_processor_time_or_a_message_or_a_wait_for_the_processor(
    cpu_seconds, num_messages, is_ready, stands_still
):
    progress = run_lab.Progress()
    ends = [
        look
        for look in range(3 * LOOKS)
        if progress.stands_still(
            cpu_seconds(look), num_messages(look), is_ready=bool(is_ready(look))
        )
    ]
    assert bool(ends) == stands_still
    assert not ends or LOOKS - 1 <= ends[0] <= LOOKS


def test_failure_keeps_earlier_notebooks_and_the_home_folder_stays_empty(write, tmp_path):
    """Also where a kernel for another Python is installed for the user."""
    home, executed, copies = tmp_path / "home", tmp_path / "x.ipynb", tmp_path / "copies"
    kernel = home / ".local/share/jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["/no/such/python"], "display_name": "", "language": "python"}')
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": str(ROOT)}

    def run(cells):
        command = [sys.executable, "-W", "error", "-m", "figures_src.engine.run_lab"]
        options = ["--lab", str(write(cells)), "--executed", str(executed)]
        return subprocess.run(
            [*command, *options, "--copies", str(copies)],
            cwd=ROOT, env=environment, check=False, text=True, capture_output=True,
        )  # fmt: skip

    first = run("# %%\nprint('once')\n")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert {path.name for path in copies.iterdir()} == set(copy_names("1-toy"))
    kept = [path.read_bytes() for path in (executed, *sorted(copies.iterdir()))]
    assert b"once" in kept[0]
    second = run("# %%\nraise ValueError('twice')\n")
    assert second.returncode == 1
    assert second.stderr.splitlines() == [
        """error: 1-toy.py: cell 1 ("raise ValueError('twice')"): ValueError: twice"""
    ]
    assert [path.read_bytes() for path in (executed, *sorted(copies.iterdir()))] == kept
    assert [path for path in home.rglob("*") if path.is_file()] == [kernel]
