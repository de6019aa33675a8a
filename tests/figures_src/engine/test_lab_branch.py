"""The branch that Colab opens labs from: copies that install what they need, and their wheel."""

import os
import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from figures_src.engine import lab_branch
from figures_src.engine.catalogue import labs_folder
from figures_src.engine.lab_copies import students_copy
from figures_src.engine.run_lab import read_lab
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT

COURSE = "https://github.com/owner/course"
PUSH = ".ci/push-labs"


def test_the_copy_for_colab_first_installs_what_it_needs() -> None:
    lab = read_lab(next(labs_folder().glob("*.py")))
    copy = lab_branch.colab_copy(lab, ["torch", "psutil"], f"{COURSE}/raw/labs/kit.whl")
    nbformat.validate(copy)
    install, *others = copy.cells
    assert install.cell_type == "code"
    assert "%pip install --quiet torch psutil\n" in install.source
    assert install.source.endswith(f"--no-deps {COURSE}/raw/labs/kit.whl")
    assert [cell.source for cell in others] == [cell.source for cell in students_copy(lab).cells]


@pytest.mark.parametrize("repository", ["", "https://codeberg.org/owner/course"])
def test_without_a_repository_on_github_nothing_is_written(tmp_path: Path, repository: str) -> None:
    with pytest.raises(CourseError, match="set REPO_URL"):
        lab_branch.write(tmp_path / "branch", repository)
    assert not (tmp_path / "branch").exists()


@pytest.mark.slow
def test_the_branch_holds_every_lab_and_the_wheel_that_they_name(tmp_path: Path) -> None:
    folder = tmp_path / "branch"
    lab_branch.write(folder, f"{COURSE}.git")
    (wheel,) = folder.glob("*.whl")
    labs = {path.stem for path in labs_folder().glob("*.py")}
    assert {path.stem for path in (folder / "notebooks").iterdir()} == labs
    assert {path.name for path in folder.iterdir()} == {
        wheel.name, "LICENSE", "README.md", "notebooks"
    }  # fmt: skip
    for path in (folder / "notebooks").iterdir():
        first = nbformat.read(path, as_version=4).cells[0].source
        assert f"{COURSE}/raw/labs/{wheel.name}" in first
        assert " torch " in first
        assert "==" not in first, "what Colab has stays"


def test_the_branch_is_pushed_as_one_commit_each_time(tmp_path: Path) -> None:
    """Without what it held before, and without touching the checkout."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    author = ["-c", "user.name=x", "-c", "user.email=x@example.org"]

    def run(*command: str, folder: Path = tmp_path / "course") -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout

    run("git", "init", "--quiet", "--bare", "hub.git", folder=tmp_path)
    run("git", "init", "--quiet", "course", folder=tmp_path)
    course = tmp_path / "course"
    (course / ".ci").mkdir()
    shutil.copy(ROOT / PUSH, course / PUSH)
    (course / ".gitignore").write_text("/dist/\n")
    run("git", "add", ".")
    run("git", *author, "commit", "--quiet", "-m", "course")
    run("git", "remote", "add", "origin", str(tmp_path / "hub.git"))
    with pytest.raises(subprocess.CalledProcessError):
        run(PUSH)
    notebooks = course / "dist/lab-branch/notebooks"
    for lab in ("old", "new"):
        shutil.rmtree(notebooks, ignore_errors=True)
        notebooks.mkdir(parents=True)
        (notebooks / f"{lab}.ipynb").write_text("{}")
        run(PUSH)
    branch = tmp_path / "hub.git"
    assert run("git", "ls-tree", "-r", "--name-only", "labs", folder=branch) == (
        "notebooks/new.ipynb\n"
    )
    assert run("git", "rev-list", "--count", "labs", folder=branch) == "1\n"
    assert run("git", "status", "--short") == ""
