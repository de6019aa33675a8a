"""The course written by Zensical, beside MkDocs: ``python -m site_lib.editions.zensical_edition``.

Material is kept up until May 2027, and Zensical is to follow it. It gets the pages in plain
Markdown (``site_lib.site.plain_pages``); then what a plugin or an extension leaves in the pages is
counted under both builders (``site_lib.site.effects``), and written where the page on
reproducibility reads it. Fails when a count that was the same under both is so no more, or the
other way round: then the page says something new.
"""

import argparse
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, write_text
from site_lib.site import plain_pages
from site_lib.site.contents import read_configuration
from site_lib.site.effects import EFFECTS, Pages

# By make zensical, apart from the packages that the course itself runs on.
INSTALLED = ROOT / ".cache/zensical"
PAGES = ROOT / ".cache/zensical-pages"
RECORD = ROOT / "docs/evidence/measured/zensical.json"


def main() -> None:
    """Command line; exit status 1 for news, and when the pages cannot be written."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with errors_on_one_line():
        settings = read_configuration(ROOT)
        written = write(ROOT, PAGES)
        record = compared(ROOT / settings["site_dir"], written, settings["nav"])
        earlier = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else record
        write_text(RECORD, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
        for row in record["rows"]:
            print("{what:34} {by:22} {mkdocs:6} {zensical:6}".format(**row))
        found = news(earlier, record)
        if found:
            raise CourseError(f"{'; '.join(found)}: look why, and commit {RECORD.name}")


def write(root: Path, folder: Path) -> Path:
    """Write the pages of a course with Zensical; returns the folder of its site.

    CourseError when Zensical is not installed, or fails.
    """
    configuration = plain_pages.write(root, folder)
    environment = os.environ | {"PYTHONPATH": str(INSTALLED)}
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise CourseError(f"Zensical has not written the pages: {' '.join(last)}; see {folder}")
    # What follows the pages works on what is built, whoever built it.
    configuration.site_dir = str(folder / "site")
    configuration.plugins.on_post_build(config=configuration)
    return folder / "site"


def compared(mkdocs: Path, zensical: Path, nav: list[Any]) -> dict[str, Any]:
    """The record: versions, and a row for every effect with its count under either builder."""
    one, other = Pages(mkdocs, nav), Pages(zensical, nav)
    rows = [
        {"what": e.what, "by": e.by, "why": e.why}
        | {"mkdocs": e.count(one), "zensical": e.count(other)}
        for e in EFFECTS
    ]
    (found,) = INSTALLED.glob("zensical-*.dist-info")
    versions = {
        "zensical": found.name.removeprefix("zensical-").removesuffix(".dist-info"),
        "mkdocs": version("mkdocs"),
        "material": version("mkdocs-material"),
    }
    return {"versions": versions, "rows": rows}


def news(earlier: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What was the same under both builders and is not, or the other way round, in words."""
    before = {row["what"]: row["mkdocs"] == row["zensical"] for row in earlier["rows"]}
    lines = []
    for row in now["rows"]:
        alike = row["mkdocs"] == row["zensical"]
        if before.get(row["what"], alike) != alike:
            lines.append(f"{row['what']}: {row['mkdocs']} and {row['zensical']}")
    return lines


if __name__ == "__main__":
    main()
