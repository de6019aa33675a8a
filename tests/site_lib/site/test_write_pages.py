"""Mistakes in pages, and in the files that they are made from: a line for each."""

import pytest

from site_lib.site import write_pages
from tests.course import FIGURE, PLAIN_PAGES, Course

BROKEN_ENTRY = "@article{broken,\n  author = {A, B},\n  title {No equals sign},\n}\n"
NO_DEFINITION = '[unit]\nname = "unit"\ndefinition = 3\npage = "index.md"\n'
LATIN_1 = "# Größe\n".encode("latin-1")


def assert_told(lines: list[str], *beginnings: str) -> None:
    """There is a line with each of these beginnings, and no other line."""
    for beginning in beginnings:
        assert any(line.startswith(beginning) for line in lines), (beginning, lines)
    assert len(lines) == len(beginnings), lines


def test_every_mistake_in_pages_is_a_line(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    """Macros, Jinja, links and navigation: one build tells all of them, and where they are."""
    course.write(
        "docs/index.md", f"---\ndescription: Toy\n---\n# Toy\n\n{FIGURE}\n\n{{{{ figre() }}}}\n"
    )
    course.write("docs/syntax.md", "# Syntax\n\n{{ cite('x' }}\n")
    course.write("docs/sum.md", "# Sum\n\n\n{{ 1 / 0 }}\n")
    course.write("docs/links.md", "# Links\n\n[a](no.md) [b](syntax.md#no) [c](#no)\n")
    course.write("docs/outside.md", "# Outside the navigation\n")
    course.configure("syntax.md", "sum.md", "links.md", "gone.md")
    lines = course.build()
    assert_told(
        lines,
        "index.md, line 8: unknown macro 'figre'; nearest: figure",
        "syntax.md, line 3: unexpected '}', expected ')'; correct what stands in curly brackets",
        "sum.md, line 4: ZeroDivisionError: division by zero; correct",
        "Doc file 'links.md' contains a link 'no.md', but the target is not found among "
        "documentation files; correct the link",
        "Doc file 'links.md' contains a link 'syntax.md#no', but the doc 'syntax.md' does not "
        "contain an anchor '#no'; correct what stands behind #",
        "Doc file 'links.md' contains a link '#no', but there is no such anchor on this page",
        'The following pages exist in the docs directory, but are not included in the "nav" '
        "configuration: - outside.md; name it under nav in mkdocs.yml, or delete it",
        "A reference to 'gone.md' is included in the 'nav' configuration, which is not found in "
        "the documentation files; correct nav in mkdocs.yml",
    )
    assert capsys.readouterr().err == "".join(f"error: {line}\n" for line in lines)


def test_every_damaged_file_is_a_line(course: Course) -> None:
    """Each is told once, however many pages need it, and before any page is written."""
    course.write("docs/figures/toy-figure.json", '{"id": "toy-figure", "capt')
    course.write("docs/references.bib", BROKEN_ENTRY)
    course.write("docs/glossary.toml", NO_DEFINITION)
    course.write("docs/lecture-map.toml", "slides = 13\n")
    course.write("docs/evidence/faults/toy.toml", "[[fault]]\narea = 1\n")
    course.write("docs/labs/1-toy.ipynb", "{}")
    course.write("figures_src/catalogue.toml", "[figures")
    (course.root / "docs/index.md").write_bytes(LATIN_1)
    lines = course.build()
    assert_told(
        lines,
        "docs/index.md is no text in UTF-8",
        "docs/figures/toy-figure.json is not the record of a figure",
        "docs/references.bib: the entry '@article{broken,' is broken",
        "docs/glossary.toml, term 'unit': Expected `str`, got `int` - at `$.definition`",
        "cannot read docs/lecture-map.toml: Expected `array`, got `int`",
        "cannot read docs/evidence/faults/toy.toml: Expected `str`, got `int`",
        "docs/labs/1-toy.ipynb is not a lab that was run",
        "cannot read figures_src/catalogue.toml",
    )
    assert not (course.root / "site/index.html").exists()


def test_front_matter_has_to_be_yaml(course: Course) -> None:
    """MkDocs would print it on the page."""
    course.write("docs/index.md", f"---\ndescription: [\n---\n# Toy\n\n{FIGURE}\n")
    assert_told(course.build(), "docs/index.md: what stands between the first lines of --- is no")


def test_links_written_by_hand_are_followed(course: Course) -> None:
    """Those in HTML, which MkDocs passes over, and files that a figure names."""
    course.write("docs/index.md", f'# Toy\n\n{FIGURE}\n\n<a href="no/">a</a> <a href="#no">b</a>\n')
    (course.root / "docs/figures/toy-figure.dark.narrow.svg").unlink()
    assert_told(
        course.build(),
        "index.md: 'no/' leads to nothing on the site",
        "index.md: '#no' leads to nothing on the site",
        "index.md: 'figures/toy-figure.dark.narrow.svg' leads to nothing on the site",
    )


@pytest.mark.parametrize(
    ("configuration", "beginning"),
    [
        ("nav: [\n", "MkDocs encountered an error parsing the configuration file: while parsing"),
        ("site_name: Toy\nnav: 3\n", "Config value 'nav': Expected nav to be a list"),
        ("site_name: Toy\nplugins: [gone]\n", "Config value 'plugins': The \"gone\" plugin is not"),
    ],
)
def test_a_broken_configuration_is_a_line(
    course: Course, configuration: str, beginning: str
) -> None:
    course.write("mkdocs.yml", configuration)
    assert_told(course.build(), beginning)


def test_a_mistake_of_a_page_that_ends_the_build_is_a_line(course: Course) -> None:
    course.write("docs/index.md", f'# Toy\n\n{FIGURE}\n\n--8<-- "no.md"\n')
    assert_told(course.build(), "Error reading page 'index.md': Snippet at path 'no.md' could not")


def test_a_bug_keeps_its_traceback(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no page can be blamed for is not put into one line."""

    def broken(configuration: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(write_pages, "build", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        course.build()


def test_a_course_without_mistakes_has_no_line(
    course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert course.build() == []
    assert capsys.readouterr().err == ""
    assert all((course.root / "site" / page).with_suffix("").is_dir() for page in PLAIN_PAGES)
    published = {path.suffix for path in (course.root / "site").rglob("*")}
    assert not published & {".toml", ".md"}, "sources of pages are no files of the site"
    assert not (course.root / "site" / "references.bib").exists()
