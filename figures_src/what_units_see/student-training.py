"""Learning curves of the plain network."""

from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=2.9)
    axes = figure.subplots()
    for name, label, colour in (
        ("agreement_training", "crops it is trained on", style.series[0]),
        ("agreement_held_out", "crops of held-out photographs", style.trained),
    ):
        axes.plot(result["step"], 100 * result[name], color=colour, label=label)
    axes.set(xlabel="training step", ylabel="agreement with the teacher (%)", ylim=(0, None))
    axes.legend(loc="upper left", labelcolor="linecolor", prop={"weight": 600})
    axes.grid(axis="y")
    return figure


def describe(result: Result) -> Description:
    per_cent = {
        "at_the_end": 100 * float(result["agreement_training"][-10:].mean()),
        "held_out": 100 * result.metrics["agreement_held_out"],
    }
    return described(
        __file__,
        result.numbers | {"per_cent": per_cent},
        table={name: result[name].tolist() for name in result.arrays},
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
