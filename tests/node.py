"""Programs for the course's JavaScript: Node.js to run it, TypeScript's compiler to check it."""

import shutil

import pytest

from site_lib.common.files import ROOT

# Where .ci/typescript.sh puts it, which `make test` runs.
COMPILER_FOLDER = ROOT / ".cache/typescript/node_modules/.bin"


def node() -> str:
    """Path of Node.js, the machine's or the one in Playwright; skips where there is none."""
    from playwright._impl._driver import compute_driver_executable

    bundled, _ = compute_driver_executable()
    found = shutil.which("node") or shutil.which(str(bundled))
    if found is None:
        pytest.skip("no Node.js on this machine")
    return found


def tsc() -> str:
    """Path of the compiler, the machine's or the course's; skips where there is none."""
    found = shutil.which("tsc") or shutil.which("tsc", path=COMPILER_FOLDER)
    if found is None:
        pytest.skip("no TypeScript on this machine: sh .ci/typescript.sh fetches it with npm")
    return found
