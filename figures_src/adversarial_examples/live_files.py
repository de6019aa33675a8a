"""What live figures load: networks in pieces, photographs, and what is known of their units."""

import json
from typing import Any

import numpy as np

from site_lib.common.pieces import in_pieces
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.drawing.galleries import encoded
from site_lib.drawing.words import layer_label
from site_lib.records.measurement import Result

NETWORKS = ("trained", "random")


def live_files(result: Result) -> dict[str, bytes]:
    """Files by name; ``network.json`` is read first and names the others."""
    numbers = result.numbers
    files: dict[str, bytes] = {}
    description: dict[str, Any] = {"side": int(result["photographs"].shape[1]), "networks": {}}
    description["classes"] = result["class_names"].tolist()
    description["numSquares"] = numbers["num_squares"]
    layers = zip(numbers["layers"], numbers["channels"], strict=True)
    description["layers"] = [
        {"name": name, "title": layer_label(name).capitalize(), "channels": channels}
        for name, channels in layers
    ]
    for name in NETWORKS:
        entry, pieces = in_pieces(result[f"{name}_file"].tobytes())
        files |= {f"{name}/{file}": data for file, data in pieces.items()}
        usual = {kind: _short(result[f"{name}_{kind}"]) for kind in ("usual", "spread")}
        description["networks"][name] = entry | usual
    description["photographs"] = []
    for name, pixels in zip(numbers["photographs"], result["photographs"], strict=True):
        files[f"photographs/{name}.png"] = encoded(pixels, "png", optimize=True)
        description["photographs"].append({"name": name, "subject": PHOTOGRAPHS[name].subject})
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    return files | {"network.json": text.encode()}


def _short(values: np.ndarray) -> list[float]:
    """Four digits, as many as a comparison of units needs."""
    return [float(f"{value:.4g}") for value in values]
