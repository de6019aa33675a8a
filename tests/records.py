"""Records of figures, complete as a drawing writes them, for tests that need one."""

from typing import Any

from site_lib.records.claims import Claim


def figure_record(figure_id: str, *claims: Claim, **others: Any) -> dict[str, Any]:
    """A figure's sidecar with these claims; ``others`` replace or add keys."""
    experiment = {
        "script": "figures_src/toy/measure_toy.py",
        "profile": "default",
        "parameters": {"model": "toy_network"},
        "seed": 0,
        "inputs": [{"name": "cat", "sha256": "ab" * 32}],
        "weights": [{"model": "toy_network", "sha256": "cd" * 32}],
        "versions": {"numpy": "2.3.0"},
        "sources": {},
        "device": "cpu",
        "machine": "two cores",
        "commit": "unknown",
        "seconds": 12.3,
        "run": "",
    }
    picture = {"width": 720, "height": 300, "scale": 1}
    return {
        "id": figure_id,
        "title": "Toy",
        "caption": "Units by height.",
        "alt": "Bars: 17 of 32 units are tall.",
        "script": f"figures_src/toy/{figure_id}.py",
        "drawing": {
            "parameters": {},
            "sources": {},
            "versions": {},
            "commit": "unknown",
            "seconds": 1.0,
        },
        "experiments": [experiment],
        "metrics": {"count": 17},
        "claims": [claim.as_record() for claim in claims],
        "images": [
            picture | {"theme": "light", "layout": "wide", "file": f"{figure_id}.light.wide.svg"}
        ],
        "data": [f"{figure_id}.csv"],
        "files": [],
        "folder": None,
    } | others
