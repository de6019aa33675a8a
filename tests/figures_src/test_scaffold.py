"""``make new``: all of a figure or nothing."""

import shutil
from pathlib import Path

import pytest

from figures_src.catalogue import load_catalogue
from figures_src.scaffold import TEMPLATES, with_entry
from site_lib.provenance import ROOT
from tests.figures_src.toy_project import ToyProject


@pytest.fixture
def project(tmp_path: Path) -> ToyProject:
    """The toy project with the scaffold, and a chapter ``toys``."""
    project = ToyProject(tmp_path)
    shutil.copy(ROOT / "figures_src/scaffold.py", project.path("figures_src/scaffold.py"))
    shutil.copytree(TEMPLATES, project.path("figures_src/templates"))
    project.path("docs/toys").mkdir(parents=True)
    return project


def files(project: ToyProject) -> dict[str, bytes]:
    """Contents of all files of a project, by path."""
    return {
        path.relative_to(project.folder).as_posix(): path.read_bytes()
        for path in project.folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_new_figure_has_two_scripts_and_an_entry(project: ToyProject) -> None:
    before = files(project)
    output = project.run_module("figures_src.scaffold", "tall-trees-2", "toys")
    experiment = "figures_src/toys/measure_tall_trees_2.py"
    drawing = "figures_src/toys/tall-trees-2.py"
    assert output.splitlines() == [
        f"wrote {experiment}",
        f"wrote {drawing}",
        "added tall-trees-2 to figures_src/catalogue.toml",
    ]
    after = files(project)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {experiment, drawing, "figures_src/catalogue.toml"}
    assert not any(b"new-figure" in after[name] for name in changed)
    assert b'id="tall-trees-2-' in after[drawing]
    assert "nearest: tall-trees-2" in project.build("--figure", "tall-trees", status=1)


@pytest.mark.parametrize(
    ("name", "chapter", "message"),
    [
        ("line", "toys", "the catalogue has 'line' already; choose another name"),
        ("slope", "toys", "the catalogue has 'slope' already; choose another name"),
        ("left-over", "toys", "figures_src/toys/left-over.py is there already"),
        ("Tall-Trees", "toys", "'Tall-Trees' is no name for a figure; join words of small letters"),
        ("tall_trees", "toys", "'tall_trees' is no name for a figure"),
        ("2-trees", "toys", "'2-trees' is no name for a figure"),
        ("../trees", "toys", "'../trees' is no name for a figure"),
        ("trees", "toy", "unknown chapter 'toy'; nearest: toys"),
        ("trees", "templates", "unknown chapter 'templates'; nearest: "),
        ("trees", "../docs/toys", "unknown chapter '../docs/toys'; nearest: toys"),
    ],
)
def test_mistake_is_one_line_and_writes_nothing(
    project: ToyProject, name: str, chapter: str, message: str
) -> None:
    project.write("figures_src/toys/left-over.py", "")
    before = files(project)
    output = project.run_module("figures_src.scaffold", name, chapter, status=1)
    assert output.startswith("error: ")
    assert message in output
    assert len(output.splitlines()) == 1
    assert files(project) == before


def test_failure_half_way_writes_nothing(project: ToyProject) -> None:
    project.edit("figures_src/templates/catalogue.toml", "[figures", "mistake = 1\n[figures")
    before = files(project)
    output = project.run_module("figures_src.scaffold", "trees", "toys", status=1)
    assert "unknown key of experiment 'trees' in the catalogue 'mistake'" in output
    assert files(project) == before


def test_an_entry_goes_to_the_end_of_its_chapter() -> None:
    catalogue = "# About\n\n# ---- What units see\n\n[a]\n\n# ---- Other things\n\n[b]\n"
    assert with_entry(catalogue, "what-units-see", "[new]\n") == (
        "# About\n\n# ---- What units see\n\n[a]\n\n[new]\n\n# ---- Other things\n\n[b]\n"
    )
    for chapter in ("other-things", "no-part-yet"):
        assert with_entry(catalogue, chapter, "[new]\n") == catalogue + "\n[new]\n"


def test_the_templates_are_an_entry_of_a_catalogue_themselves() -> None:
    templates = load_catalogue(TEMPLATES / "catalogue.toml")
    [figure] = templates.figures.values()
    assert {figure.script, figure.experiments[0].script} == set(TEMPLATES.glob("*.py"))
