"""The labs for Colab: ``python -m figures_src.engine.lab_branch``.

Colab opens notebooks from a repository only. So the students' copies get a branch without a
history: this writes its files, and ``.ci/push-labs`` pushes them, with the wheel that the first
cell of each installs the library from.
"""

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbformat import NotebookNode

from figures_src.engine.catalogue import labs_folder
from figures_src.engine.lab_copies import students_copy
from figures_src.engine.lab_kit import build_wheel, packages
from figures_src.engine.run_lab import read_lab
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, write_text
from site_lib.records.colab import BRANCH, FOLDER, ON_GITHUB
from site_lib.site.contents import read_configuration

OUTPUT = "dist/lab-branch"
# Without versions: what Colab has stays, since another PyTorch would take minutes and a restart.
FIRST_CELL = """\
# On Colab: the packages that it lacks, and the course's library with its weights.
%pip install --quiet {packages}
%pip install --quiet --no-deps {wheel}"""
README = """\
# Labs of "Inside a trained network"

The students' copies, built from the scripts in `docs/labs` on the branch `main`, for Colab. Each
publication of the course replaces this branch.
"""


def main() -> None:
    """Command line; exit status 1 when nothing can be written."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, default=ROOT / OUTPUT)
    with errors_on_one_line():
        output = parser.parse_args().output
        write(output, read_configuration(ROOT)["repo_url"] or "")
        print(f"{output}: to be pushed with .ci/push-labs")


def write(folder: Path, repository: str) -> None:
    """Write the files of the branch into a folder, which is emptied first.

    repository: address of the repository that will have the branch; CourseError when Colab opens
    nothing from there.
    """
    found = ON_GITHUB.fullmatch(repository)
    if not found:
        raise CourseError(
            f"Colab opens notebooks from GitHub, not from {repository!r}; set REPO_URL to "
            "https://github.com/<owner>/<name>"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with TemporaryDirectory(prefix="lab-branch-") as elsewhere:
        wheel = Path(shutil.copy2(build_wheel(Path(elsewhere)), folder))
    shutil.copy2(ROOT / "LICENSE", folder)
    write_text(folder / "README.md", README)
    address = f"https://github.com/{found[1]}/raw/{BRANCH}/{wheel.name}"
    scripts = sorted(labs_folder().glob("*.py"))
    for script in scripts:
        copy = colab_copy(read_lab(script), packages(scripts), address)
        write_text(folder / FOLDER / f"{script.stem}.ipynb", nbformat.writes(copy))


def colab_copy(notebook: NotebookNode, names: list[str], wheel: str) -> NotebookNode:
    """The student's copy of a lab that first installs what it needs.

    names: packages.   wheel: address of the library's.
    """
    copy = students_copy(notebook)
    cell = nbformat.v4.new_code_cell(FIRST_CELL.format(packages=" ".join(names), wheel=wheel))
    cell.id = "install"
    copy.cells.insert(0, cell)
    return copy


if __name__ == "__main__":
    main()
