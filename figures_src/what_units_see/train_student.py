"""Train the plain student network; its weights are committed, so this runs by hand.

    make remeasure NAME=student-training

A killed run goes on from its latest state when it is started again with the same parameters. A
control of the same architecture learns beside it from the teacher's answers to other crops.
"""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from site_lib.common.files import fingerprint, sha256_of_file
from site_lib.data.corpus_photographs import fetch_corpus, labelled_corpus
from site_lib.data.photographs import labelled_photographs
from site_lib.images.images import read_image, square
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.classifier import Classifier
from site_lib.networks.distillation import num_right
from site_lib.networks.registry import REGISTRY, load
from site_lib.networks.small_networks import file_of, label_of
from site_lib.networks.student import Student, initialise_for_training
from site_lib.networks.training import (
    Distillation,
    TrainingRecipe,
    photograph_records,
    photographs_to_learn_from,
    save_weights,
)
from site_lib.records.measurement import Measurement

CONTROL = "misled"
FIRST_LAYER = "features.0.weight"


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
    snapshots: list[int],
    checkpoints: list[int],
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distil the teacher; write weights and checkpoints; return the learning curves.

    snapshots: steps whose first layer is kept in the result, the last step beside them.
    checkpoints: those of them whose weights are kept as a whole.
    """
    parameters = {key: value for key, value in locals().items() if key != "device"}
    folder, states = Path(weights_folder), Path(state_folder)
    shown, held_out = photographs_to_learn_from()
    networks = {name: before_training(seed).to(device) for name in ("student", CONTROL)}
    run = Distillation(
        networks,
        load(teacher, device=device),
        TrainingRecipe(side, batch, steps, learning_rate, weight_decay, temperature),
        photographs=shown,
        held_out=held_out,
        generator=torch.Generator().manual_seed(seed),
        misled=[CONTROL],
    )
    kept = [*snapshots, steps]

    def save_checkpoint(step: int) -> None:
        for name, network in networks.items():
            save_weights(network.net, file_of(label_of(name, step), states))
        if step in checkpoints:
            save_weights(networks["student"].net, file_of(label_of("student", step), folder))

    run.train(
        state_file=states / "distillation.pt",
        fingerprint=fingerprint(parameters),
        checkpoints=kept,
        save_checkpoint=save_checkpoint,
    )
    weights = file_of("student", folder)
    save_weights(networks["student"].net, weights)
    return Measurement(
        run.learning_curves()
        | run.final_checks()
        | {
            "names": np.array(list(networks)),
            "snapshots": np.array(kept),
            "filters": first_layers("student", kept, states),
            "filters_misled": first_layers(CONTROL, kept[-1:], states),
        },
        right_answers(run, side)
        | {
            "num_photographs": len(shown),
            "num_held_out": len(held_out),
            "num_checked_crops": len(run.checks["held_out"].crops),
            "num_images": steps * batch,
            "training_seconds": run.seconds,
        },
        weights=[run.teacher.record(), {"model": "student", "sha256": sha256_of_file(weights)}],
        inputs=photograph_records(),
    )


def before_training(seed: int) -> Classifier:
    """The plain network as its training begins."""
    net = Student()
    initialise_for_training(net, torch.Generator().manual_seed(seed))
    return Classifier(REGISTRY["student"], net, name="student", weights_sha256="in training")


def first_layers(name: str, steps: list[int], states: Path) -> np.ndarray:
    """Filters of the first layer at steps of training: (steps, units, 3, rows, columns)."""
    files = [file_of(label_of(name, step), states) for step in steps]
    return np.stack([load_file(file)[FIRST_LAYER].numpy() for file in files])


def right_answers(run: Distillation, side: int) -> dict[str, int]:
    """How many photographs with a class, none of them learnt from, each network has right."""
    labelled = [*labelled_photographs(), *labelled_corpus(fetch_corpus(held_out=True))]
    squares = torch.cat([square(read_image(one.path), side) for one in labelled]).to(run.device)
    classes = torch.tensor([one.imagenet_class for one in labelled])
    with torch.no_grad():
        answers = {name: student.answers(squares) for name, student in run.students.items()}
    answers["teacher"] = run.teacher_answers(squares)
    right = {
        f"{name}_top{k}_labelled": num_right(logits, classes, within=k)
        for name, logits in answers.items()
        for k in (1, 5)
    }
    return right | {"num_labelled": len(labelled)}


if __name__ == "__main__":
    run_experiment(measure)
