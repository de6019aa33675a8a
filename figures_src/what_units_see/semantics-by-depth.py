"""What is read out of new photographs by depth: what they show, and what they look like."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.curves import axes_of_shares, name_ends
from figures_src.what_units_see.readouts import APPEARANCE, KINDS, ReadOuts, baseline, facts, table
from site_lib.drawing.curves import banded
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, network_title
from site_lib.records.measurement import Result

LINES = dict(zip(APPEARANCE, ("-", (0, (4, 1.5)), (0, (1.2, 1.2))), strict=True))
BASELINE_LABELS = {"gabor": "Gabor energy", "pixels": "pixels"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.0, narrow=6.6))
    shows, looks = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)))
    draw_category(shows, result, style)
    draw_appearance(looks, result, style)
    shows.set_title("What it shows: the category")
    looks.set_title("What it looks like")
    return figure


def draw_category(axes: Axes, result: Result, style: Style) -> None:
    """The trained networks, their controls, and what can be had without a network."""
    main, other = (ReadOuts(result, model) for model in result.numbers["models"])
    colours = dict(zip(KINDS, (style.trained, style.random, style.series[2]), strict=True))
    labels = []
    for readouts, kinds, line in ((other, KINDS[:1], "--"), (main, KINDS, "-")):
        for kind in kinds:
            middle, low, high = readouts.band(kind, "category")
            look = {"color": colours[kind], "ls": line, "lw": 2.2 if kind == "trained" else 1.4}
            alpha, step = 0.15 if readouts is main else 0, 1 / (len(middle) - 1)
            banded(axes, middle, low, high, alpha=alpha, step=step, **look)
            name = kind if kind != "trained" else network_title(readouts.model).split("-")[-1]
            labels.append((float(middle[-1]), name, colours[kind]))
    for name, label in BASELINE_LABELS.items():
        share = baseline(result, name)
        axes.hlines(share, 0, 1, color=style.muted, lw=1, ls=(0, (1, 2)))
        labels.append((share, label, style.muted))
    name_ends(axes, labels)
    axes_of_shares(axes, main.depths, style)


def draw_appearance(axes: Axes, result: Result, style: Style) -> None:
    """Luminance, hue and orientation, and the category again, which they cross."""
    main = ReadOuts(result, result.numbers["models"][0])
    labels = []
    for name in ("category", *APPEARANCE):
        colour = style.trained if name == "category" else style.series[3]
        middle, low, high = main.band("trained", name)
        banded(axes, middle, low, high, alpha=0.13, color=colour, step=1 / (len(middle) - 1),
               ls=LINES.get(name, "-"), lw=2.2 if name == "category" else 1.5)  # fmt: skip
        labels.append((float(middle[-1]), name, colour))
    name_ends(axes, labels)
    axes_of_shares(axes, main.depths, style)


def describe(result: Result) -> Description:
    return described(__file__, result.numbers | facts(result), table=table(result))


if __name__ == "__main__":
    run_drawing(draw, describe)
