"""How well the plain network agrees with its teacher, at steps of its training."""

import numpy as np
import torch

from figures_src.what_units_see.train_student import before_training
from site_lib.measuring.experiment import run_experiment
from site_lib.networks.checkpoints import load_at_step
from site_lib.networks.registry import load
from site_lib.networks.training import (
    Distillation,
    TrainingRecipe,
    photograph_records,
    photographs_to_learn_from,
)
from site_lib.records.measurement import Measurement


def measure(
    *, teacher: str, side: int, checkpoints: list[int], seed: int, device: torch.device
) -> Measurement:
    """Agreement on crops of its own photographs and of those held out, with intervals.

    side, seed: of the training, so that the crops are those of its last check.   checkpoints: whose
    weights are kept; before them comes the network as training begins, after them its end.
    """
    networks = {"0": before_training(seed)}
    networks |= {str(step): load_at_step("student", step=step) for step in checkpoints}
    networks["end"] = load("student")
    shown, held_out = photographs_to_learn_from()
    run = Distillation(
        {step: network.to(device) for step, network in networks.items()},
        load(teacher, device=device),
        # Nothing is learnt: only the side of the crops matters.
        TrainingRecipe(side, 1, 1, 1.0, 0.0, 1.0),
        photographs=shown,
        held_out=held_out,
        generator=torch.Generator().manual_seed(seed),
    )
    return Measurement(
        {"steps": np.array([0, *checkpoints])} | run.final_checks(),
        {},
        weights=[run.teacher.record(), *(network.record() for network in networks.values())],
        inputs=photograph_records(),
    )


if __name__ == "__main__":
    run_experiment(measure)
