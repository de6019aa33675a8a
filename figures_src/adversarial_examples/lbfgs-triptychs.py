"""Original, difference, adversarial: Szegedy's triptychs, from the files that are published."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from site_lib.data.photographs import photograph
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import CSS_PIXELS_PER_INCH, Style, bare
from site_lib.drawing.galleries import encoded
from site_lib.drawing.words import percent
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

GAIN = 40
PAPER_DISTORTION = 0.006508  # mean over 64 images, AlexNet (Szegedy et al., 2014)
COLUMNS = ("original", f"difference × {GAIN}", "adversarial")


def draw(result: Result, *, style: Style) -> Figure:
    number = result.metrics["number"]
    gap, head = 6, 24
    words = 40 if style.narrow else 216
    width = style.width * CSS_PIXELS_PER_INCH
    panel = (width - 2 * gap) / 3 if style.narrow else (width - words - 3 * gap) / 3
    row = panel + 14 + words if style.narrow else panel + 10
    height = head + number * row
    figure = style.figure(height / CSS_PIXELS_PER_INCH, layout=None)

    def place(left: float, top: float) -> Axes:
        return figure.add_axes(
            (left / width, 1 - (top + panel) / height, panel / width, panel / height)
        )

    def write(left: float, top: float, text: str, **options: object) -> None:
        figure.text(left / width, 1 - top / height, text, va="top", **options)  # type: ignore[arg-type]

    start = 0 if style.narrow else words + gap
    for column, title in enumerate(COLUMNS):
        left = start + column * (panel + gap)
        write(left, 2, title, weight=600, size="small" if style.narrow else "medium")
    for index in range(number):
        top = head + index * row + (words if style.narrow else 0)
        pictures = panels(result, index)
        for column, picture in enumerate(pictures):
            axes = place(start + column * (panel + gap), top)
            axes.imshow(picture, interpolation="antialiased")
            bare(axes)
        verdict = (
            f"{result.metrics['labels'][index]} {percent(result['label_before'][index])}"
            f" → ostrich {percent(result['target_after'][index])}"
        )
        sizes = (
            f"distortion {result['distortion'][index]:.4f}",
            f"L2 {result['l2'][index]:.2f}, max {result['linf_levels'][index]:.0f} of 255",
        )
        if style.narrow:
            write(0, top - words + 1, verdict, weight=600, size="small")
            write(0, top - words + 20, ", ".join(sizes), color=style.muted, size="small")
        else:
            write(0, top + 4, verdict.replace(" → ", "\n→ "), weight=600, linespacing=1.35)
            write(0, top + 56, "\n".join(sizes), color=style.muted, size="small", linespacing=1.4)
    return figure


def panels(result: Result, index: int) -> list[np.ndarray]:
    """Original, difference around mid-grey, adversarial; (H, W, 3) uint8 each."""
    original, adversarial = result["original"][index], result["adversarial"][index]
    difference = adversarial.astype(int) - original.astype(int)
    return [original, (128 + GAIN * difference).clip(0, 255).astype(np.uint8), adversarial]


def describe(result: Result) -> Description:
    m = result.metrics
    number, names = m["number"], m["photographs"]
    credits = "; ".join(dict.fromkeys(photograph(name).credit for name in names))
    before, after = result["label_before"], result["target_after"]
    rows = "; ".join(
        f"{label} {percent(b)} to ostrich {percent(a)}, distortion {d:.4f}"
        for label, b, a, d in zip(m["labels"], before, after, result["distortion"], strict=True)
    )
    ratio = PAPER_DISTORTION / m["mean_distortion"]
    return Description(
        title="Photographs that are ostriches",
        caption=(
            f"Box-constrained L-BFGS on EfficientNet-Lite0, as in Szegedy et al. (2014), for the "
            f"8-bit file: answer and probability before and after. {number} photographs, all of "
            "ours whose subject has a class in ImageNet or nearly so. Middle: 128 + "
            f"{GAIN} × difference in grey levels, clipped. The "
            "adversarial panels are the PNG files that can be downloaded below, read again and "
            f"classified. Mean distortion √(mean (x′ − x)²): {m['mean_distortion']:.4f} (the "
            f"paper, for AlexNet and 64 images: {PAPER_DISTORTION}). Control: noise of the same "
            f"L2 norm, {m['num_noises']} draws, changes {m['num_noises_changed']} answers. "
            f"Photographs: {credits}."
        ),
        alt=(
            f"{number} rows of three pictures. The photograph on the left and the adversarial "
            f"one on the right look the same; the difference in the middle, {GAIN} times "
            f"enlarged, is a faint texture of coloured speckle. {rows}."
        ),
        table={
            "photograph": names,
            "class_before": m["labels"],
            "probability_before": before.tolist(),
            "probability_of_that_class_after": result["label_after"].tolist(),
            "ostrich_before": result["target_before"].tolist(),
            "ostrich_after": after.tolist(),
            "l2": result["l2"].tolist(),
            "linf_grey_levels": result["linf_levels"].astype(int).tolist(),
            "distortion": result["distortion"].tolist(),
            "share_of_pixels_changed": result["share_changed"].tolist(),
            "gradients": result["gradients"].tolist(),
            **{
                part: result["boxes"][:, column].tolist()
                for column, part in enumerate(("crop_top", "crop_left", "crop_side"))
            },
        },
        claims=[
            Claim(
                "triptychs-fooled",
                f"{m['num_fooled']} of {number} photographs are taken for an ostrich, as the "
                "8-bit files that are published here.",
                m["num_fooled"],
                at_least=number,
            ),
            Claim(
                "triptychs-distortion",
                f"The mean distortion is {m['mean_distortion']:.4f}, {m['mean_levels']:.1f} grey "
                f"levels of 255 and {ratio:.1f} times below the {PAPER_DISTORTION} that Szegedy "
                "et al. report for AlexNet.",
                m["mean_distortion"],
                at_most=PAPER_DISTORTION / 2,
            ),
            Claim(
                "triptychs-noise",
                f"Gaussian noise with the norm of each perturbation, {m['num_noises']} draws in "
                f"all, changes {m['num_noises_changed']} answers.",
                m["num_noises_changed"],
                at_most=m["num_noises"] // 10,
            ),
            Claim(
                "triptychs-others",
                f"EfficientNet-Lite1 and Lite2 call {m['num_others_fooled']} of "
                f"{m['num_others_shown']} of these files an ostrich.",
                m["num_others_fooled"],
                at_most=m["num_others_shown"] // 4,
            ),
        ],
        files={
            f"lbfgs-triptychs/{name}-{kind}.png": encoded(result[kind][index], "png", optimize=True)
            for index, name in enumerate(names)
            for kind in ("original", "adversarial")
        },
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
