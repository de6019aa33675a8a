"""How far each photograph is from a wrong answer, by attack and network."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result
from site_lib.statistics.intervals import bootstrap

ATTACKS = {"minimal_norm": "minimal norm", "deepfool": "DeepFool", "fgsm": "FGSM"}
TARGETED = "L-BFGS, to ostrich"
PAPER_DISTORTION = 0.006508  # L-BFGS on AlexNet, mean over 64 images (Szegedy et al., 2014)
# Mean ‖r‖/‖x‖ of DeepFool on CaffeNet and GoogLeNet (Moosavi-Dezfooli et al., 2016).
PAPER_RELATIVE = {"CaffeNet": 0.0027, "GoogLeNet": 0.0019}
GREY_LEVEL = 1 / 255


def samples(result: Result) -> list[tuple[str, int, np.ndarray]]:
    """(attack, number of the network, distortions of the photographs that were right)."""
    number = len(result.metrics["models"])
    scale = (3 * result.metrics["side"] ** 2) ** 0.5
    found = []
    for attack in ATTACKS:
        for network in range(number):
            norms = result[f"{attack}_{network}"]
            found.append((attack, network, norms[np.isfinite(norms)] / scale))
    found.append(("lbfgs", 0, result["lbfgs_distortion"][result["lbfgs_success"]]))
    return found


def draw(result: Result, *, style: Style) -> Figure:
    figure = style.figure(height=5.6 if style.narrow else 4.4)
    axes = figure.subplots()
    rows = samples(result)
    y, ticks = 0.0, []
    last = None
    for attack, network, values in rows:
        y += 1.6 if attack != last and last is not None else 1
        last = attack
        colour = style.series[network % 4]
        spread = np.random.default_rng(0).uniform(-0.28, 0.28, len(values))
        axes.plot(values, y + spread, "o", ms=3.4, color=colour, alpha=0.6, mec="none")
        low, high = bootstrap(values, np.median, seed=0)
        axes.plot([low, high], [y, y], color=colour, lw=1.4)
        axes.plot(np.median(values), y, "|", color=colour, ms=17, mew=2.6)
        ticks.append((y, row_name(attack, network, result)))
    axes.set(xscale="log", ylim=(y + 0.9, -0.5), xlabel="distortion √(mean (x′ − x)²), pixels 0–1")
    axes.set_yticks(*zip(*ticks, strict=True))
    for label, (_, network, _) in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_color(style.series[network % 4])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.grid(axis="x")
    mark(axes, PAPER_DISTORTION, "AlexNet,\nthe paper", y, "left", style)
    mark(axes, GREY_LEVEL, "1 grey level", 0.0, "right", style)
    return figure


def row_name(attack: str, network: int, result: Result) -> str:
    short = result.metrics["models"][network].replace("efficientnet_", "").capitalize()
    if attack == "lbfgs":
        return f"L-BFGS to ostrich, {short}"
    return f"{ATTACKS[attack]}, {short}" if network == 0 else short


def mark(axes: Axes, x: float, text: str, y: float, side: str, style: Style) -> None:
    axes.axvline(x, color=style.muted, lw=0.8, ls=(0, (3, 3)), zorder=0)
    axes.annotate(
        text,
        (x, y),
        xytext=(4 if side == "left" else -4, 0),
        textcoords="offset points",
        color=style.muted,
        size="small",
        ha=side,
        va="center",
    )


def describe(result: Result) -> Description:
    m = result.metrics
    rows = samples(result)
    medians = {(attack, network): float(np.median(values)) for attack, network, values in rows}
    nearest, fast = medians["minimal_norm", 0], medians["fgsm", 0]
    interval = bootstrap(rows[0][2], np.median, seed=0)
    towards = rows[-1][2]
    relative = float(result["deepfool_relative_l2"].mean())
    names = [name.replace("efficientnet_", "") for name in m["models"]]
    failed = int(sum(np.isinf(result[f"fgsm_{index}"]).sum() for index in range(len(names))))
    right = ", ".join(
        f"{count} for {name}" for count, name in zip(m["num_right"], names, strict=True)
    )
    return Description(
        title="How far a photograph is from a wrong answer",
        caption=(
            "Each dot is a photograph that the network gets right "
            f"(of {m['num_photographs']}: {right}), {m['side']} × {m['side']} pixels for all; bar: "
            "median, line: its 95 % bootstrap interval over photographs. Untargeted attacks, each "
            "shortened until it just works; below, L-BFGS to *ostrich*, the experiment of Szegedy "
            f"et al. (2014), whose mean for AlexNet is marked. Successful: "
            f"{m['num_lbfgs_success']} of {m['num_right'][0]}. FGSM fails {failed} times in all."
        ),
        alt=(
            "Dots on a logarithmic axis of distortion. Medians for the first network: minimal "
            f"norm {nearest:.5f}, DeepFool {medians['deepfool', 0]:.5f}, FGSM {fast:.5f}, L-BFGS "
            f"to ostrich {np.median(towards):.5f}; a grey level is 0.0039 and the paper's mean "
            f"for AlexNet {PAPER_DISTORTION}."
        ),
        table={
            "attack": [attack for attack, _, values in rows for _ in values],
            "network": [names[network] for _, network, values in rows for _ in values],
            "distortion": [float(value) for _, _, values in rows for value in values],
        },
        claims=[
            Claim(
                "distortion-below-a-grey-level",
                f"Half of the photographs are within a distortion of {nearest:.5f} of a wrong "
                f"answer of Lite0: {255 * nearest:.2f} grey levels on average.",
                nearest,
                at_most=GREY_LEVEL / 4,
                interval=interval,
                interval_of="95 % bootstrap over photographs, of the median",
            ),
            Claim(
                "distortion-fgsm",
                f"One step along the sign of the gradient needs {fast / nearest:.1f} times as "
                "much.",
                fast / nearest,
                at_least=1.2,
            ),
            Claim(
                "distortion-ostrich",
                f"A class of our choice costs {float(np.median(towards)) / nearest:.0f} times as "
                f"much as any wrong answer; its mean distortion, {towards.mean():.4f}, is still "
                f"{PAPER_DISTORTION / towards.mean():.1f} times below the paper's.",
                float(towards.mean()),
                at_most=PAPER_DISTORTION,
            ),
            Claim(
                "distortion-deepfool",
                f"DeepFool's mean ‖r‖/‖x‖ is {relative:.5f}; its authors report "
                f"{PAPER_RELATIVE['CaffeNet']} for CaffeNet and {PAPER_RELATIVE['GoogLeNet']} "
                "for GoogLeNet.",
                relative,
                at_most=PAPER_RELATIVE["CaffeNet"],
            ),
        ],
    )


if __name__ == "__main__":
    run_drawing(draw, describe)
