"""Where a photograph stands, read out by depth: from means over the map, and from cells of it."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.curves import axes_of_shares, name_ends
from figures_src.what_units_see.readouts import KINDS, ReadOuts, facts, table
from site_lib.drawing.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, network_title
from site_lib.records.measurement import Result

PANELS = {"place": "Units averaged over the map", "place_on_grid": "Averaged in 4 × 4 cells"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.6, narrow=6.0))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    for axes, (about, title) in zip(panels, PANELS.items(), strict=True):
        draw_panel(axes, result, about, style)
        axes.set_title(title)
    return figure


def draw_panel(axes: Axes, result: Result, about: str, style: Style) -> None:
    """The trained networks and the controls of the first."""
    main, other = (ReadOuts(result, model) for model in result.numbers["models"])
    colours = dict(zip(KINDS, (style.trained, style.random, style.series[2]), strict=True))
    labels = []
    for readouts, kinds, line in ((other, KINDS[:1], "--"), (main, KINDS, "-")):
        for kind in kinds:
            middle, low, high = readouts.band(kind, about)
            look = {"color": colours[kind], "ls": line, "lw": 2.2 if kind == "trained" else 1.4}
            banded(axes, middle, low, high, alpha=0.15, step=1 / (len(middle) - 1), **look)
            name = kind if kind != "trained" else network_title(readouts.model).split("-")[-1]
            labels.append((float(middle[-1]), name, colours[kind]))
    name_ends(axes, labels)
    axes_of_shares(axes, main.depths, style)


def describe(result: Result) -> Description:
    return described(__file__, result.numbers | facts(result), table=table(result))


if __name__ == "__main__":
    run_drawing(draw, describe)
