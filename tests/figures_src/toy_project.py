"""A project with the real engine and tiny scripts, in which tests can break things.

Two experiments, ``slope`` and ``noise``; three figures: ``line`` (of slope), ``cloud`` (of noise)
and ``both``. The scripts share ``site_lib/ruler.py`` (experiments) and ``site_lib/ink.py``
(drawings).
"""

import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from site_lib.records.published_files import figure_files
from tests.records import figure_record

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    "__init__",
    "common/__init__",
    "common/command_line",
    "common/devices",
    "common/errors",
    "common/files",
    "records/__init__",
    "records/claims",
    "records/lab_records",
    "records/looked_at",
    "records/measurement",
    "records/provenance",
    "records/published_files",
    "records/sidecars",
    "records/sources",
)
ENGINE = (
    "__init__",
    "engine/__init__",
    "engine/build",
    "engine/build_lock",
    "engine/catalogue",
    "engine/catalogue_schema",
    "engine/claims_report",
    "engine/clean",
    "engine/jobs",
    "engine/lab_copies",
    "engine/reporter",
    "engine/run_lab",
    "engine/task_figures",
    "engine/up_to_date",
)

EVERYTHING = {"default/slope", "default/noise", "line", "cloud", "both"}
# Ends a process that would never end, however slow the machine.
GUARD_SECONDS = 1800
# After which a person presses Ctrl-C again.
PATIENCE_SECONDS = 60
# Importing pytask takes most of a second. One process does it, and each build is a copy of that.
COPIES = multiprocessing.get_context("forkserver")
COPIES.set_forkserver_preload(
    ["numpy", "pytest", "pytask", "pytask_parallel", "nbclient", "jupytext"]
)

FILES = {
    "pyproject.toml": "[tool.pytask.ini_options]\n",
    # Stands for the real one: says that it was imported.
    "torch.py": """
        from pathlib import Path
        from types import SimpleNamespace
        Path(__file__).with_name("torch-was-imported").touch()
        device = str
        cuda = SimpleNamespace(is_available=lambda: False, device_count=lambda: 0)
        """,
    "site_lib/ruler.py": "UNIT = 1.0\n",
    "site_lib/ink.py": "from site_lib.common.errors import CourseError\nCOLOUR = 'blue'\n",
    "figures_src/catalogue.toml": """
        [experiments.slope]
        script = "figures_src/toys/measure_slope.py"
        parameters = { num_points = 5, seed = 0 }
        draft = { num_points = 2 }
        [experiments.noise]
        script = "figures_src/toys/measure_noise.py"
        parameters = { scales = [0.5, 2.0], seed = 1 }
        [figures.line]
        script = "figures_src/toys/line.py"
        experiments = ["slope"]
        [figures.cloud]
        script = "figures_src/toys/cloud.py"
        experiments = ["noise"]
        format = "webp"
        [figures.both]
        script = "figures_src/toys/both.py"
        experiments = ["slope", "noise"]
        files = ["both.bin"]
        # --- End
        """,
    "figures_src/toys/measure_slope.py": """
        import argparse, os, time
        from pathlib import Path
        import numpy as np
        import torch
        from site_lib.records.measurement import Measurement, save_result
        from site_lib.ruler import UNIT

        parser = argparse.ArgumentParser()
        for name, kind in {"output": Path, "profile": str, "device": str,
                           "num-points": int, "seed": int}.items():
            parser.add_argument(f"--{name}", type=kind, required=True)
        options = parser.parse_args()
        print("threads", os.environ.get("OMP_NUM_THREADS"))
        values = UNIT * np.arange(options.num_points)
        save_result(options.output, Measurement({"values": values}, {"n": len(values)}),
                    {"profile": options.profile})
        """,
    "figures_src/toys/measure_noise.py": """
        import argparse, os
        from pathlib import Path
        import numpy as np
        from site_lib.records.measurement import Measurement, save_result

        parser = argparse.ArgumentParser()
        for name, kind in {"output": Path, "profile": str, "device": str, "seed": int}.items():
            parser.add_argument(f"--{name}", type=kind, required=True)
        parser.add_argument("--scales", type=float, nargs="+", required=True)
        options = parser.parse_args()
        values = np.outer(options.scales, [1.0, 2.0])
        save_result(options.output, Measurement({"values": values}, {"m": len(values)}), {})
        """,
}
DRAWING = """
    import argparse, json
    from pathlib import Path
    from site_lib.ink import COLOUR
    from site_lib.records.published_files import figure_files
    from site_lib.records.measurement import load_result
    from site_lib.common.files import write_text

    CAPTION = "a caption"
    EXTRA = {extra}
    parser = argparse.ArgumentParser()
    parser.add_argument("--result", nargs="+")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--format")
    parser.add_argument("--id", default=Path(__file__).stem)
    parser.add_argument("--thickness", type=int, default=1)
    options = parser.parse_args()
    sums = [str(load_result(Path(name.split("=")[-1]))["values"].sum()) for name in options.result]
    text = COLOUR * options.thickness + " ".join(sums)
    sidecar, *others = figure_files(options.id, options.format)
    for name in [*others, *EXTRA]:
        write_text(options.output / name, text)
    record = {record} | dict(id=options.id, caption=CAPTION, files=EXTRA)
    write_text(options.output / sidecar, json.dumps(record))
    """


class ToyProject:
    """A copy of the engine in a folder of its own, or a copy of such a project."""

    def __init__(self, folder: Path, original: "ToyProject | None" = None) -> None:
        self.folder = folder
        if original is not None:
            shutil.copytree(original.folder, folder, dirs_exist_ok=True)
            return
        for package, modules in {"site_lib": CORE, "figures_src": ENGINE}.items():
            for module in modules:
                target = folder / package / f"{module}.py"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / package / f"{module}.py", target)
        for name, text in FILES.items():
            self.write(name, text)
        for figure, extra in {"line": [], "cloud": [], "both": ["both.bin"]}.items():
            script = DRAWING.format(extra=extra, record=figure_record(figure))
            self.write(f"figures_src/toys/{figure}.py", script)

    def path(self, name: str) -> Path:
        """A file of the project."""
        return self.folder / name

    def write(self, name: str, text: str) -> None:
        """Write a file, its text freed from common indentation."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a piece of text that must be there."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    def multiply(self, count: int) -> None:
        """Add experiments and figures of the same scripts, until there are ``count`` jobs.

        Two figures for each experiment.
        """
        text, jobs = self.path("figures_src/catalogue.toml").read_text(encoding="utf-8"), 5
        while jobs < count:
            measure = jobs % 3 == 2
            name = f"more-{jobs if measure else jobs // 3 * 3 - 1}"
            if measure:
                script = "measure_noise.py"
                text += f"[experiments.{name}]\nparameters = {{ scales = [1.0], seed = {jobs} }}\n"
            else:
                script = "cloud.py"
                text += f'[figures.figure-{jobs}]\nexperiments = ["{name}"]\nformat = "webp"\n'
            text += f'script = "figures_src/toys/{script}"\n'
            jobs += 1
        self.write("figures_src/catalogue.toml", text)

    def start(self, *arguments: str, before: Callable[[], None] | None = None) -> "Build":
        """Start a build in a process group of its own.

        before: what the process does first.
        """
        return Build(self.folder, arguments, before)

    def build(
        self, *arguments: str, status: int = 0, before: Callable[[], None] | None = None
    ) -> str:
        """Run a build to its end and return what it printed; its exit status is checked."""
        build = self.start(*arguments, before=before)
        output = build.wait()
        assert build.status == status, output
        return output

    def run_module(self, module: str, *arguments: str, status: int = 0, **environment: str) -> str:
        """Run a module in a new Python, as a person would; returns and checks as a build does."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env=_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=GUARD_SECONDS,
        )
        assert done.returncode == status, done.stdout
        return done.stdout

    def outputs(self) -> dict[str, bytes]:
        """Contents of all that the engine built, by path."""
        found = [*self.path("results").rglob("*"), *self.path("docs/figures").rglob("*")]
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in found
            if path.is_file()
        }

    def complete(self) -> bool:
        """Whether every file is there, and no temporary one."""
        wanted = {"slope.npz", "noise.npz", "both.bin"}
        for figure, image_format in {"line": "svg", "cloud": "webp", "both": "svg"}.items():
            wanted |= set(figure_files(figure, image_format))
        return {Path(name).name for name in self.outputs()} == wanted


class Build:
    """A build that runs, in a process group of its own."""

    def __init__(
        self, folder: Path, arguments: tuple[str, ...], before: Callable[[], None] | None
    ) -> None:
        reader, writer = COPIES.Pipe(duplex=False)
        self._process = COPIES.Process(target=_run_build, args=(folder, arguments, before, writer))
        self._process.start()
        writer.close()
        self._output = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
        reader.close()
        self._guard = threading.Timer(GUARD_SECONDS, self.kill)
        self._guard.daemon = True
        self._guard.start()
        self._second_press: threading.Timer | None = None

    @property
    def pid(self) -> int:
        """Number of the process and of its group."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Exit status, None while it runs."""
        return self._process.exitcode

    def wait_for(self, text: str) -> None:
        """Wait until it prints a line with this text."""
        lines = []
        while text not in (line := self._output.readline()):
            lines.append(line)
            assert line, "".join(lines)

    def interrupt(self) -> None:
        """Press Ctrl-C; a person who sees nothing happen presses it again.

        Python ignores one that arrives while it finalises an object.
        """
        os.killpg(self.pid, signal.SIGINT)
        self._second_press = threading.Timer(PATIENCE_SECONDS, os.killpg, (self.pid, signal.SIGINT))
        self._second_press.daemon = True
        self._second_press.start()

    def kill(self) -> None:
        """End it and all its children at once, as a crash or a power cut does."""
        os.killpg(self.pid, signal.SIGKILL)

    def wait(self) -> str:
        """Wait for its end; what it printed, from where it was read last."""
        text = self._output.read()
        self._process.join()
        self._guard.cancel()
        if self._second_press:
            self._second_press.cancel()
        self._output.close()
        return text


def _run_build(
    folder: Path,
    arguments: tuple[str, ...],
    before: Callable[[], None] | None,
    output: Connection,
) -> None:
    """Become a build as ``python -m figures_src.engine.build`` is one."""
    os.setsid()
    # A shell that runs the tests in the background ignores Ctrl-C, and so would the build.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output.fileno(), stream.fileno())
        stream.reconfigure(write_through=True)
    os.environ.clear()
    os.environ.update(_environment())
    os.chdir(folder)
    sys.path[:] = [str(folder), *(path for path in sys.path if Path(path) != ROOT)]
    sys.argv = ["build.py", "--workers", "1", *arguments]
    # What this module imports is the course itself.
    for name in [name for name in sys.modules if name.startswith(("site_lib", "figures_src"))]:
        del sys.modules[name]
    if before is not None:
        before()
    runpy.run_module("figures_src.engine.build", run_name="__main__", alter_sys=True)


def _environment() -> dict[str, str]:
    """Variables of the environment for a process of a toy project."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COURSE_")}
    return kept | {"PYTHONUNBUFFERED": "1"}


def built(output: str) -> set[str]:
    """Names of the experiments and figures that a build says it ran."""
    words = [line.split() for line in output.splitlines() if line.startswith("[")]
    return {word[2] for word in words}
