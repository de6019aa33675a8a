"""Data files inside installed packages."""

from importlib.util import find_spec
from pathlib import Path

from site_lib.common.errors import CourseError


def package_folder(name: str) -> Path:
    """Folder of an installed package, without importing it; CourseError when it is absent."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise CourseError(f"package {name!r} is not installed; run make site")
    return Path(next(iter(spec.submodule_search_locations)))
