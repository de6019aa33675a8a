"""What the tests of built figures share."""

import json

import pytest

from figures_src.catalogue import figures_folder


@pytest.fixture(scope="session")
def sidecar():
    """Reads the record of a figure; skips the test when the figure is not built."""

    def read(figure_id):
        path = figures_folder() / f"{figure_id}.json"
        if not path.exists():
            pytest.skip(f"{figure_id} is not built: make figures")
        return json.loads(path.read_text(encoding="utf-8"))

    return read
