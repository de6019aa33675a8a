"""The course by another builder: what becomes of its counts, and of a builder that fails.

Whether Zensical writes the same pages is asked every night, by make zensical.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from site_lib.common.errors import CourseError
from site_lib.editions import zensical_edition
from site_lib.site.effects import EFFECTS
from tests.course import Course

# A builder that gives every page of the navigation one text.
BUILDER = """\
import json
import pathlib
settings = json.loads(pathlib.Path("mkdocs.yml").read_text())
for source in settings["nav"]:
    page = pathlib.Path("site", source).with_suffix("")
    page = page.parent if page.name == "index" else page
    page.mkdir(parents=True, exist_ok=True)
    (page / "index.html").write_text("<head></head><article>toy</article>")
"""


def record(**counts: tuple[int, int]) -> dict[str, Any]:
    return {"rows": [{"what": what, "mkdocs": one, "zensical": other}
                     for what, (one, other) in counts.items()]}  # fmt: skip


def test_news_is_what_begins_or_ceases_to_differ() -> None:
    earlier = record(figures=(3, 3), claims=(5, 5), found=(9, 7), gone=(1, 1))
    assert zensical_edition.news(earlier, record(figures=(4, 4), claims=(5, 5), found=(9, 8))) == []
    now = record(figures=(4, 3), claims=(5, 5), found=(9, 9), more=(2, 0))
    assert zensical_edition.news(earlier, now) == ["figures: 4 and 3", "found: 9 and 9"]


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the builder is installed: nothing yet."""
    folder = tmp_path_factory.mktemp("installed")
    monkeypatch.setattr(zensical_edition, "INSTALLED", folder)
    return folder


def test_every_effect_is_counted_under_both_builders(course: Course, installed: Path) -> None:
    assert course.build() == []
    (installed / "zensical").mkdir()
    (installed / "zensical-1.2.dist-info").mkdir()
    (installed / "zensical/__main__.py").write_text(BUILDER)
    written = zensical_edition.write(course.root, course.root / "plain")
    assert (written / "llms.txt").is_file(), "what follows the pages"
    nav = json.loads((course.root / "plain/mkdocs.yml").read_text())["nav"]
    found = zensical_edition.compared(course.root / "site", written, nav)
    assert found["versions"]["zensical"] == "1.2"
    rows = {row["what"]: (row["mkdocs"], row["zensical"]) for row in found["rows"]}
    assert rows.keys() == {effect.what for effect in EFFECTS}
    assert rows["Pages of the navigation"] == (4, 4)
    assert rows["Figures"] == (1, 0)
    assert rows["Descriptions for shared links"] == (4, 4)


@pytest.mark.parametrize(
    ("builder", "why"),
    [
        (None, "has not written the pages: .*No module named"),
        ("import sys; sys.exit('toy\\ncannot read this')", "cannot read this; see"),
    ],
)
def test_a_builder_that_is_not_there_or_fails_is_told(
    course: Course, installed: Path, builder: str | None, why: str
) -> None:
    (installed / "zensical").mkdir()
    if builder:
        (installed / "zensical/__main__.py").write_text(builder)
    with pytest.raises(CourseError, match=why):
        zensical_edition.write(course.root, course.root / "plain")
