"""What a built site was made from: a stamp in its folder, so that an unchanged site is kept.

Contents of files count, never their dates. The stamp is written before the site takes its place,
so a folder with a stamp is a finished site; it also says which files that has, so a site from
which one is missing is built again.
"""

import json
import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from site_lib.common.files import fingerprint, sha256_of_file

STAMP = ".built.json"
# All that a page can show: text, figures, code, and what writes pages.
FOLDERS = ("docs", "figures_src", "site_lib")
FILES = ("mkdocs.yml", "CITATION.cff", "CONTRIBUTING.md")
ENVIRONMENT = re.compile(rb"!ENV \[?(\w+)")


def inputs(root: Path) -> str:
    """Hash of all that decides what the site contains."""
    names = ENVIRONMENT.findall((root / "mkdocs.yml").read_bytes())
    return fingerprint({
        "files": {path.relative_to(root).as_posix(): sha256_of_file(path)
                  for path in sources(root)},
        "environment": {name: os.environ.get(name) for name in map(bytes.decode, names)},
        "packages": installed(),
        "python": sys.version,
    })  # fmt: skip


def installed() -> list[str]:
    """Name and version of every installed package, as its folder is called."""
    return sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))


def write(site: Path, state: str) -> None:
    """Stamp a finished site with the inputs that it was made from."""
    stamp = {"inputs": state, "files": _files(site)}
    (site / STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def is_current(site: Path, state: str) -> bool:
    """Whether a site was made from these inputs and has all its files."""
    try:
        stamp = json.loads((site / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return stamp == {"inputs": state, "files": _files(site)}


def sources(root: Path) -> Iterator[Path]:
    """Files that a page can show, or that write pages; hidden ones, such as caches, do neither."""
    for name in FILES:
        if (root / name).is_file():
            yield root / name
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            names = path.relative_to(root).parts
            if path.is_file() and not any(name.startswith((".", "__pycache__")) for name in names):
                yield path


def _files(site: Path) -> str:
    """Hash of names and sizes of a site's files."""
    return fingerprint({
        path.relative_to(site).as_posix(): path.stat().st_size
        for path in site.rglob("*") if path.is_file() and path.name != STAMP
    })  # fmt: skip
