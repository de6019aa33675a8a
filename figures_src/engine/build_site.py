"""Build the pages of the site.

    python -m figures_src.engine.build_site

The new site is written beside the old one and takes its place in one step, once every page has
been read and every link leads somewhere. A build that fails, or is killed at any moment, leaves
the site as it was. Where nothing has changed since the last build, nothing is done.
"""

import argparse
import ctypes
import shutil
from pathlib import Path

from figures_src.engine.build_lock import only_one_build
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.site import site_stamp

SITE = "site"
# Where a site waits for its turn, and for its removal; what a killed build left there is swept.
NEW, OLD = ".cache/new-site", ".cache/old-site"
# From the headers of Linux: paths as usual, and "exchange the two".
AT_FDCWD = -100
RENAME_EXCHANGE = 2


def main() -> None:
    """Command line; exit status 1, and the site as it was, when anything is wrong."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with errors_on_one_line(), only_one_build():
        built = build(ROOT)
        print(f"the site is in {SITE}/" if built else f"the site in {SITE}/ is up to date")


def build(root: Path) -> bool:
    """Bring the site of a course up to date; False when it was.

    Every mistake in the pages is a line on standard error. Raises CourseError when there was
    one, or when the site cannot be written.
    """
    try:
        sweep(root)
        if site_stamp.is_current(root / SITE, site_stamp.inputs(root)):
            return False
        try:
            _write(root)
            put_in_place(root)
        finally:
            shutil.rmtree(root / NEW, ignore_errors=True)
    except OSError as error:
        raise CourseError(
            f"cannot build the site: {error}; check permissions and that the disk has room"
        ) from error
    return True


def _write(root: Path) -> None:
    """Write a new site and check it; CourseError when anything is wrong."""
    # Slow to import, and not needed where nothing has changed.
    from site_lib.site import vendor, write_pages

    vendor.update(root / "docs")
    inputs = site_stamp.inputs(root)
    mistakes = write_pages.write(root, root / NEW)
    if mistakes:
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise CourseError(f"{count} in the pages, see above; {SITE}/ is as it was")
    site_stamp.write(root / NEW, inputs)


def put_in_place(root: Path) -> None:
    """Make the new site the site.

    In one step where the system can exchange two folders. Elsewhere a kill between two steps
    leaves the old site under another name, and the next build takes it back.
    """
    # A link stays one, to the folder that it leads to.
    site, new, old = (root / SITE).resolve(), root / NEW, root / OLD
    if site.exists() and not _exchange(site, new):
        site.rename(old)
    if not site.exists():
        new.rename(site)
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders; False, and nothing done, where the system or the disk cannot."""
    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except AttributeError:  # not Linux
        return False
    return renameat2(AT_FDCWD, bytes(one), AT_FDCWD, bytes(other), RENAME_EXCHANGE) == 0


def sweep(root: Path) -> None:
    """Remove what a killed build left behind, and take the old site back where it was set aside."""
    if (root / OLD).exists() and not (root / SITE).exists():
        (root / OLD).rename((root / SITE).resolve())
    for folder in (root / NEW, root / OLD):
        if folder.exists():
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
