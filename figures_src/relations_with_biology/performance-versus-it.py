"""Read-out of categories against similarity to IT, one dot for each network."""

import itertools

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

KINDS = {
    "random": "random weights",
    "partly": "trained here, and the way there from random weights",
    "graft": "first blocks from Lite0, the rest trained here",
    "optimised": "optimised on ImageNet",
}
# Networks that were trained here, in the order of the key.
LETTERS = {
    "student": ("A", "plain network"),
    "two-layers": ("B", "two layers"),
    "plain": ("C", "VGG-like"),
    "residual": ("D", "ResNet-like"),
    "separated": ("E", "MobileNet-like"),
    "graft-5": ("F", "new tail on 5 blocks of Lite0"),
    "graft-9": ("G", "on 9 blocks"),
}
GRAFTS = ("graft-5", "graft-9")
INTERVAL_OF = "95 % bootstrap over architectures"
AREAS = {"monkey": "IT of monkeys", "human": "IT of people"}


def draw(result: Result, *, style: Style) -> Figure:
    if style.narrow:
        figure = style.figure(height=8.6)
        panels = figure.subplots(2, 1)
    else:
        figure = style.figure(height=5.2)
        panels = figure.subplots(1, 2)
    for axes, (area, title) in zip(panels, AREAS.items(), strict=True):
        draw_area(axes, result, area, style)
        axes.set_title(title)
        axes.set_xlabel("categories read out (balanced accuracy, %)")
    for axes in panels if style.narrow else panels[:1]:
        axes.set_ylabel("similarity to IT (Spearman ρ)")
    draw_key(figure, style)
    return figure


def colours_of(style: Style) -> dict[str, str]:
    return {
        "random": style.random,
        "partly": style.series[3],
        "graft": style.series[2],
        "optimised": style.trained,
    }


def draw_area(axes: Axes, result: Result, area: str, style: Style) -> None:
    x, y = 100 * result["performance"], result[area]
    kind, family, colours = result["kind"], result["family"], colours_of(style)
    for name, (letter, _) in LETTERS.items():
        own = (family == name) & (kind != "random")
        colour = colours[str(kind[own][0])]
        xs, ys = x[own], y[own]
        if name not in GRAFTS:
            start = (family == name) & (kind == "random")
            xs, ys = np.append(x[start].mean(), xs), np.append(y[start].mean(), ys)
        axes.plot(xs, ys, color=colour, lw=1, alpha=0.55, zorder=2)
        axes.plot(x[own][:-1], y[own][:-1], "o", color=colour, ms=4, mew=0, zorder=3)
        axes.plot(xs[-1], ys[-1], "o", color=colour, ms=11, mew=0, zorder=4)
        axes.annotate(
            letter, (xs[-1], ys[-1]), ha="center", va="center_baseline", size="x-small",
            weight=600, color=style.background, zorder=5,
        )  # fmt: skip
    for one, size in (("random", 5), ("optimised", 7)):
        chosen = kind == one
        axes.plot(x[chosen], y[chosen], "o", color=colours[one], ms=size, mew=0, alpha=0.85)
    axes.annotate(
        "Lite0, 1, 2", (x[chosen].mean(), y[chosen].min()), (0, -7), textcoords="offset points",
        size="small", weight=600, color=style.trained, ha="center", va="top",
    )  # fmt: skip
    draw_reference(axes, result, area, style)
    axes.text(
        0.98, 0.03, f"r = {written(*correlation(result, area, 'all'))}", transform=axes.transAxes,
        ha="right", weight=600, size="small",
    )  # fmt: skip


def draw_reference(axes: Axes, result: Result, area: str, style: Style) -> None:
    """Chance, and what people's IT reaches: for each other, or for the IT of monkeys."""
    chance = 100 * result.metrics["chance"]
    axes.axvline(chance, color=style.faint, lw=0.8, zorder=0)
    axes.set_xlim(chance - 6, 100)
    if area == "human":
        low, top = result["human_ceiling"]
        axes.axhspan(low, top, color=style.faint, alpha=0.7, lw=0, zorder=0)
        label = "noise ceiling"
    else:
        top = float(result["people_to_monkey"])
        axes.axhline(top, color=style.muted, lw=0.8, ls=(0, (4, 3)))
        label = "mean of 15 people"
    axes.set_ylim(None, top * 1.15)
    across = axes.get_xaxis_transform()
    for text, height, transform in ((label, top, axes.transData), ("chance", 0.6, across)):
        axes.text(
            chance + 1, height, text, transform=transform, color=style.muted, size="small",
            va="bottom",
        )  # fmt: skip


def draw_key(figure: Figure, style: Style) -> None:
    """Colours by legend; letters in its title."""
    handles = [
        Line2D(
            [], [], color=colour, marker="o", ls="", mew=0, ms=5 if kind == "random" else 9,
            label=KINDS[kind],
        )
        for kind, colour in colours_of(style).items()
    ]  # fmt: skip
    entries = [f"{letter} {name}" for letter, name in LETTERS.values()]
    breaks = (0, 3, 5, 7) if style.narrow else (0, 4, 7)
    lines = [" · ".join(entries[a:b]) for a, b in itertools.pairwise(breaks)]
    legend = figure.legend(
        handles=handles, loc="outside lower center", ncols=1 if style.narrow else 2,
        fontsize="small", handletextpad=0.2, title="\n".join(lines), title_fontsize="small",
        alignment="left",
    )  # fmt: skip
    legend.get_title().set_linespacing(1.4)


def correlation(result: Result, area: str, among: str) -> tuple[float, tuple[float, float]]:
    """Pearson r over a group of networks, with its interval over architectures."""
    low, high = result[f"{area}_interval_{among}"]
    return float(result[f"{area}_r_{among}"]), (float(low), float(high))


def largest_gap(values: np.ndarray) -> tuple[float, float]:
    """The two neighbouring values with the widest gap between them."""
    ordered = np.sort(values)
    index = int(np.diff(ordered).argmax())
    return float(ordered[index]), float(ordered[index + 1])


def describe(result: Result) -> Description:
    m, kind, family = result.metrics, result["kind"], result["family"]
    performance = 100 * result["performance"]
    means = {
        (area, one): float(result[area][kind == one].mean()) for area in AREAS for one in KINDS
    }
    r = {
        (area, among): correlation(result, area, among)
        for area in AREAS
        for among in ("all", "without_optimised", "without_both", "random")
    }
    here = [name for name in LETTERS if (kind[family == name] == "partly").any()]
    gains = {
        values: scale * np.array([gain(result, name, values) for name in here])
        for values, scale in (("performance", 100), ("monkey", 1), ("human", 1))
    }
    layers = {values: float(gains[values][here.index("two-layers")]) for values in gains}
    ends = performance[np.isin(result["names"], here)]
    # Binomial, for a share like those of the networks trained here.
    error = float(np.sqrt(ends.mean() * (100 - ends.mean()) / m["num_photographs"]))
    grafts = performance[np.isin(result["names"], GRAFTS)]
    gap = largest_gap(performance)
    top = float(result["human"].max())
    ceiling = float(result["human_ceiling"][0])
    optimised, random = performance[kind == "optimised"], performance[kind == "random"]
    return Description(
        title="Networks that tell categories apart are more like IT",
        caption=(
            f"Each of {m['num_networks']} dots is a network, {m['num_families']} architectures in "
            "all; lines follow one through its training, discs mark the end. Across: share of "
            f"{m['num_photographs']} photographs in {m['num_categories']} categories that a "
            "linear read-out of the layer before the classifier names rightly, each photograph "
            "held out (line: chance). Up: similarity of the RDM of "
            f"{m['num_objects']} *other* stimuli, objects on grey, to that of IT; the layer is "
            "chosen on one half of the objects and scored on the other. r: Pearson over all dots, "
            "with 95 % bootstrap interval over architectures."
        ),
        alt=(
            f"Two scatter plots of {m['num_networks']} networks. Random networks lie at the lower "
            "left, networks optimised on ImageNet at the upper right, those trained here in "
            f"between. r = {r['monkey', 'all'][0]:.2f} for monkeys, "
            f"{r['human', 'all'][0]:.2f} for people."
        ),
        table={
            "network": result["names"].tolist(),
            "kind": kind.tolist(),
            "performance": result["performance"].tolist(),
            "monkey_it": result["monkey"].tolist(),
            "human_it": result["human"].tolist(),
        },
        claims=[
            Claim(
                "models-r-monkey",
                f"Over {m['num_networks']} networks, category read-out and similarity to monkey "
                f"IT correlate at r = {r['monkey', 'all'][0]:.2f}.",
                r["monkey", "all"][0],
                at_least=0.3,
                interval=r["monkey", "all"][1],
                interval_of=INTERVAL_OF,
            ),
            Claim(
                "models-r-human",
                f"With the IT of people the correlation is r = {r['human', 'all'][0]:.2f}.",
                r["human", "all"][0],
                at_least=0.3,
                interval=r["human", "all"][1],
                interval_of=INTERVAL_OF,
            ),
            Claim(
                "models-means",
                "Networks optimised on ImageNet reach "
                f"{means['monkey', 'optimised']:.2f} (monkeys) and "
                f"{means['human', 'optimised']:.2f} (people) on average, networks with random "
                f"weights {means['monkey', 'random']:.2f} and {means['human', 'random']:.2f}.",
                means["monkey", "optimised"] - means["monkey", "random"],
                at_least=0.03,
            ),
            Claim(
                "models-training-here",
                f"From random weights to the end, the {len(here)} networks trained here gain "
                f"{signed(gains['performance'], 0)} points of read-out, "
                f"{signed(gains['monkey'], 2)} in similarity to the IT of monkeys, and "
                f"{signed(gains['human'], 2)} to that of people (mean, and range over networks).",
                float(gains["monkey"].min()),
                at_least=0,
            ),
            Claim(
                "models-two-layers",
                "The network with two layers gains the most similarity to monkey IT, "
                f"{signed_one(layers['monkey'], 2)}, and {signed_one(layers['performance'], 0)} "
                "points of read-out; with so few photographs one read-out has a standard error of "
                f"{error:.0f} points.",
                layers["performance"],
                at_most=2 * error,
            ),
            Claim(
                "models-range-filled",
                f"The widest gap in read-out that no network fills lies between {gap[0]:.0f} and "
                f"{gap[1]:.0f} %; the networks trained here from random weights end between "
                f"{ends.min():.0f} and {ends.max():.0f} %, the two grafts at "
                f"{grafts.min():.0f} and {grafts.max():.0f} %.",
                gap[1] - gap[0],
                at_most=float(optimised.min() - random.max()),
            ),
            Claim(
                "models-without-imagenet",
                "Without the networks optimised on ImageNet, r is "
                f"{written(*r['monkey', 'without_optimised'])} for monkeys and "
                f"{written(*r['human', 'without_optimised'])} for people (in brackets: "
                "95 % bootstrap over architectures).",
                r["monkey", "without_optimised"][0],
                at_least=0,
                at_most=r["monkey", "all"][0],
                interval=r["monkey", "without_optimised"][1],
                interval_of=INTERVAL_OF,
            ),
            Claim(
                "models-without-both",
                "Without the grafts as well, it is "
                f"{written(*r['monkey', 'without_both'])} and "
                f"{written(*r['human', 'without_both'])}.",
                r["monkey", "without_both"][0],
                at_least=0,
                at_most=r["monkey", "all"][0],
                interval=r["monkey", "without_both"][1],
                interval_of=INTERVAL_OF,
            ),
            Claim(
                "models-within-random",
                f"Among the {m['num_random']} random networks alone it is "
                f"{written(*r['monkey', 'random'])} and {written(*r['human', 'random'])}.",
                r["monkey", "random"][0],
                at_most=r["monkey", "all"][0],
                interval=r["monkey", "random"][1],
                interval_of=INTERVAL_OF,
            ),
            Claim(
                "models-below-ceiling",
                f"The best network reaches {top:.2f} for people; the lower bound of the noise "
                f"ceiling is {ceiling:.2f}.",
                top / ceiling,
                at_most=1,
            ),
            Claim(
                "models-three-trained",
                f"The three networks trained on ImageNet read out {optimised.min():.0f} to "
                f"{optimised.max():.0f} % of the photographs, the random ones {random.min():.0f} "
                f"to {random.max():.0f} %.",
                float(optimised.min() - random.max()),
                at_least=0,
            ),
        ],
    )


def written(r: float, interval: tuple[float, float]) -> str:
    return f"{r:.2f} [{interval[0]:.2f}, {interval[1]:.2f}]".replace("-", "−")


def signed(values: np.ndarray, digits: int) -> str:
    """Mean and range of gains."""
    mean, low, high = (
        signed_one(float(x), digits) for x in (values.mean(), values.min(), values.max())
    )
    return f"{mean} ({low} to {high})"


def signed_one(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")


def gain(result: Result, family: str, values: str) -> float:
    """What an architecture gains from random weights, mean of its seeds, to the end."""
    random = (result["family"] == family) & (result["kind"] == "random")
    return float(result[values][result["names"] == family][0] - result[values][random].mean())


if __name__ == "__main__":
    run_drawing(draw, describe)
