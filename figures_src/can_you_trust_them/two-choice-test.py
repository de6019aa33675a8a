"""Right answers of two observers by what they were shown, and the questions for the reader."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from figures_src.can_you_trust_them.papers import PEOPLE
from figures_src.can_you_trust_them.picture_rows import picture_rows
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded
from site_lib.drawing.states import states
from site_lib.drawing.words import described, network_label
from site_lib.records.measurement import Result
from site_lib.records.published_files import STATES
from site_lib.statistics.intervals import bootstrap

KINDS = ("synthetic picture", "natural exemplars", "another unit’s")
GAP = 8  # white pixels between the pictures of a question


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=style.pick(wide=3.9, narrow=6.6))
    left, right = style.two_parts(figure, wide=(1.25, 1), narrow=(1, 1))
    bars(left.subplots(), result, style)
    titles = ("what is shown", "which excites", "it more?")
    picture_rows(right, [("", item) for item in result["quiz"][:3]], titles)
    return figure


def bars(axes: Axes, result: Result, style: Style) -> None:
    """Shares by kind and observer with intervals, and what people reached."""
    for observer, name in enumerate(result.numbers["observers"]):
        for kind in range(len(KINDS)):
            mean, (low, high) = share(result, observer, kind)
            x = kind + 0.26 * observer - 0.26
            axes.bar(x, mean - 0.5, 0.24, bottom=0.5, color=style.series[observer],
                     label=network_label(name) if kind == 0 else None)  # fmt: skip
            axes.plot([x, x], [low, high], color=style.foreground, lw=1.2)
    for kind, (mean, half) in enumerate(PEOPLE.values()):
        axes.errorbar(kind + 0.26, mean, half, fmt="D", ms=5, color=style.foreground,
                      label="people (2021)" if kind == 0 else None)  # fmt: skip
    axes.axhline(0.5, color=style.muted, lw=0.8)
    names = KINDS if not style.narrow else [name.replace(" ", "\n") for name in KINDS]
    axes.set_xticks(range(len(KINDS)), names)
    axes.set(ylim=(0.35, 1.0), ylabel="right answers", yticks=[0.5, 0.75, 1])
    axes.set_yticklabels(["50 %, chance", "75 %", "100 %"])
    axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2)


def of_kind(result: Result, kind: int) -> np.ndarray:
    """Right answers in the easy trials by observer and unit; the control of either kind."""
    right = result["right"][:, :, 0]
    return right[:, kind] if kind < 2 else right[:, 2:].mean(axis=1)


def share(result: Result, observer: int, kind: int) -> tuple[float, tuple[float, float]]:
    """Mean over units, and its interval."""
    units = of_kind(result, kind)[observer]
    return float(units.mean()), bootstrap(units, np.mean, seed=0)


def question(item: np.ndarray) -> bytes:
    """The pictures of a question side by side: (3, S, S, 3) → a WebP file."""
    gap = np.full((item.shape[1], GAP, 3), 255, np.uint8)
    reference, left, right = item
    return encoded(
        np.concatenate([reference, gap, gap, left, gap, right], axis=1), "webp", quality=80
    )


def quiz(result: Result) -> bytes:
    """What a page needs to ask the questions, and what others reached with both kinds of reference.

    Of the networks, shares of all easy trials; of people, the paper's.
    """
    m = result.numbers
    asked = zip(m["quiz_sides"], m["quiz_shown"], strict=True)
    networks = [
        {
            "who": network_label(name),
            "shares": [float(of_kind(result, kind)[observer].mean()) for kind in range(2)],
            "right": m["quiz_right"][observer],
        }
        for observer, name in enumerate(m["observers"])
    ]
    people = {
        "who": "People (Borowski et al., 2021)",
        "shares": [mean for mean, _ in PEOPLE.values()],
    }
    return states(
        questions=[{"side": side, "shown": shown} for side, shown in asked],
        kinds=list(dict.fromkeys(m["quiz_shown"])),
        others=[*networks, people],
    )


def describe(result: Result) -> Description:
    both = [of_kind(result, kind).mean(axis=0) for kind in range(3)]
    ahead = both[1] - both[0]
    rows = [
        (network_label(name), kind, *share(result, observer, k))
        for observer, name in enumerate(result.numbers["observers"])
        for k, kind in enumerate(KINDS)
    ]
    hard = result["right"][:, :2, 1].mean(axis=(0, 2))
    numbers = {
        "number": result["right"].shape[-1],
        "items": len(result["quiz"]),
        "mean": [float(one.mean()) for one in both],
        "synthetic_interval": bootstrap(both[0], np.mean, seed=0),
        "ahead": float(ahead.mean()),
        "ahead_interval": bootstrap(ahead, np.mean, seed=0),
        "hard": hard.tolist(),
        "people": [mean for mean, _ in PEOPLE.values()],
    }
    table: dict[str, list[Any]] = {
        "observer": [row[0] for row in rows],
        "shown": [row[1] for row in rows],
        "share_right": [row[2] for row in rows],
        "low": [row[3][0] for row in rows],
        "high": [row[3][1] for row in rows],
    }
    items = {f"{k + 1}.webp": question(item) for k, item in enumerate(result["quiz"])}
    folder = items | {STATES: quiz(result)}
    return described(__file__, result.numbers | numbers, table=table, folder=folder)


if __name__ == "__main__":
    run_drawing(draw, describe)
