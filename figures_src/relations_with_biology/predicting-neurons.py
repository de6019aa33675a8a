"""How well each layer predicts sites of V4 and IT by linear regression."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

PLS, RIDGE = 0, 1


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=7.0 if style.narrow else 3.9)
    panels = figure.subplots(*((2, 1) if style.narrow else (1, 2)), sharey=True)
    for index, (axes, area) in enumerate(zip(panels, result["areas"], strict=True)):
        draw_area(axes, result, index, style)
        axes.set_title(f"{'simulated ' if result.metrics['simulated'] else ''}{area} sites")
    for axes in panels if style.narrow else panels[:1]:
        axes.set_ylabel(
            "prediction (r / ceiling)" if result.metrics["simulated"] else "prediction (r)"
        )
    panels[0].legend(
        loc="upper left", bbox_to_anchor=(0, 0.95), labelcolor="linecolor", prop={"weight": 600}
    )
    return figure


def draw_area(axes: Axes, result: Result, area: int, style: Style) -> None:
    scores = result["predictivity"][:, :, area]
    x = np.arange(len(result["layers"]))
    low, high = result["quartiles"][:, area].T
    axes.fill_between(x, low, high, color=style.trained, alpha=0.2, lw=0)
    axes.plot(x, scores[1, :, PLS], color=style.random, marker="o", ms=3.5, label="random weights")
    axes.plot(x, scores[0, :, PLS], color=style.trained, marker="o", ms=3.5, label="trained")
    axes.plot(
        x, scores[0, :, RIDGE], color=style.trained, lw=1, ls=(0, (2, 2)), label="trained, by ridge"
    )
    axes.set(xlabel="layer", ylim=(0, 1.05))
    axes.set_xticks(x[::2], [short(str(layer)) for layer in result["layers"][::2]])
    axes.axhline(1, color=style.faint, lw=0.8)
    if result.metrics["simulated"]:
        axes.text(
            0.97, 0.86, "simulated", transform=axes.transAxes, ha="right", va="center",
            size="xx-large", color=style.muted, alpha=0.6, zorder=0,
        )  # fmt: skip


def short(layer: str) -> str:
    return layer.rpartition(".")[2]


def describe(result: Result) -> Description:
    m = result.metrics
    layers = [str(layer) for layer in result["layers"]]
    labels = [layer_label(layer) for layer in layers]
    scores = result["predictivity"]
    best = {
        str(area): int(scores[0, :, index, PLS].argmax())
        for index, area in enumerate(result["areas"])
    }
    value = {
        area: float(scores[0, index, list(result["areas"]).index(area), PLS])
        for area, index in best.items()
    }
    random = {
        str(area): float(scores[1, :, index, PLS].max())
        for index, area in enumerate(result["areas"])
    }
    difference = float(np.abs(scores[..., PLS] - scores[..., RIDGE]).max())
    v4_layer, it_layer = (layer_label(m[key]) for key in ("v4_layer", "it_layer"))
    what = (
        f"Simulated sites, {m['num_sites'][0]} per area: each mixes {m['mixed_channels']} channels "
        f"of one layer of another network (EfficientNet-Lite1, {v4_layer} at one place for "
        f"V4, {it_layer} over the whole image for IT), rectifies the sum, and answers with "
        f"noise. {m['num_images']} views of photographs."
        if m["simulated"]
        else f"{m['num_sites'][0]} sites of V4 and {m['num_sites'][1]} of IT (Cadieu et al., "
        f"2014), {m['num_images']} images; correlations are not normalised."
    )
    return Description(
        title="A regression from layers to sites finds the depth that made them",
        caption=(
            f"{what} Each layer of EfficientNet-Lite0 ({m['num_components']} principal "
            "components) predicts the sites on held-out images by partial least squares with 25 "
            "components: correlation over its ceiling, median over sites, mean of "
            f"{m['num_splits']} splits. Band: middle half of the sites. Dashed: ridge regression."
        ),
        alt=(
            "Two line plots of predictivity against layer. "
            + " ".join(
                f"{area}: best {labels[index]} with {value[area]:.2f}, random weights at most "
                f"{random[area]:.2f}."
                for area, index in best.items()
            )
        ),
        table={
            "layer": layers,
            **{
                f"{str(area).lower()}_{kind}_{method}": scores[row, :, index, column].tolist()
                for index, area in enumerate(result["areas"])
                for row, kind in enumerate(("trained", "random"))
                for column, method in enumerate(("pls", "ridge"))
            },
        },
        claims=[
            Claim(
                "neurons-order",
                f"The best layer for V4 is {labels[best['V4']]} ({value['V4']:.2f} of the "
                f"ceiling), for IT {labels[best['IT']]} ({value['IT']:.2f}).",
                float(best["IT"] - best["V4"]),
                at_least=1,
            ),
            Claim(
                "neurons-random",
                f"With random weights the best layers reach {random['V4']:.2f} and "
                f"{random['IT']:.2f}.",
                value["IT"] - random["IT"],
                at_least=0.05,
            ),
            Claim(
                "neurons-methods",
                "Ridge regression and partial least squares differ by at most "
                f"{difference:.2f} at any layer.",
                difference,
                at_most=0.3,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
