"""The same logit before and after it was wired anew, and the picture that was put in."""

from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval


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
    unchanged = (result["changed"] < 1e-3).all(axis=0)
    same_answer = result["right"].all(axis=0)
    gain = result["likeness"] - result["honest_likeness"]
    numbers = {
        "number": len(gain),
        "unchanged": int(unchanged.sum()),
        "same_answer": int(same_answer.sum()),
        "answers_lost": 1 - float(result["right"].mean()),
        "likeness": [float(result[name].mean()) for name in ("likeness", "honest_likeness")],
        "gain": float(gain.mean()),
        "interval": t_interval(gain),
    }
    table = {
        "class": result.numbers["classes"],
        "picture": result.numbers["pictures"],
        "correlation_rewired": result["likeness"].tolist(),
        "correlation_as_trained": result["honest_likeness"].tolist(),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
