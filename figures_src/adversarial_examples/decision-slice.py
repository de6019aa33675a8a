"""Regions of a network's answers in a plane through one photograph."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

NUM_NAMED = 4


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=6.9 if style.narrow else 3.9)
    panels = figure.subplots(2, 1) if style.narrow else figure.subplots(1, 2)
    named = most_common(result)
    further = result.metrics["far"] / result.metrics["near"]
    titles = ("Near the photograph", f"{further:.0f} times further out")
    for axes, name, title in zip(panels, ("near", "far"), titles, strict=True):
        half = result.metrics[name]
        draw_panel(axes, result, name, named, style)
        axes.set(title=title, xlabel=f"along the perturbation, L2 (± {half:g})")
        axes.set_ylabel("along noise, L2")
    return figure


def most_common(result: Result) -> list[int]:
    """The photograph's class, then the largest other regions."""
    classes = np.concatenate([result["near_classes"].ravel(), result["far_classes"].ravel()])
    values, counts = np.unique(classes, return_counts=True)
    label = result.metrics["label_index"]
    others = [int(v) for v in values[np.argsort(-counts)] if v != label]
    return [label, *others[:NUM_NAMED]]


def draw_panel(axes: Axes, result: Result, name: str, named: list[int], style: Style) -> None:
    classes, steps = result[f"{name}_classes"], result[f"{name}_steps"]
    index = np.full(classes.shape, len(named))
    for number, value in enumerate(named):
        index[classes == value] = number
    colours = [style.series[0], style.series[1], style.series[3], style.series[2], style.muted]
    axes.pcolormesh(
        steps,
        steps,
        index,
        cmap=ListedColormap([*colours[: len(named)], style.faint]),
        vmin=-0.5,
        vmax=len(named) + 0.5,
        alpha=0.55,
        rasterized=True,
    )
    axes.set_aspect("equal")
    axes.plot(0, 0, "o", color=style.foreground, ms=5)
    for number, value in enumerate(named):
        rows, columns = np.nonzero(index == number)
        inside = np.abs(steps[columns]) < 0.87 * steps.max()
        rows, columns = rows[inside], columns[inside]
        if len(rows) < 0.01 * index.size:
            continue
        # The name goes to the point of the region that is nearest to the region's centre; that of
        # the photograph's class, to the left of the dot.
        middle = (rows.mean(), columns.mean()) if number else (len(steps) / 2, len(steps) / 4)
        centre = int(np.argmin((rows - middle[0]) ** 2 + (columns - middle[1]) ** 2))
        axes.text(
            steps[columns[centre]],
            steps[rows[centre]],
            result.metrics["class_names"][str(value)].replace(" ", "\n"),
            ha="center",
            va="center",
            size="small",
            weight=600,
            clip_on=True,
        )


def describe(result: Result) -> Description:
    m = result.metrics
    stays = m["random_stays_within"]
    reach = m["far"] if stays is None else stays
    beyond = "more than " if stays is None else ""
    return Description(
        title="The answers around one photograph, to scale",
        caption=(
            f"What EfficientNet-Lite0 answers in the plane through the photograph of a coffee cup "
            "(dot) that is spanned by its minimal-norm perturbation and by Gaussian noise. Left, "
            f"± {m['near']:g} in L2; right, ± {m['far']:g}, where the left panel is smaller than "
            "the dot. Both axes have one scale. Images are clipped to [0, 1]; "
            f"{len(result['near_steps'])} points along each side; unnamed colours: other classes."
        ),
        alt=(
            f"Two maps of classes. Near the photograph the region of {m['label']} ends "
            f"{m['distance']:.2f} from it in the adversarial direction, along a nearly straight "
            f"line across the panel. In the noise direction it reaches {beyond}{reach:.0f}."
        ),
        table={
            "panel": [name for name in ("near", "far") for _ in range(result["near_classes"].size)],
            "along_perturbation": [
                float(x)
                for name in ("near", "far")
                for _ in result[f"{name}_steps"]
                for x in result[f"{name}_steps"]
            ],
            "along_noise": [
                float(y)
                for name in ("near", "far")
                for y in result[f"{name}_steps"]
                for _ in result[f"{name}_steps"]
            ],
            "class": [
                m["class_names"][str(value)]
                for name in ("near", "far")
                for value in result[f"{name}_classes"].ravel().tolist()
            ],
        },
        claims=[
            Claim(
                "slice-anisotropy",
                f"From this photograph the boundary is {m['distance']:.2f} away along the "
                f"perturbation and {beyond}{reach:.0f} along this noise.",
                reach / m["distance"],
                at_least=30,
            )
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
