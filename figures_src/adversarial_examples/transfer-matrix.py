"""Made for one network (rows), shown to another (columns), at several budgets."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval


def draw(result: Result, *, style: Style) -> Figure:
    levels = result.metrics["levels"]
    names = short_names(result)
    rows, columns = (len(levels), 1) if style.narrow else (1, len(levels))
    figure = style.figure(height=2.75 * rows if style.narrow else 3.0)
    grid = figure.subplots(rows, columns, squeeze=False)
    table = shares(result)
    for panel, (axes, level) in enumerate(zip(grid.flat, levels, strict=True)):
        for row in range(table.shape[1]):
            for column in range(table.shape[2]):
                value = table[panel, row, column]
                colour = style.series[0] if row == len(names) else style.series[1]
                axes.add_patch(square(column, row, colour, value))
                axes.text(
                    column,
                    row,
                    f"{100 * value:.0f}",
                    ha="center",
                    va="center",
                    weight=600 if row == column else "normal",
                )
        axes.set(
            xlim=(-0.5, len(names) - 0.5),
            ylim=(len(names) + 0.5, -0.5),
            title=f"± {level} of 255",
            xlabel="shown to" if panel == len(levels) - 1 or not style.narrow else "",
        )
        first = panel == 0 or style.narrow
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(names) + 1), [*names, "noise"] if first else [""] * 4)
        axes.set_ylabel("made for" if first else "")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure


def square(column: int, row: int, colour: str, share: float) -> Rectangle:
    return Rectangle(
        (column - 0.47, row - 0.47), 0.94, 0.94, fc=colour, ec="none", alpha=0.06 + 0.5 * share
    )


def short_names(result: Result) -> list[str]:
    return [m.replace("efficientnet_", "").capitalize() for m in result.metrics["models"]]


def shares(result: Result) -> np.ndarray:
    """(budgets, sources and noise, networks), share of wrong answers."""
    noise = result["noise_wrong"].mean(axis=(1, 3))[:, None]
    return np.concatenate([result["wrong"].mean(axis=3), noise], axis=1)


def describe(result: Result) -> Description:
    m = result.metrics
    table, names, levels = shares(result), short_names(result), m["levels"]
    number = m["number"]
    off = result["wrong"][-1][~np.eye(len(names), dtype=bool)]
    fooled = off.any(axis=0).sum()
    low, high = wilson_interval(int(fooled), number)
    spread = "; ".join(
        f"±{level}: own network {100 * own:.0f} %, others {100 * other:.0f} %, noise "
        f"{100 * noise:.0f} %"
        for level, own, other, noise in zip(levels, m["own"], m["other"], m["noise"], strict=True)
    )
    return Description(
        title="Made for one network, shown to another",
        caption=(
            f"Wrong answers in per cent, of {number} photographs that all three networks get "
            f"right ({m['num_photographs']} tried). Rows: PGD on one network, {m['num_steps']} "
            "steps within ± the given number of grey levels in every channel of every pixel, "
            f"rounded to a file; last row: random signs of the same size, {m['num_noises']} "
            "draws. All networks see the same "
            f"{m['side']} × {m['side']} pixels."
        ),
        alt=f"Tables of error rates, made for against shown to. Means: {spread}.",
        table={
            "budget_grey_levels": [level for level in levels for _ in range(table[0].size)],
            "made_for": [n for _ in levels for n in [*names, "noise"] for _ in names],
            "shown_to": [n for _ in levels for _ in range(len(names) + 1) for n in names],
            "share_wrong": table.ravel().tolist(),
        },
        claims=[
            Claim(
                "transfer-own",
                f"Within ±{levels[0]} grey levels, {100 * m['own'][0]:.0f} % of the files fool "
                "the network that they were made for.",
                m["own"][0],
                at_least=0.8,
            ),
            Claim(
                "transfer-others",
                f"The other networks are wrong on {100 * m['other'][0]:.0f} % of these files, and "
                f"on {100 * m['other'][-1]:.0f} % at ±{levels[-1]}.",
                m["other"][-1] - m["other"][0],
                at_least=0.02,
            ),
            Claim(
                "transfer-any",
                f"At ±{levels[-1]}, {fooled} of {number} photographs fool at least one network "
                f"for which they were not made; noise of that size makes "
                f"{100 * m['noise'][-1]:.0f} % of the answers wrong.",
                float(fooled / number),
                at_least=0.2,
                interval=(low, high),
                interval_of="95 % Wilson, of the share of photographs",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
