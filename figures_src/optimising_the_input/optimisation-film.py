"""From noise to a super-stimulus: the frames between."""

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, gallery
from site_lib.drawing.states import states, strip
from site_lib.drawing.words import described, network_label, percent, viewers
from site_lib.records.measurement import Result
from site_lib.records.published_files import FRAMES, STATES

SHOWN = 8
JUDGE = "mobilenet_v1"  # of another family than the network that was climbed


def draw(result: Result, *, style: Style) -> Figure:
    """The first frame, the last, and between them more of the early ones."""
    last = len(result["film"]) - 1
    frames = np.unique(np.round(last * np.linspace(0, 1, SHOWN) ** 1.3).astype(int))
    titles = [f"step {step}" for step in result["film_steps"][frames]]
    verdicts = list(map(percent, result[f"{JUDGE}_film_probability"][0, frames]))
    return gallery(result["film"][frames], titles, verdicts, style=style, columns=4)


def describe(result: Result) -> Description:
    film, steps = result["film"], result["film_steps"].tolist()
    m, film_class = result.numbers, result.numbers["film_class"]
    place = m["classes"].index(film_class)
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
        "sure": min(result[f"{name}_probability"][place] for name in m["judges"]),
    }
    files = {
        "{id}/film.webp": animation(film),
        f"{{id}}/{FRAMES}": strip(film, height=film.shape[1]),
        f"{{id}}/{STATES}": states(
            what=f"Probability of “{film_class}”",
            shown=f"the image for “{film_class}” while it is made",
            steps=steps,
            gauges=[
                {"name": name, "values": result[f"{viewer}_film_probability"][0]}
                for viewer, name in viewers(m).items()
            ],
        ),
    }
    table = {"step": steps, "mean_change": [0.0, *changes]}
    return described(__file__, m | numbers, table=table, files=files)


def animation(film: np.ndarray) -> bytes:
    """The frames as one animated file, the last held for two seconds."""
    first, *others = film
    durations = [120] * len(others) + [2000]  # milliseconds
    return encoded(first, "webp", save_all=True, append_images=[*map(Image.fromarray, others)],
                   duration=durations, loop=0, quality=70, method=6)  # fmt: skip


if __name__ == "__main__":
    run_drawing(draw, describe)
