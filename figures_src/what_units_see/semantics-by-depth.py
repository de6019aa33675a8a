"""Linear read-out of simple attributes and of category from every depth, and the control."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import t as student_t

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

SIMPLE = ("luminance", "hue", "orientation")
# Line style and marker of every curve; colours say which family it belongs to.
CURVES = {
    "luminance": ("-", "o"),
    "hue": ((0, (4, 1.5)), "D"),
    "orientation": ((0, (1.2, 1.2)), "^"),
    "place": ("-", "s"),
    "object": ("-", "o"),
    "animate": ((0, (4, 1.5)), "D"),
}
LABEL_GAP = 0.085


def draw(result: Result, *, style: Style) -> Figure:
    if style.narrow:
        figure = style.figure(height=6.4)
        panels = figure.subplots(2, 1)
    else:
        figure = style.figure(height=4.1)
        panels = figure.subplots(1, 2, sharey=True)
    for axes, kind, title in zip(
        panels, ("trained", "random"), ("Trained", "Random weights"), strict=True
    ):
        draw_network(axes, result, kind, style)
        axes.set_title(title)
    panels[0].set_ylabel("share of error removed")
    if style.narrow:
        panels[1].set_ylabel("share of error removed")
    return figure


def draw_network(axes: Axes, result: Result, kind: str, style: Style) -> None:
    depths = result["depths"]
    x = np.arange(len(depths))
    colours = dict.fromkeys(SIMPLE, style.series[2]) | {"place": style.series[3]}
    ends = []
    for name, (line, marker) in CURVES.items():
        mean, low, high = curve(result, name, kind)
        colour = colours.get(name, getattr(style, kind))
        axes.fill_between(x, low, high, color=colour, alpha=0.12, lw=0)
        wide = 2.4 if name in ("object", "animate") else 1.4
        axes.plot(x, mean, color=colour, ls=line, lw=wide, marker=marker, ms=3, mec="none")
        ends.append((mean[-1], name, colour))
    ends.sort()
    for (end, name, colour), height in zip(ends, spread([e[0] for e in ends]), strict=True):
        axes.plot([x[-1] + 0.3, x[-1] + 1.1], [end, height], color=colour, lw=0.7, clip_on=False)
        axes.text(x[-1] + 1.3, height, name, color=colour, size="small", va="center", weight=600)
    shown = [0, 1, *range(2, len(x), 5)]
    names = {"pixels": "pixels", "stem": "\nstem"}
    axes.set_xticks(shown, [names.get(d, d.rpartition(".")[2]) for d in depths[shown]])
    axes.set(
        xlabel="block", xlim=(-0.4, x[-1] + (6.2 if style.narrow else 6.8)), ylim=(-0.09, 1.05)
    )
    axes.set_yticks([0, 0.5, 1], ["0, chance", "0.5", "1, perfect"])
    axes.xaxis.label.set_x(0.37)
    axes.spines["bottom"].set_bounds(0, x[-1])
    axes.hlines([0, 0.5, 1], 0, x[-1], color=style.faint, lw=0.6, zorder=0)


def curve(result: Result, name: str, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, lower and upper end over depths: bootstrap if trained, range of seeds if random."""
    if name == "animate":
        shares, interval = result["objects_shares"], result["objects_interval"]
    else:
        index = list(result["attributes"]).index(name)
        shares, interval = result["shares"][:, index], result["intervals"][index]
    if kind == "trained":
        return shares[0], interval[:, 0], interval[:, 1]
    return shares[1:].mean(axis=0), shares[1:].min(axis=0), shares[1:].max(axis=0)


def spread(heights: list[float]) -> np.ndarray:
    """Ascending heights moved apart until neighbours are a label's height from each other."""
    moved = np.maximum(np.array(heights, dtype=float), -0.05)
    for _ in range(200):
        overlap = np.maximum(LABEL_GAP - np.diff(moved), 0) / 2
        moved[:-1] -= overlap
        moved[1:] += overlap
        moved += max(-0.06 - moved[0], 0)
    return moved


def interval_of_mean(sample: np.ndarray) -> tuple[float, float]:
    """95 % interval of the mean of a few values, by Student's t."""
    half = student_t.ppf(0.975, len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample))
    return float(sample.mean() - half), float(sample.mean() + half)


def minus(value: float) -> str:
    """A share in words, with a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def describe(result: Result) -> Description:
    m = result.metrics
    depths = [str(depth) for depth in result["depths"]]
    trained = {name: curve(result, name, "trained") for name in (*CURVES, "animal")}
    random = {name: curve(result, name, "random") for name in (*CURVES, "animal")}
    last = {name: values[0][-1] for name, values in trained.items()}
    last_random = {name: values[0][-1] for name, values in random.items()}
    names = list(result["attributes"])
    object_random = result["shares"][1:, names.index("object")]
    colour_last_random = result["shares"][1:, [names.index("luminance"), names.index("hue")], -1]
    colour_last_random = colour_last_random.mean(axis=1)
    colour_last = (last["luminance"] + last["hue"]) / 2
    before_last = trained["place"][0][-2]
    crossing = depths[int((trained["object"][0] > trained["luminance"][0]).argmax())]
    orientation = trained["orientation"][0]
    animate_best = int(trained["animate"][0].argmax())
    return Description(
        title="Category rises with depth, while luminance, hue and orientation fade",
        caption=(
            f"What a linear read-out tells about new stimuli from {m['num_features']} numbers "
            "per block of EfficientNet-Lite0: 0 is chance (classes) or guessing the mean "
            f"(numbers), 1 is perfect. {m['num_stimuli']} views of {m['num_photographs']} "
            "photographs: luminance, hue, orientation and place for photographs that were held "
            f"out, *object* (one of {m['num_classes']} classes) at places and in lights that were "
            f"held out; *animate*: {m['objects_num']} other objects, each held out. Bands: 95 % "
            "bootstrap over photographs or objects (trained); range of "
            f"{m['num_random']} networks (random weights; {m['objects_num_random']} for "
            "*animate*)."
        ),
        alt=(
            f"Two line plots against {len(depths)} depths from the pixels to the last block. "
            f"Trained network: luminance falls from 1 to {last['luminance']:.2f}, hue from "
            f"{trained['hue'][0][1]:.2f} to {last['hue']:.2f}, orientation peaks at "
            f"{orientation.max():.2f} and falls to {last['orientation']:.2f}; place stays high "
            f"and ends at {last['place']:.2f}; object rises from "
            f"{minus(trained['object'][0][0])} to {last['object']:.2f}, animate to "
            f"{last['animate']:.2f}. Random weights: all but luminance end near 0; object and "
            "animate stay near 0 at every depth."
        ),
        table={
            "depth": depths,
            **{
                f"{name}_{kind}_{part}": values.tolist()
                for kind, curves in (("trained", trained), ("random", random))
                for name, three in curves.items()
                for part, values in zip(("mean", "low", "high"), three, strict=True)
            },
        },
        claims=[
            Claim(
                "semantics-object-rises",
                "Which object is shown, at a new place and in a new light, is read out at "
                f"{trained['object'][0][1]:.2f} from the stem and at {last['object']:.2f} from "
                "the last block (0 is chance, 1 perfect).",
                float(last["object"] - trained["object"][0][1]),
                at_least=0.5,
            ),
            Claim(
                "semantics-object-needs-training",
                f"With random weights it never exceeds {object_random.max():.2f}.",
                float(object_random.max()),
                at_most=0.3,
                interval=interval_of_mean(object_random.max(axis=1)),
                interval_of=f"95 % t interval over {m['num_random']} networks, of the mean "
                "of their highest values",
            ),
            Claim(
                "semantics-simple-fades",
                f"Luminance and hue fall from {trained['luminance'][0][1]:.2f} and "
                f"{trained['hue'][0][1]:.2f} at the stem to {last['luminance']:.2f} and "
                f"{last['hue']:.2f} in the last block.",
                float(colour_last),
                at_most=0.5,
            ),
            Claim(
                "semantics-crossing",
                f"The curves of object and luminance cross at {crossing}; in the last block the "
                f"object is ahead by {last['object'] - last['luminance']:.2f}.",
                float(last["object"] - last["luminance"]),
                at_least=0.3,
            ),
            Claim(
                "semantics-orientation-is-made",
                "The direction of edges cannot be read from the pixels or the stem "
                f"({minus(orientation[1])}), is there at {orientation.max():.2f} in "
                f"{depths[int(orientation.argmax())]}, and falls to {last['orientation']:.2f}.",
                float(orientation.max() - last["orientation"]),
                at_least=0.2,
            ),
            Claim(
                "semantics-place-stays",
                f"Where the object is can still be told: {before_last:.2f} in {depths[-2]} and "
                f"{last['place']:.2f} in the last block, more than luminance and hue.",
                float(last["place"] - max(last["luminance"], last["hue"])),
                at_least=0.1,
            ),
            Claim(
                "semantics-random-fades-too",
                "Random weights lose luminance and hue as well, to "
                f"{last_random['luminance']:.2f} and {last_random['hue']:.2f}.",
                float(colour_last_random.mean()),
                at_most=0.5,
                interval=interval_of_mean(colour_last_random),
                interval_of=f"95 % t interval over {m['num_random']} networks, of their mean",
            ),
            Claim(
                "semantics-animate-new-objects",
                f"For objects never seen in fitting, animate or not is read out at "
                f"{trained['animate'][0][animate_best]:.2f} from {depths[animate_best]}, and at "
                f"{last['animate']:.2f} from the last block.",
                float(last["animate"]),
                at_least=0.4,
                interval=(float(trained["animate"][1][-1]), float(trained["animate"][2][-1])),
                interval_of="95 % bootstrap over objects",
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
