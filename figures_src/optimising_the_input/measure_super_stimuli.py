"""Super-stimuli: images that maximise a class, judged by a network that took no part."""

import numpy as np
import torch
from torch import Tensor

from site_lib.experiment import run_experiment
from site_lib.feature_visualisation import objectives, transforms
from site_lib.feature_visualisation.optimise import maximise
from site_lib.feature_visualisation.parameterisations import FourierImage
from site_lib.imagenet import class_index, class_names
from site_lib.images import resize
from site_lib.models import Classifier, freeze_for_inference, load
from site_lib.progress import track
from site_lib.provenance import Measurement


def measure(
    *,
    model: str,
    judge: str,
    classes: list[str],
    side: int,
    num_steps: int,
    learning_rate: float,
    logit_weight: float,
    statistics_weight: float,
    total_variation_weight: float,
    seed: int,
    device: torch.device,
) -> Measurement:
    """Optimise one image per class on the trained and on a random network; score all of them."""
    wanted = torch.tensor([class_index(name) for name in classes], device=device)
    judging = freeze_for_inference(load(judge, device=device))
    sources = {
        "trained": freeze_for_inference(load(model, device=device)),
        "random": freeze_for_inference(load(model, random_seed=seed, device=device)),
    }
    arrays: dict[str, np.ndarray] = {}
    logit = objectives.class_logit(wanted)
    objective = objectives.class_log_probability(wanted) + logit_weight * logit
    for kind, source in sources.items():
        generator = torch.Generator().manual_seed(seed)
        images = maximise(
            source,
            objective,
            FourierImage(len(wanted), side, generator=generator).to(device),
            steps=track(range(num_steps), f"super-stimuli, {kind} weights"),
            num_steps=num_steps,
            learning_rate=learning_rate,
            transforms=robust_views(side),
            generator=generator,
            statistics_weight=statistics_weight,
            total_variation_weight=total_variation_weight,
        )
        # What is scored is what is published: eight bits a channel.
        pixels = (images * 255).round().to(torch.uint8)
        arrays[f"{kind}_pixels"] = pixels.permute(0, 2, 3, 1).cpu().numpy()
        for viewer, network in (("source", source), ("judge", judging)):
            logits = answers(network, pixels.float() / 255)
            arrays[f"{kind}_{viewer}_rank"] = rank_of(logits, wanted).cpu().numpy()
            probability = logits.softmax(dim=1).gather(1, wanted[:, None])[:, 0]
            arrays[f"{kind}_{viewer}_probability"] = probability.cpu().numpy()
    metrics = {
        "classes": [class_names()[index] for index in wanted.tolist()],
        "class_indices": wanted.tolist(),
        "num_classes": len(classes),
        "num_first_for_judge": int((arrays["trained_judge_rank"] == 1).sum()),
        "num_first_five_for_judge": int((arrays["trained_judge_rank"] <= 5).sum()),
        "num_random_first_five_for_judge": int((arrays["random_judge_rank"] <= 5).sum()),
    }
    weights = [network.record() for network in (*sources.values(), judging)]
    return Measurement(arrays, metrics, weights=weights)


def robust_views(side: int) -> list[transforms.Transform]:
    """The random views under which a stimulus must keep its class."""
    sides = [round(side * factor) for factor in (0.875, 1, 1.125)]
    return [
        transforms.roll(1 / 6),
        transforms.flip,
        transforms.zoom_crop(0.65, sides),
        transforms.light(0.2, 0.08),
        transforms.gaussian_noise(0.04),
    ]


@torch.no_grad()
def answers(network: Classifier, images: Tensor) -> Tensor:
    """Logits of the images, resized to the side that the network was trained on."""
    return network(resize(images, network.input_side))


def rank_of(logits: Tensor, classes: Tensor) -> Tensor:
    """(N,), place of the wanted class among all 1000, from 1."""
    return (logits > logits.gather(1, classes[:, None])).sum(dim=1) + 1


if __name__ == "__main__":
    run_experiment(measure)
