"""CITATION.cff in words and as BibTeX, read back by a BibTeX parser."""

from pathlib import Path

import bibtexparser
import pytest
import yaml
from bibtexparser.bparser import BibTexParser

from site_lib.common.errors import CourseError
from site_lib.site.citation import read_citation

ROOT = Path(__file__).parents[3]
PERSONS = """
title: Units
authors:
  - {family-names: Hubel, given-names: David H.}
  - {name: The group}
version: 1.2
date-released: 2026-01-31
license: MIT
url: https://example.org
"""


def entry_of(bibtex: str) -> dict[str, str]:
    """An entry in BibTeX as a parser reads it."""
    parser = BibTexParser(ignore_nonstandard_types=False)
    (entry,) = bibtexparser.loads(bibtex, parser).entries
    return entry


@pytest.fixture
def persons(tmp_path):
    """A citation of a person and a group."""
    path = tmp_path / "CITATION.cff"
    path.write_text(PERSONS, encoding="utf-8")
    return read_citation(path)


def test_the_course_is_cited_as_its_file_says():
    fields = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    entry = entry_of(read_citation(ROOT / "CITATION.cff").bibtex)
    assert entry["ENTRYTYPE"] == "software"
    assert entry["title"].strip("{}") == fields["title"]
    assert entry["year"] == str(fields["date-released"].year)
    assert entry["version"] == fields["version"]


def test_persons_and_groups(persons):
    assert (
        persons.text == "Hubel, David H., The group (2026). Units. Version 1.2. https://example.org"
    )
    entry = entry_of(persons.bibtex)
    assert entry["author"] == "Hubel, David H. and {The group}"
    assert entry["url"] == "https://example.org"
    assert entry["ID"] == "units2026"


def test_a_page_and_a_figure_have_entries_of_their_own(persons):
    page = entry_of(persons.bibtex_of_page("First layer", "what-units-see/first-layer/"))
    assert page["ID"] == "units2026-what-units-see-first-layer"
    assert page["url"] == "https://example.org/what-units-see/first-layer/"
    figure = entry_of(persons.bibtex_of_figure("filters_a", "5 % of units", "a" * 40, "#here"))
    assert figure["title"].strip("{}") == r"5 \% of units"
    assert figure["note"] == rf"Figure filters\_a, commit {'a' * 12}"
    assert figure["author"] == page["author"] == entry_of(persons.bibtex)["author"]


@pytest.mark.parametrize(
    ("commit", "words"),
    [
        ("a" * 40, f"commit {'a' * 12}."),
        ("a" * 40 + "+changes", f"commit {'a' * 12} with changes."),
        ("unknown", "commit not recorded."),
    ],
)
def test_one_figure_is_cited_with_its_commit(persons, commit, words):
    cited = persons.of_figure("filters", commit)
    assert cited.startswith(persons.text)
    assert cited.endswith(f"Figure “filters”, {words}")


@pytest.mark.parametrize(
    "text", ["", "title: A", "title: [", PERSONS.replace("2026-01-31", "soon"),
             PERSONS.replace("given-names", "first")]
)  # fmt: skip
def test_a_damaged_file_is_one_clear_error(tmp_path, text):
    path = tmp_path / "CITATION.cff"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="cannot read the citation file"):
        read_citation(path)
