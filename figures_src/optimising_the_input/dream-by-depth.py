"""The same photograph dreamt at six depths, trained and untrained."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.data.photographs import photograph
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, show
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

CATS = range(281, 286)  # tabby, tiger cat, Persian cat, Siamese cat, Egyptian cat


def draw(result: Result, *, style: Style) -> Figure:
    """Rows of trained dreams, each above the same layers with random weights."""
    layers = result.metrics["layers"]
    columns = 2 if style.narrow else 3
    panel = style.width / columns
    blocks = [layers[k : k + columns] for k in range(0, len(layers), columns)]
    figure = style.figure(height=len(blocks) * (2 * panel + 5.4 * LINE))
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
                answer = result.metrics["answers"][kind][index]
                axes.set_xlabel(f"judge: {answer}", color=style.muted, size="small")
    return figure


def layer_name(layer: str) -> str:
    """``blocks.4.depthwise`` is block 4, as on the other pages."""
    parts = layer.split(".")
    return f"block {parts[1]}" if parts[0] == "blocks" else parts[0]


def describe(result: Result) -> Description:
    m = result.metrics
    layers, number = m["layers"], m["num_layers"]
    cats = {
        k: int(np.isin(result[f"{k}_answers"], list(CATS)).sum()) for k in ("trained", "random")
    }
    change = {k: float(result[f"{k}_change"].mean()) for k in cats}
    return Description(
        title="One photograph, dreamt at six depths",
        caption=(
            "Each picture makes the activations of one layer of EfficientNet-Lite0 larger: "
            f"{m['steps_per_octave']} steps in each of {m['num_octaves']} octaves, up to "
            f"{m['side']} pixels, with {', '.join(map(layer_name, layers))} from input to output. "
            "Below each, the control: the same layer before training. One seed; in every step "
            "the mean change of a pixel is the same for all. Under each: the first class of "
            "EfficientNet-Lite2, the judge. Contrast as it came. "
            f"Photograph: {photograph(m['photograph']).credit}."
        ),
        alt=(
            f"{number} versions of a photograph of a cat's face. The stem covers it with a grid of "
            "colours, block 1 with strokes, blocks 4 and 7 with gratings and rings, block 10 with "
            "fur, eyes and a dog's nose, block 14 with spots. Below, the random network adds "
            "grain and leaves the cat as it was."
        ),
        table={
            "layer": layers,
            **{f"{kind}_change": result[f"{kind}_change"].tolist() for kind in cats},
            **{f"{kind}_judge_answer": m["answers"][kind] for kind in cats},
        },
        claims=[
            Claim(
                "dream-no-cat",
                f"Of the {number} dreams, EfficientNet-Lite2 still calls {cats['trained']} a cat.",
                cats["trained"],
                at_most=number // 3,
            ),
            Claim(
                "dream-random-cat",
                f"Of the {number} pictures made with random weights it calls {cats['random']} a "
                f"cat, although the root mean square change is {change['random']:.2f} on average, "
                f"against {change['trained']:.2f} in the dreams.",
                cats["random"],
                at_least=number / 2,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
