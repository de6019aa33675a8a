"""Choosing where an experiment runs."""

import re

import torch

from site_lib.common.errors import CourseError


def choose_device(name: str) -> torch.device:
    """The device of that name; CourseError when there is none, or when it cannot be had.

    name: ``auto`` takes CUDA when there is one, else the CPU; ``cuda:1`` is the second one. From
    then on, products on a GPU keep all bits of their factors, in the whole process.
    """
    device = _device_named(name)
    if str(device) != "cpu":
        # TF32 has 11 of 24 bits, and is on for convolutions. Logits would differ by a hundredth,
        # and where a boundary lies is bisected to much less.
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
    return device


def gpu_name(device: torch.device) -> str | None:
    """What a GPU is called, such as ``NVIDIA H100 80GB HBM3``; None for the CPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else None


def _device_named(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if not re.fullmatch(r"cpu|cuda(:\d+)?", name):
        raise CourseError(f"unknown device {name!r}; choose auto, cpu, cuda or cuda:0, cuda:1, …")
    found = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    if name != "cpu" and not found:
        raise CourseError(
            f"device {name!r} was asked for, but torch sees no CUDA device here; "
            "use DEVICE=cpu or DEVICE=auto"
        )
    if name not in ("cpu", "cuda", *found):
        raise CourseError(f"there is no device {name!r} here; torch sees {', '.join(found)}")
    return torch.device(name)
