"""One perturbation for all photographs: made from some, tried on others."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.noise import random_signs, shuffled
from site_lib.adversarial.photographs import central_squares, random_squares
from site_lib.adversarial.universal import universal
from site_lib.common.progress import track
from site_lib.data.corpus_photographs import CorpusPhotograph, fetch_corpus
from site_lib.data.photographs import PHOTOGRAPHS, LabelledPhotograph, labelled_photographs
from site_lib.images.images import eight_bit, photograph_record, read_image
from site_lib.measuring.arrays import as_arrays
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    num_sources: int,
    num_photographs: int,
    epsilon_levels: int,
    steps: int,
    batch: int,
    num_seeds: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Share of answers changed by one perturbation, on photographs that took no part.

    num_sources: photographs of the corpus to make it from, beside those of the course; a random
    square of each, with the network's own answer as its label.   num_photographs: how many others
    to try, of those held out and of the labelled ones.   epsilon_levels: the budget.   num_seeds:
    perturbations and controls.
    """
    network = load_frozen(model, device=device)
    sources = fetch_corpus(held_out=False)[:num_sources]
    others: list[CorpusPhotograph | LabelledPhotograph] = [
        *fetch_corpus(held_out=True),
        *labelled_photographs(),
    ]
    unseen = others[:num_photographs]
    paths = [*(one.path for one in PHOTOGRAPHS.values()), *(one.path for one in sources)]
    pictures = [read_image(path) for path in track(paths, "photographs", "photograph")]
    tested = central_squares([one.path for one in unseen], network.input_side).to(device)
    before, epsilon = first_answers(network, tested), epsilon_levels / 255

    def changes(change: Tensor) -> Tensor:
        return first_answers(network, (tested + change).clamp(0, 1)) != before

    def once(seed: int) -> dict[str, np.ndarray]:
        generator = torch.Generator().manual_seed(seed)
        crops = random_squares(pictures, len(pictures), network.input_side, generator=generator)
        crops = crops.to(device)
        own = first_answers(network, crops)
        result = universal(
            network, crops, own, epsilon=epsilon, num_steps=steps, batch=batch, generator=generator
        )
        assert result.shared is not None
        shared = eight_bit(result.shared)  # so that it survives in a file
        return as_arrays(
            {
                "changed": changes(shared),
                "moved_changed": changes(shared.roll(network.input_side // 2, dims=-1)),
                "shuffled_changed": changes(shuffled(shared, generator)),
                "noise_changed": changes(random_signs(shared, epsilon, generator)),
                "perturbations": (255 * shared[0]).round().to(torch.int8).permute(1, 2, 0),
                "seen_changed": result.success.double().mean(),
            }
        )

    runs = [once(seed + run) for run in track(range(num_seeds), "universal perturbation", "seed")]
    arrays = {name: np.stack([run[name] for run in runs]) for name in runs[0]}
    counts = {"num_made_from": len(pictures), "num_unseen": len(unseen)}
    shares = {f"share_{name}": float(each.mean()) for name, each in arrays.items()
              if name.endswith("changed")}  # fmt: skip
    del arrays["seen_changed"]
    inputs = [photograph_record(name) for name in PHOTOGRAPHS]
    inputs += [one.record() for one in sources] + [one.record() for one in unseen]
    return Measurement(arrays, counts | shares, [network.record()], inputs)


if __name__ == "__main__":
    run_experiment(measure)
