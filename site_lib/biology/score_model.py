"""Score any network against all recordings: ``make score MODEL=…``.

MODEL is a network of the course, a model of torchvision, or a ``.safetensors`` file with weights
for an architecture of the course.
"""

import argparse

import torch

from site_lib.biology.scoring import NUM_BOOTSTRAP, SCORED, Score, scores
from site_lib.common.command_line import errors_on_one_line, module_docstring
from site_lib.common.errors import CourseError
from site_lib.data.photographs import classified_photographs
from site_lib.data.recordings import DATA_VARIABLE, at_hand
from site_lib.images.images import read_image, square
from site_lib.networks.any_network import controls_of, load_any

HEADER = ("recording", "area", "best layer", "score", "95 %", "random", "shuffled", "above both")


def main() -> None:
    """Print a table with a line for each area of each recording that is at hand."""
    parser = argparse.ArgumentParser(description=module_docstring(main))
    parser.add_argument("model")
    parser.add_argument("--seed", type=int, default=0, help="of controls and intervals")
    parser.add_argument("--samples", type=int, default=NUM_BOOTSTRAP, help="of the bootstrap")
    options = parser.parse_args()
    with errors_on_one_line():
        _print_scores(options.model, options.samples, options.seed)


def _print_scores(model: str, number: int, seed: int) -> None:
    if not any(at_hand(names) for names in SCORED):
        raise CourseError(
            "no recording is on this machine; python -m site_lib.data.recordings downloads them, "
            f"or {DATA_VARIABLE} names a folder with them"
        )
    trained = load_any(model)
    photographs = torch.cat(
        [square(read_image(p.path), trained.input_side) for p in classified_photographs()]
    )
    networks = {"trained": trained, **controls_of(trained, photographs, seed)}
    print(f"{trained.name}, {number} bootstrap samples of stimuli × people or neurons", flush=True)
    print(_line(HEADER), flush=True)
    for score in scores(networks, number=number, seed=seed):
        print(_line(_cells(score)), flush=True)


def _cells(score: Score) -> tuple[str, ...]:
    low, high = score.interval
    return (
        score.recording,
        score.area,
        score.layer,
        f"{score.measure} = {score.value:.3f}",
        f"{low:.3f} to {high:.3f}",
        *(f"{score.controls[name]:.3f}" for name in ("random", "shuffled")),
        f"{score.above[0]:+.3f} to {score.above[1]:+.3f}",
    )


def _line(cells: tuple[str, ...]) -> str:
    widths = (20, 22, 14, 10, 17, 8, 9, 18)
    return " ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


if __name__ == "__main__":
    main()
