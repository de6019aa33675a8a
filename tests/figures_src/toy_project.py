"""A project with the real engine and tiny scripts, in which tests can break things.

Two experiments, ``slope`` and ``noise``; three figures: ``line`` (of slope), ``cloud`` (of noise)
and ``both``. The scripts share ``site_lib/ruler.py`` (experiments) and ``site_lib/ink.py``
(drawings).
"""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.records import figure_record

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    "__init__",
    "claims",
    "command_line",
    "devices",
    "errors",
    "provenance",
    "published_folder",
    "sidecars",
    "sources",
)
ENGINE = (
    "__init__",
    "build",
    "catalogue",
    "catalogue_schema",
    "claims_report",
    "engine",
    "reporter",
    "run_lab",
    "stamps",
    "task_figures",
)

FILES = {
    "pyproject.toml": "[tool.pytask.ini_options]\n",
    # Stands for the real one: says that it was imported.
    "torch.py": """
        from pathlib import Path
        from types import SimpleNamespace
        Path(__file__).with_name("torch-was-imported").touch()
        device = str
        cuda = SimpleNamespace(is_available=lambda: False)
        """,
    "site_lib/ruler.py": "UNIT = 1.0\n",
    "site_lib/ink.py": "from site_lib.errors import CourseError\nCOLOUR = 'blue'\n",
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
        from site_lib.provenance import Measurement, save_result
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
        from site_lib.provenance import Measurement, save_result

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
    from site_lib.provenance import figure_files, load_result, write_text

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
    """A copy of the engine in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a build in a process group of its own."""
        return self.start_module("figures_src.build", *arguments)

    def start_module(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a module of the project as a person would."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env=environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A shell that runs the tests in the background ignores Ctrl-C, and so would the build.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def build(self, *arguments: str, status: int = 0) -> str:
        """Run a build to its end and return what it printed; its exit status is checked."""
        return self.run_module("figures_src.build", *arguments, status=status)

    def run_module(self, module: str, *arguments: str, status: int = 0) -> str:
        """Run a module to its end, as :meth:`build` does."""
        process = self.start_module(module, *arguments)
        output, _ = process.communicate(timeout=1200)
        assert process.returncode == status, output
        return output

    def outputs(self) -> dict[str, bytes]:
        """Contents of all that the engine built, by path."""
        found = [*self.path("results").rglob("*"), *self.path("docs/figures").rglob("*")]
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in found
            if path.is_file()
        }


def built(output: str) -> set[str]:
    """Names of the experiments and figures that a build says it ran."""
    words = [line.split() for line in output.splitlines() if line.startswith("[")]
    return {word[2] for word in words}


def kill_group(process: subprocess.Popen[str]) -> None:
    """End a build and all its children at once, as a crash or a power cut does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
