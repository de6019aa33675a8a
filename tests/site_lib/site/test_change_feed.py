"""The feed of changes."""

from xml.etree import ElementTree

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.change_feed import feed, read_changes

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGE = """<h2 id="nav">Not in the article</h2><article><h1>Changes</h1><p>By date.</p>
<h2 id="23-november-2026">23 November 2026<a class="headerlink" href="#x">#</a></h2>
<ul><li>A <a href="../glossary/">glossary</a> &amp; more.</li></ul>
<h2 id="2-november-2026">2 November 2026</h2><p>First version.</p></article>"""


def test_every_date_is_an_entry_with_absolute_links() -> None:
    """Newest date as that of the feed; HTML that a reader of feeds can show."""
    xml = feed(
        read_changes(PAGE), title="Changes", author="A & B", address="https://e.org/c/",
        folder="reference/changes/",
    )  # fmt: skip
    root = ElementTree.fromstring(xml)
    assert root.findtext("a:updated", namespaces=ATOM) == "2026-11-23T00:00:00+00:00"
    assert root.findtext("a:author/a:name", namespaces=ATOM) == "A & B"
    first, second = root.findall("a:entry", ATOM)
    assert first.findtext("a:title", namespaces=ATOM) == "23 November 2026"
    link = "https://e.org/c/reference/changes/#23-november-2026"
    assert first.findtext("a:id", namespaces=ATOM) == link
    content = first.findtext("a:content", namespaces=ATOM)
    assert '<a href="https://e.org/c/reference/glossary/">glossary</a> &amp; more.' in content
    assert second.findtext("a:title", namespaces=ATOM) == "2 November 2026"


def test_a_heading_that_is_no_date_is_named() -> None:
    """The message shows how to write one."""
    with pytest.raises(CourseError, match=r"'Soon'.*23 November 2026"):
        read_changes('<article><h2 id="soon">Soon</h2></article>')
