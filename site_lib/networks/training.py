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
from site_lib.common.randomness import uniform
from site_lib.data.corpus_photographs import fetch_corpus
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.images.images import photograph_record, read_image
from site_lib.images.random_crops import (
    PhotographStack,
    crops_of,
    random_crops,
    relit,
    stack_photographs,
)
from site_lib.networks.classifier import Classifier
from site_lib.networks.distillation import (
    agreement,
    answer_correlation,
    cut_mix,
    distillation_loss,
    mix_up,
)
from site_lib.networks.freezing import freeze_for_inference
from site_lib.statistics.intervals import bootstrap

SECONDS_BETWEEN_STATES = 60
STEPS_BETWEEN_CHECKS = 50
# What is learnt from goes down to details; what is checked shows most of a photograph, as it is.
SMALLEST_CROP, SMALLEST_CHECKED_CROP = 0.08, 0.35
NUM_CHECKED_CROPS = 400
LONGEST = 320
CURVES = ("step", "loss", "curve_own", "curve_held_out")


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


@dataclass(frozen=True)
class Check:
    """What students are checked on.

    photographs: (N,), which one each crop is from.   crops: (N, 3, side, side).   answers: of the
    teacher, (N, classes).
    """

    photographs: Tensor
    crops: Tensor
    answers: Tensor


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
        self.loss = torch.zeros(())
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
        self.loss = loss.detach()

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
        photographs: PhotographStack,
        held_out: PhotographStack,
        generator: torch.Generator,
        misled: Collection[str] = (),
    ) -> None:
        """photographs: to learn from.   held_out: only for checking.

        generator: draws the crops; those of the checks follow from its initial seed plus one.
        misled: students that get the teacher's answers to other crops, as a control.
        """
        self.teacher = freeze_for_inference(teacher)
        self.recipe = recipe
        self.device = self.teacher.mean.device
        self.students = {name: Learner(network, recipe) for name, network in students.items()}
        self.photographs, self.generator = photographs.to(self.device), generator
        self.misled = misled
        self.checks = {"own": self.check_on(photographs), "held_out": self.check_on(held_out)}
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
        earlier, begun = self.seconds, time.monotonic()
        saved = begun
        if start == 0:
            self.pause(0, checkpoints, save_checkpoint)
        for done in track(range(start + 1, last + 1), "distillation"):
            self.step()
            self.pause(done, checkpoints, save_checkpoint)
            self.seconds = earlier + time.monotonic() - begun
            if time.monotonic() - saved >= SECONDS_BETWEEN_STATES or done == last:
                self.save_state(state_file, done, fingerprint)
                saved = time.monotonic()

    def pause(
        self, step: int, checkpoints: Collection[int], save_checkpoint: Callable[[int], None]
    ) -> None:
        """Check and keep what is due after a step."""
        if step in checkpoints:
            save_checkpoint(step)
        if step in checkpoints or step % STEPS_BETWEEN_CHECKS == 0:
            self.check(step)

    def step(self) -> None:
        """One update of every student on the same fresh crops."""
        images = self.training_crops()
        answers = self.teacher_answers(images)
        for name, student in self.students.items():
            targets = answers.roll(1, dims=0) if name in self.misled else answers
            student.learn(images, targets, self.recipe.temperature)

    def training_crops(self) -> Tensor:
        """Crops of a step, relit and mixed: (batch, 3, side, side) in [0, 1]."""
        generator = self.generator
        crops = random_crops(
            self.photographs,
            self.recipe.batch,
            self.recipe.side,
            smallest=SMALLEST_CROP,
            generator=generator,
        )
        mix = cut_mix if uniform(0, 1, generator) < 0.5 else mix_up
        return mix(relit(crops, generator=generator), generator=generator)

    @torch.no_grad()
    def check(self, step: int) -> None:
        """Add a point to the learning curves."""
        for student in self.students.values():
            student.network.eval()
            agreements = [
                agreement(student.answers(check.crops), check.answers)
                for check in self.checks.values()
            ]
            points = (step, float(student.loss), *agreements)
            for curve, value in zip(student.curves.values(), points, strict=True):
                curve.append(float(value))

    @torch.no_grad()
    def final_check(self, name: str) -> dict[str, float]:
        """A student's agreement with the teacher on the crops of both checks.

        The 95 % interval is over photographs, whose crops are drawn together.
        """
        student = self.students[name]
        student.network.eval()
        metrics: dict[str, float] = {}
        for kind, check in self.checks.items():
            ours, theirs = student.answers(check.crops), check.answers
            ranks = ours.topk(5).indices == theirs.argmax(dim=1, keepdim=True)
            for measured, places in (("agreement", 1), ("top5_agreement", 5)):
                hits = ranks[:, :places].any(dim=1).cpu().numpy().astype(float)
                low, high = bootstrap(hits, np.mean, seed=0, clusters=check.photographs.numpy())
                found = f"{measured}_{kind}"
                metrics[found] = float(hits.mean())
                metrics |= {f"{found}_low": low, f"{found}_high": high}
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

    def check_on(self, photographs: PhotographStack) -> Check:
        """Fixed crops of photographs, each as often as the others, and the teacher's answers."""
        which = torch.arange(NUM_CHECKED_CROPS) % len(photographs)
        crops = crops_of(
            photographs.to(self.device),
            which,
            self.recipe.side,
            smallest=SMALLEST_CHECKED_CROP,
            generator=torch.Generator().manual_seed(self.generator.initial_seed() + 1),
        )
        return Check(which, crops, self.teacher_answers(crops))

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


def photographs_to_learn_from() -> tuple[PhotographStack, PhotographStack]:
    """Those of the course with those of the corpus, and those that the corpus holds out."""
    paths = [each.path for each in PHOTOGRAPHS.values()]
    paths += [each.path for each in fetch_corpus(held_out=False)]
    held_out = [each.path for each in fetch_corpus(held_out=True)]
    shown, kept = (
        stack_photographs([read_image(path)[0] for path in some], LONGEST)
        for some in (paths, held_out)
    )
    return shown, kept


def photograph_records() -> list[dict[str, str]]:
    """What :func:`photographs_to_learn_from` reads, for provenance."""
    ours = [photograph_record(name) for name in PHOTOGRAPHS]
    return [*ours, *(each.record() for each in fetch_corpus())]


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
