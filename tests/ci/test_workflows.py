"""The workflows: valid, pinned, with few rights, and made of commands that anybody can run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from figures_src.engine.catalogue import load_catalogue
from site_lib.records.colab import BRANCH

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "site_lib" / "networks" / "weights"
GITHUB = ROOT / ".github"
SCHEMAS = {
    "vendor.github-workflows": sorted(GITHUB.glob("workflows/*.yml")),
    "vendor.github-actions": sorted(GITHUB.glob("actions/*/action.yml")),
    "vendor.dependabot": [GITHUB / "dependabot.yml"],
}
WORKFLOWS = {path.stem: path for path in SCHEMAS["vendor.github-workflows"]}
ACTIONS = {path.parent.name: path for path in SCHEMAS["vendor.github-actions"]}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
# What a job may write; of all others none.
MAY_WRITE = {("site", "deploy"): {"pages", "id-token"}, ("site", "labs"): {"contents"}}
VARIABLES = set(re.findall(r"^([A-Z]+) \?=", MAKEFILE, re.M))


def read(path: Path) -> dict[str, Any]:
    """A YAML file, in which ``on`` stays a word."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def jobs(name: str) -> dict[str, dict[str, Any]]:
    """Jobs of a workflow."""
    return read(WORKFLOWS[name])["jobs"]


def steps() -> list[dict[str, Any]]:
    """Every step of all workflows and actions."""
    lists = [job.get("steps", []) for name in WORKFLOWS for job in jobs(name).values()]
    lists += [read(path)["runs"]["steps"] for path in ACTIONS.values()]
    return [step for steps_of_one in lists for step in steps_of_one]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_files_follow_their_schema(schema: str) -> None:
    assert SCHEMAS[schema]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    done = subprocess.run([*command, *SCHEMAS[schema]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_commands_are_those_that_authors_have() -> None:
    commands = [step["run"] for step in steps() if "run" in step]
    assert commands
    for command in commands:
        first, *words = shlex.split(command)
        if first == "make":
            targets = {word for word in words if "=" not in word}
            assert targets
            assert targets <= TARGETS
            assert {word.partition("=")[0] for word in words} - targets <= VARIABLES
        elif first != "cat":  # into the summary
            assert first.startswith(".ci/")
            assert os.access(ROOT / first, os.X_OK)


def test_no_text_of_others_becomes_part_of_a_command() -> None:
    """It reaches commands through the environment: the shell would run what is in it."""
    commands = [step["run"] for step in steps() if "run" in step]
    assert commands
    assert not [command for command in commands if "${{" in command]


def test_actions_are_pinned_to_a_commit_and_local_ones_exist() -> None:
    used = [step["uses"] for step in steps() if "uses" in step]
    used += [job["uses"] for name in WORKFLOWS for job in jobs(name).values() if "uses" in job]
    versions = {}
    for name in used:
        if name.startswith("./"):
            path = ROOT / name
            assert path.is_file() or (path / "action.yml").is_file()
        else:
            action, commit = name.split("@")
            assert re.fullmatch(r"[0-9a-f]{40}", commit), name
            assert versions.setdefault(action, commit) == commit, f"two versions of {action}"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_rights_and_times_are_limited(name: str) -> None:
    workflow = read(WORKFLOWS[name])
    assert workflow["permissions"] == {"contents": "read"}
    assert "concurrency" in workflow
    assert "pull_request_target" not in workflow["on"]
    for job_name, job in workflow["jobs"].items():
        assert "uses" in job or int(job["timeout-minutes"]) <= 360
        writes = {right for right, level in job.get("permissions", {}).items() if level == "write"}
        assert writes == MAY_WRITE.get((name, job_name), set())
    assert "secrets" not in WORKFLOWS[name].read_text(encoding="utf-8")


def test_only_the_branch_main_is_published() -> None:
    deploying = {
        name: job
        for name in WORKFLOWS
        for job in jobs(name).values()
        if any("deploy-pages" in step.get("uses", "") for step in job.get("steps", []))
    }
    assert deploying.keys() == {"site"}
    assert deploying["site"]["if"] == "github.ref == 'refs/heads/main'"
    assert deploying["site"]["needs"] == "build"


def test_published_labs_are_handed_to_the_branch_that_colab_opens() -> None:
    """After the site that links there, with the address that the links have."""
    labs = jobs("site")["labs"]
    assert labs["needs"] == "deploy"
    assert labs["if"] == jobs("site")["deploy"]["if"]
    [written] = [step for step in labs["steps"] if step.get("run") == "make lab-branch"]
    [published] = [step for step in jobs("checks")["checks"]["steps"]
                   if "REPO_URL" in step.get("env", {})]  # fmt: skip
    assert written["env"]["REPO_URL"] == published["env"]["REPO_URL"]
    assert labs["steps"][-1]["run"] == ".ci/push-labs"
    assert f"refs/heads/{BRANCH}" in (ROOT / ".ci/push-labs").read_text(encoding="utf-8")
    assert BRANCH in read(WORKFLOWS["checks"])["on"]["push"]["branches-ignore"]


def test_what_is_restored_is_what_is_kept() -> None:
    [restored] = [step["with"] for step in steps() if "cache/restore" in step.get("uses", "")]
    [kept] = [step["with"] for step in steps() if "cache/save" in step.get("uses", "")]
    assert restored["path"] == kept["path"]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert all(f"/{name}" in ignored for name in kept["path"].split())
    assert all(
        restored["key"].startswith(key) for key in restored["restore-keys"].split("\n") if key
    )


@pytest.mark.parametrize(("name", "job"), [("nightly", "rebuild"), ("gpu", "full")])
def test_measurements_that_must_be_new_begin_without_figures(name: str, job: str) -> None:
    prepared = [
        step["with"]
        for step in jobs(name)[job]["steps"]
        if step.get("uses") == "./.github/actions/prepare"
    ]
    assert prepared == [{"figures": "false"}]


def test_every_committed_result_is_measured_anew_at_night() -> None:
    """But those whose measurement trains a network, which takes hours and changes its weights."""
    names = jobs("nightly")["committed"]["strategy"]["matrix"]["name"]
    committed = {
        name: experiment.committed
        for name, experiment in load_catalogue().experiments.items()
        if experiment.committed
    }
    trained = {name for name, path in committed.items() if path.is_relative_to(WEIGHTS)}
    assert trained == {"student-training", "small-networks"}
    assert sorted(names) == sorted(committed.keys() - trained)
