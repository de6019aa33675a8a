"""Begin a figure: an experiment, its drawing, the words and their entry in the catalogue.

    python -m figures_src.engine.scaffold sparsity-by-depth what-units-see

What it writes is a real figure already, which builds and has a control, a table and a claim. It
is a copy of ``figures_src/engine/templates`` under another name.
"""

import argparse
import keyword
import re
import reprlib
from pathlib import Path

from figures_src.engine.catalogue import (
    CATALOGUE,
    END,
    PROFILES,
    Catalogue,
    figures_folder,
    load_catalogue,
)
from figures_src.engine.catalogue_schema import LONGEST_NAME, NAME_IN_WORDS, is_name
from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT, write_text

SOURCES = ROOT / "figures_src"
TEMPLATES = SOURCES / "engine" / "templates"


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
    """Write the files and the entry; returns the files: experiment, drawing, words.

    figure_id: words of small letters and digits, joined by hyphens.   chapter: as in ``docs``.
    Raises CourseError for a name that is taken or mistaken, and writes all of it or nothing.
    """
    chapters = known_chapters()
    if len(chapter) > LONGEST_NAME:
        raise CourseError(f"no chapter has so long a name; there are: {', '.join(chapters)}")
    if chapter not in chapters:
        raise unknown_name("chapter", chapter, chapters)
    if not is_name(figure_id):
        shown = reprlib.repr(figure_id)
        raise CourseError(f"{shown} is no name for a figure; a name is {NAME_IN_WORDS}")
    folder = chapters[chapter]
    experiment = f"measure_{figure_id.replace('-', '_')}.py"
    files = {
        folder / experiment: TEMPLATES / "measure_new_figure.py",
        folder / f"{figure_id}.py": TEMPLATES / "new-figure.py",
        folder / f"{figure_id}.toml": TEMPLATES / "new-figure.toml",
    }
    if why := _taken(figure_id, load_catalogue(CATALOGUE)):
        raise CourseError(f"{why}; choose another name")
    for path in files:
        if path.exists():
            raise CourseError(f"{path.relative_to(ROOT)} is there already; choose another name")

    def renamed(template: Path) -> str:
        text = template.read_text(encoding="utf-8").replace("new-figure", figure_id)
        text = text.replace("measure_new_figure.py", experiment)
        return text.replace(_relative(TEMPLATES), _relative(folder))

    before = CATALOGUE.read_text(encoding="utf-8")
    try:
        for path, template in files.items():
            write_text(path, renamed(template))
        entry = END.split(renamed(TEMPLATES / CATALOGUE.name))[0]
        write_text(CATALOGUE, with_entry(before, chapter, entry))
        load_catalogue(CATALOGUE)
    except BaseException:
        for path in files:
            path.unlink(missing_ok=True)
        write_text(CATALOGUE, before)
        raise
    return list(files)


def _taken(figure_id: str, catalogue: Catalogue) -> str:
    """What has this name already, in words; empty when nothing has."""
    figures = catalogue.figures | catalogue.on_demand
    if figure_id in figures | catalogue.experiments:
        return f"the catalogue has {figure_id!r} already"
    if figure_id.startswith("lab-"):
        return f"{figure_id!r} would be a lab, a script in docs/labs"
    if keyword.iskeyword(figure_id):
        return f"{figure_id!r} is a word of Python"
    if figure_id in PROFILES or figure_id in _folders_of_results(catalogue):
        return f"{figure_id!r} is a folder in results"
    for figure in figures.values():
        for path in figure.files:
            name = path.relative_to(figures_folder())
            if name.parts[0].partition(".")[0] == figure_id:
                return f"the figure {figure.id!r} publishes {name}"
    return ""


def _folders_of_results(catalogue: Catalogue) -> set[str]:
    """Folders beside those of the profiles in which experiments keep what they must remember."""
    values = [v for e in catalogue.experiments.values() for v in e.parameters["default"].values()]
    paths = [Path(value).parts for value in values if isinstance(value, str)]
    return {parts[1] for parts in paths if len(parts) > 1 and parts[0] == "results"}


def known_chapters() -> dict[str, Path]:
    """Folder of the scripts of every chapter, by the name of the chapter's folder of pages."""
    folders = {path.name.replace("_", "-"): path for path in sorted(SOURCES.iterdir())}
    return {name: path for name, path in folders.items() if (ROOT / "docs" / name).is_dir()}


def with_entry(catalogue: str, chapter: str, entry: str) -> str:
    """The catalogue's text with an entry at the end of a chapter's part, or of all parts.

    Parts begin with a line such as ``# ------ What units see``; the last one is the end.
    """
    title = chapter.replace("-", " ")
    part = re.search(rf"^# -+ {title}\n.*?(?=^# -+ )", catalogue, re.I | re.M | re.S)
    end = part.end() if part else catalogue.index(END.findall(catalogue)[-1])
    return f"{catalogue[:end].rstrip()}\n\n{entry.strip()}\n\n{catalogue[end:]}"


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    main()
