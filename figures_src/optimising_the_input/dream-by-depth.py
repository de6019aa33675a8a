"""The same photograph dreamt at six depths, trained and untrained."""

import numpy as np
from matplotlib.figure import Figure

from site_lib.data.photographs import photograph
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import LINE, show
from site_lib.drawing.states import states, strip
from site_lib.drawing.words import described, layer_label, network_label
from site_lib.records.measurement import Result
from site_lib.records.published_files import FRAMES, STATES

CATS = range(281, 286)  # tabby, tiger cat, Persian cat, Siamese cat, Egyptian cat
KINDS = {"trained": "", "random": ", random weights"}
STRIPS = {"trained": FRAMES, "random": "random.webp"}
FRAME = 224  # height of a frame of a strip, in pixels


def draw(result: Result, *, style: Style) -> Figure:
    """Rows of trained dreams, each above the same layers with random weights."""
    layers = result.numbers["layers"]
    columns = style.pick(wide=3, narrow=2)
    blocks = -(-len(layers) // columns)
    figure = style.figure(height=blocks * (2 * style.width / columns + 5.4 * LINE))
    grid = figure.subplots(2 * blocks, columns)
    for index, layer in enumerate(layers):
        block, column = divmod(index, columns)
        for row, (kind, words) in enumerate(KINDS.items(), start=2 * block):
            axes = grid[row, column]
            show(axes, result[f"{kind}_pixels"][index])
            colour = style.random if kind == "random" else style.trained
            axes.set_title(layer_label(layer) + words, color=colour, size="medium")
            answer = result.metrics["answers"][kind][index]
            axes.set_xlabel(f"judge: {answer}", color=style.muted, size="small")
    return figure


def describe(result: Result) -> Description:
    m = result.numbers
    number = len(m["layers"])
    numbers = {
        "num_layers": number,
        "layer_names": ", ".join(map(layer_label, m["layers"])),
        "credit": photograph(m["photograph"]).credit,
        "cats": {kind: int(np.isin(result[f"{kind}_answers"], CATS).sum()) for kind in KINDS},
        "change": {kind: float(result[f"{kind}_change"].mean()) for kind in KINDS},
        "third": number // 3,
        "half": number / 2,
    }
    return described(
        __file__,
        m | numbers,
        table={
            "layer": m["layers"],
            **{f"{kind}_change": result[f"{kind}_change"].tolist() for kind in KINDS},
            **{f"{kind}_judge_answer": m["answers"][kind] for kind in KINDS},
        },
        files=files_to_try(result),
    )


def files_to_try(result: Result) -> dict[str, bytes]:
    """The photograph and its dreams side by side, once for each network, and what they are."""
    m = result.numbers
    strips = {
        f"{{id}}/{file}": strip([result["photograph"], *result[f"{kind}_pixels"]], height=FRAME)
        for kind, file in STRIPS.items()
    }
    networks = [
        {
            "name": f"{kind} weights",
            "file": file,
            "answers": [m["answer_to_photograph"], *m["answers"][kind]],
        }
        for kind, file in STRIPS.items()
    ]
    layers = ["the photograph", *map(layer_label, m["layers"])]
    listed = states(layers=layers, judge=network_label(m["judge"]), networks=networks)
    return strips | {f"{{id}}/{STATES}": listed}


if __name__ == "__main__":
    run_drawing(draw, describe)
