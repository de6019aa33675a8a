"""Tuning of units to gratings, measured as neurophysiologists do.

A drifting grating makes the response of a unit rise and fall with its phase; the amplitude of
that modulation at the grating's own frequency (F1) says how well the grating suits the unit.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from site_lib.common.checks import check_finite, check_number
from site_lib.common.errors import CourseError, unknown_name
from site_lib.images.images import COLOUR_AXES, gratings
from site_lib.networks.activations import centre_of_map
from site_lib.networks.classifier import Classifier

# The usual criterion of physiology: at least twice the response to the orthogonal orientation.
ORIENTED_INDEX = 1 / 3


@dataclass(frozen=True)
class Tuning:
    """F1 amplitudes of K units to gratings, and to uniform fields.

    amplitude: (K, colours, frequencies, orientations), in the unit's own output scale.
    phase: the same shape, radians, phase of the grating that excites the unit most.
    flat: (K, colours), half the response difference between the two ends of a colour axis.
    orientations: radians, of the bars.   frequencies: cycles per pixel.   colours: names.
    """

    amplitude: Tensor
    phase: Tensor
    flat: Tensor
    orientations: Tensor
    frequencies: Tensor
    colours: tuple[str, ...]

    @property
    def best(self) -> Tensor:
        """(K, 3), indices of each unit's best colour, frequency and orientation."""
        return torch.stack(
            torch.unravel_index(self.amplitude.flatten(1).argmax(dim=1), self.amplitude.shape[1:]),
            dim=1,
        )

    @property
    def strength(self) -> Tensor:
        """(K,), amplitude of the unit's best grating."""
        return self.amplitude.flatten(1).amax(dim=1)

    @property
    def flat_strength(self) -> Tensor:
        """(K,), the same of its best uniform field."""
        return self.flat.amax(dim=1)

    @property
    def orientation_curve(self) -> Tensor:
        """(K, orientations), amplitude at the unit's best colour and frequency."""
        units = torch.arange(len(self.amplitude))
        return self.amplitude[units, self.best[:, 0], self.best[:, 1]]

    @property
    def frequency_curve(self) -> Tensor:
        """(K, frequencies), amplitude at the unit's best colour and orientation."""
        units = torch.arange(len(self.amplitude))
        return self.amplitude[units, self.best[:, 0], :, self.best[:, 2]]

    @property
    def preferred_orientation(self) -> Tensor:
        """(K,), radians in [0, π), of the bars of the best grating."""
        return self.orientations[self.best[:, 2]]

    @property
    def preferred_frequency(self) -> Tensor:
        """(K,), cycles per pixel."""
        return self.frequencies[self.best[:, 1]]

    @property
    def preferred_colour(self) -> np.ndarray:
        """(K,), names of colour axes."""
        return np.array(self.colours)[self.best[:, 0].numpy()]

    @property
    def preferred_flat_colour(self) -> np.ndarray:
        """(K,), the same for uniform fields."""
        return np.array(self.colours)[self.flat.argmax(dim=1).numpy()]

    @property
    def orientation_selectivity(self) -> Tensor:
        """(K,), (best − orthogonal) / (best + orthogonal) amplitude; 1/3 is a ratio of two."""
        curve = self.orientation_curve
        orthogonal = (self.best[:, 2] + curve.shape[1] // 2) % curve.shape[1]
        units = torch.arange(len(curve))
        return contrast_index(curve[units, self.best[:, 2]], curve[units, orthogonal])

    @property
    def edge_versus_flat(self) -> Tensor:
        """(K,), +1: only gratings drive the unit, −1: only uniform fields, 0: both alike."""
        return contrast_index(self.strength, self.flat_strength)

    def preferences(self) -> dict[str, np.ndarray]:
        """What each unit likes best, as it is drawn: (K,) each, the orientation in degrees."""
        return {
            "orientation": np.degrees(self.preferred_orientation.numpy()),
            "frequency": self.preferred_frequency.numpy(),
            "colour": self.preferred_colour,
            "edge_versus_flat": self.edge_versus_flat.numpy(),
        }


def contrast_index(first: Tensor, second: Tensor) -> Tensor:
    """(first − second) / (first + second), and 0 where both vanish."""
    return (first - second) / (first + second).clamp(min=torch.finfo(first.dtype).tiny)


def response_groups(tuning: Tuning, *, silent_share: float) -> np.ndarray:
    """What each unit responds to: "silent", "flat", "oriented", or "spot" (none of them): (K,).

    silent_share: a unit whose best response is below this share of the median is silent.
    """
    check_number("silent_share", silent_share, low=0)
    best = torch.maximum(tuning.strength, tuning.flat_strength)
    groups = {
        "silent": best < silent_share * best.median(),
        "flat": tuning.edge_versus_flat < 0,
        "oriented": tuning.orientation_selectivity >= ORIENTED_INDEX,
    }
    return np.select([members.numpy() for members in groups.values()], list(groups), "spot")


@torch.no_grad()
def central_responses(network: Classifier, images: Tensor) -> Tensor:
    """(N, K), what the units at the centre of the map answer with which a network ends.

    network: shortened to the layer in question, see :func:`~site_lib.networks.truncation.up_to`.
    At the centre, the padding around the image is far away.
    """
    return centre_of_map(network(images.to(network.mean.device))).cpu()


def measure_tuning(
    respond: Callable[[Tensor], Tensor],
    *,
    side: int,
    num_orientations: int,
    frequencies: Sequence[float],
    num_phases: int,
    colours: Sequence[str] = tuple(COLOUR_AXES),
) -> Tuning:
    """Show gratings and uniform fields to units and measure their modulation.

    respond: images (N, 3, side, side) in [0, 1] → responses (N, K) of K units whose fields lie
    around the centre.   num_orientations: even, over 180°, so that each has its orthogonal.
    num_phases: at least 3, over one cycle.
    """
    check_number("number of orientations", num_orientations, low=2, whole=True)
    check_number("number of phases", num_phases, low=3, whole=True)
    check_number("number of frequencies", len(frequencies), low=1)
    check_number("number of colours", len(colours), low=1)
    if num_orientations % 2:
        raise CourseError("tuning needs an even number of orientations, each with its orthogonal")
    for colour in colours:
        if colour not in COLOUR_AXES:
            raise unknown_name("colour", colour, COLOUR_AXES)
    orientations = torch.arange(num_orientations) * math.pi / num_orientations
    phases = torch.arange(num_phases) * 2 * math.pi / num_phases
    frequency = torch.tensor(list(frequencies))
    first_harmonic = torch.exp(-1j * phases) * 2 / num_phases
    f1, flat = [], []
    for colour in colours:
        axis = torch.tensor(COLOUR_AXES[colour])
        for f in frequency:
            o, p = torch.meshgrid(orientations, phases, indexing="ij")
            shown = gratings(
                side,
                orientation=o.flatten(),
                frequency=f.expand(o.numel()),
                phase=p.flatten(),
                colour=axis.expand(o.numel(), 3),
            )
            answers = respond(shown).cpu()
            check_finite("responses", answers)
            responses = answers.reshape(num_orientations, num_phases, -1)
            f1.append(torch.einsum("opk,p->ko", responses.to(torch.complex64), first_harmonic))
        ends = gratings(
            side,
            orientation=torch.zeros(2),
            frequency=torch.zeros(2),
            phase=torch.tensor([0.0, math.pi]),
            colour=axis.expand(2, 3),
        )
        light, dark = respond(ends).cpu()
        flat.append((light - dark).abs() / 2)
    modulation = torch.stack(f1, dim=1).unflatten(1, (len(colours), len(frequency)))
    return Tuning(
        modulation.abs(),
        -modulation.angle(),
        torch.stack(flat, dim=1),
        orientations,
        frequency,
        tuple(colours),
    )
