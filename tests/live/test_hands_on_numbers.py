"""What a page calculates anew agrees with NumPy and SciPy."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.node import node

PROGRAM = Path(__file__).with_name("compare_matrices.mjs")
GROUPS = 23


def test_correlations_of_the_page_are_those_of_scipy(tmp_path: Path) -> None:
    """Bytes with many ties, some groups left out, as the switch of the page has them."""
    generator = np.random.default_rng(0)
    rows, columns = np.triu_indices(GROUPS, 1)
    cases, expected = [], []
    for kept_share in (1.0, 0.7, 0.4):
        kept = generator.random(GROUPS) < kept_share
        one = generator.integers(0, 256, len(rows))
        other = np.clip(one + generator.integers(-90, 90, len(rows)), 0, 255)
        both = kept[rows] & kept[columns]
        cases.append({"kept": kept.tolist(), "one": one.tolist(), "other": other.tolist()})
        expected.append(spearmanr(one[both], other[both]).statistic)
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    command = [node(), "--no-warnings", str(PROGRAM), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == pytest.approx(expected, abs=1e-12)
