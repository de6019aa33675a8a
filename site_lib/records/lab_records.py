"""What the site knows of each lab: the record that running it left in its notebook."""

import json
from pathlib import Path
from typing import Any

from site_lib.common.errors import CourseError

# A lab is written to take two minutes on one quiet core. On a busy machine it takes longer.
PLANNED_CPU_SECONDS = 120
READERS = ("student", "instructor")
FORMATS = (".ipynb", ".py")


def copy_names(lab: str) -> list[str]:
    """File names of the copies of a lab without outputs: ``1-first-layer-student.ipynb``, …"""
    return [f"{lab}-{reader}{suffix}" for reader in READERS for suffix in FORMATS]


def labs(docs: Path) -> list[dict[str, Any]]:
    """Every lab that has been run: file, title, question, exercises, and the record of its run.

    CourseError for a notebook that is damaged.
    """
    return [_lab(path, docs) for path in sorted((docs / "labs").glob("*.ipynb"))]


def _lab(path: Path, docs: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        title, _, question = "".join(notebook["cells"][0]["source"]).partition("\n")
        record = dict(notebook["metadata"]["lab"])
        exercises = [_exercise(c) for c in notebook["cells"] if "points" in c["metadata"]]
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise CourseError(
            f"{path} is not a lab that was run ({type(error).__name__}: {error}); delete it and "
            "run make figures"
        ) from None
    return {
        "page": path.relative_to(docs).as_posix(),
        "title": title.removeprefix("# "),
        "question": question.strip().partition("\n\n")[0],
        "exercises": exercises,
        **record,
    }


def _exercise(cell: dict[str, Any]) -> dict[str, Any]:
    """Heading of an exercise, and what its cell says that it is worth and takes."""
    heading = "".join(cell["source"]).partition("\n")[0].lstrip("# ")
    return {"title": heading, **{name: cell["metadata"][name] for name in ("points", "minutes")}}
