"""What a grey square hides from the class and from a unit, and what channels are good for."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style, legend_outside
from site_lib.drawing.words import described, layer_label, with_intervals
from site_lib.records.measurement import Result


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=4.2, narrow=8.0))
    left, right = style.two_parts(figure, wide=(1, 1), narrow=(1.1, 1))
    photographs = result["photographs"]
    of_class, of_unit = result["occlusion"].swapaxes(0, 1)
    rows = [
        ("photograph", list(photographs)),
        ("class loses", list(map(seen_through, photographs, of_class))),
        ("unit loses", list(map(seen_through, photographs, of_unit))),
    ]
    picture_rows(left, rows, [f"“{name}”" for name in result.metrics["answers"]])
    axes = right.subplots()
    effects(axes, result, style)
    legend_outside(right, axes, columns=2)
    return figure


def seen_through(pixels: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """The photograph, dark where a square takes nothing: (S, S, 3) and (n, n) → (S, S, 3)."""
    level = np.clip(lost, 0, None) / max(lost.max(), 1e-12)
    side, number = len(pixels), len(level)
    nearest = np.clip(np.arange(side) * number // side, 0, number - 1)
    return (pixels * (0.15 + 0.85 * level[nearest][:, nearest, None])).astype(np.uint8)


def effects(axes: Axes, result: Result, style: Style) -> None:
    """Every channel: what its ablation does to photographs of its name and to others."""
    generator = np.random.default_rng(0)
    for index, (own, other) in enumerate(zip(*by_name(result), strict=True)):
        for shift, values, colour, label in (
            (-0.18, own, style.trained, "photographs of its name"),
            (0.18, other, style.random, "other photographs"),
        ):
            x = index + shift + generator.uniform(-0.1, 0.1, len(values))
            axes.plot(x, values, "o", ms=3, mec="none", alpha=0.6, color=colour,
                      label=label if index == 0 else None)  # fmt: skip
            axes.hlines(values.mean(), index + shift - 0.15, index + shift + 0.15, color=colour)
    names = [layer_label(layer) for layer in result.numbers["layers"]]
    axes.set_xticks(range(len(names)), names)
    axes.axhline(0, color=style.muted, lw=0.8, zorder=0)
    axes.set_ylabel("change of the answer's logit")


def by_name(result: Result) -> tuple[np.ndarray, np.ndarray]:
    """Mean change on photographs of a channel's name and on others: each (layers, channels)."""
    mine = result["named"][:, :, None] == result["category"]
    own = (result["target"] * mine).sum(axis=2) / mine.sum(axis=2)
    other = (result["target"] * ~mine).sum(axis=2) / (~mine).sum(axis=2)
    return own, other


def describe(result: Result) -> Description:
    own, other = by_name(result)
    more = other[-1] - own[-1]
    numbers = {
        "number": result["size"].size,
        "names": [layer_label(layer) for layer in result.numbers["layers"]],
        "last_own": own[-1].mean(),
        "last_other": other[-1].mean(),
        "kept_promise": (more > 0).sum(),
        "in_last": len(more),
        **with_intervals(np.mean, last=more),
    }
    table = {
        "layer": np.repeat(result.numbers["layers"], own.shape[1]),
        "change_own_name": own.ravel(),
        "change_others": other.ravel(),
        "change_of_all_logits": result["size"].ravel(),
    }
    return described(__file__, result.numbers | numbers, table=table)


if __name__ == "__main__":
    run_drawing(draw, describe)
