"""Original, difference, adversarial: Szegedy's triptychs, from the files that are published."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from figures_src.adversarial_examples.papers import ALEXNET_DISTORTION
from site_lib.data.photographs import photograph
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import CSS_PIXELS_PER_INCH, Style, bare
from site_lib.drawing.galleries import encoded
from site_lib.drawing.words import described, percent
from site_lib.records.measurement import Result

GAIN = 40
TITLES = ("original", f"difference × {GAIN}", "adversarial")
GAP, HEAD = 6, 24  # CSS pixels between panels, and above the first row
# Column of the published table: what is measured of each photograph.
MEASURED = {
    "probability_before": "label_before",
    "probability_of_that_class_after": "label_after",
    "ostrich_before": "target_before",
    "ostrich_after": "target_after",
    "l2": "l2",
    "linf_grey_levels": "linf_levels",
    "distortion": "distortion",
    "share_of_pixels_changed": "share_changed",
    "gradients": "gradients",
}


def draw(result: Result, *, style: Style) -> Figure:
    """Lengths are in CSS pixels; words stand left of a row or, on a phone, above it."""
    number = result.metrics["num_photographs"]
    words = style.pick(wide=148, narrow=40)
    start = style.pick(wide=words + GAP, narrow=0)
    width = style.width * CSS_PIXELS_PER_INCH
    panel = (width - start - 2 * GAP) / 3
    row = panel + style.pick(wide=10, narrow=14 + words)
    height = HEAD + number * row
    figure = style.figure(height / CSS_PIXELS_PER_INCH, layout=None)

    def write(left: float, top: float, text: str, **options: Any) -> None:
        figure.text(left / width, 1 - top / height, text, va="top", **options)

    lefts = [start + column * (panel + GAP) for column in range(3)]
    for left, title in zip(lefts, TITLES, strict=True):
        write(left, 2, title, weight=600, size=style.pick(wide="medium", narrow="small"))
    for index in range(number):
        top = HEAD + index * row + style.pick(wide=0, narrow=words)
        for left, picture in zip(lefts, panels(result, index), strict=True):
            place = (left / width, 1 - (top + panel) / height, panel / width, panel / height)
            axes = figure.add_axes(place)
            axes.imshow(picture, interpolation="antialiased")
            bare(axes)
        answers, sizes = lines(result, index)
        small: dict[str, Any] = {"color": style.muted, "size": "small"}
        if style.narrow:
            write(0, top - words + 1, " ".join(answers), weight=600, size="small")
            write(0, top - words + 20, ", ".join(sizes), **small)
        else:
            write(0, top - 3, "\n".join(answers), weight=600, linespacing=1.35)
            write(0, top + 50, "\n".join(sizes), linespacing=1.4, **small)
    return figure


def panels(result: Result, index: int) -> list[np.ndarray]:
    """Original, difference around mid-grey, adversarial; (H, W, 3) uint8 each."""
    original, adversarial = result["original"][index], result["adversarial"][index]
    difference = adversarial.astype(int) - original.astype(int)
    return [original, (128 + GAIN * difference).clip(0, 255).astype(np.uint8), adversarial]


def lines(result: Result, index: int) -> tuple[list[str], list[str]]:
    """The answers before and after, and the sizes of the difference."""
    before, after, distortion, l2, linf = (
        result[name][index]
        for name in ("label_before", "target_after", "distortion", "l2", "linf_levels")
    )
    label = result.metrics["labels"][index]
    answers = [f"{label} {percent(before)}", f"→ ostrich {percent(after)}"]
    return answers, [f"distortion {distortion:.4f}", f"L2 {l2:.2f}", f"at most {linf:.0f} of 255"]


def describe(result: Result) -> Description:
    m = result.numbers
    names = m["photographs"]
    measured = {column: result[name].tolist() for column, name in MEASURED.items()}
    numbers = {
        "gain": GAIN,
        "alexnet": ALEXNET_DISTORTION,
        "half_of_alexnet": ALEXNET_DISTORTION / 2,
        "below": ALEXNET_DISTORTION / m["mean_distortion"],
        "credits": "; ".join(dict.fromkeys(photograph(name).credit for name in names)),
        "few_noises": m["num_noisy_files"] // 10,
        "few_others": m["num_others_shown"] // 4,
    }
    boxes = zip(("crop_top", "crop_left", "crop_side"), result["boxes"].T.tolist(), strict=True)
    return described(
        __file__,
        m | numbers,
        table={"photograph": names, "class_before": m["labels"], **measured, **dict(boxes)},
        files={
            f"lbfgs-triptychs/{name}-{kind}.png": encoded(result[kind][index], "png", optimize=True)
            for index, name in enumerate(names)
            for kind in ("original", "adversarial")
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
