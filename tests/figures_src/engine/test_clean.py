"""``make clean``: what was built goes, what was written stays, and it needs nothing but Python."""

import subprocess
import sys

from figures_src.engine.clean import BUILT
from site_lib.common.files import ROOT
from tests.figures_src.toy_project import GUARD_SECONDS, ToyProject


def test_only_what_was_built_goes_and_a_plain_python_is_enough(finished: ToyProject) -> None:
    sources = {
        path: path.read_bytes()
        for path in finished.folder.rglob("*.*")
        if path.suffix in (".py", ".toml")
    }
    finished.write("docs/labs/1-toy.ipynb", "{}")
    finished.write("elsewhere/kept.txt", "kept")
    finished.path("dist").symlink_to(finished.path("elsewhere"))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c",
         "import runpy, sys; sys.path.insert(0, '.');"
         "runpy.run_module('figures_src.engine.clean', run_name='__main__')"],
        cwd=finished.folder, capture_output=True, text=True, timeout=GUARD_SECONDS,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not [pattern for pattern in BUILT if [*finished.folder.glob(pattern)]]
    assert {path: path.read_bytes() for path in sources} == sources
    assert finished.path("elsewhere/kept.txt").exists()
    assert finished.path(".build.lock").exists()  # whoever waits for it must find the same file


def test_git_ignores_all_that_goes() -> None:
    """Nothing that a person wrote and committed is among it."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not [name for name in BUILT if not {f"/{name}", f"/{name}/"} & {*ignored}]
