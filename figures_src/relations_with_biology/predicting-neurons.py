"""How well each layer predicts sites of V4 and IT by linear regression."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label
from site_lib.records.measurement import Result

PLS, RIDGE = 0, 1


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=7.0))
    panels = figure.subplots(*style.pick(wide=(1, 2), narrow=(2, 1)), sharey=True)
    simulated = result.metrics["simulated"]
    for index, (axes, area) in enumerate(zip(panels, result["areas"], strict=True)):
        draw_area(axes, result, index, style)
        axes.set_title(f"{'simulated ' if simulated else ''}{area} sites")
    for axes in panels[: style.pick(wide=1, narrow=2)]:
        axes.set_ylabel("prediction (r / ceiling)" if simulated else "prediction (r)")
    panels[0].legend(
        loc="upper left", bbox_to_anchor=(0, 0.95), labelcolor="linecolor", prop={"weight": 600}
    )
    return figure


def draw_area(axes: Axes, result: Result, area: int, style: Style) -> None:
    trained, random = result["predictivity"][:, :, area]
    x, shown = np.arange(len(trained)), result["layers"][::2]
    axes.fill_between(x, *result["quartiles"][:, area].T, color=style.trained, alpha=0.2, lw=0)
    axes.plot(x, random[:, PLS], color=style.random, marker="o", ms=3.5, label="random weights")
    axes.plot(x, trained[:, PLS], color=style.trained, marker="o", ms=3.5, label="trained")
    axes.plot(
        x, trained[:, RIDGE], color=style.trained, lw=1, ls=(0, (2, 2)), label="trained, by ridge"
    )
    axes.set(xlabel="layer", ylim=(0, 1.05))
    axes.set_xticks(x[::2], [layer.rpartition(".")[2] for layer in shown.tolist()])
    axes.axhline(1, color=style.faint, lw=0.8)
    if result.metrics["simulated"]:
        axes.text(
            0.97, 0.86, "simulated", transform=axes.transAxes, ha="right", va="center",
            size="xx-large", color=style.muted, alpha=0.6, zorder=0,
        )  # fmt: skip


def sites(m: dict[str, Any]) -> str:
    """What was predicted: sites made from another network's layers, or recorded ones."""
    if m["simulated"]:
        return (
            f"Simulated sites, {m['num_sites']} per area: each mixes {m['mixed_channels']} "
            "channels of one layer of another network (EfficientNet-Lite1, "
            f"{layer_label(m['v4_layer'])} at one place for V4, {layer_label(m['it_layer'])} over "
            "the whole image for IT), rectifies the sum, and answers with noise. "
            f"{m['num_images']} views of photographs."
        )
    recorded = m["num_sites_of"]
    return (
        f"{recorded['V4']} sites of V4 and {recorded['IT']} of IT (Cadieu et al., 2014), "
        f"{m['num_images']} images; correlations are not normalised."
    )


def describe(result: Result) -> Description:
    layers, areas, scores = result["layers"], result["areas"].tolist(), result["predictivity"]
    numbers: dict[str, Any] = {"sites": sites(result.numbers)}
    table = {"layer": layers.tolist()}
    for index, area in enumerate(areas):
        trained, random = scores[:, :, index, PLS]
        best = int(trained.argmax())
        numbers[area] = {
            "depth": best,
            "layer": layers[best],
            "trained": float(trained[best]),
            "random": float(random.max()),
        }
        for row, kind in enumerate(("trained", "random")):
            for column, method in enumerate(("pls", "ridge")):
                table[f"{area.lower()}_{kind}_{method}"] = scores[row, :, index, column].tolist()
    numbers["deeper"] = numbers["IT"]["depth"] - numbers["V4"]["depth"]
    numbers["above_random"] = numbers["IT"]["trained"] - numbers["IT"]["random"]
    numbers["methods_differ_by"] = float(np.abs(scores[..., PLS] - scores[..., RIDGE]).max())
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
