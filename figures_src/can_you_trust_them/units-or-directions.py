"""Five kinds of directions compared, and the best patches of one of each, unnamed."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap, t_interval

NAMES = {
    "unit": "units",
    "random": "random",
    "principal": "principal\ncomponents",
    "additive": "additive\nparts",
    "sparse": "sparse\nfeatures",
}
LETTERS = "ABCDE"
PANELS = (("coherence", "likeness of patches"), ("name", "best category (area)"),
          ("effect", "effect on logits"))  # fmt: skip


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=5.6, narrow=8.2))
    ratios = style.pick(wide=(1, 1.25), narrow=(1.6, 1))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=ratios).flat
    panels = above.subplots(*style.pick(wide=(1, 3), narrow=(3, 1)), sharex=style.narrow)
    for axes, (name, label) in zip(panels, PANELS, strict=True):
        dots(axes, result[name], style)
        axes.set_ylabel(label)
    panels[0].axhline(result["chance"].mean(), color=style.muted, ls=(0, (4, 1.5)), lw=1)
    order = result.metrics["order"]
    number = style.pick(wide=9, narrow=6)
    picture_rows(below, [(LETTERS[k], result["patches"][kind][:number])
                         for k, kind in enumerate(order)])  # fmt: skip
    for axes in below.axes[::number]:
        axes.yaxis.label.set(rotation=0, ha="right", va="center", weight=600)
    return figure


def dots(axes: Axes, values: np.ndarray, style: Style) -> None:
    """Every direction, with mean and interval of each kind; values: (kinds, directions)."""
    generator = np.random.default_rng(0)
    for kind, of_kind in enumerate(values):
        colour = style.trained if kind != 1 else style.random
        x = kind + generator.uniform(-0.22, 0.22, len(of_kind))
        axes.plot(x, of_kind, "o", ms=2.5, mec="none", alpha=0.4, color=colour)
        axes.vlines(kind, *t_interval(of_kind), color=style.foreground, lw=3)
        axes.plot(kind, of_kind.mean(), "o", ms=5, color=style.foreground)
    axes.set_xticks(range(len(values)), NAMES.values(), rotation=90)


def describe(result: Result) -> Description:
    kinds = result.metrics["kinds"]
    place = {name: k for k, name in enumerate(kinds)}
    like = result["coherence"]
    ahead = like[place["unit"]], like[place["random"]]
    means = {name: dict(zip(kinds, result[name].mean(axis=1).tolist(), strict=True))
             for name, _ in PANELS}  # fmt: skip
    found = {kind: like[place[kind]] for kind in ("principal", "additive", "sparse")}
    best = max(found, key=lambda kind: found[kind].mean())
    numbers = means | {
        "number": like.shape[1],
        "chance": float(result["chance"].mean()),
        "over_chance": float((like[place["random"]] - result["chance"].mean()).mean()),
        "random_interval": bootstrap(like[place["random"]] - result["chance"].mean(), np.mean, 0),
        "ahead": float(ahead[0].mean() - ahead[1].mean()),
        "ahead_interval": difference(*ahead),
        "best": NAMES[best].replace("\n", " "),
        "best_like": float(found[best].mean()),
        "best_ahead": float(found[best].mean() - ahead[0].mean()),
        "best_interval": difference(found[best], ahead[0]),
    }
    table = {"kind": np.repeat(kinds, like.shape[1]).tolist()} | {
        name: result[name].ravel().tolist() for name in ("coherence", "name")
    }
    return described(__file__, result.numbers | numbers, table=table)


def difference(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """95 % interval of the difference of two means: bootstrap over the directions of both."""
    generator = np.random.default_rng(0)
    drawn = [
        generator.choice(one, len(one)).mean() - generator.choice(other, len(other)).mean()
        for _ in range(2000)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    run_drawing(draw, describe)
