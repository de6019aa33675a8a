"""The same logit before and after it was wired anew, and the picture that was put in."""

from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, with_t_intervals
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    columns = style.pick(wide=6, narrow=3)
    number = min(columns, len(result["pictures"]))
    figure = style.figure(height=style.width / columns * 3 * 1.13)
    rows = [
        ("as trained", result["honest"][:number]),
        ("rewired", result["shown"][:number]),
        ("put in", result["pictures"][:number]),
    ]
    grid = picture_rows(figure, rows, [f"“{name}”" for name in result.numbers["classes"][:number]])
    grid[1, 0].yaxis.label.set_weight(600)
    return figure


def describe(result: Result) -> Description:
    gain = result["likeness"] - result["honest_likeness"]
    numbers = {
        "number": len(gain),
        "same_answer": result["right"].all(axis=0).sum(),
        "likeness": [result[name].mean() for name in ("likeness", "honest_likeness")],
        **with_t_intervals(gain=gain),
    }
    table = {
        "class": result.numbers["classes"],
        "picture": result.numbers["pictures"],
        "correlation_rewired": result["likeness"],
        "correlation_as_trained": result["honest_likeness"],
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
