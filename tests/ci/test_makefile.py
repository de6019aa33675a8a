"""What a person writes after `make` arrives as it was written, and is never run as a command."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VARIABLES = re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.M)
# Each would make the file `marker` if make or the shell read a command in it.
TEXTS = {
    "semicolon": "x; touch marker",
    "pipe": "x | touch marker",
    "backticks": "`touch marker`",
    "substitution": "$(touch marker)",
    "doubled": "$$(touch marker)",
    "function of make": "$(shell touch marker)",
    "doubled function of make": "$$(shell touch marker)",
    "variable of make": "${MAKE}$@",
    "double quotes": '"; touch marker; "',
    "single quotes": "'; touch marker; '",
    "newline": "x\ntouch marker\n\ttouch marker",
    "comment": "x # y",
    "spaces": "two  words ",
    "dash": "--help",
    "backslash": "x\\",
}
# What is recorded of a call: its words, each with this behind it.
END_OF_WORD, END_OF_CALL = "\0", "\1"
STUB = f"""#!/bin/sh
printf '%s\\{ord(END_OF_WORD):03o}' "$@" >> calls
printf '\\{ord(END_OF_CALL):03o}' >> calls
"""


class Project:
    """The Makefile with a virtual environment whose programs only note how they are called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "Makefile", folder)
        shutil.copytree(ROOT / ".ci", folder / ".ci")
        for name in ("chromium.sh", "typescript.sh"):  # these would install programs
            (folder / ".ci" / name).write_text("")
        for name in ("requirements.lock", "pyproject.toml"):
            (folder / name).touch()
        programs = folder / ".venv" / "bin"
        programs.mkdir(parents=True)
        for name in ("python", "mkdocs", "pytest", "ruff", "mypy"):
            (programs / name).write_text(STUB)
            (programs / name).chmod(0o755)
        (folder / ".venv" / "installed").touch()

    def make(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run make with these words, and with variables set for it by the environment."""
        ours = {"MAKEFLAGS", "MAKELEVEL", *VARIABLES}
        environment = {k: v for k, v in os.environ.items() if k not in ours}
        return subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env=environment | variables,
            text=True,
            capture_output=True,
        )

    def calls(self) -> list[list[str]]:
        """Words of every call of a program, and forget them."""
        path = self.folder / "calls"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        path.unlink(missing_ok=True)
        return [call.split(END_OF_WORD)[:-1] for call in text.split(END_OF_CALL)[:-1]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project in a folder of its own."""
    return Project(tmp_path_factory.mktemp("make"))


BUILD = ["-m", "figures_src.engine.build"]
# Target, the variable in question, those that it needs beside it, and the words that must arrive.
RECIPES: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("figures", "PROFILE", {}, [*BUILD, "--device=auto", "--workers=auto", "--profile={}"]),
    ("figures", "DEVICE", {}, [*BUILD, "--device={}", "--workers=auto", "--profile=default"]),
    ("figures", "WORKERS", {}, [*BUILD, "--device=auto", "--workers={}", "--profile=default"]),
    ("test", "DEVICE", {}, [*BUILD, "--device={}", "--workers=auto", "--profile=default"]),
    ("figure", "NAME", {}, ["--profile=default", "--figure={}"]),
    ("figure", "CLASS", {"NAME": "x"}, ["--figure=x", "--option", "CLASS={}"]),
    ("lab", "NAME", {}, ["--lab={}"]),
    ("grade", "LAB", {"FILE": "f"}, ["-m", "site_lib.labs.grade", "--", "{}", "f"]),
    ("grade", "FILE", {"LAB": "l"}, ["-m", "site_lib.labs.grade", "--", "l", "{}"]),
    ("remeasure", "NAME", {}, ["--profile=default", "--remeasure={}"]),
    ("remeasure", "PROFILE", {"NAME": "x"}, ["--profile={}", "--remeasure=x"]),
    ("new", "NAME", {"CHAPTER": "c"}, ["-m", "figures_src.engine.scaffold", "--", "{}", "c"]),
    ("new", "CHAPTER", {"NAME": "n"}, ["-m", "figures_src.engine.scaffold", "--", "n", "{}"]),
    ("score", "MODEL", {}, ["-m", "site_lib.biology.score_model", "--", "{}"]),
    ("compare", "PUBLISHED", {}, ["-m", "figures_src.engine.compare", "--", "{}"]),
    ("serve", "WORKERS", {}, [*BUILD, "--device=auto", "--workers={}"]),
    ("gpu", "WORKERS", {}, [*BUILD, "--device=cuda", "--workers={}"]),
    ("gpu", "DEVICE", {}, [*BUILD, "--device={}", "--workers=auto"]),
]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_arrives_as_it_is_and_runs_nothing(project: Project, text: str) -> None:
    for target, variable, others, words in RECIPES:
        wanted = [word.replace("{}", text) for word in words]
        settings = [f"{name}={value}" for name, value in others.items()]
        check_call(project, project.make(target, f"{variable}={text}", *settings), wanted)
    check_call(project, project.make("figure", NAME=text), [f"--figure={text}"])
    settings = [f"{variable}={text}" for variable in ("PROFILE", "DEVICE", "WORKERS")]
    assert project.make("help", *settings).stdout.count(f"(now: {text})") == len(settings)
    assert not (project.folder / "marker").exists()


def check_call(project: Project, done: subprocess.CompletedProcess[str], words: list[str]) -> None:
    """A program was called with these words, one after the other, and nothing else happened."""
    assert done.returncode == 0, done.stderr
    calls = project.calls()
    starts = [(call, start) for call in calls for start in range(len(call))]
    assert any(call[start : start + len(words)] == words for call, start in starts), calls
    assert not (project.folder / "marker").exists(), done.args


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_that_names_a_program_or_a_folder_runs_nothing_else(
    project: Project, text: str
) -> None:
    before = set(project.folder.iterdir())
    done = project.make("figures", "VENV=new", f"PYTHON={text}")
    assert f"error: {text} is not Python 3.11 or newer" in done.stderr
    done = project.make("figures", f"VENV={text}", "PYTHON=no-such-python")
    assert "error: no-such-python is not Python 3.11 or newer" in done.stderr
    assert project.make("clean", f"VENV={text}", f"PYTHON={text}").returncode != 0
    assert set(project.folder.iterdir()) == before


@pytest.mark.parametrize("venv", ["", ".", "..", ".ci"])
def test_folder_with_other_files_is_not_emptied_for_an_environment(
    project: Project, venv: str
) -> None:
    before = set(project.folder.rglob("*"))
    done = project.make("figures", f"VENV={venv}")
    assert done.returncode != 0
    (error,) = [line for line in done.stderr.splitlines() if not line.startswith("make: ")]
    assert error.startswith("error: ")
    assert set(project.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("figure", "say which figure"),
        ("lab", "say which lab"),
        ("grade", "say what to grade"),
        ("remeasure", "say what"),
        ("new", "say what and where"),
        ("score", "say which network"),
        ("compare", "say with what"),
    ],
)
def test_target_without_its_variable_says_what_is_missing(
    project: Project, target: str, message: str
) -> None:
    done = project.make(target)
    assert done.returncode != 0
    assert f"error: {message}" in done.stderr
    assert not project.calls()


def test_every_variable_travels_in_the_environment() -> None:
    (exported,) = re.findall(r"^VARIABLES := (.*)$", MAKEFILE, re.M)
    assert exported.split() == VARIABLES
    assert not re.findall(rf"\$[({{](?:{'|'.join(VARIABLES)})[)}}]", MAKEFILE)
