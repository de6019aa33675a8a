"""Train small networks of several families; their weights are committed, so this runs by hand.

    make remeasure NAME=small-networks

A killed run goes on from its latest state when it is started again with the same parameters.
"""

from pathlib import Path
from typing import cast

import numpy as np
import torch

from site_lib.common.files import fingerprint, sha256_of_file
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.registry import load
from site_lib.networks.small_networks import SIDE, SmallNetwork, before_training, file_of, label_of
from site_lib.networks.training import (
    Distillation,
    TrainingRecipe,
    photograph_records,
    photographs_to_learn_from,
    save_weights,
)
from site_lib.records.measurement import Measurement


def measure(
    *,
    weights_folder: str,
    state_folder: str,
    teacher: str,
    networks: list[str],
    batch: int,
    steps: int,
    learning_rate: float,
    weight_decay: float,
    temperature: float,
    checkpoints: list[int],
    seed: int,
    device: torch.device,
) -> Measurement:
    """Distil the teacher into all networks at once; write weights; return learning curves.

    The recipe of the plain network of our own (train_student.py), with smaller crops.
    """
    parameters = {key: value for key, value in locals().items() if key != "device"}
    generator = torch.Generator().manual_seed(seed)
    shown, held_out = photographs_to_learn_from()
    run = Distillation(
        {name: before_training(name, generator).to(device) for name in networks},
        load(teacher, device=device),
        TrainingRecipe(SIDE, batch, steps, learning_rate, weight_decay, temperature),
        photographs=shown,
        held_out=held_out,
        generator=generator,
    )
    folder = Path(weights_folder)
    run.train(
        state_file=Path(state_folder) / "distillation.pt",
        fingerprint=fingerprint(parameters),
        checkpoints=checkpoints,
        save_checkpoint=lambda step: save_students(run, folder, step),
    )
    save_students(run, folder)
    labels = [label_of(name, step) for name in networks for step in (*checkpoints, None)]
    files = {label: file_of(label, folder) for label in labels}
    return Measurement(
        {"names": np.array(networks)} | run.learning_curves() | run.final_checks(),
        {
            "num_photographs": len(shown),
            "num_held_out": len(held_out),
            "num_checked_crops": len(run.checks["held_out"].crops),
            "num_images": steps * batch,
            "side": SIDE,
            "training_seconds": run.seconds,
        },
        weights=[
            run.teacher.record(),
            *({"model": label, "sha256": sha256_of_file(file)} for label, file in files.items()),
        ],
        inputs=photograph_records(),
    )


def save_students(run: Distillation, folder: Path, step: int | None = None) -> None:
    """Weights of all students, but for those that a graft keeps from its trunk."""
    for name, student in run.students.items():
        net = cast(SmallNetwork, student.network.net)
        kept = tuple(f"features.{i}." for i in range(net.num_kept))
        save_weights(net, file_of(label_of(name, step), folder), without=kept)


if __name__ == "__main__":
    run_experiment(measure)
