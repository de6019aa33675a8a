"""Pages in the order of the navigation."""

from pathlib import Path

from site_lib.site.contents import Entry, contents, read_configuration

ROOT = Path(__file__).parents[3]


def test_sections_and_pages_keep_their_order() -> None:
    """A section within a section belongs to the outer one; links to elsewhere are no pages."""
    nav = [
        {"Home": "index.md"},
        {"Part": [{"One": "part/index.md"}, {"Deep": [{"Two": "part/two.py"}]}]},
        {"Labs": ["labs/index.md"]},
        {"Elsewhere": "https://example.org/"},
        "plain-name.md",
    ]
    found = contents(nav)
    assert found == [
        Entry("", "Home", "index.md"),
        Entry("Part", "One", "part/index.md"),
        Entry("Part", "Two", "part/two.py"),
        Entry("Labs", "Labs", "labs/index.md"),
        Entry("", "Plain name", "plain-name.md"),
    ]
    assert [entry.file for entry in found] == [
        "index.html",
        "part/index.html",
        "part/two/index.html",
        "labs/index.html",
        "plain-name/index.html",
    ]


def test_the_course_lists_pages_that_exist(monkeypatch) -> None:
    """The configuration is read with the values of its environment variables."""
    monkeypatch.setenv("SITE_URL", "https://example.org/")
    configuration = read_configuration(ROOT)
    assert configuration["site_url"] == "https://example.org/"
    entries = contents(configuration["nav"])
    assert len(entries) > 10
    assert all((ROOT / "docs" / entry.source).is_file() for entry in entries)
