"""Ranks of classes drawn at random, and every failure."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, gallery, verdict_columns
from site_lib.drawing.words import described, ordinal
from site_lib.records.measurement import Result

JUDGE, TUNER = "efficientnet_lite2", "efficientnet_lite1"
MOST_SHOWN, LONGEST = 40, 14  # classes, and letters in a line of their names


def draw(result: Result, *, style: Style) -> Figure:
    names = [textwrap.fill(name, LONGEST) for name in result.metrics["classes"][:MOST_SHOWN]]
    columns = style.pick(wide=8, narrow=4)
    ranks = result[f"{JUDGE}_rank"][:MOST_SHOWN].tolist()
    figure = gallery(
        result["pixels"][:MOST_SHOWN], names, list(map(ordinal, ranks)), style=style,
        columns=columns,
    )  # fmt: skip
    figure.set_figheight(figure.get_figheight() + LINE * -(-len(names) // columns))
    for axes, name, rank in zip(figure.axes, names, ranks, strict=False):
        axes.set_title(name, size="small", weight=400)
        if rank > 1:
            axes.xaxis.label.set(color=style.foreground, weight=600)
    return figure


def describe(result: Result) -> Description:
    names, ranks = result.metrics["classes"], result[f"{JUDGE}_rank"]
    ranked = zip(names, ranks.tolist(), strict=True)
    failures = ", ".join(f"{name} ({ordinal(rank)})" for name, rank in ranked if rank > 1)
    numbers = {
        "number": len(names),
        "shown": min(MOST_SHOWN, len(names)),
        "first": int(np.sum(ranks == 1)),
        "five": int(np.sum(ranks <= 5)),
        "failures": f" Not first: {failures}." if failures else "",
    }
    return described(
        __file__,
        numbers,
        table={
            "class": names,
            "class_index": result.metrics["class_indices"],
            **verdict_columns(result, ("source", TUNER, JUDGE)),
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
