"""Five kinds of directions compared, and the best patches of one of each."""

import numpy as np
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.picture_rows import picture_rows
from figures_src.can_you_trust_them.strips import strips
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

NAMES = {
    "unit": "units",
    "random": "random\ndirections",
    "principal": "principal\ncomponents",
    "additive": "additive\nparts",
    "sparse": "sparse\nfeatures",
}
PANELS = (("coherence", "likeness of patches"), ("name", "best category (area)"),
          ("effect", "effect on logits"))  # fmt: skip


def draw(result: Result, *, style: Style) -> Figure:
    """The same five rows in every panel and below."""
    figure = style.figure(height=style.pick(wide=6.7, narrow=10.2))
    ratios = style.pick(wide=(1, 1.5), narrow=(2, 1))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=ratios).flat
    panels = above.subplots(*style.pick(wide=(1, 3), narrow=(3, 1)), sharey=True)
    colours = [style.random if kind == "random" else style.trained for kind in NAMES]
    for axes, (name, label) in zip(panels, PANELS, strict=True):
        strips(axes, dict(zip(NAMES.values(), zip(result[name], colours, strict=True),
                              strict=True)), style)  # fmt: skip
        axes.set_xlabel(f"{label}, n = {result[name].shape[1]} each")
    chance = result["chance"].mean()
    panels[0].axvline(chance, color=style.muted, ls=(0, (4, 1.5)), lw=1)
    number = style.pick(wide=9, narrow=6)
    shown = zip(NAMES.values(), result["patches"], strict=True)
    picture_rows(below, [(name, patches[:number]) for name, patches in shown])
    for axes in below.axes[::number]:
        axes.yaxis.label.set(rotation=0, ha="right", va="center", size="small")
    return figure


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
    return described(__file__, result.numbers | numbers, table=table, folder=blind(result))


def blind(result: Result) -> dict[str, bytes]:
    """The rows of patches for a reader who guesses: without names, in an order of their own."""
    order = np.random.default_rng(result.record["seed"]).permutation(len(result["patches"]))
    rows = [np.concatenate(list(result["patches"][kind]), axis=1) for kind in order]
    return {f"{k + 1}.webp": encoded(row, "webp", quality=80) for k, row in enumerate(rows)}


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
