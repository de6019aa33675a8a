"""Distillation as a run that can be killed and goes on: several students, one teacher.

All students see the same crops in the same order, so their learning curves differ by nothing but
the students; and the teacher, the largest part of the cost, answers once for all of them.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from site_lib.common.files import atomic_path
from site_lib.common.progress import track
from site_lib.networks.classifier import Classifier
from site_lib.networks.distillation import (
    agreement,
    answer_correlation,
    cut_mix,
    distillation_loss,
    random_crops,
)
from site_lib.networks.freezing import freeze_for_inference

STEPS_BETWEEN_STATES = 100
STEPS_BETWEEN_CHECKS = 50
HELD_OUT_CROPS = 200
OWN_CROPS_SEED = 12345
CURVES = ("step", "loss", "agreement_training", "agreement_held_out")


@dataclass(frozen=True)
class TrainingRecipe:
    """Hyperparameters that all students of a run share.

    side: of the crops, in pixels.   batch: crops in a step.   learning_rate: the highest of the
    one-cycle schedule.   temperature: that softens answers; far above the logits' spread the
    students match logits (Hinton et al., 2015, section 2.1).
    """

    side: int
    batch: int
    num_steps: int
    learning_rate: float
    weight_decay: float
    temperature: float


class Learner:
    """A network in training with its optimiser, schedule and learning curves."""

    def __init__(self, network: Classifier, recipe: TrainingRecipe) -> None:
        self.network = network.to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(
            network.net.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, recipe.learning_rate, total_steps=recipe.num_steps, pct_start=0.05
        )
        self.latest = (0.0, 0.0)
        self.curves: dict[str, list[float]] = {name: [] for name in CURVES}

    def answers(self, images: Tensor) -> Tensor:
        """Logits (N, classes) in 32 bits for images in [0, 1]."""
        with half_precision(images.device):
            return self.network(images.to(memory_format=torch.channels_last)).float()

    def learn(self, images: Tensor, teacher: Tensor, temperature: float) -> None:
        """One update towards the teacher's logits."""
        self.network.train()
        logits = self.answers(images)
        loss = distillation_loss(logits, teacher, temperature)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.schedule.step()
        self.latest = (float(loss.detach()), agreement(logits.detach(), teacher))

    def state(self) -> dict[str, Any]:
        """What is needed to go on: weights, optimiser, schedule and learning curves."""
        return {
            "net": self.network.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "curves": json.dumps(self.curves),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up a state of :meth:`state`."""
        self.network.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.curves = json.loads(state["curves"])


class Distillation:
    """Training of students on random crops of photographs that a teacher answers for them."""

    def __init__(
        self,
        students: Mapping[str, Classifier],
        teacher: Classifier,
        recipe: TrainingRecipe,
        *,
        photographs: list[Tensor],
        held_out: list[Tensor],
        generator: torch.Generator,
    ) -> None:
        """photographs, held_out: (3, H, W) each, in [0, 1]; the latter are only for checking.

        generator: draws the crops; the held-out crops follow from its initial seed plus one.
        """
        self.teacher = freeze_for_inference(teacher)
        self.recipe = recipe
        self.device = self.teacher.mean.device
        self.students = {name: Learner(network, recipe) for name, network in students.items()}
        self.photographs, self.generator = photographs, generator
        self.held_out = self.crops(held_out, seed=generator.initial_seed() + 1)
        self.held_out_answers = self.teacher_answers(self.held_out)
        self.seconds = 0.0

    def train(
        self,
        *,
        state_file: Path,
        fingerprint: str,
        checkpoints: Collection[int] = (),
        save_checkpoint: Callable[[int], None] = lambda step: None,
    ) -> None:
        """All steps that are left; a killed run goes on from its latest state.

        fingerprint: of everything that the run depends on; a state with another is left alone.
        save_checkpoint: called with the number of steps done, for each of ``checkpoints``.
        """
        start, last = self.resume(state_file, fingerprint), self.recipe.num_steps
        for done in track(range(start + 1, last + 1), "distillation"):
            self.step()
            if done % STEPS_BETWEEN_CHECKS == 0 or done == 1:
                self.check(done)
            if done in checkpoints:
                save_checkpoint(done)
            if done % STEPS_BETWEEN_STATES == 0 or done == last:
                self.save_state(state_file, done, fingerprint)

    def step(self) -> None:
        """One update of every student on the same fresh crops."""
        started = time.perf_counter()
        recipe = self.recipe
        images = random_crops(self.photographs, recipe.batch, recipe.side, generator=self.generator)
        images = cut_mix(images, generator=self.generator).to(self.device)
        answers = self.teacher_answers(images)
        for student in self.students.values():
            student.learn(images, answers, recipe.temperature)
        self.seconds += time.perf_counter() - started

    @torch.no_grad()
    def check(self, step: int) -> None:
        """Add a point to the learning curves."""
        for student in self.students.values():
            student.network.eval()
            held_out = agreement(student.answers(self.held_out), self.held_out_answers)
            points = (step, *student.latest, held_out)
            for curve, value in zip(student.curves.values(), points, strict=True):
                curve.append(float(value))

    @torch.no_grad()
    def final_check(self, name: str) -> dict[str, float]:
        """A student's agreement with the teacher on fresh crops, of its own photographs and of
        those held out.
        """
        student = self.students[name]
        student.network.eval()
        metrics: dict[str, float] = {}
        own = self.crops(self.photographs, seed=OWN_CROPS_SEED)
        for kind, crops in (("own", own), ("held_out", self.held_out)):
            ours, theirs = student.answers(crops), self.teacher_answers(crops)
            within_five = ours.topk(5).indices == theirs.argmax(dim=1, keepdim=True)
            metrics[f"agreement_{kind}"] = agreement(ours, theirs)
            metrics[f"top5_agreement_{kind}"] = float(within_five.any(dim=1).float().mean())
            metrics[f"correlation_{kind}"] = answer_correlation(ours, theirs)
        return metrics

    def learning_curves(self) -> dict[str, np.ndarray]:
        """Curves of all students: (students, checks) each."""
        students = self.students.values()
        return {name: np.array([student.curves[name] for student in students]) for name in CURVES}

    def final_checks(self) -> dict[str, np.ndarray]:
        """:meth:`final_check` of all students: (students,) each."""
        checks = [self.final_check(name) for name in self.students]
        return {key: np.array([check[key] for check in checks]) for key in checks[0]}

    def crops(self, photographs: list[Tensor], *, seed: int) -> Tensor:
        """The crops of a check: (HELD_OUT_CROPS, 3, side, side)."""
        generator = torch.Generator().manual_seed(seed)
        crops = random_crops(photographs, HELD_OUT_CROPS, self.recipe.side, generator=generator)
        return crops.to(self.device)

    @torch.no_grad()
    def teacher_answers(self, images: Tensor) -> Tensor:
        """Logits of the teacher in 32 bits: (N, 3, H, W) → (N, classes)."""
        with half_precision(self.device):
            return self.teacher(images.to(self.device)).float()

    def save_state(self, path: Path, step: int, fingerprint: str) -> None:
        """Write what :meth:`resume` reads."""
        state = {
            "fingerprint": fingerprint,
            "step": step,
            "students": {name: student.state() for name, student in self.students.items()},
            "generator": self.generator.get_state(),
            "seconds": self.seconds,
        }
        with atomic_path(path) as temporary:
            torch.save(state, temporary)

    def resume(self, path: Path, fingerprint: str) -> int:
        """Steps that are done: 0 when there is no state with this fingerprint."""
        if not path.exists():
            return 0
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if state.get("fingerprint") != fingerprint:
            return 0
        for name, student in self.students.items():
            student.restore(state["students"][name])
        self.generator.set_state(state["generator"].cpu())
        self.seconds = state["seconds"]
        return state["step"]


def half_precision(device: torch.device) -> torch.autocast:
    """Context in which networks compute in bfloat16."""
    # A third of the time on processors with bfloat16 units; weights stay in 32 bits.
    return torch.autocast(device.type, dtype=torch.bfloat16)


def save_weights(net: nn.Module, path: Path, *, without: tuple[str, ...] = ()) -> None:
    """Weights in 16 bits: half the size, and far finer than the steps of training.

    without: beginnings of the names of weights that are left out.
    """
    state = {
        name: value.detach().cpu().contiguous()
        for name, value in net.state_dict().items()
        if not name.startswith(without)
    }
    floats = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
    with atomic_path(path) as temporary:
        save_file(floats, temporary)
