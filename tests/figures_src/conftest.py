"""What the tests of the engine and of built figures share."""

import json
from pathlib import Path

import pytest

from figures_src.engine.catalogue import figures_folder
from tests.figures_src.toy_project import ToyProject


@pytest.fixture
def project(tmp_path: Path) -> ToyProject:
    """A toy project in which nothing is built."""
    return ToyProject(tmp_path)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> ToyProject:
    """A toy project in which everything is built, to be copied."""
    project = ToyProject(tmp_path_factory.mktemp("built"))
    project.build()
    return project


@pytest.fixture
def finished(built_once: ToyProject, tmp_path: Path) -> ToyProject:
    """A toy project in which everything is built."""
    return ToyProject(tmp_path, built_once)


@pytest.fixture(scope="session")
def sidecar():
    """Reads the record of a figure; skips the test when the figure is not built."""

    def read(figure_id):
        path = figures_folder() / f"{figure_id}.json"
        if not path.exists():
            pytest.skip(f"{figure_id} is not built: make figures")
        return json.loads(path.read_text(encoding="utf-8"))

    return read
