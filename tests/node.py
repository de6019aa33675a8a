"""A Node.js to run the course's JavaScript with: the machine's, or the one inside Playwright."""

import shutil

import pytest


def node() -> str:
    """Path of its program; skips the test where there is none."""
    from playwright._impl._driver import compute_driver_executable

    bundled, _ = compute_driver_executable()
    found = shutil.which("node") or shutil.which(str(bundled))
    if found is None:
        pytest.skip("no Node.js on this machine")
    return found
