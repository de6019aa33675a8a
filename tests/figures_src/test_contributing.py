"""CONTRIBUTING.md to the letter: commands run and code used, in a copy of the tree."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from figures_src.engine.jobs import Request, all_jobs
from figures_src.engine.up_to_date import out_of_date
from site_lib.common.files import ROOT

BLOCK = re.compile(r'^```(\w+)(?: title="(.+?)")?\n(.*?)^```$', re.M | re.S)
# The engine replaces these files and never writes into them, so links to them will do.
LARGE = ("docs/figures/", "results/")
FIGURE = "sparsity-by-depth"
TEST = "tests/figures_src/what_units_see/test_measure_sparsity_by_depth.py"
# What is left out by day.
BUILDING = ("make figure ", "make site", "make claims")


@dataclass(frozen=True)
class Step:
    """A block of the walk-through: commands, or code for a file."""

    language: str
    file: str
    text: str


def walk_through() -> list[Step]:
    """Every block of commands or code, in order."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return [Step(*match.groups(default="")) for match in BLOCK.finditer(text)]


def git(*arguments: str, folder: Path = ROOT) -> str:
    """Output of git in a folder."""
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def put_files(names: Iterable[str], folder: Path) -> None:
    """Put files of the project into a folder, as they are here."""
    for name in sorted(names):
        if name and (ROOT / name).is_file() and "__pycache__" not in name:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (os.symlink if name.startswith(LARGE) else shutil.copy2)(ROOT / name, target)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A repository with the files as they are here, nothing built."""
    folder = tmp_path / "course"
    names = git("ls-files", "-z", "--exclude-standard", "--cached", "--others").split("\0")
    put_files({*names}, folder)
    # The environment of this test, as new as make wants it.
    (folder / ".venv").mkdir()
    for path in Path(sys.prefix).iterdir():
        (folder / ".venv" / path.name).symlink_to(path)
    (folder / ".venv" / "installed").unlink(missing_ok=True)
    (folder / ".venv" / "installed").touch()
    git("init", "--quiet", folder=folder)
    git("add", "--all", folder=folder)
    git("-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "--quiet", "--message", "before",
        folder=folder)  # fmt: skip
    return folder


@pytest.fixture
def built(sources: Path) -> Path:
    """The same with everything that was built."""
    if out_of_date(all_jobs(Request())):
        pytest.skip("the figures are not up to date: make figures")
    names = git("ls-files", "-z", "--exclude-standard", "--others", "--ignored", "--",
                ":!site", ":!.venv", ":!.*cache").split("\0")  # fmt: skip
    put_files(names, sources)
    return sources


def run(command: str, folder: Path) -> str:
    """Output of a command line of the walk-through, which must succeed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "MAKE"))}
    environment |= {"PYTHONPATH": str(folder)}  # and not where this course is installed
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": "A", f"GIT_{role}_EMAIL": "a@b.c"}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def put(step: Step, folder: Path) -> None:
    """Do what an author does with a block of code."""
    path = folder / step.file
    if step.language == "markdown":
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{step.text}", encoding="utf-8")
    elif path.exists() and path.suffix == ".py":
        path.write_text(replaced(path.read_text(encoding="utf-8"), step.text), encoding="utf-8")
    else:
        path.write_text(step.text, encoding="utf-8")


def replaced(source: str, code: str) -> str:
    """A module in which every function and constant of ``code`` takes the place of its namesake."""
    for name, new in statements(code).items():
        old = statements(source)[name]
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


def statements(source: str) -> dict[str, str]:
    """Source of the functions and constants of a module, by name."""
    found = {}
    for node in ast.parse(source).body:
        text = ast.get_source_segment(source, node) or ""
        if isinstance(node, ast.FunctionDef):
            found[node.name] = text
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = text
    return found


def follow(folder: Path, *, leaving_out: tuple[str, ...] = ()) -> dict[str, str]:
    """Do all that the walk-through says, and look at what was committed.

    leaving_out: beginnings of commands that are not run.   Returns outputs by command.
    """
    outputs: dict[str, str] = {}
    for step in walk_through():
        if step.language == "sh":
            lines = [line for line in step.text.splitlines() if not line.startswith(leaving_out)]
            outputs |= {line: run(line, folder) for line in lines}
        else:
            put(step, folder)
    committed = git("show", "--name-only", "--format=", folder=folder).split()
    assert len(committed) == 6  # experiment, drawing, words, catalogue, test, page
    assert git("status", "--porcelain", folder=folder) == ""
    files = [folder / name for name in committed if name.endswith(".py")]
    ruff = f".venv/bin/ruff check {' '.join(map(str, files))}"
    run(f"{ruff} && {ruff.replace('check', 'format --check')}", folder)
    return outputs


@pytest.mark.slow
def test_the_walk_through_fits_the_scaffold(sources: Path) -> None:
    """Its code replaces what the scaffold wrote, its test passes, and the commit is complete."""
    outputs = follow(sources, leaving_out=BUILDING)
    assert f"make new NAME={FIGURE} CHAPTER=what-units-see" in outputs
    assert "1 passed" in outputs[".venv/bin/pytest " + TEST]


@pytest.mark.nightly
def test_the_walk_through_leads_from_an_idea_to_a_figure_on_a_page(built: Path) -> None:
    outputs = follow(built)
    verdict = next(line for line in outputs["make claims"].splitlines() if FIGURE in line)
    assert verdict.startswith("yes")
    assert "[2/2] drawing" in outputs[f"make figure NAME={FIGURE} PROFILE=draft"]
    assert "built" not in outputs["make site"]  # neither this figure again, nor any other

    record = json.loads((built / f"docs/figures/{FIGURE}.json").read_text(encoding="utf-8"))
    [claim] = record["claims"]
    page = (built / "site/what-units-see/from-edges-to-objects/index.html").read_text("utf-8")
    assert claim["sentence"] in page
    assert f'id="figure-{FIGURE}"' in page
    assert {experiment["profile"] for experiment in record["experiments"]} == {"default"}
    # With random weights batch normalisation centres every unit, and half of its outputs are zero.
    assert record["metrics"]["last_random"] == pytest.approx(0.5, abs=0.05)
