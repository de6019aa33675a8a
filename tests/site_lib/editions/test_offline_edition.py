"""The zip that is read from disk."""

import json
import zipfile
from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.editions.offline_edition import NAME, index_from_disk, page_from_disk, write

PAGE = """<head><link rel="preload" as="font" href="../../a.woff2">
<script type="module" src="../../assets/live/live.js"></script></head>
<a href="../">part</a> <a href="../../other/#there">other</a> <a href="#here">here</a>
<a href="../../data.csv" data-title="Not a link / at all">data</a>
<a href="https://example.org/folder/">elsewhere</a>
<div data-pictures="../../pictures/" data-credits="../../other/"></div>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built site of three pages."""
    files = {
        "index.html": "<head></head>",
        "part/index.html": "<head></head>",
        "part/page/index.html": PAGE,
        "other/index.html": "<head></head>",
        "404.html": "<head></head>",
        ".built.json": "{}",
        "pictures/index.json": '{"a": 1}',
        "data.csv": "a,b\n",
        "figures/live-network/network.json": "{}",
        "assets/vendor/runtime/ort.js": "",
        "assets/javascripts/workers/search.js": 'postMessage("it\'s </here>")',
        "assets/javascripts/bundle.js.map": "{}",
        "search/search_index.json": "{}",
        "search/pages.json": json.dumps({"docs": [{"location": ""}, {"location": "part/page/#x"}]}),
    }
    for name, text in files.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "site"


def test_links_to_folders_lead_to_files(site: Path) -> None:
    """Only those to pages; the start script comes first."""
    page = page_from_disk(PAGE, "part/page/index.html", site)
    assert page.startswith('<head><script src="../../assets/offline.js"></script>')
    assert "module" not in page
    assert "preload" not in page
    for kept in ('href="../index.html"', 'href="../../other/index.html#there"', 'href="#here"',
                 'href="../../data.csv"', 'data-title="Not a link / at all"',
                 'href="https://example.org/folder/"', 'data-pictures="../../pictures/"',
                 'data-credits="../../other/index.html"'):  # fmt: skip
        assert kept in page


def test_search_leads_to_files(site: Path) -> None:
    """The index is a script that sets one name."""
    text = index_from_disk(site)
    index = json.loads(text.removeprefix("var __index = ").rstrip(";\n"))
    locations = [entry["location"] for entry in index["docs"]]
    assert locations == ["index.html", "part/page/index.html#x"]


def test_zip_is_complete_and_the_same_each_time(site: Path, tmp_path: Path) -> None:
    """Data has a neighbour that a page can load; what only a host needs is left out."""
    output = tmp_path / "dist" / "course.zip"
    write(site, output)
    first = output.read_bytes()
    with zipfile.ZipFile(output) as archive:
        names = {name.removeprefix(f"{NAME}/") for name in archive.namelist()}
        data = archive.read(f"{NAME}/pictures/index.json.js").decode()
        start = archive.read(f"{NAME}/assets/offline.js").decode()
    assert data == 'offlineFile({"a": 1});\n'
    assert {"index.html", "data.csv", "search/search_index.js", "pictures/index.json"} <= names
    assert not names & {"404.html", ".built.json", "assets/javascripts/bundle.js.map",
                        "search/pages.json", "search/pages.json.js"}  # fmt: skip
    assert not [name for name in names if "live-network" in name or "/runtime/" in name]
    assert "it's </here>" in start
    assert "OFFLINE_WORKERS" not in start
    write(site, output)
    assert output.read_bytes() == first


def test_a_site_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    """The message says which command builds it."""
    with pytest.raises(CourseError, match="make site"):
        write(tmp_path, tmp_path / "course.zip")
