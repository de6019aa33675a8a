"""Made for one network (rows), shown to another (columns), at several budgets."""

from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, network_label, with_intervals
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    levels, networks = result.numbers["epsilon_levels"], short_names(result)
    number = len(levels)
    figure = style.figure(height=style.pick(wide=3.7, narrow=3.2 * number))
    grid = figure.subplots(*style.pick(wide=(1, number), narrow=(number, 1)), squeeze=False)
    for axes, level, table in zip(grid.flat, levels, shares(result), strict=True):
        draw_squares(axes, table, style)
        axes.set_title(f"± {level} of 255")
        axes.set_xticks(range(len(networks)), networks)
        axes.set_yticks(range(len(table)), [""] * len(table))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    for axes in grid[-1]:
        axes.set_xlabel("shown to")
    for axes in grid[:, 0]:
        axes.set_yticklabels([*networks, "noise"])
        axes.set_ylabel("made for")
    return figure


def draw_squares(axes: Axes, table: np.ndarray, style: Style) -> None:
    """A square for each pair of networks and, in the last row, for the noise."""
    height, width = table.shape
    for row, column in product(range(height), range(width)):
        share = table[row, column]
        colour = style.series[0] if row == height - 1 else style.series[1]
        corner = (column - 0.47, row - 0.47)
        axes.add_patch(Rectangle(corner, 0.94, 0.94, fc=colour, ec="none", alpha=0.06 + share / 2))
        axes.text(column, row, f"{100 * share:.0f}", ha="center", va="center",
                  weight=600 if row == column else "normal")  # fmt: skip
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))


def short_names(result: Result) -> list[str]:
    labels = [network_label(model) for model in result.numbers["models"]]
    return [
        label.replace("EfficientNet-", "").replace("MobileNet", "M’Net").split(" ")[0]
        for label in labels
    ]


def shares(result: Result) -> np.ndarray:
    """(budgets, sources and noise, networks), share of wrong answers."""
    noise = result["noise_wrong"].mean(axis=(1, 3))[:, None]
    return np.concatenate([result["wrong"].mean(axis=3), noise], axis=1)


def describe(result: Result) -> Description:
    m, networks = result.numbers, short_names(result)
    wrong, noise = result["wrong"].astype(float), result["noise_wrong"].mean(axis=1)
    *family, stranger = range(len(networks))
    pairs = [(one, other) for one in family for other in family if one != other]
    # Shares by budget and photograph.
    shown = {
        "own": np.mean([wrong[:, k, k] for k in family], axis=0),
        "siblings": np.mean([wrong[:, one, other] for one, other in pairs], axis=0),
        "stranger": wrong[:, family, stranger].mean(axis=1),
        "from_stranger": wrong[:, stranger, family].mean(axis=1),
        "noise": noise[:, family].mean(axis=1),
        "noise_stranger": noise[:, stranger],
    }
    numbers = {
        "levels": [m["epsilon_levels"][0], m["epsilon_levels"][-1]],
        "share": {name: each.mean(axis=1) for name, each in shown.items()},
        **with_intervals(
            np.mean,
            own=shown["own"][0],
            gain=shown["siblings"][-1] - shown["siblings"][0],
            above_noise=shown["siblings"][-1] - shown["noise"][-1],
            stranger_above_noise=shown["stranger"][-1] - shown["noise_stranger"][-1],
        ),
    }
    cells = product(m["epsilon_levels"], [*networks, "noise"], networks)
    table = columns(
        {"budget_grey_levels": level, "made_for": source, "shown_to": network, "share_wrong": share}
        for (level, source, network), share in zip(cells, shares(result).flat, strict=True)
    )
    return described(__file__, m | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
