"""Macros of the pages of evidence: what is counted, and what is said of gaps."""

import json
from email.message import Message
from types import SimpleNamespace

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.evidence_pages import EvidencePages, _counted, _licence, short_time


@pytest.fixture
def pages(tmp_path):
    """Macros over a course without figures, and templates that only pass values on."""
    course = SimpleNamespace(
        docs=tmp_path,
        sidecars={"drawn": {"experiments": []}},
        render=lambda _template, **values: values,
        address=lambda target: f"../{target}",
    )
    return EvidencePages(course, text=None)


def test_the_records_of_an_experiment_are_counted_once(pages):
    record = {"script": "x.py", "run": "", "parameters": {"a": 1}}
    pages.course.sidecars |= {
        "one": {"experiments": [record, record | {"run": "b"}]},
        "two": {"experiments": [json.loads(json.dumps(record))]},
    }
    assert len(pages.records) == 2


@pytest.fixture
def measured(pages, tmp_path):
    """The macros, with records of their own."""

    def write(name, record):
        path = tmp_path / "evidence" / "measured" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))

    return pages, write


def test_every_machine_has_a_table_of_its_arithmetics(measured):
    pages, write = measured
    with pytest.raises(CourseError, match="run make anywhere"):
        pages.arithmetic_table()
    ripe = {"id": "ripe", "values": {"native": 12, "xeon-plain": 11}, "holds": {}}
    sweet = {"id": "sweet", "values": {"threads": 3}, "holds": {}}
    here = {"machine": "m", "processor": "AVX2", "versions": {"torch": "2"}}
    columns = [
        {"name": "native", "label": "", "words": "one thread"} | here,
        {"name": "threads", "label": "", "words": "two threads"} | here,
        {"name": "xeon-plain", "label": "xeon", "words": "without AVX"} | here,
    ]
    write("anywhere", {"columns": columns, "claims": [ripe, sweet]})
    first, second = pages.arithmetic_table()["tables"]
    assert first["machine"] == "m, AVX2, PyTorch 2"
    assert first["columns"] == {"native": "one thread", "threads": "two threads"}
    assert [row["id"] for row in first["rows"]] == ["ripe", "sweet"]
    assert first["rows"][0]["address"] == "../evidence/claims.md#claim-ripe"
    assert second["machine"] == "xeon: m, AVX2, PyTorch 2"
    assert second["columns"] == {"xeon-plain": "without AVX"}
    assert [row["id"] for row in second["rows"]] == ["ripe"]


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


def test_builders_are_said_to_differ_where_their_counts_do(measured):
    pages, write = measured
    with pytest.raises(CourseError, match="run make zensical"):
        pages.builders_table()
    same = {"what": "Figures", "by": "macros", "why": "", "mkdocs": 3, "zensical": 3}
    other = {"what": "Results", "by": "search", "why": "not ours", "mkdocs": 9, "zensical": 7}
    versions = {"zensical": "0.1", "mkdocs": "1.6", "material": "9.8"}
    write("zensical", {"versions": versions, "rows": [same, other]})
    assert pages.builders_table() == {"rows": [same, other]}
    assert pages.builders_differ() == (
        "Of 2 counts, 1 are the same under MkDocs 1.6 with Material 9.8 and under Zensical 0.1. "
        "Not the same are:\n\n- Results: 9 and 7; not ours"
    )
    write("zensical", {"versions": versions, "rows": [same]})
    assert pages.builders_differ().endswith("under Zensical 0.1.")
