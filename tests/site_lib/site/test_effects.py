"""What plugins leave in built pages is counted in what the pages say."""

import json
from pathlib import Path

import pytest

from site_lib.site.effects import EFFECTS, Pages

PAGE = """<head><meta property="og:description" content="x"></head>
<nav><a class="headerlink" href="#theme">of the theme</a><table></table></nav>
<article class="x">
<figure class="course-figure" id="figure-toy"></figure>
<data class="measured" value="1">1</data> <a class="claim claim--refuted" href="../">2</a>
{{ left }} <code>{{ shown }}</code> <pre><code>{{ shown, too }}</code></pre>
<a class="term" href="../gone/">unit</a><details class="x"></details><table></table>
<div class="language-python highlight"></div> <div class="highlight"></div>
</article>
"""


def counts(site: Path) -> dict[str, int]:
    pages = Pages(site, ["index.md", {"Part": ["part/page.md", "part/missing.md"]}])
    return {effect.what: effect.count(pages) for effect in EFFECTS}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A built page of three."""
    (tmp_path / "part/page").mkdir(parents=True)
    (tmp_path / "part/page/index.html").write_text(PAGE)
    return tmp_path


def test_what_the_pages_say_is_counted(site: Path) -> None:
    found = counts(site)
    assert {what: found[what] for what in (
        "Pages of the navigation", "Links that lead nowhere", "Figures", "Measured numbers",
        "Claims", "Macros that were not run", "Definitions at first uses", "Folds", "Tables",
        "Blocks of code", "Descriptions for shared links",
    )} == {
        "Pages of the navigation": 1, "Links that lead nowhere": 3, "Figures": 1,
        "Measured numbers": 1, "Claims": 1, "Macros that were not run": 1,
        "Definitions at first uses": 1, "Folds": 1, "Tables": 1,
        "Blocks of code": 2, "Descriptions for shared links": 1,
    }  # fmt: skip
    assert found["Links to sections"] == 0, "those of the theme are not the pages'"


@pytest.mark.parametrize(("name", "key"), [("search/pages.json", "docs"), ("search.json", "items")])
def test_the_index_of_either_theme_is_read(site: Path, name: str, key: str) -> None:
    places = ["", "part/page/", "part/page/#section", "part/page/#figure-toy"]
    (site / name).parent.mkdir(exist_ok=True)
    (site / name).write_text(json.dumps({key: [{"location": place} for place in places]}))
    found = counts(site)
    whats = ("Pages", "Sections", "Figures")
    assert [found[f"{what} that the search finds"] for what in whats] == [2, 1, 1]


def test_a_site_without_an_index_has_nothing_to_be_found(site: Path) -> None:
    assert counts(site)["Pages that the search finds"] == 0
