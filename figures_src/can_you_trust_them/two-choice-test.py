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
from site_lib.drawing.tables import columns
from site_lib.drawing.words import described, network_label, with_intervals
from site_lib.records.measurement import Result
from site_lib.records.published_files import STATES
from site_lib.statistics.intervals import bootstrap

KINDS = ("synthetic picture", "natural exemplars", "another unit’s")
GAP = 8  # white pixels between the pictures of a question


def draw(result: Result, *, style: Style) -> Figure:
    """Shares of right answers, and the first question of each kind that shows something."""
    figure = style.figure(height=style.pick(wide=3.4, narrow=6.9))
    left, right = style.two_parts(figure, wide=(1, 1.1), narrow=(1.2, 1))
    dots(left.subplots(), result, style)
    rows = list(zip(KINDS, examples(result), strict=False))
    picture_rows(right, rows, ("what is shown", "which excites", "it more?"))
    return figure


def dots(axes: Axes, result: Result, style: Style) -> None:
    """Shares by kind and observer with intervals, and what people reached."""
    looks: dict[str, Any] = {"ms": 7, "capsize": 0, "elinewidth": 2.2, "ls": "none"}
    for observer, name in enumerate(result.numbers["observers"]):
        means, ends = zip(*(share(result, observer, kind) for kind in range(len(KINDS))),
                          strict=True)  # fmt: skip
        x = np.arange(len(KINDS)) + 0.18 * observer - 0.18
        axes.errorbar(x, means, np.abs(np.array(ends).T - means), fmt="so"[observer],
                      color=style.series[observer], label=network_label(name), **looks)  # fmt: skip
    shares, halves = zip(*PEOPLE.values(), strict=True)
    axes.errorbar(np.arange(len(PEOPLE)) + 0.18, shares, halves, fmt="D",
                  color=style.foreground, label="people (2021)", **looks)  # fmt: skip
    axes.axhline(0.5, color=style.muted, lw=1, ls=(0, (4, 1.5)), zorder=0)
    axes.set_xticks(range(len(KINDS)), [name.replace(" ", "\n", 1) for name in KINDS])
    axes.set(xlim=(-0.5, len(KINDS) - 0.5), ylim=(0.4, 1.0), ylabel="right answers")
    axes.set_yticks([0.5, 0.75, 1], ["chance, 50 %", "75 %", "100 %"])
    axes.grid(axis="y")
    axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.45, -0.16),
                ncols=2, columnspacing=1, handletextpad=0.3)  # fmt: skip


def examples(result: Result) -> list[np.ndarray]:
    """Of either kind of reference the first question, one whose reference is uniform if need be."""
    kinds = result.numbers["quiz_shown"]
    return [
        max((item for item, one in zip(result["quiz"], kinds, strict=True) if one == kind),
            key=lambda item: item[0].std() > 0)
        for kind in dict.fromkeys(kinds)
    ]  # fmt: skip


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
    numbers = {
        "number": result["right"].shape[-1],
        "mean": [one.mean() for one in both],
        **with_intervals(np.mean, synthetic=both[0], ahead=both[1] - both[0]),
        "people": [mean for mean, _ in PEOPLE.values()],
    }
    table = columns(
        {"observer": network_label(name), "shown": kind, "share_right": mean, "low": low,
         "high": high}
        for observer, name in enumerate(result.numbers["observers"])
        for k, kind in enumerate(KINDS)
        for mean, (low, high) in [share(result, observer, k)]
    )  # fmt: skip
    items = {f"{k + 1}.webp": question(item) for k, item in enumerate(result["quiz"])}
    folder = items | {STATES: quiz(result)}
    return described(__file__, result.numbers | numbers, table=table, folder=folder)


if __name__ == "__main__":
    run_drawing(draw, describe)
