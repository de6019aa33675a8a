"""Knowledge distillation on few photographs.

A teacher answers random crops of them, and a student learns its answers (Hinton et al., 2015,
arXiv:1503.02531). Asano & Saeed (2023, arXiv:2112.00725) showed that heavily augmented crops of
even one image carry a student a long way.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from site_lib.common.checks import check_finite, check_number, check_shapes
from site_lib.common.randomness import uniform


def cut_mix(images: Tensor, *, generator: torch.Generator) -> Tensor:
    """Paste a square of each image's partner into it (Yun et al., 2019, arXiv:1905.04899)."""
    side = images.shape[-1]
    size = int(side * math.sqrt(uniform(0, 1, generator)))
    top, left = torch.randint(side - size + 1, (2,), generator=generator).tolist()
    partners = torch.randperm(len(images), generator=generator)
    mixed = images.clone()
    square = (..., slice(top, top + size), slice(left, left + size))
    mixed[square] = images[partners][square]
    return mixed


def mix_up(images: Tensor, *, generator: torch.Generator) -> Tensor:
    """Lay a partner over each image, both transparent (Zhang et al., 2018, arXiv:1710.09412)."""
    opacity = torch.rand(len(images), generator=generator).to(images.device)[:, None, None, None]
    partners = images[torch.randperm(len(images), generator=generator)]
    return opacity * images + (1 - opacity) * partners


def distillation_loss(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """Kullback–Leibler divergence of softened answers, times T² as Hinton et al. do.

    student, teacher: logits (N, classes). Returns a scalar, 0 when the answers agree.
    """
    check_number("temperature", temperature, low=0, open_low=True)
    ours, theirs = ((logits / temperature).log_softmax(dim=1) for logits in (student, teacher))
    return temperature**2 * F.kl_div(ours, theirs, reduction="batchmean", log_target=True)


def agreement(student: Tensor, teacher: Tensor) -> float:
    """Share of images for which both put the same class first. logits (N, classes)."""
    _check_answers(student, teacher)
    return float((student.argmax(dim=1) == teacher.argmax(dim=1)).float().mean())


def num_right(logits: Tensor, classes: Tensor, *, within: int) -> int:
    """How many answers (N, classes) have the right class, (N,), among their first so many."""
    check_shapes(logits=(logits, "N classes"), classes=(classes, "N"))
    check_finite("logits", logits)
    best = logits.topk(within).indices
    return int((best == classes.to(best.device)[:, None]).any(dim=1).sum())


def answer_correlation(student: Tensor, teacher: Tensor) -> float:
    """Mean over images of the correlation, over classes, of two networks' logits (N, classes).

    What a network answers on average is taken away first, so that 0 means: it knows nothing of
    the image at hand. Raises CourseError for a single image, which is its own average.
    """
    _check_answers(student, teacher)
    check_number("number of images", len(student), low=2)
    ours, theirs = (logits - logits.mean(dim=0) for logits in (student, teacher))
    ours, theirs = (x - x.mean(dim=1, keepdim=True) for x in (ours, theirs))
    return float(F.cosine_similarity(ours, theirs, dim=1).mean())


def _check_answers(student: Tensor, teacher: Tensor) -> None:
    """CourseError for NaN, too, which a network would put first."""
    check_shapes(student=(student, "N classes"), teacher=(teacher, "N classes"))
    check_finite("student", student)
    check_finite("teacher", teacher)
