"""Simple or complex: does a unit care where the bars of a grating are?

A drifting grating makes a simple cell fire and pause with its phase, and a complex cell fire
steadily. The response at the grating's own frequency (F1) over the mean response (F0) tells them
apart: above 1 is called simple, below 1 complex (Skottun et al., 1991,
doi:10.1016/0042-6989(91)90033-2).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from site_lib.biology.tuning import contrast_index
from site_lib.common.checks import check_number
from site_lib.common.errors import CourseError
from site_lib.images.images import COLOUR_AXES, gratings
from site_lib.networks.activations import activations_of, centre_of_map
from site_lib.networks.classifier import Classifier

# A unit whose best response is below this share of its layer's median is called silent.
SILENT_SHARE = 0.05
# The usual criterion of physiology: at least twice the response to the orthogonal orientation.
ORIENTED_INDEX = 1 / 3


@dataclass(frozen=True)
class Drifting:
    """Responses of K units to gratings that drift, and to a grey field.

    responses: (frequencies, orientations, phases, K).   grey: (K,).   orientations: radians.
    frequencies: cycles per pixel.
    """

    responses: Tensor
    grey: Tensor
    orientations: Tensor
    frequencies: Tensor

    @property
    def f0(self) -> Tensor:
        """Mean over phases, above the response to grey: (frequencies, orientations, K)."""
        return self.responses.mean(dim=2) - self.grey

    @property
    def f1(self) -> Tensor:
        """Amplitude at the grating's own frequency: (frequencies, orientations, K)."""
        number = self.responses.shape[2]
        phases = torch.arange(number, device=self.responses.device)
        wave = torch.exp(-2j * math.pi * phases / number)
        sums = torch.einsum("fopk,p->fok", self.responses.to(wave.dtype), wave)
        return 2 / number * sums.abs()

    @property
    def strength(self) -> Tensor:
        """The larger of F0 and F1, as physiologists choose the response of a cell."""
        return torch.maximum(self.f0, self.f1)

    @property
    def best(self) -> tuple[Tensor, Tensor]:
        """Indices of every unit's best frequency and orientation: (K,) each."""
        flat = self.strength.flatten(0, 1).argmax(dim=0)
        frequency, orientation = torch.unravel_index(flat, self.strength.shape[:2])
        return frequency, orientation

    @property
    def modulation_ratio(self) -> Tensor:
        """F1 / F0 at the best grating: (K,), infinite where the mean does not exceed grey."""
        frequency, orientation = self.best
        units = torch.arange(len(self.grey))
        f0, f1 = (values[frequency, orientation, units] for values in (self.f0, self.f1))
        return torch.where(f0 > 0, f1 / f0.clamp(min=torch.finfo(f0.dtype).tiny), math.inf)

    @property
    def curve(self) -> Tensor:
        """Strength against orientation at the best frequency: (K, orientations)."""
        frequency, _ = self.best
        return self.strength[frequency, :, torch.arange(len(self.grey))].clamp(min=0)

    @property
    def drive(self) -> Tensor:
        """Strength at the best grating: (K,)."""
        return self.strength.flatten(0, 1).amax(dim=0)

    @property
    def answering(self) -> Tensor:
        """Which units answer to gratings at all: (K,) bool."""
        return self.drive > SILENT_SHARE * self.drive.clamp(min=0).median()

    @property
    def orientation_selectivity(self) -> Tensor:
        """(best − orthogonal) / (best + orthogonal) strength: (K,); 1/3 is a ratio of two."""
        curve = self.curve
        best = curve.argmax(dim=1, keepdim=True)
        orthogonal = (best + curve.shape[1] // 2) % curve.shape[1]
        return contrast_index(curve.gather(1, best), curve.gather(1, orthogonal))[:, 0]

    @property
    def oriented(self) -> Tensor:
        """Which units answer to one orientation at least twice as strongly as across: (K,) bool."""
        return self.answering & (self.orientation_selectivity >= ORIENTED_INDEX)


def half_widths(curve: Tensor, orientations: Tensor) -> Tensor:
    """Half-width at half height of tuning curves, in degrees: (K, orientations) → (K,).

    orientations: radians, equally spaced over 180°, a circle. Between orientations the curve is
    a straight line. Infinite where a curve never falls to half its peak.
    """
    number = curve.shape[1]
    step = 180 / number
    peak = curve.argmax(dim=1)
    widths = []
    for direction in (1, -1):
        away = torch.arange(number // 2 + 1, device=curve.device)
        steps = (peak[:, None] + direction * away) % number
        relative = curve.gather(1, steps) / curve.amax(dim=1, keepdim=True)
        below = relative <= 0.5
        first = below.int().argmax(dim=1).clamp(min=1)
        after, before = (relative.gather(1, (first - k)[:, None])[:, 0] for k in (0, 1))
        crossing = first - 1 + (before - 0.5) / (before - after).clamp(min=1e-12)
        widths.append(torch.where(below.any(dim=1), crossing * step, math.inf))
    return (widths[0] + widths[1]) / 2


def circular_variance(curve: Tensor, orientations: Tensor) -> Tensor:
    """1 − |Σ R e^{2iθ}| / Σ R of tuning curves, (K, orientations) → (K,).

    0: the unit answers to one orientation only, 1: to all alike, or to two at right angles. Unlike
    the half-width it takes the whole curve (Ringach, Shapley & Hawken, 2002,
    doi:10.1523/JNEUROSCI.22-13-05639.2002). orientations: radians. NaN where the curve is nowhere
    above 0.
    """
    around = torch.exp(2j * orientations).to(curve.device)
    return 1 - (curve * around).sum(dim=1).abs() / curve.sum(dim=1)


def num_peaks(curve: Tensor) -> Tensor:
    """How many separate arcs of orientations drive a unit above half its best: (K, …) → (K,).

    The circle is closed, so a peak across its ends is one. A curve that never falls to half is one
    arc, too.
    """
    above = curve > curve.amax(dim=1, keepdim=True) / 2
    rises = (above & ~above.roll(1, dims=1)).sum(dim=1)
    return rises.clamp(min=1)


def turned_to_peak(curves: Tensor) -> Tensor:
    """Curves around a circle, (K, angles), each turned and scaled so that its peak is 1 in the
    middle. Raises CourseError for a curve that is nowhere above 0.
    """
    if not (curves.amax(dim=1) > 0).all():
        raise CourseError("a curve without a value above 0 has no peak")
    middle = curves.shape[1] // 2
    return torch.stack([curve.roll(middle - int(curve.argmax())) / curve.max() for curve in curves])


def drifting_gratings(
    classifier: Classifier,
    layers: Sequence[str],
    *,
    side: int,
    num_orientations: int,
    frequencies: Sequence[float],
    num_phases: int,
) -> dict[str, Drifting]:
    """Responses of the units at the centre of layers to lightness gratings: layer → Drifting.

    layers: their outputs should be rectified, since a negative firing rate means nothing.
    num_phases: at least 3.
    """
    check_number("number of orientations", num_orientations, low=1, whole=True)
    check_number("number of phases", num_phases, low=3, whole=True)
    check_number("number of frequencies", len(frequencies), low=1)
    orientations = torch.arange(num_orientations) * math.pi / num_orientations
    phases = torch.arange(num_phases) * 2 * math.pi / num_phases
    frequency = torch.tensor([0.0, *frequencies])
    f, o, p = torch.meshgrid(frequency[1:], orientations, phases, indexing="ij")
    colour = torch.tensor(COLOUR_AXES["luminance"])

    def shown(frequency: Tensor, orientation: Tensor, phase: Tensor) -> Tensor:
        return gratings(
            side,
            orientation=orientation,
            frequency=frequency,
            phase=phase,
            colour=colour.expand(len(phase), 3),
        )

    # A quarter of a cycle of a uniform field is mid-grey.
    grey = shown(torch.zeros(1), torch.zeros(1), torch.full((1,), math.pi / 2))
    images = torch.cat([grey, shown(f.flatten(), o.flatten(), p.flatten())])
    answers = activations_of(classifier, images, layers, batch=32, summarise=centre_of_map)
    return {
        layer: Drifting(
            values[1:].unflatten(0, (len(frequencies), num_orientations, num_phases)),
            values[0],
            orientations,
            frequency[1:],
        )
        for layer, values in answers.items()
    }
