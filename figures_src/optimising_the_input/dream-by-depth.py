"""The same photograph dreamt at six depths, trained and untrained."""

from matplotlib.figure import Figure

from site_lib.claims import Claim
from site_lib.drawing import Description, run_drawing
from site_lib.figure_style import Style
from site_lib.galleries import LINE, show
from site_lib.photographs import photograph
from site_lib.provenance import Result


def draw(result: Result, *, style: Style) -> Figure:
    """Rows of trained dreams, each above the same layers with random weights."""
    layers = result.metrics["layers"]
    columns = 2 if style.narrow else 3
    panel = style.width / columns
    blocks = [layers[k : k + columns] for k in range(0, len(layers), columns)]
    figure = style.figure(height=len(blocks) * (2 * panel + 3.4 * LINE))
    grid = figure.subplots(2 * len(blocks), columns)
    for block, names in enumerate(blocks):
        for column, layer in enumerate(names):
            index = block * columns + column
            for row, kind in enumerate(("trained", "random")):
                axes = grid[2 * block + row, column]
                show(axes, result[f"{kind}_pixels"][index])
                title = layer_name(layer) + (", random weights" if kind == "random" else "")
                colour = style.random if kind == "random" else style.trained
                axes.set_title(title, color=colour, size="medium")
    return figure


def layer_name(layer: str) -> str:
    """``blocks.4.depthwise`` is block 4, as on the other pages."""
    parts = layer.split(".")
    return f"block {parts[1]}" if parts[0] == "blocks" else parts[0]


def describe(result: Result) -> Description:
    m = result.metrics
    layers = m["layers"]
    early, late = (float(result["trained_frequency"][k]) for k in (0, -1))
    random_late = float(result["random_frequency"][-1])
    return Description(
        title="One photograph, dreamt at six depths",
        caption=(
            f"Each picture makes the activations of one layer of EfficientNet-Lite0 larger, "
            f"{m['steps_per_octave']} steps in each of {m['num_octaves']} octaves up to {m['side']} "
            f"pixels. Layers, from input to output: {', '.join(map(layer_name, layers))}. Below each, "
            "the control: the same layer before training. One seed; every step changes a pixel by "
            f"the same mean amount in all. Photograph: {photograph(m['photograph']).credit}."
        ),
        alt=(
            f"{m['num_layers']} versions of a photograph. Early layers cover it with fine lines, "
            f"{early:.0f} cycles per image on average; late ones with eyes, feathers and parts of animals, "
            f"{late:.0f} cycles per image. Below, the random network adds patterns without objects."
        ),
        table={
            "layer": layers,
            **{
                f"{kind}_{what}": result[f"{kind}_{what}"].tolist()
                for kind in ("trained", "random")
                for what in ("change", "frequency")
            },
        },
        claims=[
            Claim(
                "dream-coarser",
                f"What the dream adds has {early:.0f} cycles per image on average in the first of "
                f"the six layers and {late:.0f} in the last.",
                early / late,
                at_least=1.5,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
