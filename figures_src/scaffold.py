"""Begin a figure: an experiment, its drawing and their entry in the catalogue.

    python -m figures_src.scaffold sparsity-by-depth what-units-see

What it writes is a real figure already, which builds and has a control, a table and a claim. It
is a copy of ``figures_src/templates`` under another name.
"""

import argparse
import re
from pathlib import Path

from figures_src.catalogue import CATALOGUE, load_catalogue
from site_lib.command_line import errors_on_one_line
from site_lib.errors import CourseError, unknown_name
from site_lib.provenance import ROOT, write_text

SOURCES = ROOT / "figures_src"
TEMPLATES = SOURCES / "templates"


def main() -> None:
    """Command line; exit status 1 when nothing was written."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", help="id of the figure, in kebab-case: sparsity-by-depth")
    parser.add_argument("chapter", help="folder of the pages that will show it: what-units-see")
    options = parser.parse_args()
    with errors_on_one_line():
        for path in begin_figure(options.name, options.chapter):
            print(f"wrote {path.relative_to(ROOT)}")
        print(f"added {options.name} to {CATALOGUE.relative_to(ROOT)}")


def begin_figure(figure_id: str, chapter: str) -> list[Path]:
    """Write the scripts and the entry; returns the scripts, the experiment first.

    figure_id: words of small letters and digits, joined by hyphens.   chapter: as in ``docs``.
    Raises CourseError for a name that is taken or mistaken, and writes all of it or nothing.
    """
    chapters = known_chapters()
    if chapter not in chapters:
        raise unknown_name("chapter", chapter, chapters)
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", figure_id):
        raise CourseError(
            f"{figure_id!r} is no name for a figure; join words of small letters and digits with "
            "hyphens, such as sparsity-by-depth"
        )
    folder = chapters[chapter]
    experiment = f"measure_{figure_id.replace('-', '_')}.py"
    scripts = {
        folder / experiment: TEMPLATES / "measure_new_figure.py",
        folder / f"{figure_id}.py": TEMPLATES / "new-figure.py",
    }
    catalogue = load_catalogue()
    if figure_id in catalogue.figures | catalogue.on_demand | catalogue.experiments:
        raise CourseError(f"the catalogue has {figure_id!r} already; choose another name")
    for path in scripts:
        if path.exists():
            raise CourseError(f"{path.relative_to(ROOT)} is there already; choose another name")

    def renamed(template: Path) -> str:
        text = template.read_text(encoding="utf-8").replace("new-figure", figure_id)
        text = text.replace("measure_new_figure.py", experiment)
        return text.replace(_relative(TEMPLATES), _relative(folder))

    before = CATALOGUE.read_text(encoding="utf-8")
    try:
        for path, template in scripts.items():
            write_text(path, renamed(template))
        entry = renamed(TEMPLATES / CATALOGUE.name)
        write_text(CATALOGUE, with_entry(before, chapter, entry))
        load_catalogue()
    except BaseException:
        for path in scripts:
            path.unlink(missing_ok=True)
        write_text(CATALOGUE, before)
        raise
    return list(scripts)


def known_chapters() -> dict[str, Path]:
    """Folder of the scripts of every chapter, by the name of the chapter's folder of pages."""
    folders = {path.name.replace("_", "-"): path for path in sorted(SOURCES.iterdir())}
    return {name: path for name, path in folders.items() if (ROOT / "docs" / name).is_dir()}


def with_entry(catalogue: str, chapter: str, entry: str) -> str:
    """The catalogue's text with an entry at the end of a chapter's part, or of the whole.

    Parts begin with a line such as ``# ------ What units see``.
    """
    title = chapter.replace("-", " ")
    part = re.search(rf"^# -+ {title}\n.*?(?=^# -+ |\Z)", catalogue, re.I | re.M | re.S)
    end = part.end() if part else len(catalogue)
    tail = catalogue[end:]
    return f"{catalogue[:end].rstrip()}\n\n{entry.rstrip()}\n" + (f"\n{tail}" if tail else "")


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    main()
