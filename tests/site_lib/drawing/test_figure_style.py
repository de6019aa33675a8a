"""Figures: legible colours, text as text, the same bytes twice."""

import re

import pytest
from matplotlib import font_manager, rc_context
from PIL import Image

from site_lib.drawing import figure_style
from site_lib.drawing.figure_style import Style, legend_outside, variants


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """WCAG 2.1 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("style", variants(), ids=str)
def test_colours_reach_the_contrast_that_wcag_asks_for(style):
    for text in (style.foreground, style.muted, *style.series):
        assert contrast(text, style.background) >= (4.5 if text != style.faint else 1)


def example(style):
    figure = style.figure(height=2)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=style.trained)
    axes.set(title="Öffnung − 3 × 3", xlabel="depth")
    return figure


def saved(style, folder):
    with figure_style.applied(style, salt="example"):
        return figure_style.save(example(style), folder / "example", "svg")


def test_svg_keeps_text_as_text_with_the_letters_embedded(tmp_path):
    records = saved(Style("light", "wide"), tmp_path)
    source = (tmp_path / "example.svg").read_text(encoding="utf-8")
    assert ">Öffnung − 3 × 3<" in source
    assert len(re.findall(r"@font-face", source)) == 2  # regular, and semibold for the title
    assert records == [{"file": "example.svg", "width": 720, "height": 192, "scale": 1}]


def test_svg_is_the_same_twice(tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    for folder in ("a", "b"):
        saved(Style("dark", "narrow"), tmp_path / folder)
    assert (tmp_path / "a/example.svg").read_bytes() == (tmp_path / "b/example.svg").read_bytes()


def test_webp_comes_in_two_densities(tmp_path):
    style = Style("dark", "narrow")
    with figure_style.applied(style, salt="example"):
        records = figure_style.save(example(style), tmp_path / "example", "webp")
    sizes = []
    for record in records:
        with Image.open(tmp_path / record["file"]) as picture:
            sizes.append(picture.size)
    assert sizes == [(360, 192), (720, 384)]
    assert {(r["width"], r["height"]) for r in records} == {(360, 192)}


def test_settings_of_a_figure_stay_with_it():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    with figure_style.applied(Style("dark", "wide"), salt="example"):
        assert mpl.rcParams["text.color"] == "#e4e6eb"
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(("layout", "axis"), [("wide", 0), ("narrow", 1)])
def test_two_parts_lie_side_by_side_or_one_upon_the_other(layout, axis):
    """In the proportions that are asked for, without a gap between them."""
    style = Style("light", layout)
    figure = style.figure(height=4)
    first, second = style.two_parts(figure, wide=(1, 3), narrow=(3, 1))
    sizes = [(part.bbox.width, part.bbox.height) for part in (first, second)]
    shares = [size[axis] / sum(size[axis] for size in sizes) for size in sizes]
    assert shares == pytest.approx([0.25, 0.75] if axis == 0 else [0.75, 0.25])
    assert sizes[0][1 - axis] == pytest.approx(sizes[1][1 - axis])


@pytest.mark.parametrize("style", variants(), ids=str)
def test_numbers_along_an_axis_can_be_read_on_a_phone(style):
    with rc_context(style.settings("salt")):
        axes = style.figure(height=2).subplots()
        axes.plot([0, 1])
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            assert label.get_size() * 96 / 72 >= 11 - 1e-9


@pytest.mark.parametrize("style", variants(), ids=str)
def test_small_text_can_be_read_on_a_phone(style):
    before = dict(font_manager.font_scalings)
    with figure_style.applied(style, salt="example"):
        text = style.figure(height=2).text(0, 0, "small", size="small")
        assert text.get_size() * 96 / 72 >= 11 - 1e-9
    assert font_manager.font_scalings == before


@pytest.mark.parametrize("style", variants(), ids=str)
def test_two_axes_stand_side_by_side_or_one_upon_the_other_in_their_proportions(style):
    first, second = (
        axes.get_position()
        for axes in style.two_axes(style.figure(height=2, layout=None), wide=(1, 3), narrow=(3, 1))
    )
    if style.narrow:
        assert first.x0 == second.x0
        assert first.height == pytest.approx(3 * second.height)
    else:
        assert first.y0 == second.y0
        assert second.width == pytest.approx(3 * first.width)


def test_words_of_a_legend_stand_further_from_lines_than_from_marks():
    style = Style("light", "wide")
    figures = style.figure(height=2), style.figure(height=2)
    for figure, lines in zip(figures, (True, False), strict=True):
        axes = figure.subplots()
        axes.plot([0, 1], label="trained")
        legend_outside(figure, axes, columns=1, lines=lines, above=True)
    of_lines, of_marks = (figure.legends[0] for figure in figures)
    assert of_lines.handletextpad > of_marks.handletextpad
    assert of_lines.get_texts()[0].get_text() == "trained"
