"""How far a reader has to scroll on a phone, folds closed and all pictures loaded."""

from pathlib import Path
from typing import Any

import pytest

from site_lib.site.contents import contents, read_configuration
from tests.site.visits import settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
SCREEN = {"width": 390, "height": 844}
MOST_SCREENS = 15
# Lists made from all results, which are looked up and not read.
LISTINGS = ("evidence/claims.md", "evidence/references.md", "evidence/image-credits.md",
            "reference/glossary.md", "reference/lecture-map.md", "reference/library/")  # fmt: skip
PAGES = [entry.folder for entry in contents(read_configuration(ROOT)["nav"])
         if not entry.source.startswith(LISTINGS)]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_in_fifteen_screens(
    path: str, new_context: Any, address: str, record_property: Any
) -> None:
    """Figures to try are made when a reader comes near, so the page is walked through first."""
    page = new_context(viewport=SCREEN, color_scheme="dark").new_page()
    page.goto(address + path)
    for section in page.locator("section[data-folder]:visible").all():
        section.scroll_into_view_if_needed()
        section.locator(".hands__ready:visible").wait_for()
    settle(page)
    screens = page.evaluate("document.documentElement.scrollHeight") / SCREEN["height"]
    record_property("phone screens", f"{screens:.1f} ({path or 'home'})")
    assert screens <= MOST_SCREENS
