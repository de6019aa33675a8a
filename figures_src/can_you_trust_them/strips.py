"""Strips of dots, one for each kind of thing, with the mean of each and its interval."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from site_lib.drawing.figure_style import Style
from site_lib.statistics.intervals import bootstrap


def strips(axes: Axes, values: Mapping[str, tuple[np.ndarray, str]], style: Style) -> None:
    """Draw a row of dots for each kind, from above: name → values (N,) and their colour.

    Bars are 95 % bootstrap intervals of the mean over the values.
    """
    generator = np.random.default_rng(0)
    for place, (of_kind, colour) in enumerate(values.values()):
        y = -place + generator.uniform(-0.24, 0.24, len(of_kind))
        axes.plot(of_kind, y, "o", ms=2.5, mec="none", alpha=0.45, color=colour)
        axes.hlines(-place, *bootstrap(of_kind, np.mean, seed=0), color=style.foreground, lw=3)
        axes.plot(of_kind.mean(), -place, "o", ms=6, color=style.foreground)
    axes.set_yticks([-place for place in range(len(values))], list(values))
    axes.tick_params("y", length=0)
