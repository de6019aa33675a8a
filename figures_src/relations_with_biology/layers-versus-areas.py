"""Similarity of every block to early visual cortex and to IT, with the best block of each."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.words import layer_label
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

PANELS = {
    "people, 92 objects": ("objects", ("EVC", "IT")),
    "people, 78 photographs": ("photographs", ("EVC", "IT")),
    "monkeys, 92 objects": ("objects", ("monkey",)),
}
NAMES = {"EVC": "early visual cortex", "IT": "IT", "monkey": "IT"}


def draw(result: Result, *, style: Style) -> Figure:
    if style.narrow:
        figure = style.figure(height=10.2)
        grid = figure.subplots(6, 1, height_ratios=[3, 1] * 3)
        pairs = [(grid[2 * i], grid[2 * i + 1]) for i in range(3)]
    else:
        figure = style.figure(height=4.7)
        grid = figure.subplots(2, 3, height_ratios=[3, 1], sharex="col")
        pairs = [(grid[0, i], grid[1, i]) for i in range(3)]
    for (above, below), (title, (stimuli, areas)) in zip(pairs, PANELS.items(), strict=True):
        draw_curves(above, result, stimuli, areas, style)
        draw_best(below, result, stimuli, areas, style)
        above.set_title(title)
    for above, below in pairs if style.narrow else pairs[:1]:
        above.set_ylabel("similarity of RDMs (Spearman ρ)")
        below.set_ylabel("is best (%)")
    return figure


def colour_of(area: str, style: Style) -> str:
    return style.series[2] if area == "EVC" else style.series[3]


def draw_curves(
    axes: Axes, result: Result, stimuli: str, areas: tuple[str, ...], style: Style
) -> None:
    x = np.arange(len(result["layers"]))
    axes.axhline(0, color=style.faint, lw=0.8)
    for index, area in enumerate(areas):
        key, colour = f"{stimuli}_{area}", colour_of(area, style)
        low, high = result[f"{key}_interval" if area == "monkey" else f"{key}_band"]
        axes.fill_between(x, low, high, color=colour, alpha=0.2, lw=0)
        mean = result[f"{key}_people"].mean(axis=1)
        axes.plot(x, mean, color=colour, marker="o", ms=3)
        axes.plot(x, result[f"{key}_random"].mean(axis=0), color=colour, lw=1.1, ls=(0, (2, 2)))
        if f"{key}_ceiling" in result.arrays:
            bottom, top = result[f"{key}_ceiling"]
            axes.fill_between(
                x[-1] + 0.9 + 1.4 * index + np.array([0, 1]), bottom, top, color=colour, lw=0
            )
        axes.text(
            0.03, 0.98 - 0.09 * index, NAMES[area], transform=axes.transAxes, color=colour,
            weight=600, size="small", va="top",
        )  # fmt: skip
    if len(areas) > 1:
        axes.text(
            0.03, 0.98 - 0.09 * len(areas), "dashed: random weights", transform=axes.transAxes,
            color=style.muted, size="small", va="top",
        )  # fmt: skip
        axes.text(
            0.98, 1.0, "ceiling", transform=axes.transAxes, color=style.muted, size="small",
            ha="right", va="bottom",
        )  # fmt: skip
    axes.set(xlim=(-0.5, x[-1] + 4), ylim=(None, None))
    axes.margins(y=0.16)
    axes.tick_params(labelbottom=False)
    axes.set_xticks(ticks(x))


def draw_best(
    axes: Axes, result: Result, stimuli: str, areas: tuple[str, ...], style: Style
) -> None:
    x = np.arange(len(result["layers"]))
    for index, area in enumerate(areas):
        share = 100 * result[f"{stimuli}_{area}_best_share"]
        axes.bar(x + (index - 0.5) * 0.4, share, width=0.4, color=colour_of(area, style), lw=0)
    axes.set(xlim=(-0.5, x[-1] + 4), xlabel="block")
    shown = ticks(x)
    labels = ["stem", *[str(one - 1) for one in shown[1:-1]], "head"]
    axes.set_xticks(shown, labels)


def ticks(x: np.ndarray) -> list[int]:
    return [0, *range(4, len(x) - 3, 4), len(x) - 1]


def best(result: Result, key: str) -> tuple[str, float, int]:
    """Block nearest to the mean RDM of the people, its similarity, and its index."""
    similarity = result[f"{key}_mean_rdm"]
    index = int(similarity.argmax())
    return layer_label(str(result["layers"][index])), float(similarity[index]), index


def range_of_best(result: Result, key: str) -> str:
    """Blocks between which the best one lies in 95 % of the bootstrap samples."""
    total = np.cumsum(result[f"{key}_best_share"])
    low, high = (int(np.searchsorted(total, q)) for q in (0.025, 0.975))
    layers = [layer_label(str(layer)) for layer in result["layers"]]
    return f"{layers[low]} to {layers[min(high, len(layers) - 1)]}"


def nearest(result: Result, key: str) -> str:
    """The best block in words, with its similarity and range."""
    layer, rho, _ = best(result, key)
    spread = range_of_best(result, key)
    return f"{layer} (ρ = {rho:.2f}; {spread} in 95 % of the bootstrap samples)"


def p_in_words(p: float) -> str:
    return f"p = {p:.4f}" if p >= 0.0001 else "p < 0.0001"


def describe(result: Result) -> Description:
    m = result.metrics
    keys = ["objects_EVC", "objects_IT", "photographs_EVC", "photographs_IT", "objects_monkey"]
    found = {key: best(result, key) for key in keys}
    ceilings = {key: result[f"{key}_ceiling"] for key in keys[:4]}
    random_best = {key: float(result[f"{key}_random"].mean(axis=0).max()) for key in keys}
    order = {name: float(result[f"{name}_order_p"]) for name in ("objects", "photographs")}
    contrast = {name: float(result[f"{name}_order"].mean()) for name in ("objects", "photographs")}
    index = {key: one for key, (_, _, one) in found.items()}
    each = {key: float(result[f"{key}_people"].mean(axis=1).max()) for key in keys}
    return Description(
        title="IT is matched best by late blocks",
        caption=(
            "Similarity between the RDM of each block of EfficientNet-Lite0 and that of a brain "
            f"area. Above: mean over {m['num_people']} people (bands: 95 % bootstrap over people) "
            "or two monkeys together (band: 95 % bootstrap over objects). Dashed: mean of "
            f"{m['num_random']} networks with random weights. Bars at the right: noise ceiling, "
            "lower to upper bound; one RDM of the monkeys allows none. Below: how often each block "
            "is nearest to the mean RDM of the people, in "
            f"{m['num_bootstrap']} bootstrap samples over people and stimuli."
        ),
        alt=(
            "Three line plots of similarity against depth, with bar charts of the best block. "
            + " ".join(
                f"{key.replace('_', ', ')}: {layer} is nearest to the mean, {rho:.2f}."
                for key, (layer, rho, _) in found.items()
            )
            + " With random weights the curves of IT stay low."
        ),
        table={
            "layer": result["layers"].tolist(),
            **{
                f"{key}_{name}": values.tolist()
                for key in keys
                for name, values in (
                    ("mean", result[f"{key}_people"].mean(axis=1)),
                    ("mean_rdm", result[f"{key}_mean_rdm"]),
                    ("low", result[f"{key}_interval"][0]),
                    ("high", result[f"{key}_interval"][1]),
                    ("best_share", result[f"{key}_best_share"]),
                    ("random_mean", result[f"{key}_random"].mean(axis=0)),
                )
            },
        },
        claims=[
            Claim(
                "areas-monkey-late",
                f"The IT of monkeys is nearest to {nearest(result, 'objects_monkey')}.",
                float(index["objects_monkey"]),
                at_least=len(result["layers"]) / 2,
            ),
            Claim(
                "areas-it-late-objects",
                f"For the objects the IT of people is nearest to {nearest(result, 'objects_IT')}.",
                float(index["objects_IT"]),
                at_least=len(result["layers"]) / 2,
            ),
            Claim(
                "areas-it-late-photographs",
                f"For the photographs it is nearest to {nearest(result, 'photographs_IT')}.",
                float(index["photographs_IT"]),
                at_least=len(result["layers"]) / 2,
            ),
            Claim(
                "areas-evc-photographs",
                "For the photographs early visual cortex is nearest to "
                f"{nearest(result, 'photographs_EVC')}.",
                float(index["photographs_EVC"]),
                at_most=len(result["layers"]) / 2,
            ),
            Claim(
                "areas-evc-objects",
                "For the objects early visual cortex, too, is nearest to "
                f"{nearest(result, 'objects_EVC')}.",
                float(index["objects_EVC"]),
                at_least=len(result["layers"]) / 2,
            ),
            Claim(
                "areas-order-photographs",
                "For the photographs the late half of the blocks suits IT better, relative to the "
                f"early half, than it suits early visual cortex, by {contrast['photographs']:.2f} "
                f"({p_in_words(order['photographs'])}, one-sided, all exchanges of the two areas "
                f"within {m['num_people']} people).",
                order["photographs"],
                at_most=0.05,
            ),
            Claim(
                "areas-order-objects",
                f"For the objects the same difference is {contrast['objects']:.2f} and may be "
                f"chance ({p_in_words(order['objects'])}).",
                order["objects"],
                at_least=0.05,
            ),
            Claim(
                "areas-random",
                "With random weights the best block reaches "
                f"{random_best['objects_IT']:.2f} and {random_best['photographs_IT']:.2f} for "
                f"people's IT and {random_best['objects_monkey']:.2f} for that of monkeys.",
                found["objects_monkey"][1] - random_best["objects_monkey"],
                at_least=0.05,
            ),
            Claim(
                "areas-ceiling-objects",
                f"For the objects the noise ceiling of IT begins at "
                f"{ceilings['objects_IT'][0]:.2f}; the best block reaches "
                f"{each['objects_IT']:.2f} for single people, "
                f"{100 * each['objects_IT'] / ceilings['objects_IT'][0]:.0f} % of it.",
                each["objects_IT"] / float(ceilings["objects_IT"][0]),
                at_most=0.8,
            ),
            Claim(
                "areas-ceiling-photographs",
                "For the photographs people hardly agree with each other: the lower bounds are "
                f"{ceilings['photographs_EVC'][0]:.2f} (early visual cortex) and "
                f"{ceilings['photographs_IT'][0]:.2f} (IT).",
                float(ceilings["photographs_IT"][0]),
                at_most=0.1,
            ),
            Claim(
                "areas-weighted",
                "On objects that took no part in choosing or weighting, the best single block "
                f"reaches {float(result['objects_monkey_single']):.2f} for monkey IT and a "
                "weighted sum of all blocks "
                f"{float(result['objects_monkey_weighted']):.2f}; for people's IT "
                f"{float(result['objects_IT_single']):.2f} and "
                f"{float(result['objects_IT_weighted']):.2f}.",
                float(result["objects_monkey_weighted"] - result["objects_monkey_single"]),
                at_least=-0.1,
                at_most=0.2,
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
