"""Delete built figures and results that the catalogue has no more.

    python -m figures_src.engine.tidy

They stay behind when a figure is renamed, or when built files come from another branch, and the
ledger refuses them.
"""

import shutil
from pathlib import Path

from figures_src.engine.catalogue import PROFILES, figures_folder, load_catalogue
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT


def main() -> None:
    """Command line; prints what it deletes."""
    with errors_on_one_line():
        for path in strays():
            print(f"deleting {path.relative_to(ROOT)}")
            try:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            except OSError as error:
                raise CourseError(
                    f"cannot delete {error.filename}: {error.strerror}; check its owner and "
                    "permissions"
                ) from error


def strays() -> list[Path]:
    """Files and folders of figures and experiments that are not in the catalogue."""
    catalogue = load_catalogue()
    known = catalogue.figures | catalogue.on_demand
    stray_figures = {path.stem for path in figures_folder().glob("*.json")} - known.keys()
    found = [
        path
        for figure in sorted(stray_figures)
        for path in sorted(figures_folder().glob("*"))
        if path.name.split(".")[0] == figure
    ]
    for profile in PROFILES:
        results = sorted((ROOT / "results" / profile).glob("*"))
        found += [path for path in results if path.stem not in catalogue.experiments]
    return found


if __name__ == "__main__":
    main()
