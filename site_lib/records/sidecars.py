"""Sidecars: the JSON record beside each figure, ``docs/figures/<id>.json``, read and checked.

A drawing writes it (``site_lib.drawing.figure``); pages, claims and comparisons read it here, so
that a damaged one is one clear error wherever it is met.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import msgspec

from site_lib.common.errors import CourseError

REMEDY = "run `make figures`"
# Far beyond any figure of the course: records have tens of kilobytes and five levels.
MAX_BYTES, MAX_DEPTH = 5_000_000, 32
_Words = dict[str, str]


class _Drawing(TypedDict):
    parameters: dict[str, Any]
    sources: _Words
    versions: _Words
    commit: str
    seconds: float


class _Experiment(TypedDict):
    script: str
    profile: str
    parameters: dict[str, Any]
    seed: NotRequired[int | None]
    inputs: list[_Words]
    weights: list[_Words]
    versions: _Words
    sources: _Words
    device: str
    machine: str
    commit: str
    seconds: float
    run: NotRequired[str]


class _Claim(TypedDict):
    id: str
    sentence: str
    value: float
    at_least: float | None
    at_most: float | None
    interval: tuple[float, float] | None
    interval_of: str
    kind: NotRequired[Literal["predicted", "measured", "looked-up", "arithmetic"]]
    reason: NotRequired[str]


class _Image(TypedDict):
    file: str
    theme: Literal["light", "dark"]
    layout: Literal["wide", "narrow"]
    width: int
    height: int
    scale: int


class _Folder(TypedDict):
    files: int
    sha256: str


class _Sidecar(TypedDict):
    id: str
    title: str
    caption: str
    alt: str
    script: str
    drawing: _Drawing
    experiments: Annotated[list[_Experiment], msgspec.Meta(min_length=1)]
    metrics: dict[str, Any]
    claims: list[_Claim]
    images: list[_Image]
    data: Annotated[list[str], msgspec.Meta(min_length=1)]
    files: list[str]
    folder: NotRequired[_Folder | None]


def read_sidecar(path: Path, *, remedy: str = REMEDY) -> dict[str, Any]:
    """The record of one figure; CourseError with the file when it is missing or damaged.

    remedy: what to do then, the end of the error.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CourseError(f"cannot read {path}: {error.strerror}; {remedy}") from error
    sidecar = parse_sidecar(data, str(path), remedy=remedy)
    if Path(sidecar["id"]).name != path.stem:
        raise CourseError(f"{path} is the record of the figure {sidecar['id']!r}; {remedy}")
    return sidecar


def sidecars(folder: Path, *, remedy: str = REMEDY) -> dict[str, dict[str, Any]]:
    """Records of all figures that lie in a folder, by id, sorted; errors as `read_sidecar`."""
    try:
        paths = sorted(folder.glob("*.json"))
    except OSError as error:
        raise CourseError(f"cannot read {folder}: {error.strerror}; {remedy}") from error
    return {path.stem: read_sidecar(path, remedy=remedy) for path in paths}


def largest_picture(sidecar: Mapping[str, Any], theme: str) -> dict[str, Any]:
    """Of a figure as a wide page shows it, the picture with the most pixels."""
    shown = (i for i in sidecar["images"] if (i["theme"], i["layout"]) == (theme, "wide"))
    return max(shown, key=lambda image: image["scale"])


def parse_sidecar(data: bytes, source: str, *, remedy: str) -> dict[str, Any]:
    """A record from the bytes of its file; CourseError that begins with ``source`` otherwise.

    NaN and infinity are no JSON and are refused, as is what is too large or nested too deeply.
    """
    try:
        if len(data) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES} bytes")
        sidecar = msgspec.json.decode(data)
        msgspec.convert(sidecar, _Sidecar)
        _check_values(sidecar, MAX_DEPTH)
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        raise CourseError(f"{source} is not the record of a figure ({error}); {remedy}") from error
    return sidecar


def _check_values(value: Any, levels: int) -> None:
    """ValueError for numbers that are no floats, and for lists and tables in too many levels."""
    if isinstance(value, dict | list):
        if levels == 0:
            raise ValueError(f"nested more than {MAX_DEPTH} levels deep")
        for inner in value.values() if isinstance(value, dict) else value:
            _check_values(inner, levels - 1)
    elif isinstance(value, int) and abs(value) > sys.float_info.max:
        raise ValueError("a number is too large")
