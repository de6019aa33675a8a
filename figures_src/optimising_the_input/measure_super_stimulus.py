"""The super-stimulus of any class that a reader asks for."""

import torch

from site_lib.common.progress import track
from site_lib.data.imagenet import class_index, class_names
from site_lib.feature_visualisation.judging import judge
from site_lib.feature_visualisation.super_stimuli import Recipe, super_stimuli
from site_lib.images.images import as_bytes
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
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
    source = freeze_for_inference(load(model, device=device))
    made = super_stimuli(
        source,
        classes,
        recipe=Recipe(starts=starts, candidates=candidates, side=side, steps=steps),
        generator=generator,
        track=lambda steps, stage: track(steps, f"{class_names()[wanted]}, {stage}"),
    )
    image = made.images[:1]
    metrics = {"class": class_names()[wanted], "class_index": wanted, "judges": judges}
    weights = [source.record()]
    for viewer, network in [("source", source)] + [
        (name, freeze_for_inference(load(name, device=device))) for name in judges
    ]:
        verdict = judge(network, image, classes[:1])
        metrics[f"{viewer}_rank"] = int(verdict.rank)
        metrics[f"{viewer}_probability"] = float(verdict.probability)
    return Measurement({"pixels": as_bytes(image)}, metrics, weights=weights)


if __name__ == "__main__":
    run_experiment(measure)
