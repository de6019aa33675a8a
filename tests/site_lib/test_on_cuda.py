"""Functions of the library take tensors of a GPU where no experiment hands them any.

What experiments use on a GPU is tried by their dry runs
(``tests/figures_src/test_dry_runs_on_cuda.py``).
"""

import json
import math
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from site_lib.biology.modulation import Drifting, half_widths
from site_lib.biology.rdm import correlation_rdm
from site_lib.biology.tuning import measure_tuning
from site_lib.common.files import ROOT
from site_lib.feature_visualisation.objectives import direction
from site_lib.feature_visualisation.parameterisations import FourierImage, PhaseImage
from site_lib.feature_visualisation.super_stimuli import SuperStimuli
from site_lib.images.images import gratings
from site_lib.images.views import simple_attributes
from site_lib.units.category_correlation import best_categories
from tests.pretend_cuda import Shell, install, pretend_cuda

# From what moves a tensor to a device to what the function gives there.
Case = Callable[[Callable[[Tensor], Tensor]], Tensor]


def drawn(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(0))


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def shown_gratings(to: Callable[[Tensor], Tensor]) -> Tensor:
    angles = to(torch.tensor([0.0, 1.0]))
    return gratings(
        8, orientation=angles, frequency=angles / 4, phase=angles, colour=to(drawn(2, 3))
    )


def tuned(to: Callable[[Tensor], Tensor]) -> Tensor:
    def respond(images: Tensor) -> Tensor:
        return to(images).flatten(1) @ to(drawn(192, 2))

    tuning = measure_tuning(respond, side=8, num_orientations=2, frequencies=[0.25], num_phases=3)
    return torch.stack([tuning.preferred_orientation, tuning.orientation_selectivity])


def drifting(to: Callable[[Tensor], Tensor]) -> Tensor:
    found = Drifting(to(drawn(2, 4, 3, 5)), to(drawn(5)), torch.arange(4) * math.pi / 4, drawn(2))
    widths = half_widths(found.curve, found.orientations)
    return torch.stack([found.modulation_ratio, widths, found.drive])


def correlated(to: Callable[[Tensor], Tensor]) -> Tensor:
    found = best_categories(to(drawn(5, 2)), to(drawn(5, 7) ** 2), number=2, num_shuffles=3,
                            generator=generator())  # fmt: skip
    return torch.cat([found.correlations, found.p_values[:, None]], dim=1)


CASES: dict[str, Case] = {
    "gratings": shown_gratings,
    "simple attributes": lambda to: torch.cat(
        list(simple_attributes(to(drawn(2, 3, 8, 8))).values()), dim=1
    ),
    "waves of an image": lambda to: FourierImage.of(to(drawn(1, 3, 8, 8))).spectrum.detach(),
    "phases of images": lambda to: PhaseImage(1, to(drawn(2, 3, 8, 8)), generator=generator())()
    .detach(),
    "tuning": tuned,
    "drifting gratings": drifting,
    "categories": correlated,
    "dissimilarities": lambda to: correlation_rdm(to(drawn(4, 9))),
    "direction": lambda to: direction("a", to(drawn(3))).score({"a": to(drawn(2, 3, 4, 4))}),
    "chosen stimuli": lambda to: SuperStimuli(
        to(drawn(2, 3, 3, 4, 4)), to(drawn(2, 3)), to(torch.zeros(2, 3))
    ).images,
}  # fmt: skip


@pytest.fixture(scope="module")
def wrong() -> dict[str, str]:
    """Case → what is wrong with it, from a process with a pretended GPU."""
    command = [sys.executable, "-m", "tests.site_lib.test_on_cuda"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", CASES)
def test_it_takes_tensors_of_a_gpu_and_gives_the_bits_of_the_cpu(
    name: str, wrong: dict[str, str]
) -> None:
    assert wrong[name] == ""


def what_is_wrong(case: Case) -> str:
    try:
        found = case(lambda tensor: tensor.to("cuda"))
    except (RuntimeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"
    values = found.values if isinstance(found, Shell) else found
    expected = case(lambda tensor: tensor)
    return "" if torch.equal(values, expected) else f"{values} is not {expected}"


if __name__ == "__main__":
    install()
    with pretend_cuda():
        print(json.dumps({name: what_is_wrong(case) for name, case in CASES.items()}))
