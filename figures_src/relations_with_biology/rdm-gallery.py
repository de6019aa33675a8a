"""Dissimilarity matrices of IT, early visual cortex, pixels and blocks, side by side."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

LABELS = (
    "human bodies",
    "human faces",
    "animal bodies",
    "animal faces",
    "natural objects",
    "artificial objects",
)
TITLES = {
    "human early visual cortex": "human early cortex",
    "random weights, best block": "random weights",
}


def draw(result: Result, *, style: Style) -> Figure:
    names = [str(name) for name in result["gallery_names"]]
    columns = 2 if style.narrow else 4
    rows = -(-(len(names) + 1) // columns)
    figure = style.figure(height=rows * (2.0 if style.narrow else 2.15))
    grid = figure.subplots(rows, columns).flatten()
    draw_key(grid[0], result, style)
    for axes, name, matrix, rho in zip(
        grid[1:], names, result["gallery"], result["gallery_with_monkey"], strict=True
    ):
        shown = axes.imshow(matrix, cmap="cividis", vmin=0, vmax=100, interpolation="nearest")
        lines(axes, result, style)
        axes.set_title(TITLES.get(name, name), size="small")
        with_monkey = "" if name == "monkey IT" else f"ρ = {rho:.2f}".replace("-", "−")
        axes.set_xlabel(with_monkey, size="small", labelpad=2)
    bar = figure.colorbar(shown, ax=grid, orientation="horizontal", fraction=0.035, aspect=40)
    bar.set_label("dissimilarity (percentile)")
    bar.outline.set_visible(False)
    return figure


def lines(axes: Axes, result: Result, style: Style) -> None:
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    for edge in result["gallery_boundaries"][1:-1] - 0.5:
        axes.axhline(edge, color=style.background, lw=0.8)
        axes.axvline(edge, color=style.background, lw=0.8)


def draw_key(axes: Axes, result: Result, style: Style) -> None:
    """Names of the categories, at the height that their rows have in every matrix."""
    edges = result["gallery_boundaries"]
    axes.set(xlim=(0, edges[-1]), ylim=(edges[-1] - 0.5, -0.5), xticks=[], yticks=[])
    axes.set_box_aspect(1)
    axes.spines[:].set_visible(False)
    for label, low, high in zip(LABELS, edges[:-1], edges[1:], strict=True):
        axes.text(
            edges[-1], (low + high - 1) / 2, label, ha="right", va="center", size="small",
            color=style.muted,
        )  # fmt: skip


def describe(result: Result) -> Description:
    names = [str(name) for name in result["gallery_names"]]
    rho = dict(zip(names, result["gallery_with_monkey"].tolist(), strict=True))
    best, best_random = (
        layer_label(str(layer)) for layer in result["layers"][result["gallery_best"]]
    )
    return Description(
        title="Faces, bodies and things: the pattern of IT appears in a late block",
        caption=(
            "How differently two of 92 objects are answered to, as a percentile of each matrix: "
            "dark, alike; bright, different. Rows and columns are in the same order everywhere; "
            "each cell is a mean over the pairs of two groups of about four objects, so that no "
            "recording is reproduced in full. ρ: Spearman correlation with monkey IT over all "
            "pairs of objects. Human matrices are means of 15 people. Best block: "
            f"{best}; with random weights {best_random}."
        ),
        alt=(
            "Seven square matrices of dissimilarity. In monkey IT, human IT and the best block "
            "animate objects form a dark square, faces the darkest. Correlation with monkey IT: "
            + ", ".join(f"{name} {value:.2f}" for name, value in rho.items() if value < 0.999)
            + "."
        ),
        table={
            "matrix": np.repeat(names, result["gallery"][0].size).tolist(),
            "row": np.tile(
                np.repeat(np.arange(len(result["gallery"][0])), len(result["gallery"][0])),
                len(names),
            ).tolist(),
            "column": np.tile(
                np.arange(len(result["gallery"][0])), len(result["gallery"][0]) * len(names)
            ).tolist(),
            "percentile": result["gallery"].flatten().tolist(),
        },
        claims=[
            Claim(
                "gallery-block-near-people",
                f"With the RDM of monkey IT, {best} correlates at {rho['best block']:.2f}, the "
                f"mean of 15 people's IT at {rho['human IT']:.2f}, pixels at "
                f"{rho['pixels']:.2f}, and people's early visual cortex at "
                f"{rho['human early visual cortex']:.2f}.",
                rho["best block"] - rho["pixels"],
                at_least=0.05,
            ),
            Claim(
                "gallery-random",
                f"The best block with random weights ({best_random}) correlates at "
                f"{rho['random weights, best block']:.2f}.",
                rho["best block"] - rho["random weights, best block"],
                at_least=0.05,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
