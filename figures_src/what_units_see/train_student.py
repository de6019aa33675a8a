"""Train the plain student network; its weights are committed, so this runs by hand.

    make remeasure NAME=student-training

A killed run goes on from its latest state when it is started again with the same parameters.
"""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from site_lib.distillation import (
    agreement,
    answer_correlation,
    cut_mix,
    distillation_loss,
    random_crops,
)
from site_lib.experiment import run_experiment
from site_lib.images import photograph_record, read_image, square
from site_lib.models import REGISTRY, Classifier, freeze_for_inference, load
from site_lib.photographs import PHOTOGRAPHS, labelled_photographs
from site_lib.progress import track
from site_lib.provenance import Measurement, atomic_path, fingerprint, sha256_of_file
from site_lib.student import Student, initialise_for_training

STEPS_BETWEEN_STATES = 100
STEPS_BETWEEN_CHECKS = 50
HELD_OUT_CROPS = 200
OWN_CROPS_SEED = 12345


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
    run = Run(
        load(teacher, device=device),
        side,
        temperature,
        learning_rate,
        weight_decay,
        num_steps,
        seed,
        device,
    )
    state_file = Path(state_folder) / "training-state.pt"
    start = run.resume(state_file, fingerprint(parameters))
    for step in track(range(start, num_steps), "student"):
        run.step(batch)
        done = step + 1
        if done % STEPS_BETWEEN_CHECKS == 0 or done == 1:
            run.check(done)
        if done in checkpoints:
            run.save_weights(Path(weights_folder) / f"student-step-{done}.safetensors")
        if done % STEPS_BETWEEN_STATES == 0 or done == num_steps:
            run.save_state(state_file, done, fingerprint(parameters))
    weights = Path(weights_folder) / "student.safetensors"
    run.save_weights(weights)
    arrays = {name: np.array(values) for name, values in run.curves.items()}
    return Measurement(
        arrays,
        run.final_check()
        | {
            "num_photographs": len(PHOTOGRAPHS),
            "num_steps": num_steps,
            "num_images": num_steps * batch,
            "training_seconds": run.seconds,
        },
        weights=[run.teacher.record(), {"model": "student", "sha256": sha256_of_file(weights)}],
        inputs=[photograph_record(name) for name in PHOTOGRAPHS],
    )


class Run:
    """A training run that can be saved and resumed."""

    def __init__(
        self,
        teacher: Classifier,
        side: int,
        temperature: float,
        learning_rate: float,
        weight_decay: float,
        num_steps: int,
        seed: int,
        device: torch.device,
    ) -> None:
        self.teacher = freeze_for_inference(teacher)
        self.side, self.temperature, self.device = side, temperature, device
        self.generator = torch.Generator().manual_seed(seed)
        self.student = Student()
        initialise_for_training(self.student, self.generator)
        self.student = self.student.to(device).to(memory_format=torch.channels_last)
        self.network = Classifier(
            REGISTRY["student"], self.student, name="student", weights_sha256="in training"
        ).to(device)
        self.optimiser = torch.optim.AdamW(
            self.student.parameters(), lr=learning_rate, weight_decay=weight_decay
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser, learning_rate, total_steps=num_steps, pct_start=0.05
        )
        self.photographs = [read_image(entry.path)[0] for entry in PHOTOGRAPHS.values()]
        held_out = [read_image(entry.path)[0] for entry in labelled_photographs()]
        self.labels = torch.tensor([entry.imagenet_class for entry in labelled_photographs()])
        self.whole = torch.cat([square(image[None], side) for image in held_out])
        crops = random_crops(
            held_out, HELD_OUT_CROPS, side, generator=torch.Generator().manual_seed(seed + 1)
        )
        self.held_out_crops = crops
        self.held_out_answers = self.teacher_answers(crops)
        self.seconds = 0.0
        self.curves: dict[str, list[float]] = {
            "step": [],
            "loss": [],
            "agreement_training": [],
            "agreement_held_out": [],
        }

    def step(self, batch: int) -> None:
        """One update on fresh crops."""
        started = time.perf_counter()
        images = random_crops(self.photographs, batch, self.side, generator=self.generator)
        images = cut_mix(images, generator=self.generator).to(self.device)
        answers = self.teacher_answers(images)
        self.student.train()
        logits = self.student_answers(images)
        loss = distillation_loss(logits, answers, self.temperature)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.schedule.step()
        self.latest = (float(loss.detach()), agreement(logits.detach(), answers))
        self.seconds += time.perf_counter() - started

    @torch.no_grad()
    def check(self, step: int) -> None:
        """Add a point to the learning curves."""
        self.student.eval()
        held_out = agreement(self.student_answers(self.held_out_crops), self.held_out_answers)
        for curve, value in zip(self.curves.values(), (step, *self.latest, held_out), strict=True):
            curve.append(float(value))

    @torch.no_grad()
    def final_check(self) -> dict[str, float]:
        """Agreement with the teacher on fresh crops; accuracy on the whole labelled photographs."""
        self.student.eval()
        own = random_crops(
            self.photographs,
            HELD_OUT_CROPS,
            self.side,
            generator=torch.Generator().manual_seed(OWN_CROPS_SEED),
        )
        metrics: dict[str, float] = {
            "num_held_out_crops": HELD_OUT_CROPS,
            "num_labelled": len(self.labels),
        }
        for name, crops in (("own", own), ("held_out", self.held_out_crops)):
            ours, theirs = self.student_answers(crops), self.teacher_answers(crops)
            within_five = ours.topk(5).indices == theirs.argmax(dim=1, keepdim=True)
            metrics[f"agreement_{name}"] = agreement(ours, theirs)
            metrics[f"top5_agreement_{name}"] = float(within_five.any(dim=1).float().mean())
            metrics[f"correlation_{name}"] = answer_correlation(ours, theirs)
        for name, answers in (
            ("student", self.student_answers(self.whole)),
            ("teacher", self.teacher_answers(self.whole)),
        ):
            best = answers.cpu().topk(5).indices == self.labels[:, None]
            metrics[f"{name}_top1_labelled"] = int(best[:, 0].sum())
            metrics[f"{name}_top5_labelled"] = int(best.any(dim=1).sum())
        return metrics

    @torch.no_grad()
    def teacher_answers(self, images: Tensor) -> Tensor:
        with self.half_precision():
            return self.teacher(images.to(self.device)).float()

    def student_answers(self, images: Tensor) -> Tensor:
        images = images.to(self.device, memory_format=torch.channels_last)
        with self.half_precision():
            return self.network(images).float()

    def half_precision(self) -> torch.autocast:
        # A third of the time on processors with bfloat16 units; weights stay in 32 bits.
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def save_weights(self, path: Path) -> None:
        """Weights in 16 bits: half the size, and far finer than the steps of training."""
        state = {k: v.detach().cpu().contiguous() for k, v in self.student.state_dict().items()}
        floats = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
        with atomic_path(path) as temporary:
            save_file(floats, temporary)

    def save_state(self, path: Path, step: int, parameters: str) -> None:
        state = {
            "parameters": parameters,
            "step": step,
            "student": self.student.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "generator": self.generator.get_state(),
            "curves": json.dumps(self.curves),
            "seconds": self.seconds,
        }
        with atomic_path(path) as temporary:
            torch.save(state, temporary)

    def resume(self, path: Path, parameters: str) -> int:
        """Step to go on from: 0 when there is no state of a run with these parameters."""
        if not path.exists():
            return 0
        state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
        if state["parameters"] != parameters:
            return 0
        self.student.load_state_dict(state["student"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.generator.set_state(state["generator"].cpu())
        self.curves = json.loads(state["curves"])
        self.seconds = state["seconds"]
        return state["step"]


if __name__ == "__main__":
    run_experiment(measure)
