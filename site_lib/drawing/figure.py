"""Command line of a drawing, and the words that go with a figure.

A drawing is a pair ``draw(*results, style) -> Figure`` and
``describe(*results) -> Description``. Further keyword-only arguments of either become required
options (``*, depth: int`` → ``--depth``), so that one script can draw several figures.
"""

import argparse
import csv
import functools
import inspect
import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from site_lib.common.command_line import errors_on_one_line, module_docstring, relative_path
from site_lib.common.errors import CourseError
from site_lib.common.files import atomic_path, write_text
from site_lib.common.options import add_option
from site_lib.drawing import figure_style
from site_lib.records.claims import Claim
from site_lib.records.measurement import load_result
from site_lib.records.provenance import git_commit
from site_lib.records.published_files import write_folder
from site_lib.records.sources import package_versions, packages_of, source_hashes


@dataclass(frozen=True)
class Description:
    """What a figure says in words.

    caption: Markdown, one message with n and units.   alt: plain text, what the picture shows,
    numbers included.   table: column name → values, published as CSV.   files: further files
    that the figure publishes, by name below ``docs/figures``, in which ``{id}`` stands for the
    figure's id.   folder: files by name below ``docs/figures/<id>``, a folder that holds nothing
    else; for files too many to be listed in the catalogue.
    """

    title: str
    caption: str
    alt: str
    table: Mapping[str, Iterable[Any]]
    claims: list[Claim] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    folder: dict[str, bytes] = field(default_factory=dict)


def run_drawing(draw: Callable[..., Any], describe: Callable[..., Description]) -> None:
    """Draw every variant from the results and write images, table and sidecar."""
    parameters = _parameters(draw) | _parameters(describe)
    parser = argparse.ArgumentParser(description=module_docstring(draw))
    parser.add_argument(
        "--result",
        type=_result_path,
        required=True,
        nargs="+",
        metavar="[KEY=]PATH",
        help=".npz files to draw; KEY says which of several runs of one experiment it is",
    )
    parser.add_argument("--output", type=Path, required=True, help="folder for the figure")
    parser.add_argument("--format", choices=("svg", "webp"), default="svg")
    parser.add_argument("--id", help="how the names of its files begin (default: as the script)")
    for parameter in parameters.values():
        add_option(parser, parameter)
    options = parser.parse_args()
    with errors_on_one_line():
        _draw_and_save(draw, describe, options, {name: vars(options)[name] for name in parameters})


def _result_path(text: str) -> tuple[str, Path]:
    """Key (empty without one) and path of a result on the command line."""
    key, mark, path = text.partition("=")
    return (key, Path(path)) if mark and "/" not in key else ("", Path(text))


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The keyword-only arguments that a drawing gets from its command line."""
    return {
        name: parameter
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name != "style"
    }


def _draw_and_save(
    draw: Any, describe: Any, options: argparse.Namespace, parameters: dict[str, Any]
) -> None:
    start = time.perf_counter()
    script = Path(inspect.getfile(draw))
    figure_id = options.id or script.stem
    results = [load_result(path) for _, path in options.result]
    keys = [key for key, _ in options.result]
    description: Description = describe(*results, **_taken(describe, parameters))
    draw = functools.partial(draw, **_taken(draw, parameters))
    files = {name.replace("{id}", figure_id): data for name, data in description.files.items()}
    images = []
    for style in figure_style.variants():
        stem = options.output / f"{figure_id}.{style.theme}.{style.layout}"
        with figure_style.applied(style, salt=figure_id):
            records = figure_style.save(draw(*results, style=style), stem, options.format)
        for record in records:
            file = (stem.parent / record["file"]).relative_to(options.output).as_posix()
            images.append({"theme": style.theme, "layout": style.layout} | record | {"file": file})
    write_text(options.output / f"{figure_id}.csv", _csv(description.table))
    for name, content in files.items():
        with atomic_path(options.output / name) as temporary:
            temporary.write_bytes(content)
    folder = options.output / figure_id
    published = write_folder(folder, description.folder) if description.folder else None
    sidecar = {
        "id": figure_id,
        "title": description.title,
        "caption": description.caption,
        "alt": description.alt,
        "script": relative_path(script),
        "drawing": {
            "parameters": parameters,
            "sources": source_hashes(script),
            "versions": package_versions(packages_of(script)),
            "commit": git_commit(),
            "seconds": round(time.perf_counter() - start, 2),
        },
        "experiments": [
            result.record | {"run": key} for key, result in zip(keys, results, strict=True)
        ],
        "metrics": _agreed([result.record["parameters"] for result in results])
        | _merged(keys, [result.metrics for result in results]),
        "claims": [claim.as_record() for claim in description.claims],
        "images": images,
        "data": [f"{figure_id}.csv"],
        "files": sorted(files),
        "folder": published,
    }
    # Written last: a sidecar promises that everything it names is there.
    text = json.dumps(sidecar, indent=1, ensure_ascii=False)
    write_text(options.output / f"{figure_id}.json", text + "\n")


def _taken(function: Callable[..., Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a function asks for."""
    return {name: parameters[name] for name in _parameters(function)}


def _csv(table: Mapping[str, Iterable[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table)
    for row in zip(*table.values(), strict=True):
        writer.writerow([f"{x:.6g}" if isinstance(x, float | np.floating) else x for x in row])
    return buffer.getvalue()


def _agreed(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """Parameters that all experiments have, with the same value: pages can print them."""
    first, *others = parameters
    return {k: v for k, v in first.items() if all(k in o and o[k] == v for o in others)}


def _merged(keys: list[str], metrics: list[dict[str, Any]]) -> dict[str, Any]:
    """Metrics of all results; those of one of several runs under its key."""
    merged: dict[str, Any] = {}
    for key, numbers in zip(keys, metrics, strict=True):
        part = {key: numbers} if key else numbers
        twice = merged.keys() & part.keys()
        if twice:
            raise CourseError(f"two experiments of one figure share metrics {sorted(twice)}")
        merged |= part
    return merged
