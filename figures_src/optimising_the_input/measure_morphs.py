"""Morphs: pictures that become another class, followed along the way by two networks."""

from dataclasses import asdict
from functools import partial

import numpy as np
import torch
from skimage.metrics import structural_similarity
from torch import Tensor

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.morph import MorphRecipe, morph
from site_lib.images.images import as_bytes, eight_bit, load_photographs, photograph_record
from site_lib.images.tree import tree_scene
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judging_model: str,
    starts: list[str],
    start_classes: list[str],
    targets: list[str],
    push: list[float],
    side: int,
    steps: int,
    num_recorded: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Morph every start, all in one batch, on the trained and on a random network."""
    recipe = MorphRecipe(steps=steps)
    pushes = torch.tensor(push, device=device)
    pictures = torch.cat([start(name, side, seed=seed) for name in starts]).to(device)
    before, after = (
        torch.tensor([class_index(name) for name in names], device=device)
        for names in (start_classes, targets)
    )
    networks = {
        "source": freeze_for_inference(load(model, device=device)),
        "judge": freeze_for_inference(load(judging_model, device=device)),
    }
    control = freeze_for_inference(load(model, random_seed=seed, device=device))

    paths = {}
    for kind, climbed in (("trained", networks["source"]), ("random", control)):
        path = Path(recipe.steps, num_recorded)
        end = morph(
            climbed, pictures, after, pushes, recipe=recipe, on_step=path.record, track=partial(
                track, description=f"morphs, {kind} weights"
            ), generator=torch.Generator().manual_seed(seed),
        )  # fmt: skip
        paths[kind] = torch.stack([*path.images, eight_bit(end)], dim=1)

    along = paths["trained"]
    recorded = along.shape[1]
    # Recorded steps are dense at first: a third of them is a tenth of the way.
    middle = recorded // 3
    arrays = {
        "steps": np.array([*path.steps, recipe.steps]),
        "trained_pixels": as_bytes(along[:, [0, middle, -1]]),
        "random_pixels": as_bytes(paths["random"][:, -1]),
    }
    for viewer, network in networks.items():
        for role, classes in (("start", before), ("target", after)):
            verdict = judge(network, along.flatten(0, 1), classes.repeat_interleave(recorded))
            arrays[f"{viewer}_{role}_rank"] = verdict.rank.view(-1, recorded).cpu().numpy()
            arrays[f"{viewer}_{role}_probability"] = (
                verdict.probability.view(-1, recorded).cpu().numpy()
            )
        verdict = judge(network, paths["random"][:, -1], after)
        arrays[f"{viewer}_random_rank"] = verdict.rank.cpu().numpy()
        arrays[f"{viewer}_random_probability"] = verdict.probability.cpu().numpy()
    arrays["similarity"] = similarity(along[:, 0], along[:, -1])
    # What two pictures of different things have in common by chance.
    arrays["similarity_to_another"] = similarity(along[:, 0].roll(1, dims=0), along[:, -1])
    metrics = {
        "starts": starts,
        "start_classes": start_classes,
        "targets": targets,
        "push": push,
        "class_indices": {"start": before.tolist(), "target": after.tolist()},
        "side": side,
        "recipe": asdict(recipe),
        "middle": middle,
    }
    photographs = [photograph_record(name) for name in starts if name != "tree"]
    weights = [network.record() for network in (*networks.values(), control)]
    return Measurement(arrays, metrics, weights=weights, inputs=photographs)


class Path:
    """Keeps the images of some steps, dense at first, as they would be published."""

    def __init__(self, num_steps: int, number: int) -> None:
        self.wanted = {round(num_steps * (k / (number - 1)) ** 2) for k in range(number - 1)}
        self.steps: list[int] = []
        self.images: list[Tensor] = []

    def record(self, step: int, images: Tensor) -> None:
        if step in self.wanted:
            self.steps.append(step)
            self.images.append(eight_bit(images))


def start(name: str, side: int, *, seed: int) -> Tensor:
    """The rendered tree, or a photograph by name: (1, 3, side, side)."""
    if name == "tree":
        return tree_scene(side, generator=torch.Generator().manual_seed(seed))
    return load_photographs([name], side)


def similarity(one: Tensor, other: Tensor) -> np.ndarray:
    """Structural similarity of pairs of images (Wang et al., 2004): (N,), 1 for equal ones."""
    pairs = zip(*(images.movedim(1, -1).cpu().numpy() for images in (one, other)), strict=True)
    return np.array([structural_similarity(a, b, channel_axis=2, data_range=1.0) for a, b in pairs])


if __name__ == "__main__":
    run_experiment(measure)
