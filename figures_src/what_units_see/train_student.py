"""Train the plain student network; its weights are committed, so this runs by hand.

    make remeasure NAME=student-training

A killed run goes on from its latest state when it is started again with the same parameters.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from site_lib.common.files import fingerprint, sha256_of_file
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.images.images import photograph_record, read_image, square
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.registry import REGISTRY, load
from site_lib.networks.student import Student, initialise_for_training
from site_lib.networks.training import HELD_OUT_CROPS, Distillation, TrainingRecipe, save_weights
from site_lib.records.measurement import Measurement


def measure(
    *,
    weights_folder: str,
    state_folder: str,
    teacher: str,
    side: int,
    batch: int,
    num_steps: int,
    learning_rate: float,
    weight_decay: float,
    temperature: float,
    checkpoints: list[int],
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distil the teacher; write weights and checkpoints; return the learning curves."""
    parameters = {key: value for key, value in locals().items() if key != "device"}
    recipe = TrainingRecipe(side, batch, num_steps, learning_rate, weight_decay, temperature)
    generator = torch.Generator().manual_seed(seed)
    net = Student()
    initialise_for_training(net, generator)
    student = Classifier(REGISTRY["student"], net, name="student", weights_sha256="in training")
    labelled = [read_image(entry.path)[0] for entry in labelled_photographs()]
    run = Distillation(
        {"student": student.to(device)},
        load(teacher, device=device),
        recipe,
        photographs=[read_image(entry.path)[0] for entry in PHOTOGRAPHS.values()],
        held_out=labelled,
        generator=generator,
    )
    folder = Path(weights_folder)
    run.train(
        state_file=Path(state_folder) / "distillation.pt",
        fingerprint=fingerprint(parameters),
        checkpoints=checkpoints,
        save_checkpoint=lambda step: save_weights(net, folder / f"student-step-{step}.safetensors"),
    )
    weights = folder / "student.safetensors"
    save_weights(net, weights)
    arrays = {name: np.array(values) for name, values in run.students["student"].curves.items()}
    whole = torch.cat([square(image[None], side) for image in labelled]).to(device)
    return Measurement(
        arrays,
        {"num_held_out_crops": HELD_OUT_CROPS, "num_labelled": len(labelled)}
        | run.final_check("student")
        | labelled_rightly("student", run.students["student"].answers(whole))
        | labelled_rightly("teacher", run.teacher_answers(whole))
        | {
            "num_photographs": len(PHOTOGRAPHS),
            "num_steps": num_steps,
            "num_images": num_steps * batch,
            "training_seconds": run.seconds,
        },
        weights=[run.teacher.record(), {"model": "student", "sha256": sha256_of_file(weights)}],
        inputs=[photograph_record(name) for name in PHOTOGRAPHS],
    )


def labelled_rightly(name: str, answers: Tensor) -> dict[str, float]:
    """How many of the labelled photographs have their class first, and among the first five."""
    labels = torch.tensor([entry.imagenet_class for entry in labelled_photographs()])
    best = answers.cpu().topk(5).indices == labels[:, None]
    return {
        f"{name}_top1_labelled": int(best[:, 0].sum()),
        f"{name}_top5_labelled": int(best.any(dim=1).sum()),
    }


if __name__ == "__main__":
    run_experiment(measure)
