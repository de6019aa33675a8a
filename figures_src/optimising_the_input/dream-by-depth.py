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
# What is added to the name of a layer, and the file of the dreams.
KINDS = {"trained": ("", FRAMES), "random": (", random weights", "random.webp")}
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
        for axes, (kind, (words, _)) in zip(grid[2 * block :, column], KINDS.items(), strict=False):
            show(axes, result[f"{kind}_pixels"][index])
            axes.set_title(layer_label(layer) + words, color=getattr(style, kind), size="medium")
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
        "cats": {kind: np.isin(result[f"{kind}_answers"], CATS).sum() for kind in KINDS},
        "change": {kind: result[f"{kind}_change"].mean() for kind in KINDS},
        "third": number // 3,
        "half": number / 2,
    }
    change = {f"{kind}_change": result[f"{kind}_change"] for kind in KINDS}
    answers = {f"{kind}_judge_answer": m["answers"][kind] for kind in KINDS}
    table = {"layer": m["layers"]} | change | answers
    return described(__file__, m | numbers, table=table, files=files_to_try(result))


def files_to_try(result: Result) -> dict[str, bytes]:
    """The photograph and its dreams side by side, once for each network, and what they are."""
    m, files, networks = result.numbers, {}, []
    for kind, (_, file) in KINDS.items():
        frames = [result["photograph"], *result[f"{kind}_pixels"]]
        files[f"{{id}}/{file}"] = strip(frames, height=FRAME)
        answers = [m["answer_to_photograph"], *m["answers"][kind]]
        networks.append({"name": f"{kind} weights", "file": file, "answers": answers})
    layers = ["the photograph", *map(layer_label, m["layers"])]
    listed = states(layers=layers, judge=network_label(m["judge"]), networks=networks)
    return files | {f"{{id}}/{STATES}": listed}


if __name__ == "__main__":
    run_drawing(draw, describe)
