"""A small course that tests can write the pages of."""

from pathlib import Path

import pytest

from site_lib.site import vendor
from tests.course import Course


@pytest.fixture(scope="session")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A docs folder with the vendored files in it."""
    docs = tmp_path_factory.mktemp("docs")
    assert vendor.update(docs) > 0
    return docs


@pytest.fixture
def course(tmp_path: Path, vendored: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course of a few pages, without those of the library."""
    monkeypatch.setenv("LIBRARY_PAGES", "false")
    return Course(tmp_path, vendored)
