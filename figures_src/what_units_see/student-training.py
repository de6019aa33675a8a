"""Learning curves of the plain network."""

from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
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
    m = result.metrics
    batch = result.record["parameters"]["batch"]
    return Description(
        title="The plain network learns from a teacher",
        caption=(
            "Share of crops for which the plain network puts the same class first, among 1000, as "
            f"its teacher, EfficientNet-Lite0: on the {batch} mixed crops of the current step, "
            f"and on {m['num_held_out_crops']} fixed crops of {m['num_labelled']} "
            f"photographs that it never sees. {m['num_steps']} steps on crops of "
            f"{m['num_photographs']} photographs."
        ),
        alt=(
            f"Two curves over {m['num_steps']} steps. Agreement on its own photographs "
            f"rises to {100 * float(result['agreement_training'][-10:].mean()):.0f} per cent; "
            f"on held-out photographs it stays at {100 * m['agreement_held_out']:.0f} per cent."
        ),
        table={name: result[name].tolist() for name in result.arrays},
        claims=[
            Claim(
                "student-agreement",
                f"On {m['num_held_out_crops']} fresh crops of its own photographs the plain "
                f"network puts the teacher's class first in {100 * m['agreement_own']:.0f} % "
                f"of cases and among its first five in {100 * m['top5_agreement_own']:.0f} %.",
                m["agreement_own"],
                at_least=0.2,
            ),
            Claim(
                "student-does-not-generalise",
                f"On {m['num_held_out_crops']} crops of photographs that it never saw, it agrees "
                f"with its teacher in {100 * m['agreement_held_out']:.0f} % of cases; its answers "
                f"still correlate with the teacher's (r = {m['correlation_held_out']:.2f}).",
                m["agreement_held_out"],
                at_most=0.05,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
