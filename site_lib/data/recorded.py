"""Measurements from recordings that not every machine can have, kept with the sources.

Everybody draws a figure from the same numbers: those in the committed file. Where the recordings
are at hand, the experiment measures again and fails when the two disagree.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from site_lib.common.errors import CourseError
from site_lib.common.files import sha256_of_file, write_text
from site_lib.data.recordings import DATA_VARIABLE, at_hand, provenance_records
from site_lib.records.provenance import machine

MODES = ("check", "read", "write")


@dataclass(frozen=True)
class Recorded:
    """What was measured, when, and on which recordings.

    inputs: provenance of the committed file and of the recordings behind it.
    """

    arrays: dict[str, np.ndarray]
    measured: str
    inputs: list[dict[str, str]]

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]


def recorded(
    path: Path,
    measure: Callable[[], Mapping[str, np.ndarray]],
    *,
    mode: str,
    recordings: Collection[str],
    settings: Mapping[str, Any],
    tolerance: float,
    not_compared: Collection[str] = (),
) -> Recorded:
    """Arrays from the committed file, after measuring again where that is asked for.

    mode: "check" measures again where the recordings are at hand, "read" never does, "write"
    measures and replaces the file.   recordings: names in site_lib.data.recordings.   settings:
    everything that the numbers depend on; a file made with others is refused.   tolerance:
    largest difference between two machines.   not_compared: arrays that may differ freely, such
    as the axes of a map. Raises CourseError when the new measurement disagrees.
    """
    if mode not in MODES:
        raise CourseError(f"recorded is {mode!r}; choose {', '.join(MODES)}")
    present = at_hand(recordings)
    if mode == "write":
        if not present:
            raise CourseError(
                f"to measure anew, have {', '.join(recordings)} on this machine: "
                "python -m site_lib.data.recordings downloads them, "
                f"or {DATA_VARIABLE} names a folder"
            )
        _write(path, measure(), recordings, settings)
    record = _read(path)
    if record["settings"] != dict(settings):
        raise CourseError(
            f"{path.name} was measured with {record['settings']}, not with {dict(settings)}; "
            "measure anew with --recorded write"
        )
    arrays = {name: np.array(values) for name, values in record["arrays"].items()}
    if mode == "check" and present:
        for name, now in measure().items():
            if name not in not_compared:
                _compare(f"{name} of {path.name}", arrays[name], np.array(now), tolerance)
    inputs = [
        {"name": f"recorded measurement: {path.name}", "sha256": sha256_of_file(path)},
        *provenance_records(recordings),
    ]
    return Recorded(arrays, record["measured"], inputs)


def _write(
    path: Path,
    arrays: Mapping[str, Any],
    recordings: Collection[str],
    settings: Mapping[str, Any],
) -> None:
    record = {
        "settings": dict(settings),
        "recordings": sorted(recordings),
        "measured": date.today().isoformat(),
        "machine": machine(),
        "arrays": {},
    }
    # One line for each array: a difference between two versions can be read.
    lines = ",\n".join(
        f"  {json.dumps(name)}: {json.dumps(_plain(np.asarray(values)))}"
        for name, values in arrays.items()
    )
    text = json.dumps(record, indent=1, ensure_ascii=False)
    write_text(path, text.replace('"arrays": {}', f'"arrays": {{\n{lines}\n }}') + "\n")


def _plain(values: np.ndarray) -> Any:
    return np.round(values, 4).tolist() if values.dtype.kind == "f" else values.tolist()


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot read {path} ({error}); restore it from the sources") from error


def _compare(name: str, earlier: np.ndarray, now: np.ndarray, tolerance: float) -> None:
    if earlier.shape != now.shape:
        raise CourseError(f"{name} has shape {now.shape} now and {earlier.shape} in the record")
    if earlier.dtype.kind == "f" or now.dtype.kind == "f":
        # Written so that NaN counts as a difference.
        close = np.abs(earlier - now) <= tolerance
    else:
        close = earlier == now
    if not np.all(close):
        raise CourseError(
            f"{name} differs from the recorded measurement by more than {tolerance}; find out "
            "why, or measure anew with --recorded write"
        )
