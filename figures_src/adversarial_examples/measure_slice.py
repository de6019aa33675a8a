"""The answers of a network in planes through one photograph, to scale."""

import numpy as np
import torch
from torch import Tensor

from site_lib.adversarial.attack import Goal, Network
from site_lib.adversarial.distances import l2
from site_lib.adversarial.minimal_norm import minimal_norm
from site_lib.adversarial.noise import gaussian, with_norm
from site_lib.adversarial.rays import distance_along, logits_in_plane
from site_lib.adversarial.statistics import answers_between
from site_lib.common.progress import track
from site_lib.images.images import eight_bit, load_photographs, photograph_record
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.answers import first_answers
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement

NUM_LENGTHS = 8  # that are tried along a ray, before the bisection
FARTHEST_WALL = 4  # in distances of the wall from the photograph


def measure(
    *,
    model: str,
    photograph: str,
    near: float,
    far: float,
    grid: int,
    num_checks: int,
    num_directions: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Logits on square grids: attack and noise, near and far, and two noises.

    near, far: half the width of the grids, in L2.   grid: points along each side (odd).
    num_checks: random points of each plane where interpolated answers are compared with the
    network's.   num_directions: of noise, along which the wall beside the photograph is followed.
    """
    network = load_frozen(model, device=device)
    image = eight_bit(load_photographs([photograph], network.input_side)).to(device)
    label = first_answers(network, image)
    nearest = minimal_norm(network, image, label, num_steps=30).perturbation
    generator, one = torch.Generator().manual_seed(seed), torch.ones(1).to(image)
    attack = with_norm(nearest, one)
    noise, another = (gaussian(image, one, generator) for _ in range(2))
    # Clipping bends the planes, so that points outside [0, 1] are seen at its border.
    planes = {"near": (attack, near), "far": (attack, far), "noises": (another, far)}
    logits, agreements = {}, []
    for name, (right, half) in track(list(planes.items()), "slice", "plane"):
        steps = torch.linspace(-half, half, grid)
        logits[name] = logits_in_plane(network, image, right, noise, steps.to(image)).cpu().numpy()
        points = half * (2 * torch.rand((num_checks, 2), generator=generator) - 1)
        up, across = points.T.to(image)[..., None, None, None]
        asked = first_answers(network, (image + up * noise + across * right).clamp(0, 1))
        told = answers_between(logits[name], steps.numpy(), points.numpy())
        agreements.append(told == asked.cpu().numpy())
    distance = float(l2(nearest))
    sideways = torch.cat([gaussian(image, one, generator) for _ in range(num_directions)])
    beside = (image + near * torch.cat([sideways, -sideways])).clamp(0, 1)
    first = np.unique(np.concatenate([each.argmax(axis=2).ravel() for each in logits.values()]))
    arrays = {f"{name}_logits": each[..., first] for name, each in logits.items()} | {
        "wall": reach(network, beside, attack, label, FARTHEST_WALL * distance),
        "along_noise": reach(network, image, torch.cat([noise, -noise]), label, far),
    }
    metrics = {
        "label": network.class_names[int(label)],
        "class_names": [network.class_names[index] for index in first],
        "distance": distance,
        "cosine": float((noise * attack).sum()),
        "num_told": int(np.sum(agreements)),
        "num_asked": int(np.size(agreements)),
        "farthest_wall": FARTHEST_WALL,
    }
    return Measurement(arrays, metrics, [network.record()], [photograph_record(photograph)])


def reach(network: Network, images: Tensor, along: Tensor, label: Tensor, far: float) -> np.ndarray:
    """(N,), how far along each an answer changes; inf beyond. One image or direction serves all."""
    images, along = torch.broadcast_tensors(images, along)
    lengths = torch.linspace(0, far, NUM_LENGTHS + 1)[1:].to(images)
    goal = Goal(label.expand(len(images)))
    return distance_along(network, images, along, goal, lengths=lengths).cpu().numpy()


if __name__ == "__main__":
    run_experiment(measure)
