"""Where Colab opens the students' copies of labs."""

import re

# Colab opens a notebook from a branch of a repository on GitHub. Copies are built, so they have a
# branch of their own (figures_src/engine/lab_branch.py).
BRANCH, FOLDER = "labs", "notebooks"
COLAB = "https://colab.research.google.com/github"
ON_GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def colab_address(repository: str, lab: str) -> str | None:
    """Where Colab opens the student's copy of a lab; None for a repository that is not on GitHub.

    repository: its address, which may be empty.
    """
    found = ON_GITHUB.fullmatch(repository)
    return found and f"{COLAB}/{found[1]}/blob/{BRANCH}/{FOLDER}/{lab}.ipynb"
