"""Choosing where an experiment runs."""

import re

import torch

from site_lib.common.errors import CourseError


def choose_device(name: str) -> torch.device:
    """The device of that name; CourseError when there is none, or when it cannot be had.

    name: ``auto`` takes CUDA when there is one, else the CPU; ``cuda:1`` is the second one.
    """
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
