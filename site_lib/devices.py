"""Choosing where an experiment runs."""

import torch

from site_lib.errors import CourseError


def choose_device(name: str) -> torch.device:
    """``auto`` takes CUDA when there is one, else the CPU; CourseError when it cannot be had."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in ("cpu", "cuda"):
        raise CourseError(f"unknown device {name!r}; choose auto, cpu or cuda")
    if name == "cuda" and not torch.cuda.is_available():
        raise CourseError(
            "device 'cuda' was asked for, but torch sees no CUDA device here; "
            "use DEVICE=cpu or DEVICE=auto"
        )
    return torch.device(name)
