"""The super-stimulus of any class that a reader asks for."""

import torch

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation.judging import judged
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.loading import load_frozen
from site_lib.records.measurement import Measurement


def measure(
    *,
    model: str,
    judges: list[str],
    class_name: str,
    companions: int,
    starts: int,
    candidates: int,
    side: int,
    steps: int,
    seed: int,
    device: torch.device,
) -> Measurement:
    """One class, made together with others drawn at random.

    class_name: name or index.   companions: the prior compares the statistics of a batch with
    those of photographs of all classes, so that a class is not made alone.
    """
    wanted = class_index(class_name)
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randperm(len(class_names()), generator=generator).tolist()
    others = [index for index in drawn if index != wanted][:companions]
    classes = torch.tensor([wanted, *others], device=device)
    source = load_frozen(model, device=device)
    viewers = {"source": source} | {name: load_frozen(name, device=device) for name in judges}
    made = super_stimuli(
        source,
        classes,
        recipe=Recipe(starts=starts, candidates=candidates, side=side, steps=steps),
        generator=generator,
        track=lambda steps, stage: track(steps, f"{class_names()[wanted]}, {stage}"),
    )
    image = made.images[:1]
    verdicts = {name: one.item() for name, one in judged(viewers, image, classes[:1]).items()}
    metrics = {"class": class_names()[wanted], "class_index": wanted} | verdicts
    weights = [network.record() for network in viewers.values()]
    return Measurement({"pixels": as_bytes(image)}, metrics, weights)


if __name__ == "__main__":
    run_experiment(measure)
