"""Compare the figures that were built here with published ones.

    python -m figures_src.engine.compare https://example.org/course --output differences

Writes ``differences.md``, ``differences.json`` and both versions of every picture that looks
different. The exit status is 1 when a claim changed its verdict, or a published figure is missing
here. Numbers and pictures that moved are reported, and are no failure: other machines add up in
another order.
"""

import argparse
import json
import math
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from figures_src.engine.catalogue import figures_folder
from figures_src.engine.picture_difference import look_different
from figures_src.engine.published import is_picture, published_folder, read_records
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import atomic_path, write_text
from site_lib.records.claims import claim_from_record

TOLERANCE = 0.01
NUMBERS_LISTED = 10
LETTERS_IN_A_CELL = 200
# What would be markup in Markdown.
SPECIAL = re.compile(r"[\\`*_\[\]<>|!]")


@dataclass(frozen=True)
class Moved:
    """A value that is not as published; None where there is none."""

    name: str
    published: Any
    new: Any


@dataclass(frozen=True)
class Difference:
    """In what a figure differs from its published version.

    missing: "here" or "there" when only one of them exists.   verdicts: claims that changed from
    true to false or back, by id.   numbers: claims and metrics beyond the tolerance, and those that
    came or went.   pictures: file name → how it looks different.   versions: packages.
    """

    figure: str
    missing: str = ""
    verdicts: list[Moved] = field(default_factory=list)
    numbers: list[Moved] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    versions: list[Moved] = field(default_factory=list)

    @property
    def fails(self) -> bool:
        """Whether the course says something else than its published version."""
        return bool(self.verdicts) or self.missing == "here"

    @property
    def differs(self) -> bool:
        return bool(self.missing or self.verdicts or self.numbers or self.pictures)


def main() -> None:
    """Command line; exit status 1 when a verdict changed or a figure is missing."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("published", help="address of the site, or a folder with its figures")
    parser.add_argument("--new", type=Path, default=figures_folder(), help="figures built here")
    parser.add_argument("--output", type=Path, default=Path("differences"), help="for the report")
    parser.add_argument(
        "--tolerance", type=float, default=TOLERANCE, help="relative, for claims and metrics"
    )
    options = parser.parse_args()
    with errors_on_one_line(), tempfile.TemporaryDirectory() as temporary:
        if not 0 <= options.tolerance < math.inf:
            raise CourseError("the tolerance is a relative difference, such as 0.01")
        published = published_folder(options.published, Path(temporary))
        differences = compare(published, options.new, tolerance=options.tolerance)
        write_report(differences, published, options.new, options.output, options.tolerance)
        print(summary(differences, options.tolerance))
        print(f"the report is {options.output / 'differences.md'}")
    raise SystemExit(any(difference.fails for difference in differences))


def compare(published: Path, new: Path, *, tolerance: float) -> list[Difference]:
    """One entry for each figure of two folders, in the order of their names.

    tolerance: relative difference up to which two numbers are the same. Raises CourseError for a
    damaged record or picture.
    """
    ours = read_records(new)
    theirs = read_records(published, remedy="compare with another address or folder")
    differences = []
    for figure in sorted(ours.keys() | theirs.keys()):
        if figure not in ours or figure not in theirs:
            missing = "here" if figure not in ours else "there"
            differences.append(Difference(figure, missing=missing))
            continue
        before, after = theirs[figure], ours[figure]
        differences.append(
            Difference(
                figure,
                verdicts=_moved(_verdicts(before), _verdicts(after), tolerance, common=True),
                numbers=_moved(_numbers(before), _numbers(after), tolerance),
                pictures=_pictures(before, after, published, new),
                versions=_moved(_versions(before), _versions(after), tolerance, common=True),
            )
        )
    return differences


def _verdicts(sidecar: dict[str, Any]) -> dict[str, Any]:
    claims = map(claim_from_record, sidecar["claims"])
    return {claim.id: "holds" if claim.holds else "does not hold" for claim in claims}


def _numbers(sidecar: dict[str, Any]) -> dict[str, Any]:
    claims = {f"claim {claim['id']}": claim["value"] for claim in sidecar["claims"]}
    folder = sidecar.get("folder") or {"files": 0}
    return claims | {"files in its folder": folder["files"]} | dict(_leaves(sidecar["metrics"], ""))


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Numbers and words inside nested metrics, by dotted name, as the macro `number` takes it."""
    if not isinstance(value, dict | list):
        yield name, value
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _leaves(inner, f"{name}.{key}" if name else str(key))


def _versions(sidecar: dict[str, Any]) -> dict[str, Any]:
    records = [sidecar["drawing"], *sidecar["experiments"]]
    return {name: version for r in records for name, version in r["versions"].items()}


def _moved(
    published: dict[str, Any], new: dict[str, Any], tolerance: float, *, common: bool = False
) -> list[Moved]:
    """Entries that differ.   common: only those that exist on both sides."""
    names = [name for name in published if name in new]
    if not common:
        names += [name for name in (*published, *new) if (name in published) != (name in new)]
    return [
        Moved(name, published.get(name), new.get(name))
        for name in names
        if not same(published.get(name), new.get(name), tolerance)
    ]


def same(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two values are equal; of numbers, up to a relative difference."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=tolerance)
    return one == other


def _pictures(
    before: dict[str, Any], after: dict[str, Any], published: Path, new: Path
) -> dict[str, str]:
    """Pictures that look different, and how."""
    files = {image["file"] for image in after["images"]}
    found = {}
    for name in sorted(files | {image["file"] for image in before["images"]}):
        if not is_picture(published / name):
            found[name] = "not published"
        elif not is_picture(new / name):
            found[name] = "not drawn any more"
        elif words := look_different(published / name, new / name):
            found[name] = words
    return found


# ---------------------------------------------------------------------- report


def summary(differences: list[Difference], tolerance: float) -> str:
    """One line on all figures."""
    verdicts = sum(len(difference.verdicts) for difference in differences)
    numbers = sum(len(difference.numbers) for difference in differences)
    pictures = sum(bool(difference.pictures) for difference in differences)
    missing = sum(bool(difference.missing) for difference in differences)
    return (
        f"Figures compared: {len(differences)}. Claims with another verdict: {verdicts}; numbers "
        f"that moved by more than {100 * tolerance:g} %: {numbers}; figures that look different: "
        f"{pictures}; figures missing on one side: {missing}."
    )


def write_report(
    differences: list[Difference], published: Path, new: Path, output: Path, tolerance: float
) -> None:
    """Write the report for people, the one for programs, and the pictures that differ.

    CourseError for a folder with other things in it, and for one that cannot be written.
    """
    if output.exists() and any(output.iterdir()) and not (output / "differences.json").is_file():
        raise CourseError(f"{output} is not empty and holds no report; choose another folder")
    shutil.rmtree(output, ignore_errors=True)
    for difference in differences:
        for name in difference.pictures:
            for side, folder in (("published", published), ("new", new)):
                if is_picture(folder / name):
                    with atomic_path(output / side / name) as temporary:
                        shutil.copyfile(folder / name, temporary)
    record = {
        "tolerance": tolerance,
        "fails": any(difference.fails for difference in differences),
        "figures": [asdict(difference) for difference in differences],
    }
    write_text(output / "differences.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    changed = [difference for difference in differences if difference.differs]
    # First what fails.
    changed.sort(key=lambda difference: not difference.fails)
    parts = ["# New figures beside the published ones", summary(differences, tolerance)]
    parts += [_section(difference) for difference in changed]
    write_text(output / "differences.md", "\n\n".join(parts) + "\n")


def _section(difference: Difference) -> str:
    """What is said of one figure, in Markdown."""
    parts = [f"## {difference.figure}"]
    if difference.missing:
        parts.append(
            "**Not built here.**" if difference.missing == "here" else "Not published yet."
        )
    parts += [f"**{_cell(m.name)}: {m.published} → {m.new}**" for m in difference.verdicts]
    if difference.numbers:
        listed = difference.numbers[:NUMBERS_LISTED]
        rows = [f"| {_cell(m.name)} | {_cell(m.published)} | {_cell(m.new)} |" for m in listed]
        parts.append("\n".join(["| number | published | new |", "|---|---|---|", *rows]))
        if more := len(difference.numbers) - len(listed):
            parts.append(f"and {more} more, in `differences.json`.")
    if difference.pictures:
        rows = [
            f"| {name}: {_cell(words)} | ![published](published/{name}) | ![new](new/{name}) |"
            for name, words in difference.pictures.items()
        ]
        parts.append("\n".join(["| picture | published | new |", "|---|---|---|", *rows]))
    if difference.versions:
        moved = [_cell(f"{m.name} {m.published} → {m.new}") for m in difference.versions]
        parts.append(f"Made with other packages: {', '.join(moved)}.")
    return "\n\n".join(parts)


def _cell(value: Any) -> str:
    """A value on one line of Markdown, whatever is in it."""
    if value is None:
        return "–"
    text = f"{value:.6g}" if isinstance(value, float) else str(value)
    if len(text) > LETTERS_IN_A_CELL:
        text = f"{text[:LETTERS_IN_A_CELL]}…"
    letters = (letter if letter.isprintable() else " " for letter in text)
    return SPECIAL.sub(r"\\\g<0>", "".join(letters).strip())


if __name__ == "__main__":
    main()
