"""From noise to a banana: the frames between."""

import io

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from site_lib.drawing.galleries import encoded, show
from site_lib.records.claims import Claim
from site_lib.records.measurement import Result

SHOWN = 8
MILLISECONDS = 120


def chosen(result: Result) -> np.ndarray:
    """Frames to print: the first, the last, and between them more of the early ones."""
    number = len(result["film"])
    return np.unique(np.round((number - 1) * np.linspace(0, 1, SHOWN) ** 1.3).astype(int))


def draw(result: Result, *, style: Style) -> Figure:
    frames = chosen(result)
    columns = 4 if style.narrow else SHOWN
    rows = -(-len(frames) // columns)
    figure = style.figure(height=rows * (style.width / columns + 0.25))
    for axes, frame in zip(figure.subplots(rows, columns).flat, frames, strict=True):
        show(axes, result["film"][frame])
        axes.set_xlabel(f"step {result['film_steps'][frame]}", size="small", color=style.muted)
    return figure


def describe(result: Result) -> Description:
    film, steps = result["film"], result["film_steps"]
    name = result.record["parameters"]["film_class"]
    changes = np.abs(np.diff(film.astype(float), axis=0)).mean(axis=(1, 2, 3)) / 255
    half = int(steps[1:][np.cumsum(changes) >= changes.sum() / 2][0])
    coarse = result.metrics["recipe"]["coarse_steps"]
    share = half / int(steps[-1])
    return Description(
        title=f"From noise to a {name}",
        caption=(
            f"The chosen {name} while it is made, {len(film)} frames of {int(steps[-1]) + 1} "
            f"steps. The first {coarse} are at {result.metrics['recipe']['coarse_side']} pixels; "
            "then the contrast is halved and the image goes on larger. The film plays, or is "
            "drawn by hand, below."
        ),
        alt=(
            f"{SHOWN} frames of one image, from coloured noise at step 0 to a {name} at step "
            f"{int(steps[-1])}."
        ),
        table={"step": steps.tolist(), "mean_change": [0.0, *changes.tolist()]},
        claims=[
            Claim(
                "film-half",
                f"Half of all change has happened by step {half} of {int(steps[-1])}.",
                share,
                at_most=0.5,
            )
        ],
        files={
            "optimisation-film/film.webp": animation(film),
            "optimisation-film/frames.webp": encoded(
                np.concatenate(list(film), axis=1), "webp", quality=72, method=6
            ),
        },
    )


def animation(film: np.ndarray) -> bytes:
    """The frames as one animated file, the last held for two seconds."""
    pictures = [Image.fromarray(frame) for frame in film]
    durations = [MILLISECONDS] * (len(pictures) - 1) + [2000]
    buffer = io.BytesIO()
    pictures[0].save(buffer, "webp", save_all=True, append_images=pictures[1:],
                     duration=durations, loop=0, quality=70, method=6)  # fmt: skip
    return buffer.getvalue()


if __name__ == "__main__":
    run_drawing(draw, describe)
