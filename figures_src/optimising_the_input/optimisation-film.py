"""From noise to a super-stimulus: the frames between."""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import show
from site_lib.drawing.states import states, strip
from site_lib.drawing.words import described, network_label, percent, viewers
from site_lib.records.measurement import Result
from site_lib.records.published_files import FRAMES, STATES

SHOWN, COLUMNS = 8, 4
MILLISECONDS = 120
# Of another family than the network that was climbed.
JUDGE = "mobilenet_v1"


def chosen(result: Result) -> np.ndarray:
    """Frames to print: the first, the last, and between them more of the early ones."""
    number = len(result["film"])
    return np.unique(np.round((number - 1) * np.linspace(0, 1, SHOWN) ** 1.3).astype(int))


def draw(result: Result, *, style: Style) -> Figure:
    frames = chosen(result)
    rows = -(-len(frames) // COLUMNS)
    figure = style.figure(height=rows * (style.width / COLUMNS + 0.42))
    probability = result[f"{JUDGE}_film_probability"][0]
    for axes, frame in zip(figure.subplots(rows, COLUMNS).flat, frames, strict=True):
        show(axes, result["film"][frame])
        words = f"step {result['film_steps'][frame]}\n{percent(float(probability[frame]))}"
        axes.set_xlabel(words, size="small", color=style.muted)
    return figure


def describe(result: Result) -> Description:
    film, steps = result["film"], result["film_steps"].tolist()
    film_class = result.numbers["film_class"]
    changes = np.abs(np.diff(film.astype(float), axis=0)).mean(axis=(1, 2, 3)) / 255
    half = steps[1 + int(np.argmax(np.cumsum(changes) >= changes.sum() / 2))]
    numbers = {
        "shown": SHOWN,
        "frames": len(film),
        "num_steps": steps[-1] + 1,
        "last": steps[-1],
        "half": half,
        "share": half / steps[-1],
        "judge": network_label(JUDGE),
        "sure": min(
            float(result[f"{name}_probability"][result.numbers["classes"].index(film_class)])
            for name in result.numbers["judges"]
        ),
    }
    return described(
        __file__,
        result.numbers | numbers,
        table={"step": steps, "mean_change": [0.0, *changes.tolist()]},
        files={
            "optimisation-film/film.webp": animation(film),
            f"optimisation-film/{FRAMES}": strip(film, height=film.shape[1]),
            f"optimisation-film/{STATES}": states(
                what=f"Probability of “{film_class}”",
                shown=f"the image for “{film_class}” while it is made",
                steps=steps,
                gauges=[
                    {"name": name, "values": result[f"{viewer}_film_probability"][0]}
                    for viewer, name in viewers(result.numbers).items()
                ],
            ),
        },
    )


def animation(film: np.ndarray) -> bytes:
    """The frames as one animated file, the last held for two seconds."""
    first, *others = map(Image.fromarray, film)
    buffer = io.BytesIO()
    first.save(buffer, "webp", save_all=True, append_images=others, loop=0, quality=70, method=6,
               duration=[MILLISECONDS] * len(others) + [2000])  # fmt: skip
    return buffer.getvalue()


if __name__ == "__main__":
    run_drawing(draw, describe)
