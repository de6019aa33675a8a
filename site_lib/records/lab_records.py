"""What the site knows of each lab: the record that running it left in its notebook."""

import json
from pathlib import Path
from typing import Any

from site_lib.common.errors import CourseError

# A lab is written to take two minutes on one quiet core. On a busy machine it takes longer.
PLANNED_CPU_SECONDS = 120


def labs(docs: Path) -> list[dict[str, Any]]:
    """Every lab that has been run: file, title, question, and the record of its run.

    CourseError for a notebook that is damaged.
    """
    return [_lab(path, docs) for path in sorted((docs / "labs").glob("*.ipynb"))]


def _lab(path: Path, docs: Path) -> dict[str, Any]:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        title, _, question = "".join(notebook["cells"][0]["source"]).partition("\n")
        record = dict(notebook["metadata"]["lab"])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise CourseError(
            f"{path} is not a lab that was run ({type(error).__name__}: {error}); delete it and "
            "run make figures"
        ) from None
    return {
        "page": path.relative_to(docs).as_posix(),
        "title": title.removeprefix("# "),
        "question": question.strip().partition("\n\n")[0],
        **record,
    }
