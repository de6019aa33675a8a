"""A build takes no harm: killed, with damaged or unwritable files, on full disks, by mistakes."""

import ctypes
import json
import os
import resource
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.figures_src.toy_project import EVERYTHING, GUARD_SECONDS, ToyProject, built

LAB = """
# %% [markdown]
# # Lab 1: Toy

# %%
import time
"""


def obey_permissions() -> None:
    """Give up the right of root to write anywhere (Linux)."""
    header, no_capabilities = struct.pack("Ii", 0x20080522, 0), bytes(24)
    assert ctypes.CDLL(None).capset(header, no_capabilities) == 0


def fill_the_disk() -> None:
    """Let no file become longer than a line, which fails as a full disk does."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def note_waits() -> None:
    """Write down how long the process sleeps, each time it does, in the file ``waits``."""
    sleep = time.sleep

    def noted(seconds: float) -> None:
        with Path("waits").open("a") as waits:
            print(seconds, file=waits)
        sleep(seconds)

    time.sleep = noted


def one_error(output: str) -> str:
    """The only line of an output, which is an error."""
    (line,) = output.splitlines()
    assert line.startswith("error: ")
    return line


# -------------------------------------------------------------- interruptions


def test_killed_build_is_completed_by_a_plain_one(project: ToyProject) -> None:
    # Killed with half a file written: in an experiment, then in a drawing.
    half = "\nimport time\nfrom site_lib.common.files import atomic_path\n" + (
        "with atomic_path(options.output{}) as half:\n"
        "    half.write_text('half')\n    print('half way', flush=True)\n    time.sleep(3600)\n"
    )
    for script, target in (("measure_slope.py", ""), ("both.py", " / 'both.bin'")):
        name = f"figures_src/toys/{script}"
        source = project.path(name).read_text()
        project.path(name).write_text(source + half.format(target))
        build = project.start()
        build.wait_for("half way")
        build.kill()
        build.wait()
        assert any("/." in name for name in project.outputs())
        project.path(name).write_text(source)
    output = project.build()
    assert "both" in built(output)
    assert project.complete()
    assert built(project.build()) == set()


def test_what_killed_builds_left_behind_is_swept_and_nothing_else(finished: ToyProject) -> None:
    left = (
        "results/draft/.slope.npz.a_c0e2g9",
        "docs/figures/atlas/.thumbnails-0.webp.abcdefgh",
        ".pytask/.stamps.json.01234567",
        ".pytask/runtimes.json.tmp",
        ".cache/cards/.0a1b.zyxwvuts",
        "pytask.lock.tmp",
        "committed/.table.json.01234567",
    )
    kept = (
        "docs/figures/.nojekyll",
        ".cache/.gitignore",
        "committed/table.json",
        "committed/.notes.markdown",
        "figures_src/.notes.markdown",
    )
    finished.edit(
        "figures_src/catalogue.toml",
        "[experiments.slope]",
        '[experiments.slope]\nreads = ["committed/table.json"]',
    )
    for name in (*left, *kept):
        finished.write(name, "[1]\n")
    finished.build()
    assert not [name for name in left if finished.path(name).exists()]
    assert not [name for name in kept if not finished.path(name).exists()]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted_build_says_so_and_fails(project: ToyProject, workers: str) -> None:
    project.edit("figures_src/toys/measure_slope.py", "values =",
                 "print('busy', flush=True); time.sleep(3600)\nvalues =")  # fmt: skip
    build = project.start("--workers", workers)
    build.wait_for("busy")
    build.interrupt()
    output = build.wait()
    assert build.status == 1
    assert "interrupted; the same command goes on from here" in output
    assert "failed" not in output


def test_interrupted_measurement_of_a_committed_result_is_one_line(finished: ToyProject) -> None:
    finished.edit("figures_src/catalogue.toml", "[experiments.slope]",
                  '[experiments.slope]\ncommitted = "figures_src/toys/slope.npz"')  # fmt: skip
    finished.edit("figures_src/toys/measure_slope.py", "values =",
                  "print('busy', flush=True); time.sleep(3600)\nvalues =")  # fmt: skip
    before = finished.outputs()
    build = finished.start("--remeasure", "slope")
    build.wait_for("busy")
    build.interrupt()
    assert "interrupted; the same command goes on from here" in one_error(build.wait())
    assert build.status == 1
    assert finished.outputs() == before


def test_interrupted_lab_ends_the_build(project: ToyProject) -> None:
    for name in ("1-toy", "2-toy"):
        started = f"open('{name}.started', 'w').close()\nopen('pipe', 'w').close()\n"
        project.write(f"docs/labs/{name}.py", LAB + started + "time.sleep(3600)\n")
    os.mkfifo(project.path("pipe"))
    build = project.start("--figure", "lab-1-toy lab-2-toy")
    project.path("pipe").read_text()  # returns when a lab has begun
    build.interrupt()
    output = build.wait()
    assert build.status == 1
    assert "interrupted; the same command goes on from here" in output
    assert "failed" not in output
    assert len([*project.folder.glob("*.started")]) == 1
    assert not [*project.folder.glob("docs/labs/*.ipynb")]


# ------------------------------------------------------------------- failures


def test_failed_script_leaves_the_rest_built_and_its_own_outputs_as_they_were(
    finished: ToyProject,
) -> None:
    before = finished.outputs()
    finished.edit("figures_src/toys/measure_slope.py", "values = UNIT", "values = WRONG_NAME")
    finished.edit("figures_src/toys/cloud.py", "a caption", "another caption")
    output = finished.build(status=1)
    assert built(output) == {"default/slope", "cloud"}
    assert "NameError: name 'WRONG_NAME' is not defined" in output
    assert "runpy" not in output  # the traceback begins in the script
    assert "failed: measure default/slope" in output
    assert "not built, because what they need failed: draw " in output
    after = finished.outputs()
    assert {name for name in after if after[name] != before[name]} == {"docs/figures/cloud.json"}
    assert built(finished.build(status=1)) == {"default/slope"}  # not forgotten


def test_course_error_is_one_line(project: ToyProject) -> None:
    project.edit("site_lib/ink.py", "COLOUR =", "raise CourseError('no ink left')\nCOLOUR =")
    project.edit("figures_src/toys/line.py", "from site_lib.ink import COLOUR",
                 "from site_lib.common.command_line import errors_on_one_line\n"
                 "with errors_on_one_line():\n    from site_lib.ink import COLOUR")  # fmt: skip
    output = project.build(status=1)
    assert output.count("error: no ink left") == 1  # by its command line
    assert output.count("error: figures_src/toys/cloud.py: no ink left") == 1  # by the engine
    assert "Traceback" not in output


def test_syntax_error_fails_its_script_alone(project: ToyProject) -> None:
    project.write("figures_src/toys/line.py", "def (:\n")
    output = project.build(status=1)
    assert "SyntaxError" in output
    assert "failed: draw line" in output
    assert "4 built" in output


def test_drawing_must_publish_what_the_catalogue_says(project: ToyProject) -> None:
    project.edit("figures_src/toys/both.py", "EXTRA = ['both.bin']", "EXTRA = []")
    project.edit("figures_src/toys/line.py", "EXTRA = []", "EXTRA = ['surprise.bin']")
    output = project.build(status=1)
    assert "both.py: it did not write docs/figures/both.bin" in output
    assert "line.py: it publishes surprise.bin; add it to `files`" in output


def test_what_takes_longer_than_planned_says_so_and_the_build_goes_on(
    project: ToyProject,
) -> None:
    project.edit("figures_src/engine/jobs.py", "DRAWING_SECONDS = 60", "DRAWING_SECONDS = 1e-9")
    project.edit(
        "figures_src/catalogue.toml",
        "[experiments.slope]",
        "[experiments.slope]\ncost = { default = { units = 1, seconds_per_unit = 3e9 } }",
    )
    output = project.build()
    assert built(output) == EVERYTHING
    (summary,) = [line for line in output.splitlines() if line.startswith("longer than planned")]
    assert all(f"draw {figure} (" in summary for figure in ("line", "cloud", "both"))
    assert "measure" not in summary


# ------------------------------------------------------------------ workers, lock


def test_two_workers_run_side_by_side_and_share_the_cores(project: ToyProject) -> None:
    # Each experiment waits until the other has begun.
    meet = (
        "import time\nPath('{}').write_text(str(os.getpid()))\n"
        "while not Path('{}').exists():\n    time.sleep(0.05)\n"
    )
    for own, other in (("slope", "noise"), ("noise", "slope")):
        name = f"figures_src/toys/measure_{own}.py"
        project.edit(name, "values =", meet.format(own, other) + "values =")
    output = project.build("--workers", "2")
    assert built(output) == EVERYTHING
    assert project.complete()
    threads = max(1, len(os.sched_getaffinity(0)) // 2)
    assert f"threads {threads}" in output
    assert project.path("slope").read_text() != project.path("noise").read_text()
    assert built(project.build()) == set()


def test_end_of_a_script_is_noticed_soon(project: ToyProject) -> None:
    # Not after a second or two, which many short jobs would wait for in turn.
    project.build("--workers", "2", before=note_waits)
    waits = [float(line) for line in project.path("waits").read_text().splitlines()]
    assert len(waits) > 3
    assert max(waits) <= 0.2


def test_drawings_wait_for_what_takes_minutes(project: ToyProject) -> None:
    # Otherwise one process may be left with a long measurement, and the others with nothing.
    project.multiply(20)
    done = [line.split()[1] for line in project.build().splitlines() if line.startswith("[")]
    assert done == sorted(done, key=["measuring", "drawing"].index)
    assert set(done) == {"measuring", "drawing"}


def test_failure_in_a_worker_is_told_as_in_one_process(project: ToyProject) -> None:
    project.edit("figures_src/toys/measure_slope.py", "values = UNIT", "values = WRONG_NAME")
    output = project.build("--workers", "2", status=1)
    assert output.count("NameError: name 'WRONG_NAME' is not defined") == 1
    assert "failed: measure default/slope" in output
    assert "2 built" in output


@pytest.fixture
def running(finished: ToyProject) -> Iterator[ToyProject]:
    """The finished project, in which a build waits in an experiment."""
    finished.edit("figures_src/toys/measure_slope.py", "import torch",
                  "print('busy', flush=True); time.sleep(3600)")  # fmt: skip
    build = finished.start()
    build.wait_for("busy")
    yield finished
    build.kill()
    build.wait()
    finished.build("--figure", "cloud")  # the lock went with its owner


@pytest.mark.parametrize("module", ["build", "clean"])
def test_second_build_and_cleaning_are_told_who_builds(running: ToyProject, module: str) -> None:
    before = running.outputs()
    error = one_error(running.run_module(f"figures_src.engine.{module}", status=1))
    assert "a build is running, wait until it ends: process " in error
    assert "python -m figures_src.engine.build" in error
    assert running.outputs() == before


# ----------------------------------------------------------------- the engine's state

STATE = (
    "pytask.lock",
    "pytask.lock.journal",
    ".pytask/stamps.json",
    ".pytask/runtimes.json",
    ".pytask/runtimes.journal",
    ".pytask/file_hashes.json",
    ".pytask/pytask.sqlite3",
)
DAMAGES = {
    "junk": lambda content: bytes(range(256)),
    "empty": lambda content: b"",
    "cut in half": lambda content: content[: len(content) // 2],
    "another version": lambda content: b'lock-version = "99"\n',
}


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_state_costs_time_only(finished: ToyProject, how: str) -> None:
    before = finished.outputs()
    for name in STATE:
        path = finished.path(name)
        path.write_bytes(DAMAGES[how](path.read_bytes() if path.exists() else b"x"))
    output = finished.build()
    assert built(output) == EVERYTHING
    assert "Traceback" not in output
    assert "pytask.lock is damaged and now called pytask.lock.damaged" in output
    assert finished.outputs() == before
    assert built(finished.build()) == set()
    finished.edit("figures_src/toys/line.py", "a caption", "another caption")
    assert built(finished.build()) == {"line"}


def test_journal_of_another_version_is_set_aside(finished: ToyProject) -> None:
    entry = {"lock-version": "99", "id": "x", "state": "y"}
    finished.write("pytask.lock.journal", json.dumps(entry))
    finished.edit("figures_src/toys/line.py", "a caption", "another caption")
    output = finished.build()
    assert "pytask.lock.journal is damaged" in output
    assert built(output) == {"line"}


@pytest.mark.parametrize("name", STATE)
def test_folder_where_a_file_of_the_state_belongs_is_set_aside(
    finished: ToyProject, name: str
) -> None:
    finished.path(name).unlink(missing_ok=True)
    finished.write(f"{name}/x", "")
    finished.edit("figures_src/toys/line.py", "a caption", "another caption")
    output = finished.build()
    assert "line" in built(output)
    assert "Traceback" not in output
    assert built(finished.build()) == set()


def test_state_without_its_lock_file_is_trusted_where_it_is_whole(finished: ToyProject) -> None:
    finished.path("pytask.lock").unlink()
    assert built(finished.build()) == set()  # the stamps know
    finished.path(".pytask/stamps.json").unlink()
    assert built(finished.build()) == EVERYTHING


@pytest.mark.parametrize("name", [".", ".pytask", "docs/figures", "results/default"])
def test_folder_that_cannot_be_written_is_one_line(finished: ToyProject, name: str) -> None:
    finished.edit("figures_src/toys/line.py", "a caption", "another caption")
    before = finished.outputs()
    path = finished.path(name)
    path.chmod(0o555)
    error = one_error(finished.build(status=1, before=obey_permissions))
    path.chmod(0o755)
    assert "cannot write into" in error
    assert error.endswith("Permission denied; check its owner and permissions")
    assert finished.outputs() == before
    assert built(finished.build()) == {"line"}


@pytest.mark.parametrize("name", [".build.lock", "pytask.lock", ".pytask/stamps.json"])
def test_file_that_cannot_be_written_is_one_line(finished: ToyProject, name: str) -> None:
    finished.edit("figures_src/toys/line.py", "a caption", "another caption")
    path = finished.path(name)
    path.chmod(0o444)
    error = one_error(finished.build(status=1, before=obey_permissions))
    path.chmod(0o644)
    assert f"cannot write {path}: Permission denied" in error
    assert built(finished.build()) == {"line"}


@pytest.mark.parametrize("folder", ["results/default", "docs/figures", ".pytask"])
def test_file_in_the_way_of_a_folder_is_one_line(project: ToyProject, folder: str) -> None:
    project.write(folder, "a file in the way\n")
    error = one_error(project.build(status=1))
    assert "error: cannot write into" in error
    assert folder in error


# ----------------------------------------------------------------------- full disks


def run_with_output(project: ToyProject, output: int) -> subprocess.CompletedProcess[str]:
    """Build with this file as standard output."""
    return subprocess.run(
        [sys.executable, "-m", "figures_src.engine.build"],
        cwd=project.folder,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        timeout=GUARD_SECONDS,
    )


def test_full_disk_under_standard_output_is_one_line_and_loses_nothing(
    project: ToyProject,
) -> None:
    with open("/dev/full", "w") as full:
        done = run_with_output(project, full.fileno())
    assert done.returncode == 1
    error = one_error(done.stderr)
    assert "cannot write to standard output: No space left on device" in error
    assert project.complete()
    assert built(project.build()) == set()


def test_reader_that_went_away_is_one_line(finished: ToyProject) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run_with_output(finished, writer)
    os.close(writer)
    assert done.returncode == 1
    assert "cannot write to standard output: Broken pipe" in one_error(done.stderr)


def test_closed_standard_output_is_no_mistake(project: ToyProject) -> None:
    command = ["sh", "-c", '"$0" -m figures_src.engine.build >&-', sys.executable]
    done = subprocess.run(
        command, cwd=project.folder, stderr=subprocess.PIPE, text=True, timeout=GUARD_SECONDS
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert project.complete()


def test_disk_that_fills_up_is_told_and_loses_nothing(finished: ToyProject) -> None:
    before = finished.outputs()
    finished.edit("figures_src/toys/line.py", "a caption", "another caption")
    output = finished.build(status=1, before=fill_the_disk)
    assert "Traceback" not in output
    errors = [line for line in output.splitlines() if line.startswith("error: ")]
    assert "cannot " in errors[-1]
    assert "File too large" in errors[-1]
    assert finished.outputs() == before
    assert built(finished.build()) == {"line"}


# ------------------------------------------------------------------ mistakes

LONG = 10_000 * "x"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--figure", "clod"], "unknown figure or lab 'clod'; nearest: cloud"),
        (["--figure", " "], "no name is given; say which with NAME=<id>"),
        (["--figure", "../line"], "unknown figure or lab '../line'"),
        (["--lab", "line"], "'line' is a figure, no lab; for figures: make figure NAME=line"),
        (["--lab", "lab-2-toy"], "unknown lab 'lab-2-toy'; nearest: lab-1-toy"),
        (["--profile", "drft"], "unknown profile 'drft'; nearest: draft"),
        (["--device", "cude"], "unknown device 'cude'; nearest: cuda"),
        (["--device", "cuda"], "sees no CUDA device here"),
        (["--device", "cuda:1"], "sees no CUDA device here"),
        (["--device", "cuda:x"], "unknown device 'cuda:x'"),
        (["--device", "cpu:0"], "unknown device 'cpu:0'"),
        (["--workers", "0"], "WORKERS must be auto, or a whole number from 1 on"),
        (["--workers", "1000"], "WORKERS=1000 is too many for "),
        (["--workers", LONG], "has 10000 characters; no name here has more than 100"),
        (["--figure", LONG], "has 10000 characters; no name here has more than 100"),
        (["--figure", "line", "--option", f"CLASS={LONG}"], "has 10006 characters"),
        (["--lab", LONG], "has 10000 characters"),
        (["--profile", LONG], "has 10000 characters"),
        (["--device", LONG], "has 10000 characters"),
        (["--remeasure", LONG], "has 10000 characters"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_mistaken_request_is_one_line(
    project: ToyProject, arguments: list[str], message: str
) -> None:
    project.write("docs/labs/1-toy.py", LAB)
    assert message in one_error(project.build(*arguments, status=1))


def test_killed_worker_is_said_once_and_the_next_build_goes_on(project: ToyProject) -> None:
    """As the system kills one when memory runs out; every later job then fails for that reason."""
    script, kill = "figures_src/toys/measure_noise.py", "os.kill(os.getpid(), 9)\n"
    project.edit(script, "import numpy as np\n", f"import numpy as np\n{kill}")
    output = project.build("--workers", "2", status=1)
    assert output.count("a process of the build was killed") == 1
    assert "Traceback" not in output
    assert "Error" not in output
    project.edit(script, kill, "")
    project.build()
    assert project.complete()
