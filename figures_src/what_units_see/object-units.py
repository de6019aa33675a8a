"""Units that were named by half of the photographs, and what the other half says."""

from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.what_units_see.mosaics import draw_mosaics, patch_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.picture_grid import label
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import wilson_interval

LINE_HEIGHT = 0.26
TESTS = ("strength", "order", "top")
SIGNIFICANT = 0.05


def draw(result: Result, *, style: Style) -> Figure:
    depth = len(result.numbers["layers"])
    title = partial(name_unit, readings(result), style)
    return draw_mosaics(result[f"depth_{depth}_patches"], title, hits=result["hits"], style=style)


def name_unit(
    read: list[dict[str, Any]], style: Style, axes: Axes, index: int, left: float, top: float
) -> float:
    """Its name and how that held; returns where it ends."""
    one, height = read[index], LINE_HEIGHT * style.pick(wide=1, narrow=1.3)
    name = one["category"] + ("" if one["tests_that_agree"] == len(TESTS) else "?")
    axes.text(left, top + height / 2, name, va="center", weight=600, size="small")
    ends = f" ({100 * one['hits_low']:.0f}–{100 * one['hits_high']:.0f} %)"
    held = f"unit {one['unit']}: {one['hits']} of 9{style.pick(wide=ends, narrow='')}, "
    chance = f"by chance {one['by_chance']:.1f}"
    label(axes, left, top + height, held + chance, style.muted, height=height)
    return top + 2 * height + 0.08


def readings(result: Result) -> list[dict[str, Any]]:
    """What the photographs that had no part in naming say of each unit."""
    (facts,) = result.metrics.values()
    depth = len(result.numbers["layers"])
    found = []
    for index, unit in enumerate(result[f"depth_{depth}_units"].tolist()):
        named = int(result["named"][index])
        hits = int(result["hits"][index].sum())
        low, high = wilson_interval(hits, result["hits"].shape[1])
        agree = [
            bool(result[f"{t}_says"][index] == named and result[f"{t}_p"][index] < SIGNIFICANT)
            for t in TESTS
        ]
        found.append(
            {
                "unit": unit,
                "category": facts["categories"][named],
                "hits": hits,
                "hits_low": low,
                "hits_high": high,
                "by_chance": 9 * float(result["base_rate"][index]),
                "roc_area": float(result["area"][index]),
                **{f"{test}_p": float(result[f"{test}_p"][index]) for test in TESTS},
                "tests_that_agree": sum(agree),
            }
        )
    return found


def describe(result: Result) -> Description:
    ((model, facts),) = result.metrics.items()
    read, depth = readings(result), len(result.numbers["layers"])
    hits, shown = int(result["hits"].sum()), result["hits"].size
    by_chance = float(np.mean(result["base_rate"]))
    numbers = {
        "model": model,
        "dashed": model.replace("_", "-"),
        "layer": result.numbers["layers"][-1],
        "side": result.numbers["patch_sides"][-1],
        "photographs": facts["num_photographs"],
        "said": [f"{one['category']}, {one['hits']} of 9" for one in read],
        "shown": len(read),
        "hits": hits,
        "patches": shown,
        "twice": 2 * by_chance,
        "expected": by_chance * shown,
    }
    rows = patch_rows(
        {name: result[f"depth_{depth}_{name}"] for name in ("units", "sources", "boxes", "scores")},
        model,
        facts["sources"],
    )
    of_unit = {one["unit"]: {k: v for k, v in one.items() if k != "unit"} for one in read}
    return described(__file__, numbers, table=columns(row | of_unit[row["unit"]] for row in rows))


if __name__ == "__main__":
    run_drawing(draw, describe)
