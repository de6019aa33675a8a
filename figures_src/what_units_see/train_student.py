"""Train the plain student network; its weights are committed, so this runs by hand.

    make remeasure NAME=student-training

A killed run goes on from its latest state when it is started again with the same parameters.
"""

from pathlib import Path

import numpy as np
import torch

from site_lib.common.files import fingerprint, sha256_of_file
from site_lib.data.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.images.images import photograph_record, read_image, square
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.distillation import num_right
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
    steps: int,
    learning_rate: float,
    weight_decay: float,
    temperature: float,
    checkpoints: list[int],
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distil the teacher; write weights and checkpoints; return the learning curves."""
    parameters = {key: value for key, value in locals().items() if key != "device"}
    folder = Path(weights_folder)
    generator = torch.Generator().manual_seed(seed)
    net = Student()
    initialise_for_training(net, generator)
    student = Classifier(REGISTRY["student"], net, name="student", weights_sha256="in training")
    labelled = labelled_photographs()
    held_out = [read_image(entry.path) for entry in labelled]
    run = Distillation(
        {"student": student.to(device)},
        load(teacher, device=device),
        TrainingRecipe(side, batch, steps, learning_rate, weight_decay, temperature),
        photographs=[read_image(entry.path)[0] for entry in PHOTOGRAPHS.values()],
        held_out=[image[0] for image in held_out],
        generator=generator,
    )
    run.train(
        state_file=Path(state_folder) / "distillation.pt",
        fingerprint=fingerprint(parameters),
        checkpoints=checkpoints,
        save_checkpoint=lambda step: save_weights(net, folder / f"student-step-{step}.safetensors"),
    )
    weights = folder / "student.safetensors"
    save_weights(net, weights)
    trained, checked = run.students["student"], run.final_check("student")
    squares = torch.cat([square(image, side) for image in held_out]).to(device)
    classes = torch.tensor([entry.imagenet_class for entry in labelled])
    answers = {"student": trained.answers(squares), "teacher": run.teacher_answers(squares)}
    return Measurement(
        {name: np.array(values) for name, values in trained.curves.items()},
        checked
        | {
            f"{name}_top{k}_labelled": num_right(of_one, classes, within=k)
            for name, of_one in answers.items()
            for k in (1, 5)
        }
        | {
            "num_photographs": len(PHOTOGRAPHS),
            "num_labelled": len(labelled),
            "num_held_out_crops": HELD_OUT_CROPS,
            "num_images": steps * batch,
            "training_seconds": run.seconds,
        },
        weights=[run.teacher.record(), {"model": "student", "sha256": sha256_of_file(weights)}],
        inputs=[photograph_record(name) for name in PHOTOGRAPHS],
    )


if __name__ == "__main__":
    run_experiment(measure)
