"""What the site knows of each lab: the record that running it left in its notebook."""

import json
from pathlib import Path
from typing import Any

# A lab is written to take two minutes on one quiet core. On a busy machine it takes longer.
PLANNED_CPU_SECONDS = 120


def labs(docs: Path) -> list[dict[str, Any]]:
    """Every lab that has been run: file, title, question, and the record of its run."""
    found = []
    for path in sorted((docs / "labs").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        title, _, question = "".join(notebook["cells"][0]["source"]).partition("\n")
        found.append({
            "page": path.relative_to(docs).as_posix(),
            "title": title.removeprefix("# "),
            "question": question.strip().partition("\n\n")[0],
            **notebook["metadata"]["lab"],
        })  # fmt: skip
    return found
