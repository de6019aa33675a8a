"""Logits wired anew: what their visualisation shows, and what happens to photographs."""

import numpy as np
import torch
from torch import Tensor, nn

from site_lib.common.progress import track
from site_lib.data.corpus_photographs import corpus_photograph, fetch_corpus
from site_lib.data.imagenet import class_index
from site_lib.data.photographs import classified_photographs
from site_lib.feature_visualisation import transforms as t
from site_lib.feature_visualisation.objectives import class_logit
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import as_bytes, eight_bit, resize
from site_lib.interpretability.fooling import fit_gate, fooled, stem_statistics
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import in_batches
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

VIEWS = [t.roll(1 / 40), t.light(0.2, 0.08), t.gaussian_noise(0.04)]
# Pixels at which pictures are compared: coarse enough for what the views blur.
COMPARED_SIDE = 32
EVERY = 3  # steps of a climb between images that the gate learns from


def measure(
    *,
    model: str,
    pictures: list[str],
    classes: list[str],
    side: int,
    steps: int,
    rounds: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Visualisations of some logits before and after, and answers to photographs held out.

    pictures: photographs of the corpus that the logits are to show.   classes: whose logits.
    rounds: so often the author of the network looks at what it draws and fits the gate again, to
    photographs, their middle halves and all that was drawn, at the sides of both.
    """
    network = load_frozen(model, device=device)
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    chosen = corpus_squares([corpus_photograph(name) for name in pictures], 224).to(device)
    corpus = fetch_corpus(held_out=False)
    taught = corpus_squares(corpus, network.input_side)
    held_out, classified = fetch_corpus(held_out=True), classified_photographs()
    unseen = torch.cat(
        [corpus_squares(some, network.input_side) for some in (held_out, classified)]
    ).to(device)
    generator = torch.Generator().manual_seed(seed)
    sides = (side, network.input_side)
    quarter = taught.shape[-1] // 4
    halves = taught[..., quarter:-quarter, quarter:-quarter]
    natural = stem_statistics(
        network, [resize(squares, one) for squares in (taught, halves) for one in sides]
    )
    made: list[Tensor] = []

    def keep(step: int, images: Tensor) -> None:
        if step % EVERY == 0:
            for frame in (eight_bit(images), viewed(images, generator)):
                made.append(stem_statistics(network, [resize(frame, one) for one in sides]))

    def visualised(one: Classifier, index: Tensor, on_step=None) -> Tensor:
        return eight_bit(climbed(one, index, side, steps, generator, on_step))

    honest = visualised(network, wanted, keep)
    gate: nn.Module = Closed()
    pairs = list(zip(wanted, chosen.split(1), strict=True))
    for _ in range(rounds):
        for index, picture in pairs:
            visualised(fooled(network, gate, int(index), picture), index[None], keep)
        gate = fit_gate(natural, torch.cat(made)).to(device)
    rewired = [fooled(network, gate, int(index), picture) for index, picture in pairs]
    shown = torch.cat([visualised(o, i[None]) for o, i in zip(rewired, wanted, strict=True)])

    before = in_batches(network, unseen)
    after = torch.stack([in_batches(one, unseen) for one in track(rewired, "photographs")])
    changed = (after - before).abs().amax(dim=2)
    arrays = {
        "pictures": as_bytes(resize(chosen, side)),
        "honest": as_bytes(honest),
        "shown": as_bytes(shown),
        "likeness": likeness(shown, chosen),
        "honest_likeness": likeness(honest, chosen),
        "changed": changed.cpu().numpy(),
        "right": (after.argmax(dim=2) == before.argmax(dim=1)).cpu().numpy(),
    }
    metrics = {"num_taught": len(corpus), "num_tested": len(unseen), "num_frames": len(made)}
    inputs = [one.record() for one in [*corpus, *held_out]] + [one.record() for one in classified]
    return Measurement(arrays, metrics, [network.record()], inputs)


class Closed(nn.Module):
    """A gate that lets no photograph through."""

    def forward(self, features: Tensor) -> Tensor:
        return features.new_zeros(len(features))


def climbed(
    network: Classifier, index: Tensor, side: int, steps: int, generator: torch.Generator, on_step
) -> Tensor:
    """What gradient ascent draws for one logit of each image."""
    return maximise(
        network,
        class_logit(index),
        FourierImage(len(index), side, generator=generator, noise=0.05, falloff=1.25).to(
            index.device
        ),
        steps=range(steps),
        num_steps=steps,
        learning_rate=0.2,
        transforms=VIEWS,
        generator=generator,
        total_variation_weight=1.5,
        on_step=on_step,
    )


def viewed(images: Tensor, generator: torch.Generator) -> Tensor:
    """The images as the climb shows them."""
    for view in VIEWS:
        images = view(images, generator)
    return images


def likeness(images: Tensor, pictures: Tensor) -> np.ndarray:
    """Correlation of each image with its picture, coarsely seen."""
    small = [resize(one, COMPARED_SIDE).flatten(1) for one in (images, pictures)]
    both = [torch.stack(pair) for pair in zip(*small, strict=True)]
    return np.array([float(torch.corrcoef(pair)[0, 1]) for pair in both])


if __name__ == "__main__":
    run_experiment(measure)
