"""What an experiment measured: one ``.npz`` file with its arrays and a JSON record.

The record says what was measured, with what, on what; a drawing reads the file.
"""

import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from site_lib.common.errors import CourseError
from site_lib.common.files import atomic_path

# What reading a damaged file raises.
DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, OSError)


@dataclass(frozen=True)
class Measurement:
    """What an experiment returns.

    arrays: named numpy arrays, as drawn.   metrics: JSON-able numbers for captions and prose.
    weights: ``{"model", "sha256"}`` of every network used.   inputs: ``{"name", "sha256"}`` of
    every photograph or recording used.
    """

    arrays: dict[str, np.ndarray]
    metrics: dict[str, Any]
    weights: list[dict[str, str]] = field(default_factory=list)
    inputs: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """A measurement read back from disk, with the record of how it was made."""

    arrays: dict[str, np.ndarray]
    metrics: dict[str, Any]
    record: dict[str, Any]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    @property
    def numbers(self) -> dict[str, Any]:
        """What can be said in words: the parameters that it was measured with, and its metrics."""
        return self.record["parameters"] | {"seed": self.record["seed"]} | self.metrics


def save_result(path: Path, measurement: Measurement, record: Mapping[str, Any]) -> None:
    """Write an experiment's arrays, metrics and record to one ``.npz`` file.

    Raises CourseError for a metric that JSON cannot hold, such as NaN, and for an array of
    Python objects.
    """
    _check_metrics("metric", measurement.metrics)
    for name, array in measurement.arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise CourseError(f"array {name!r} holds Python objects; save numbers or text")
    text = json.dumps({"metrics": measurement.metrics, "record": record}, ensure_ascii=False)
    contents: dict[str, Any] = {**measurement.arrays, "__json__": np.array(text)}
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **contents)


def _check_metrics(name: str, value: Any) -> None:
    """CourseError that names the first metric which is neither text, truth nor finite number."""
    if isinstance(value, dict):
        for key, one in value.items():
            _check_metrics(f"{name} {key}", one)
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            _check_metrics(f"{name}[{index}]", one)
    elif isinstance(value, float) and not math.isfinite(value):
        raise CourseError(f"{name} is {value}, so nothing was measured; save None, or leave it out")
    elif not isinstance(value, str | int | float | None):
        kind = type(value).__name__
        raise CourseError(f"{name} is of type {kind}; convert it with float(), int() or .tolist()")


def load_result(path: Path) -> Result:
    """Read what :func:`save_result` wrote; CourseError when it is missing or damaged."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files if name != "__json__"}
            text = json.loads(str(archive["__json__"]))
        return Result(arrays, text["metrics"], text["record"])
    except FileNotFoundError:
        raise CourseError(f"no result at {path}; run its experiment (make figures)") from None
    except DAMAGE as error:
        raise CourseError(f"damaged result {path} ({error}); delete it and rebuild") from error
