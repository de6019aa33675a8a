"""What is left of attribution maps as weights are exchanged, and the maps of some photographs."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described, layer_label
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import t_interval

NAMES = ("gradient", "integrated gradients", "Grad-CAM")
SHORT = ("gradient", "integrated", "Grad-CAM")
MARKERS = ("o", "s", "^")
SHOWN = 3


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.7, narrow=8.4))
    left, right = style.two_parts(figure, wide=(1, 1.2), narrow=(1, 1.15))
    axes = left.subplots()
    for index, (name, marker) in enumerate(zip(NAMES, MARKERS, strict=True)):
        x = np.arange(len(result["kept"])) + 0.14 * (index - 1)  # beside each other, not in front
        curve(axes, x, result["kept"][:, index], style.series[index], name, marker)
    axes.set_xticks(range(len(result["kept"])), stages(result), rotation=35, ha="right")
    axes.set(xlabel="weights exchanged, down to", ylabel="rank correlation with the trained map")
    axes.axhline(0, color=style.faint, lw=0.8, zorder=0)
    left.legend(*axes.get_legend_handles_labels(), loc="outside lower center",
                fontsize="small", ncols=style.pick(wide=1, narrow=2))  # fmt: skip
    maps = result["maps"]
    rows = []
    for index in range(min(SHOWN, len(result["photographs"]))):
        hidden = heat(np.maximum(result["occlusion"][index], 0))
        first = [result["photographs"][index], hidden]
        for word, stage, more in (("trained", 0, first), ("exchanged", -1, first)):
            rows.append((word, [*more, *map(heat, maps[stage, :, index])]))
    grid = picture_rows(right, rows, ("photograph", "occlusion", *SHORT))
    for axes in grid[1::2, :2].flat:
        axes.images[0].set_visible(False)
    return figure


def stages(result: Result) -> list[str]:
    """Down to which layer weights have changed places."""
    return ["none", *map(layer_label, result.numbers["down_to"])]


def curve(axes: Axes, x: np.ndarray, kept: np.ndarray, colour: str, name: str, marker: str) -> None:
    """Mean over photographs with its interval; kept: (stages, photographs)."""
    ends = np.array([t_interval(one) for one in kept]).T
    axes.vlines(x, *ends, color=colour, alpha=0.5, lw=3)
    axes.plot(x, kept.mean(axis=1), color=colour, marker=marker, ms=4, label=name)


def heat(strength: np.ndarray) -> np.ndarray:
    """A map as a picture, black to white over its range: (n, n) → (n, n, 3)."""
    low, high = strength.min(), strength.max()
    level = (strength - low) / max(high - low, 1e-12)
    return np.repeat((255 * level).astype(np.uint8)[:, :, None], 3, axis=2)


def describe(result: Result) -> Description:
    kept, hidden = result["kept"], result["with_occlusion"]
    second = kept[2]  # classifier and head exchanged
    best = int(hidden.mean(axis=1).argmax())
    numbers = {
        "number": len(result["photographs"]),
        "left": second.mean(axis=1).tolist(),
        "all_gone": kept[-1].mean(axis=1).tolist(),
        "least": float(second[:2].mean(axis=1).min()),
        "least_interval": t_interval(second[int(second[:2].mean(axis=1).argmin())]),
        "cam_interval": t_interval(second[2]),
        "occlusion": hidden.mean(axis=1).tolist(),
        "best": float(hidden[best].mean()),
        "best_name": ("the gradient", *NAMES[1:])[best],
        "best_interval": t_interval(hidden[best]),
        "contrast": result["with_contrast"].mean(axis=1).tolist(),
    }
    table = {"exchanged": stages(result)} | {
        name.replace(" ", "_").lower(): kept[:, index].mean(axis=1).tolist()
        for index, name in enumerate(NAMES)
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
