"""What units lose while a part of their best photograph is hidden."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from scipy.ndimage import gaussian_filter

from site_lib.drawing import picture_grid as grid
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap
from site_lib.statistics.ranks import rank_correlation

GAP = 0.06
# What is not needed is as grey as what had hidden it; what is above this quantile is all there.
GREY, BRIGHT = 128, 0.95
# What a small label leaves out of the names of categories.
SHORTER = " or monument| object|hand "
RULES = ("deconvnet", "guided", "gradient")


def draw(lite: Result, mobilenet: Result, *, style: Style) -> Figure:
    """A photograph above what of it the unit needs, and another unit; on a phone three in a row."""
    figure, axes = grid.canvas(style)
    per_row = style.pick(wide=6, narrow=3)
    names = labels(lite)
    line = style.pick(wide=0.18, narrow=0.2)
    height = 3 * (line + 1 + GAP)
    for index, name in enumerate(names):
        row, column = divmod(index, per_row)
        left, top = column * (1 + GAP), row * (height + 2 * GAP)
        pixels, other = lite["crops"][index], next_of(index, names)
        own, control = lite["lost"][index], lite["lost_of_other"][index]
        for words, colour, shown in (
            (name, style.foreground, pixels),
            (f"{name}: {in_words(taken(lite, index))}", style.trained, lit(pixels, own, own, lite)),
            (f"{names[other]}: {in_words(taken_of_other(lite, index))}", style.random,
             lit(pixels, control, lite["lost"][other], lite)),
        ):  # fmt: skip
            axes.text(left, top + line / 2, words, va="center", color=colour, size="small")
            grid.picture(axes, shown, left, top + line)
            top += line + 1 + GAP
    rows = -(-len(names) // per_row)
    across, down = per_row * (1 + GAP) - GAP, rows * (height + 2 * GAP) - 3 * GAP
    grid.fit(figure, axes, across, down, margin=GAP)
    return figure


def labels(result: Result) -> list[str]:
    """What the units are called in the figure: by their categories."""
    categories = result.metrics["efficientnet_lite0"]["categories"]
    return [re.sub(SHORTER, "", categories[named]) for named in result["named"]]


def next_of(index: int, units: Sequence | np.ndarray) -> int:
    """Which unit is the control of one: the next, and of the last the first."""
    return (index + 1) % len(units)


def taken(result: Result, index: int) -> float:
    """The share of a unit's answer to its photograph that the worst square takes."""
    return float(result["lost"][index].max() / result["answers"][index])


def taken_of_other(result: Result, index: int) -> float:
    """What the worst square takes of its control, in shares of what that answers to its own."""
    answers = result["answers"]
    return float(result["lost_of_other"][index].max() / answers[next_of(index, answers)])


def in_words(share: float) -> str:
    """A share of an answer; below nothing, where an answer can fall, all is lost."""
    return "all" if share >= 1 else f"{share:.0%}".replace("%", " %")


def lit(pixels: np.ndarray, lost: np.ndarray, own: np.ndarray, result: Result) -> np.ndarray:
    """A photograph that is left grey but for what costs a unit its answer when it is hidden.

    Each pixel has the mean of the squares that hide it.   own: what the same unit loses in its own
    photograph, the scale of the light.
    """
    full = np.quantile(by_pixel(own, result, pixels), BRIGHT)
    light = np.clip(by_pixel(lost, result, pixels) / max(full, 1e-12), 0, 1)[..., None]
    return (light * pixels + (1 - light) * GREY).astype(np.uint8)


def by_pixel(lost: np.ndarray, result: Result, pixels: np.ndarray) -> np.ndarray:
    """What is lost by the squares' places, spread over the pixels that they hide."""
    square, stride = (result.numbers[name] for name in ("square", "stride"))
    lost = np.maximum(lost, 0)
    total, count = np.zeros(pixels.shape[:2]), np.zeros(pixels.shape[:2])
    for row, column in np.ndindex(lost.shape):
        place = np.s_[row * stride :, column * stride :]
        total[place][:square, :square] += lost[row, column]
        count[place][:square, :square] += 1
    return gaussian_filter(total / np.maximum(count, 1), stride / 2)


def describe(lite: Result, mobilenet: Result) -> Description:
    results = {"efficientnet_lite0": lite, "mobilenet_v2": mobilenet}
    rows = [row for name, one in results.items() for row in rows_of(name, one)]
    found = {rule: np.array([row[f"agrees_{rule}"] for row in rows]) for rule in (*RULES, "place")}
    other = np.array([row["largest_share_of_other"] for row in rows])
    worst = np.array([row["largest_share"] for row in rows[: len(lite["lost"])]])
    numbers = {
        "shown": len(lite["lost"]),
        "number": len(rows),
        "share_of_image": (lite.numbers["square"] / lite.numbers["side"]) ** 2,
        "worst": (float(np.median(worst)), bootstrap(worst, np.median, seed=0)),
        "lost": [float(worst.min()), float(worst.max())],
        "other": (float(np.median(other)), bootstrap(other, np.median, seed=0)),
        "agree": {rule: float(np.median(one)) for rule, one in found.items()},
        "beyond": float(np.median([row["guided_beyond_place"] for row in rows])),
        "guided_ends": bootstrap(found["guided"], np.median, seed=0),
        "layer": lite.numbers["layers"][-1],
    }
    return described(__file__, lite.numbers | numbers, table=columns(rows))


def rows_of(name: str, result: Result) -> list[dict[str, Any]]:
    """Of each unit: the largest share of its answer that a square takes, and what agrees."""
    units = result[f"depth_{len(result.numbers['layers'])}_units"].tolist()
    found = []
    for index, (unit, lost) in enumerate(zip(units, result["lost"], strict=True)):
        strengths = {rule: result[f"strength_{rule}"][index] for rule in RULES}
        strengths["place"] = -distance_from_unit(result, index)
        agrees = {f"agrees_{rule}": rank_correlation(lost, one) for rule, one in strengths.items()}
        agrees["guided_beyond_place"] = partial_correlation(
            agrees["agrees_guided"],
            agrees["agrees_place"],
            rank_correlation(strengths["guided"], strengths["place"]),
        )
        row = {
            "network": name,
            "unit": unit,
            "largest_share": taken(result, index),
            "largest_share_of_other": taken_of_other(result, index),
        }
        found.append(row | agrees)
    return found


def partial_correlation(both: float, first: float, second: float) -> float:
    """Of two things, given that they correlate with each other, and each with a third."""
    return (both - first * second) / float(np.sqrt((1 - first**2) * (1 - second**2)))


def distance_from_unit(result: Result, index: int) -> np.ndarray:
    """From the middle of each square to the middle of the unit's field, in pixels."""
    square, stride = (result.numbers[name] for name in ("square", "stride"))
    middle = np.arange(len(result["lost"][index])) * stride + (square - 1) / 2
    down, across = (middle - place for place in result["centres"][index])
    return np.hypot(down[:, None], across[None])


if __name__ == "__main__":
    run_drawing(draw, describe)
