"""The modules of figures to drive and to try: tests by Node's runner, and types by TypeScript."""

import subprocess
from pathlib import Path

import pytest

from tests.node import node, tsc

HERE = Path(__file__).parent
SUITES = sorted(HERE.glob("*.test.mjs"))


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name)
def test_modules_pass_their_tests(suite: Path) -> None:
    """Each suite ends without a failure, and ran at least three tests."""
    command = [node(), "--no-warnings", "--test", "--test-reporter=tap", str(suite)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("\n    ok ") + done.stdout.count("\nok ") >= 3, done.stdout


def test_types_agree() -> None:
    """What JSDoc says of the modules holds; strict."""
    command = [tsc(), "--project", str(HERE / "tsconfig.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
