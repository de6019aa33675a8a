"""Modulation by drifting gratings, for responses whose F1/F0 is known in closed form."""

import math

import pytest
import torch

from site_lib.biology.modulation import (
    Drifting,
    circular_variance,
    drifting_gratings,
    half_widths,
    num_peaks,
    turned_to_peak,
)
from site_lib.common.errors import CourseError
from site_lib.networks.registry import load

NUM_PHASES = 64
PHASE = torch.arange(NUM_PHASES) * 2 * math.pi / NUM_PHASES


def drifting(*responses, grey=0.0):
    """Units that answer so to the phases of one grating at one orientation."""
    values = torch.stack(responses, dim=1)[None, None]
    number = len(responses)
    return Drifting(values, torch.full((number,), grey), torch.zeros(1), torch.tensor([0.1]))


@pytest.mark.parametrize(
    ("response", "ratio"),
    [
        # Half-wave rectified cosine: F0 = 1/π, F1 = 1/2 (Skottun et al.: a simple cell's π/2).
        (PHASE.cos().clamp(min=0), math.pi / 2),
        # Sum of the squares of a quadrature pair, the energy model of a complex cell.
        (PHASE.cos() ** 2 + PHASE.sin() ** 2, 0.0),
        # Full-wave rectified cosine: twice the grating's frequency only.
        (PHASE.cos().abs(), 0.0),
        (1 + 0.5 * PHASE.cos(), 0.5),
    ],
    ids=["half-wave", "energy", "full-wave", "mixed"],
)
def test_modulation_ratio_in_closed_form(response, ratio):
    assert drifting(response).modulation_ratio[0] == pytest.approx(ratio, abs=2e-3)


def test_the_response_to_grey_is_not_counted():
    above = drifting(2 + PHASE.cos().clamp(min=0), grey=2.0)
    assert above.modulation_ratio[0] == pytest.approx(math.pi / 2, abs=2e-3)
    assert drifting(2 + PHASE.cos(), grey=2.5).modulation_ratio[0] == math.inf


def test_best_grating_and_drive():
    responses = torch.zeros(2, 3, 8, 1)
    responses[1, 2] = 4.0
    unit = Drifting(responses, torch.zeros(1), torch.zeros(3), torch.tensor([0.1, 0.2]))
    frequency, orientation = unit.best
    assert (int(frequency), int(orientation)) == (1, 2)
    assert unit.drive[0] == pytest.approx(4)
    assert unit.curve.tolist() == [[0, 0, 4]]


def tuned(*curves):
    """Units with such responses to orientations, at any phase."""
    values = torch.tensor(curves).T[None, :, None].expand(1, -1, 4, -1)
    angles = torch.arange(len(curves[0])) * math.pi / len(curves[0])
    return Drifting(values, torch.zeros(len(curves)), angles, torch.tensor([0.1]))


def test_a_unit_answers_from_a_twentieth_of_the_median_on():
    units = tuned([0.0, 1.0], [0.0, 1.0], [0.0, 0.049], [0.051, 0.0], [0.0, 3.0])
    assert units.answering.tolist() == [True, True, False, True, True]


def test_oriented_units_answer_twice_as_much_as_to_the_orthogonal():
    units = tuned([1.0, 2.1, 0.5, 1.0], [1.0, 1.9, 1.0, 1.0], [0.0, 0.01, 0.0, 0.0])
    assert units.orientation_selectivity.tolist() == pytest.approx([1.1 / 3.1, 0.9 / 2.9, 1.0])
    assert units.oriented.tolist() == [True, False, False]


@pytest.mark.parametrize("width", [10.0, 20.0, 35.0])
def test_half_width_of_a_triangle(width):
    """A triangle that falls to zero at twice the width is at half its height at the width."""
    degrees = torch.arange(0, 180, 5.0)
    apart = (degrees - 60 + 90) % 180 - 90
    curve = (1 - apart.abs() / (2 * width)).clamp(min=0)
    assert half_widths(curve[None], degrees.deg2rad())[0] == pytest.approx(width, abs=1e-3)


def test_half_width_goes_around_the_circle_and_can_be_infinite():
    degrees = torch.arange(0, 180, 5.0)
    apart = (degrees + 90) % 180 - 90
    triangle = (1 - apart.abs() / 30).clamp(min=0)
    widths = half_widths(torch.stack([triangle, 0.8 + 0.2 * triangle]), degrees.deg2rad())
    assert widths[0] == pytest.approx(15, abs=1e-3)
    assert widths[1] == math.inf


ANGLES = torch.arange(36) * math.pi / 36


@pytest.mark.parametrize(
    ("curve", "variance"),
    [
        (torch.ones(36), 1.0),
        (torch.eye(36)[7], 0.0),
        (torch.eye(36)[7] + torch.eye(36)[25], 1.0),  # two at right angles
        (torch.eye(36)[7] + torch.eye(36)[7 + 6], 1 - math.cos(math.pi / 6)),  # 30° apart
        (1 + (2 * ANGLES).cos(), 0.5),
    ],
    ids=["flat", "one", "crossed", "two", "cosine"],
)
def test_circular_variance_in_closed_form(curve, variance):
    assert circular_variance(curve[None], ANGLES)[0] == pytest.approx(variance, abs=1e-5)


def test_peaks_are_arcs_above_half_the_best():
    curves = torch.tensor(
        [
            [0.0, 1.0, 0.9, 0.0, 0.0, 0.0],  # one
            [1.0, 0.2, 0.0, 0.6, 0.1, 0.8],  # two: the first goes around the ends
            [1.0, 0.0, 0.6, 0.0, 0.7, 0.0],
            [1.0, 0.5, 0.0, 0.5, 0.0, 0.4],  # half is not above half
            [1.0, 0.9, 0.8, 0.9, 0.8, 0.9],  # nowhere below
        ]
    )
    assert num_peaks(curves).tolist() == [1, 2, 3, 1, 1]


def test_a_curve_is_turned_around_the_circle_and_scaled():
    curves = torch.tensor([[4.0, 2, 0, 1], [0, 0, 1, 0.5]])
    assert turned_to_peak(curves).tolist() == [[0, 0.25, 1, 0.5], [0, 0, 1, 0.5]]
    with pytest.raises(CourseError, match="a curve without a value above 0 has no peak"):
        turned_to_peak(torch.zeros(1, 4))


def test_units_of_a_network_are_read_where_a_filter_predicts():
    network = load("student", random_seed=0)
    found = drifting_gratings(
        network,
        ["features.2"],
        side=64,
        num_orientations=4,
        frequencies=[0.1, 0.2],
        num_phases=4,
    )["features.2"]
    assert found.responses.shape == (2, 4, 4, 64)
    assert found.grey.shape == (64,)
    assert (found.responses >= 0).all()
    # Mid-grey is the same number for every pixel, so filter sums predict the response.
    with torch.no_grad():
        field = torch.full((1, 3, 64, 64), 0.5)
        answer = network.net.features[:3](network.normalise(field))
    assert torch.allclose(found.grey, answer[0, :, 8, 8], atol=1e-5)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"num_phases": 2}, "number of phases must be a whole number from 3 on, not 2"),
        ({"num_orientations": 0}, "number of orientations must be a whole number from 1 on"),
        ({"frequencies": []}, "number of frequencies"),
        ({"frequencies": [-0.1]}, r"frequency must lie in 0…0\.5"),
        ({"frequencies": [math.nan]}, "frequency must be finite"),
    ],
)
def test_gratings_that_cannot_drift_are_refused(wrong, message):
    options = {"side": 64, "num_orientations": 4, "frequencies": [0.1], "num_phases": 4}
    with pytest.raises(CourseError, match=message):
        drifting_gratings(load("student", random_seed=0), ["features.2"], **options | wrong)
