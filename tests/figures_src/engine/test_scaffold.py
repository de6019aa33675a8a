"""``make new``: all of a figure or nothing."""

import shutil
from pathlib import Path

import pytest

from figures_src.engine import catalogue, scaffold
from figures_src.engine.catalogue import load_catalogue
from figures_src.engine.scaffold import TEMPLATES, begin_figure, with_entry
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from tests.figures_src.toy_project import ToyProject


@pytest.fixture
def project(tmp_path: Path) -> ToyProject:
    """The toy project with the scaffold, and a chapter ``toys``."""
    project = ToyProject(tmp_path)
    shutil.copy(
        ROOT / "figures_src/engine/scaffold.py", project.path("figures_src/engine/scaffold.py")
    )
    shutil.copytree(TEMPLATES, project.path("figures_src/engine/templates"))
    project.path("docs/toys").mkdir(parents=True)
    return project


def files(project: ToyProject) -> dict[str, bytes]:
    """Contents of all files of a project, by path."""
    return {
        path.relative_to(project.folder).as_posix(): path.read_bytes()
        for path in project.folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_new_figure_has_two_scripts_its_words_and_an_entry(project: ToyProject) -> None:
    before = files(project)
    output = project.run_module("figures_src.engine.scaffold", "tall-trees-2", "toys")
    experiment = "figures_src/toys/measure_tall_trees_2.py"
    drawing, words = "figures_src/toys/tall-trees-2.py", "figures_src/toys/tall-trees-2.toml"
    assert output.splitlines() == [
        f"wrote {experiment}",
        f"wrote {drawing}",
        f"wrote {words}",
        "added tall-trees-2 to figures_src/catalogue.toml",
    ]
    after = files(project)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {experiment, drawing, words, "figures_src/catalogue.toml"}
    assert not any(b"new-figure" in after[name] for name in changed)
    assert b"[claims.tall-trees-2-" in after[words]
    assert "nearest: tall-trees-2" in project.build("--figure", "tall-trees", status=1)


@pytest.fixture
def here(project: ToyProject, monkeypatch: pytest.MonkeyPatch) -> ToyProject:
    """The toy project as the one that this process works in."""
    sources = project.path("figures_src")
    monkeypatch.setattr(catalogue, "ROOT", project.folder)
    monkeypatch.setattr(scaffold, "ROOT", project.folder)
    monkeypatch.setattr(scaffold, "CATALOGUE", sources / "catalogue.toml")
    monkeypatch.setattr(scaffold, "SOURCES", sources)
    monkeypatch.setattr(scaffold, "TEMPLATES", sources / "engine" / "templates")
    return project


@pytest.mark.parametrize(
    ("name", "chapter", "message"),
    [
        ("line", "toys", "the catalogue has 'line' already; choose another name"),
        ("slope", "toys", "the catalogue has 'slope' already; choose another name"),
        ("left-over", "toys", "figures_src/toys/left-over.py is there already"),
        ("left-words", "toys", "figures_src/toys/left-words.toml is there already"),
        ("lab-1-line", "toys", "'lab-1-line' would be a lab, a script in docs/labs; choose"),
        ("class", "toys", "'class' is a word of Python; choose another name"),
        ("student", "toys", "'student' is a folder in results; choose another name"),
        ("draft", "toys", "'draft' is a folder in results; choose another name"),
        ("poster", "toys", "the figure 'both' publishes poster.bin; choose another name"),
        ("shelf", "toys", "the figure 'both' publishes shelf/1.bin; choose another name"),
        ("Tall-Trees", "toys", "'Tall-Trees' is no name for a figure; a name is words of small l"),
        ("tall_trees", "toys", "'tall_trees' is no name for a figure"),
        ("2-trees", "toys", "'2-trees' is no name for a figure"),
        ("../trees", "toys", "'../trees' is no name for a figure"),
        ("", "toys", "'' is no name for a figure"),
        ("trees\n", "toys", "'trees\\n' is no name for a figure"),
        ("t" * 81, "toys", "is no name for a figure"),
        ("t" * 100_000, "toys", "and no longer than 80 characters"),
        ("trees", "toy", "unknown chapter 'toy'; nearest: toys"),
        ("trees", "templates", "unknown chapter 'templates'; nearest: "),
        ("trees", "../docs/toys", "unknown chapter '../docs/toys'; nearest: toys"),
        ("trees", "t" * 100_000, "no chapter has so long a name; there are: toys"),
    ],
)
def test_a_name_that_cannot_be_had_is_one_line_and_writes_nothing(
    here: ToyProject, name: str, chapter: str, message: str
) -> None:
    here.write("figures_src/toys/left-over.py", "")
    here.write("figures_src/toys/left-words.toml", "")
    here.edit("figures_src/catalogue.toml", "seed = 0 }", 'seed = 0, folder = "results/student" }')
    here.edit("figures_src/catalogue.toml", '"both.bin"', '"both.bin", "poster.bin", "shelf/1.bin"')
    before = files(here)
    with pytest.raises(CourseError) as caught:
        begin_figure(name, chapter)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    assert files(here) == before


def test_the_longest_name_can_be_had(here: ToyProject) -> None:
    name = "t" * 80
    assert [path.name for path in begin_figure(name, "toys")] == [
        f"measure_{name}.py",
        f"{name}.py",
        f"{name}.toml",
    ]
    assert name in load_catalogue(scaffold.CATALOGUE).figures


def test_a_mistake_on_the_command_line_is_one_line(project: ToyProject) -> None:
    output = project.run_module("figures_src.engine.scaffold", "class", "toys", status=1)
    assert output == "error: 'class' is a word of Python; choose another name\n"


def test_failure_half_way_writes_nothing(project: ToyProject) -> None:
    project.edit("figures_src/engine/templates/catalogue.toml", "[figures", "mistake = 1\n[figures")
    before = files(project)
    output = project.run_module("figures_src.engine.scaffold", "trees", "toys", status=1)
    assert "unknown key of experiment 'trees' in the catalogue 'mistake'" in output
    assert files(project) == before


def test_an_entry_goes_to_the_end_of_its_chapter() -> None:
    before, between, end = (
        "# About\n\n# ---- What units see\n\n[a]\n\n",
        "# ---- B\n\n[b]\n\n",
        "# ---- End\n",
    )
    whole, entry = before + between + end, "[new]\n"
    assert with_entry(whole, "what-units-see", entry) == f"{before}{entry}\n{between}{end}"
    for chapter in ("b", "no-part-yet"):
        assert with_entry(whole, chapter, entry) == f"{before}{between}{entry}\n{end}"


def test_the_templates_are_an_entry_of_a_catalogue_themselves() -> None:
    templates = load_catalogue(TEMPLATES / "catalogue.toml")
    [figure] = templates.figures.values()
    assert {figure.script, figure.experiments[0].script} == set(TEMPLATES.glob("*.py"))
