"""The thread through the pages, and the macros of the pages about the course."""

import json
import re
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.contents import contents, read_configuration
from site_lib.site.lecture_map import read_slides
from site_lib.site.reference_pages import (
    ReferencePages,
    _counted,
    _licence,
    question_of,
    short_time,
)

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


@pytest.mark.parametrize("page", argument())
def test_a_page_opens_with_its_question_and_closes_with_what_was_measured(page):
    text = (DOCS / page).read_text("utf-8")
    first = f"\n{text}".partition("\n# ")[2].split("\n\n")[1]
    assert first.endswith("{ .question }"), "the question comes right after the title"
    assert text.count("## What was measured\n") == 1
    closing = text.partition("## What was measured\n")[2]
    assert "\n## " not in closing, "it is the last section"
    lines = [line for line in closing.split("\n") if line.startswith("- ")]
    assert 1 <= len(lines) <= 5
    assert "{{ claim(" in closing


def test_each_page_leads_to_the_next():
    pages = argument()
    for page, following in zip(pages, [*pages[1:], "evidence/claims.md"], strict=True):
        last = (DOCS / page).read_text("utf-8").rstrip().split("\n\n")[-1]
        linked = {((DOCS / page).parent / link).resolve() for link in LINK.findall(last)}
        assert (DOCS / following).resolve() in linked, f"{page} does not lead to {following}"


def test_a_question_may_take_two_lines_and_a_slide_before_it():
    assert question_of("# T\n\n{{ slides() }} Is it\nso?\n{ .question }\n\nYes.") == "Is it so?"
    assert question_of("# T\n\nIs it so?\n\nYes.") is None


# --------------------------------------------------------------------- the macros


@pytest.fixture
def pages(tmp_path):
    """Macros over an empty course with the real data files, writing the home page."""
    sidecars = {"drawn": {"drawing": {"commit": "f" * 40}, "experiments": []}}
    page = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    env = SimpleNamespace(page=page, project_dir=str(ROOT), conf={"nav": ["index.md"]})

    def sidecar(name):
        if name not in sidecars:
            raise CourseError(f"unknown figure {name!r}")
        return sidecars[name]

    return ReferencePages(SimpleNamespace(docs=DOCS, env=env, sidecars=sidecars, sidecar=sidecar))


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


def test_the_records_of_an_experiment_are_counted_once(pages):
    record = {"script": "x.py", "run": "", "parameters": {"a": 1}}
    pages.course.sidecars |= {
        "one": {"experiments": [record, record | {"run": "b"}]},
        "two": {"experiments": [json.loads(json.dumps(record))]},
    }
    assert len(pages.records) == 2


@pytest.fixture
def measured(pages, tmp_path):
    """The macros, with records of their own, and templates that only pass values on."""
    pages.course.docs = tmp_path
    pages.course.render = lambda _template, **values: values
    pages.course.address = lambda target: f"../{target}"

    def write(name, record):
        path = tmp_path / "evidence" / "measured" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))

    return pages, write


def test_the_table_of_arithmetics_has_a_column_for_each_that_was_measured(measured):
    pages, write = measured
    with pytest.raises(CourseError, match="run make anywhere"):
        pages.arithmetic_table()
    row = {"id": "ripe", "values": {"native": 12, "plain": 11}, "holds": {}}
    names = [{"name": name} for name in ("native", "busy", "plain")]
    write("anywhere", {"arithmetics": names, "claims": [row]})
    table = pages.arithmetic_table()
    assert [a["name"] for a in table["shown"]] == ["native", "plain"]
    assert table["rows"][0]["address"] == "../evidence/claims.md#claim-ripe"


def test_the_table_of_speeds_says_what_it_was_measured_on(measured):
    pages, write = measured
    write("bench", {"tables": [{"title": "x"}], "machine": "m", "processor": "AVX2",
                    "versions": {"torch": "2", "foolbox": "3"}})  # fmt: skip
    assert pages.bench_table()["tables"] == [{"title": "x"}]
    assert pages.bench_machine() == "m, AVX2, torch 2, foolbox 3"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.00123, "1.23 ms"), (0.5, "500 ms"), (1, "1 s"), (62.34, "62.3 s")]
)
def test_times_have_three_digits_and_a_unit(seconds, words):
    assert short_time(seconds) == words


def test_values_are_counted_only_where_they_differ():
    assert _counted(["cpu", "cpu"]) == ["cpu"]
    assert _counted(["cpu", "cuda", "cpu"]) == ["cpu (2 of 3)", "cuda (1 of 3)"]


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License", "License": "a long text"},
         "BSD License"),
        ({"License": "Apache"}, "Apache"),
        ({"License": "UNKNOWN"}, "not stated"),
        ({}, "not stated"),
    ],
)  # fmt: skip
def test_licences_are_what_metadata_say(fields, licence):
    metadata = Message()
    for name, value in fields.items():
        metadata[name] = value
    assert _licence(metadata) == licence
