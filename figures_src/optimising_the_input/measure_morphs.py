"""Morphs: pictures that become another class, followed along the way by two networks."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.morph import MorphRecipe, morph
from site_lib.feature_visualisation.snapshots import Snapshots, dense_at_first
from site_lib.images.images import as_bytes, eight_bit, load_photographs, photograph_record
from site_lib.images.similarity import similarity
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judge: str,
    starts: list[str],
    start_classes: list[str],
    targets: list[str],
    push: list[float],
    side: int,
    steps: int,
    num_recorded: int,
    another: str,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Morph every start, all in one batch, on the trained and on a random network.

    another: a photograph that nothing is made of; the ends are compared with it.
    """
    recipe, recorded = MorphRecipe(steps=steps), dense_at_first(steps, num_recorded)
    pictures = load_photographs(starts, side).to(device)
    before, after = (
        torch.tensor([class_index(name) for name in names], device=device)
        for names in (start_classes, targets)
    )
    networks = {"source": model, "judge": judge}
    viewers = {role: load_frozen(name, device=device) for role, name in networks.items()}
    control = load_frozen(model, random_seed=seed, device=device)
    trained, random = (
        path(network, recorded, pictures, after, push, recipe=recipe, seed=seed)
        for network in (viewers["source"], control)
    )
    other = load_photographs([another], side).to(device)
    arrays = {
        "steps": np.array([*recorded, steps]),
        "trained_pixels": as_bytes(trained),
        "random_pixels": as_bytes(random[:, -1]),
        **judged(viewers, trained, before, of="start"),
        **judged(viewers, trained, after, of="target"),
        **judged(viewers, random[:, -1], after, of="random"),
        "similarity": similarity(trained[:, 0], trained[:, -1]),
        # What two pictures of different things have in common by chance.
        "similarity_to_another": similarity(other.expand_as(trained[:, 0]), trained[:, -1]),
    }
    metrics = {
        "class_indices": {"start": before.tolist(), "target": after.tolist()},
        "recipe": asdict(recipe),
        # Recorded steps are dense at first: a third of them is a tenth of the way.
        "middle": trained.shape[1] // 3,
    }
    weights = [network.record() for network in (*viewers.values(), control)]
    return Measurement(arrays, metrics, weights, list(map(photograph_record, (*starts, another))))


def path(
    network: Classifier, recorded: list[int], starts: Tensor, classes: Tensor, push: list[float],
    *, recipe: MorphRecipe, seed: int,
) -> Tensor:  # fmt: skip
    """Images along the way, the end included, as they are published: (N, K, 3, side, side)."""
    kept, generator = Snapshots(recorded, eight_bit), torch.Generator().manual_seed(seed)
    end = morph(
        network, starts, classes, starts.new_tensor(push), recipe=recipe, generator=generator,
        track=lambda steps: track(steps, f"morphs of {network.name}"), on_step=kept.keep,
    )  # fmt: skip
    return torch.stack([*kept.images.values(), eight_bit(end)], dim=1)


if __name__ == "__main__":
    run_experiment(measure)
