"""The thread through the pages, and the macros of the pages about the course."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.contents import contents, read_configuration
from site_lib.site.lecture_map import read_slides
from site_lib.site.questions import question_of
from site_lib.site.reference_pages import ReferencePages

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([\w./-]+\.md)")


def argument() -> list[str]:
    """Pages that carry the lecture's argument: those that open with a question."""
    return [entry.source for entry in contents(read_configuration(ROOT)["nav"])
            if (DOCS / entry.source).suffix == ".md"
            and question_of((DOCS / entry.source).read_text("utf-8"))]  # fmt: skip


# ------------------------------------------------------------------- the thread


def test_the_argument_follows_the_slides():
    """The pages of the slides come in the order of the lecture, each under its own question."""
    slides = read_slides(DOCS / "lecture-map.toml")
    pages = argument()
    in_order = [page for page in pages if page in {slide.page for slide in slides}]
    assert in_order == [slide.page for slide in slides]
    questions = [question_of((DOCS / page).read_text("utf-8")) for page in pages]
    assert len(set(questions)) == len(questions)
    assert all(question.endswith("?") for question in questions)


def test_each_page_leads_to_the_next():
    pages = argument()
    for page, following in zip(pages, [*pages[1:], "evidence/claims.md"], strict=True):
        last = (DOCS / page).read_text("utf-8").rstrip().split("\n\n")[-1]
        linked = {((DOCS / page).parent / link).resolve() for link in LINK.findall(last)}
        assert (DOCS / following).resolve() in linked, f"{page} does not lead to {following}"


# --------------------------------------------------------------------- the macros


@pytest.fixture
def pages(tmp_path):
    """Macros over an empty course with the real data files, writing the home page."""
    sidecars = {"drawn": {"drawing": {"commit": "f" * 40}, "experiments": []}}
    env = SimpleNamespace(project_dir=str(ROOT), conf={"nav": ["index.md"]})

    def sidecar(name):
        if name not in sidecars:
            raise CourseError(f"unknown figure {name!r}")
        return sidecars[name]

    course = SimpleNamespace(docs=DOCS, env=env, page="index.md", sidecars=sidecars,
                             sidecar=sidecar)  # fmt: skip
    return ReferencePages(course, figures=None, text=None)


def test_mistakes_are_named(pages):
    with pytest.raises(CourseError, match=r"no slide for index\.md"):
        pages.slides()
    with pytest.raises(CourseError, match="unknown kind of citation 'bibtx'; nearest: bibtex"):
        pages.citation("bibtx")
    with pytest.raises(CourseError, match="unknown figure 'painted'"):
        pages.citation("figure", "painted")


def test_a_figure_is_cited_at_the_commit_of_its_drawing(pages):
    assert "“drawn”, commit ffffffffffff." in pages.citation("figure", "drawn")
    assert pages.citation("bibtex").startswith("```bibtex\n@software{")
