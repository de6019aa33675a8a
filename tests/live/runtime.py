"""Graphs run by the program that readers get, in Node.js."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from site_lib.data import carriers
from site_lib.site.vendor import RUNTIME
from tests.node import node

PROGRAM = Path(__file__).with_name("run_graph.mjs")


def run_graph(
    content: bytes, feeds: Sequence[Mapping[str, np.ndarray]], folder: Path
) -> list[dict[str, np.ndarray]]:
    """Outputs of a graph for each of several inputs, flat; skips where the runtime is not here."""
    if not carriers.at_hand(RUNTIME):
        pytest.skip("the runtime of live figures is not on this machine; run make data")
    graph, cases, output = (folder / name for name in ("graph.onnx", "cases.json", "output.json"))
    graph.write_bytes(content)
    cases.write_text(json.dumps([
        {name: {"type": "bool" if values.dtype == bool else "float32",
                "shape": values.shape, "values": values.flatten().tolist()}
         for name, values in one.items()}
        for one in feeds
    ]))  # fmt: skip
    files = [str(path) for path in (carriers.fetch(RUNTIME), graph, cases, output)]
    done = subprocess.run(
        [node(), str(PROGRAM), *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [{name: np.array(values) for name, values in one.items()}
            for one in json.loads(output.read_text())]  # fmt: skip
