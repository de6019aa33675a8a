"""What is left of attribution maps as weights are exchanged, and the maps of some photographs."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_outside
from site_lib.drawing.words import described, layer_label, with_t_intervals
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

METHODS = {"gradient": "o", "integrated gradients": "s", "Grad-CAM": "^"}


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.7, narrow=8.4))
    left, right = style.two_parts(figure, wide=(1, 1.2), narrow=(1, 1.15))
    axes = left.subplots()
    for index, (name, marker) in enumerate(METHODS.items()):
        kept, colour = result["kept"][:, index], style.series[index]
        x = np.arange(len(kept)) + 0.14 * (index - 1)  # beside each other, not in front
        ends = np.transpose([t_interval(one) for one in kept])
        axes.vlines(x, *ends, color=colour, alpha=0.5, lw=3)
        axes.plot(x, kept.mean(axis=1), color=colour, marker=marker, ms=4, label=name)
    axes.set_xticks(range(len(result["kept"])), stages(result), rotation=35, ha="right")
    axes.set(xlabel="weights exchanged, down to", ylabel="rank correlation with the trained map")
    axes.axhline(0, color=style.faint, lw=0.8, zorder=0)
    legend_outside(left, axes, columns=style.pick(wide=1, narrow=2), lines=True)
    rows = []
    for index, photograph in enumerate(result["photographs"][:3]):
        first = photograph, heat(np.maximum(result["occlusion"][index], 0))
        for word, stage in (("trained", 0), ("exchanged", -1)):
            rows.append((word, [*first, *map(heat, result["maps"][stage, :, index])]))
    titles = ("photograph", "occlusion", *(name.split()[0] for name in METHODS))
    grid = picture_rows(right, rows, titles)
    for axes in grid[1::2, :2].flat:
        axes.images[0].set_visible(False)
    return figure


def stages(result: Result) -> list[str]:
    """Down to which layer weights have changed places."""
    return ["none", *map(layer_label, result.numbers["down_to"])]


def heat(strength: np.ndarray) -> np.ndarray:
    """A map as a picture, black to white over its range: (n, n) → (n, n, 3)."""
    level = (strength - strength.min()) / max(np.ptp(strength), 1e-12)
    return np.repeat((255 * level).astype(np.uint8)[:, :, None], 3, axis=2)


def describe(result: Result) -> Description:
    second = result["kept"][2]  # classifier and head exchanged
    least = min(second[:2], key=np.mean)
    best = int(result["with_occlusion"].mean(axis=1).argmax())
    numbers = {
        "number": len(result["photographs"]),
        "left": second.mean(axis=1),
        "best_name": ("the gradient", "integrated gradients", "Grad-CAM")[best],
        **with_t_intervals(least=least, cam=second[2], best=result["with_occlusion"][best]),
    }
    table = {"exchanged": stages(result)}
    for index, name in enumerate(METHODS):
        table[name.replace(" ", "_").lower()] = result["kept"][:, index].mean(axis=1)
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
