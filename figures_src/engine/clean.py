"""Remove all that was built, results included; the virtual environment stays.

    python -m figures_src.engine.clean

Needs nothing but Python itself, and waits for no build: it refuses while one is running.
"""

import shutil
from pathlib import Path

from figures_src.engine.build_lock import only_one_build
from site_lib.common.errors import CourseError

ROOT = Path(__file__).resolve().parents[2]
BUILT = (
    "site",
    "dist",
    "differences",
    "results",
    "docs/figures",
    "docs/assets/vendor",
    "docs/labs/*.ipynb",
    "docs/labs/downloads",
    ".pytask",
    "pytask.lock*",
    ".cache",
)


def main() -> None:
    """Command line; exit status 1 when nothing, or not all, could be removed."""
    try:
        with only_one_build():
            for path in [path for pattern in BUILT for path in sorted(ROOT.glob(pattern))]:
                remove(path)
    except CourseError as error:
        raise SystemExit(f"error: {error}") from None
    except OSError as error:
        raise SystemExit(
            f"error: cannot remove {error.filename}: {error.strerror}; "
            "check its owner and permissions, then run it again"
        ) from None


def remove(path: Path) -> None:
    """Remove a file, a folder with all that is in it, or a link but not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


if __name__ == "__main__":
    main()
