"""Decks from built pages, and figures as pictures for other programs."""

import base64
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.editions import slides
from site_lib.site.contents import Entry

PAGE = """
<h1>Bananas<a class="headerlink">#</a></h1>
<p class="question">Why are they bent?</p>
<figure class="course-figure" id="figure-bend"><figcaption><strong class="course-figure__label">
Figure 1. They bend &amp; grow.</strong> Against the light.</figcaption></figure>
<div class="admonition abstract"><ul><li>Light.</li><li>Not gravity.</li></ul></div>
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    (folder / "fruit" / "bananas").mkdir(parents=True)
    (folder / "figures").mkdir()
    (folder / "index.html").write_text("<h1>Home</h1>")
    (folder / "fruit" / "bananas" / "index.html").write_text(PAGE)
    Image.new("RGB", (200, 100), (255, 0, 0)).save(folder / "figures" / "bend.light.webp")
    images = [{"theme": theme, "layout": layout, "file": "bend.light.webp", "scale": scale}
              for theme in ("light", "dark") for layout in ("wide", "narrow")
              for scale in (1, 2)]  # fmt: skip
    record = {"alt": "A banana", "images": images}
    monkeypatch.setattr(slides, "sidecars", lambda _folder: {"bend": record})
    return folder


def test_a_page_gives_its_question_its_figures_and_its_takeaways(site: Path) -> None:
    assert slides.slides_of(site / "fruit" / "bananas" / "index.html") == [
        slides.Slide("Bananas", lines=("Why are they bent?",)),
        slides.Slide("They bend & grow", "bend", ("Against the light.",)),
        slides.Slide("Take away", lines=("Light.", "Not gravity.")),
    ]


def test_a_deck_is_one_file_for_each_chapter_with_figures(site: Path, tmp_path: Path) -> None:
    pages = [Entry("", "Home", "index.md"), Entry("All fruit", "Bananas", "fruit/bananas.md")]
    (deck,) = slides.write_decks(site, pages, tmp_path / "decks")
    assert deck == tmp_path / "decks" / "all-fruit.html"
    text = deck.read_text()
    assert text.count("<section>") == 3
    data = base64.b64encode((site / "figures" / "bend.light.webp").read_bytes()).decode()
    assert f'alt="A banana" src="data:image/webp;base64,{data}"' in text
    assert "They bend &amp; grow" in text
    assert "http" not in text


def test_figures_keep_their_proportions_on_a_slide(site: Path, tmp_path: Path) -> None:
    assert slides.write_pictures(site / "figures", tmp_path) == 2
    pixels = np.asarray(Image.open(tmp_path / "bend.dark.png"))
    assert pixels.shape == (1080, 1920, 3)
    rows, columns = np.nonzero(pixels[..., 0] > 200)
    width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert width == 1920 - 2 * slides.MARGIN
    assert width / height == pytest.approx(2, rel=0.01)
    assert tuple(pixels[0, 0]) == (0x1E, 0x21, 0x29)


def test_without_a_site_there_are_no_slides(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="run make site"):
        list(slides.write_decks(tmp_path, [], tmp_path))
