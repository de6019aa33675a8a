"""What labs show: pictures with words, plots for both themes, nothing that clashes on a page."""

import base64
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import torch
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.drawing.figure_style import Style
from site_lib.labs import lab_display
from site_lib.labs.lab_display import pictures, plot, say


@pytest.fixture
def shown(monkeypatch):
    """HTML of everything that is shown, as in a notebook."""
    sources = []
    monkeypatch.setattr(lab_display, "get_ipython", object)
    monkeypatch.setattr(lab_display, "display", lambda rich: sources.append(rich.data))
    return sources


def images_in(source):
    """Pixels of the pictures in HTML."""
    files = re.findall(r'src="data:image/webp;base64,([^"]+)"', source)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(file)))) for file in files]


def test_few_pixels_are_kept_exactly(shown):
    images = torch.rand(2, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    pictures(images, ["one", 'two "<b>'], alt="Two filters", title="filters")
    first, second = images_in(shown[0])
    expected = (255 * images).round().byte().permute(0, 2, 3, 1).numpy()
    np.testing.assert_array_equal(first, expected[0])
    np.testing.assert_array_equal(second, expected[1])
    assert "image-rendering:pixelated" in shown[0]
    assert 'alt="Two filters: two &quot;&lt;b&gt;"' in shown[0]


def test_photographs_are_small_and_close(shown):
    ramp = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    pictures(ramp, alt="A ramp")
    (pixels,) = images_in(shown[0])
    assert np.abs(pixels / 255 - ramp[0, 0, :, :, None].numpy()).max() < 0.05
    assert len(shown[0]) < 2000


def test_labels_must_match(shown):
    with pytest.raises(CourseError, match="2 pictures need as many labels, not 1"):
        pictures(torch.zeros(2, 3, 4, 4), ["one"], alt="Two")


def draw(alt):
    with plot(alt) as axes:
        axes.plot([0, 1], [0, 1], "o", color="C1")
        axes.text(0, 0.5, "words & more")


def test_plot_has_a_colour_for_each_theme_and_its_words_as_text(shown):
    draw('A line "up"')
    root = ElementTree.fromstring(shown[0])
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A line "up"'
    assert "words & more" in {element.text for element in root.iter()}
    light, dark = Style("light", "wide"), Style("dark", "wide")
    assert f"light-dark({light.series[1]}, {dark.series[1]})" in shown[0]
    assert f"light-dark({light.foreground}, {dark.foreground})" in shown[0]
    # Older browsers ignore a declaration that they do not know, and keep the one before it.
    assert re.search(rf"(\w+): {light.muted}; \1: light-dark", shown[0])
    for colour in (light.foreground, light.muted, *light.series):
        assert not re.search(rf"{colour}(?!; \w+: light-dark|, )", shown[0])


def test_plots_on_one_page_share_no_names(shown):
    draw("first")
    draw("second")
    names = [set(re.findall(r' id="([^"]+)"', source)) for source in shown]
    assert names[0]
    assert not names[0] & names[1]
    for source, own in zip(shown, names, strict=True):
        assert set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", source)) <= own


def test_plot_leaves_settings_alone(shown):
    from matplotlib import rcParams

    before = dict(rcParams)
    draw("a line")
    assert dict(rcParams) == before


def test_plain_script_prints_words(capsys):
    say("**42** units")
    pictures(torch.zeros(1, 3, 4, 4), ["black"], alt="A square")
    assert capsys.readouterr().out == "**42** units\n[A square: black]\n"


def test_sentence_is_markdown_in_a_notebook(shown):
    say("**42** units")
    assert shown == ["**42** units"]
