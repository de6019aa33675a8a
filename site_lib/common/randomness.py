"""Random numbers from a generator that is passed in."""

import torch


def uniform(low: float, high: float, generator: torch.Generator) -> float:
    """One number, uniform in [low, high)."""
    return low + (high - low) * float(torch.rand((), generator=generator))
