"""What was broken on purpose: faults, what happens then, and the tests that check it."""

from pathlib import Path
from typing import Annotated

import msgspec

from site_lib.common.errors import CourseError
from site_lib.common.toml_files import read_toml

Text = Annotated[str, msgspec.Meta(min_length=1)]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fault.

    area: part of the course.   what: is wrong, in Markdown.   outcome: what happens then, in
    Markdown.   test: that breaks it and looks, as ``tests/…/test_x.py::test_name``.
    """

    area: Text
    what: Text
    outcome: Text
    test: Annotated[str, msgspec.Meta(pattern=r"^tests/[\w/]+\.py::test_\w+$")]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    fault: list[Fault]


def read_faults(folder: Path) -> dict[str, list[Fault]]:
    """Faults of all files of a folder by area, the areas in alphabetical order.

    CourseError for a malformed entry, and for a fault that stands there twice.
    """
    areas: dict[str, list[Fault]] = {}
    for path in sorted(folder.glob("*.toml")):
        for fault in read_toml(path, _File).fault:
            others = areas.setdefault(fault.area, [])
            if fault.what in {other.what for other in others}:
                raise CourseError(f"{path}: {fault.what!r} stands there twice; delete one")
            others.append(fault)
    return dict(sorted(areas.items()))
