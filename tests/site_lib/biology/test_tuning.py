"""Tuning of filters whose tuning is known in closed form."""

import math

import pytest
import torch

from site_lib.biology.tuning import (
    central_responses,
    contrast_index,
    measure_tuning,
    response_groups,
)
from site_lib.common.errors import CourseError
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to

SIDE = 31


def gabor(orientation, frequency, sigma=5.0, phase=0.3):
    """A Gabor filter for lightness whose best grating has these parameters."""
    axis = torch.arange(SIDE) - (SIDE - 1) / 2
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    across = math.sin(orientation) * x + math.cos(orientation) * y
    envelope = torch.exp(-(x**2 + y**2) / (2 * sigma**2))
    wave = envelope * torch.cos(2 * math.pi * frequency * across + phase)
    wave = wave - wave.mean()
    return (wave / 3).expand(3, SIDE, SIDE)


def linear(*filters):
    weights = torch.stack([f.flatten() for f in filters], dim=1)
    return lambda images: images.flatten(1) @ weights


def measured(respond, **options):
    defaults = {"side": SIDE, "num_orientations": 36, "num_phases": 8}
    return measure_tuning(respond, frequencies=[0.125, 0.1875, 0.25, 0.375], **defaults | options)


@pytest.mark.parametrize(("degrees", "frequency"), [(0, 0.25), (40, 0.1875), (130, 0.125)])
def test_a_gabor_prefers_its_own_grating(degrees, frequency):
    tuning = measured(linear(gabor(math.radians(degrees), frequency)))
    assert math.degrees(tuning.preferred_orientation[0]) == pytest.approx(degrees, abs=1e-3)
    assert tuning.preferred_frequency[0] == pytest.approx(frequency)
    assert tuning.colours[tuning.best[0, 0]] == "luminance"
    assert tuning.orientation_selectivity[0] > 0.9
    assert tuning.edge_versus_flat[0] > 0.9


def test_amplitude_is_the_fourier_transform_of_the_filter():
    weights = torch.randn(3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    tuning = measured(linear(weights))
    axis = torch.arange(SIDE) - (SIDE - 1) / 2
    for o, f in ((0, 0), (7, 2), (30, 3)):
        across = (
            torch.sin(tuning.orientations[o]) * axis[None, :]
            + torch.cos(tuning.orientations[o]) * axis[:, None]
        )
        wave = torch.exp(2j * math.pi * tuning.frequencies[f] * across)
        expected = 0.5 * (weights.sum(dim=0) * wave).sum().abs()
        assert tuning.amplitude[0, 0, f, o] == pytest.approx(float(expected), rel=1e-3)


def test_phase_is_that_of_the_best_grating():
    tuning = measured(linear(gabor(0.0, 0.25, phase=0.9)))
    colour, frequency, orientation = tuning.best[0]
    assert tuning.phase[0, colour, frequency, orientation] == pytest.approx(0.9, abs=1e-2)


def test_a_colour_average_prefers_its_uniform_field():
    red_against_green = torch.zeros(3, SIDE, SIDE)
    red_against_green[0], red_against_green[1] = 1, -1
    tuning = measured(linear(red_against_green))
    assert tuning.colours[int(tuning.flat[0].argmax())] == "red–green"
    # (r + 1)/2 − (1 − r)/2 over all pixels, halved: one per pixel.
    assert tuning.flat[0].max() == pytest.approx(SIDE * SIDE, rel=1e-5)
    assert tuning.edge_versus_flat[0] < -0.8


def test_a_derivative_responds_twice_as_much_at_60_degrees_less():
    """For a small [-1, 1] filter, F1 falls as |cos| of the angle, so 0 at the orthogonal."""
    step = torch.zeros(3, SIDE, SIDE)
    step[:, 15, 15], step[:, 16, 15] = -1, 1
    tuning = measured(linear(step))
    assert math.degrees(tuning.preferred_orientation[0]) == pytest.approx(0, abs=1e-3)
    assert tuning.orientation_selectivity[0] == pytest.approx(1, abs=1e-3)
    at_60 = tuning.amplitude[0, 0, 0, 12] / tuning.amplitude[0, 0, 0, 0]
    f = tuning.frequencies[0]
    exact = math.sin(math.pi * f * 0.5) / math.sin(math.pi * f)
    assert at_60 == pytest.approx(exact, rel=1e-3)


def test_a_unit_that_ignores_everything_has_index_zero():
    tuning = measured(lambda images: torch.ones(len(images), 1))
    assert tuning.edge_versus_flat.abs().max() == pytest.approx(0, abs=1)
    assert contrast_index(torch.zeros(1), torch.zeros(1)) == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"num_orientations": 35}, "even number of orientations"),
        ({"num_orientations": 0}, "number of orientations must be a whole number from 2 on"),
        ({"num_phases": 2}, "number of phases must be a whole number from 3 on"),
        ({"colours": []}, "number of colours"),
        ({"colours": ["red-green"]}, "unknown colour 'red-green'; nearest: red–green"),
        ({"side": -31}, "side must be a whole number"),
    ],
)
def test_stimuli_that_cannot_be_shown_are_refused(wrong, message):
    with pytest.raises(CourseError, match=message):
        measured(linear(gabor(0.0, 0.25)), **wrong)


def test_units_that_answer_nan_have_no_tuning():
    with pytest.raises(CourseError, match="responses must be finite"):
        measured(lambda images: torch.full((len(images), 1), math.nan))


def test_curves_and_preferences_are_those_of_the_best_grating():
    tuning = measured(linear(gabor(math.radians(40), 0.1875), gabor(0.0, 0.25)))
    for unit, (colour, frequency, orientation) in enumerate(tuning.best.tolist()):
        amplitude = tuning.amplitude[unit, colour]
        assert torch.equal(tuning.orientation_curve[unit], amplitude[frequency])
        assert torch.equal(tuning.frequency_curve[unit], amplitude[:, orientation])
        assert tuning.strength[unit] == amplitude[frequency, orientation] == amplitude.max()
        assert tuning.flat_strength[unit] == tuning.flat[unit].max()
    preferences = tuning.preferences()
    assert preferences["orientation"].tolist() == pytest.approx([40, 0], abs=1e-3)
    assert preferences["frequency"].tolist() == pytest.approx([0.1875, 0.25])
    assert preferences["colour"].tolist() == ["luminance", "luminance"]


def test_units_fall_into_groups_by_what_they_respond_to():
    flat = torch.zeros(3, SIDE, SIDE)
    flat[0], flat[1] = 1, -1
    spot = torch.zeros(3, SIDE, SIDE)
    spot[:, 15, 15] = 1
    spot -= spot.mean()
    edge = gabor(0.0, 0.25)
    tuning = measured(linear(flat, spot, edge, 1e-6 * edge))
    found = response_groups(tuning, silent_share=0.001)
    assert found.tolist() == ["flat", "spot", "oriented", "silent"]
    assert tuning.preferred_flat_colour[0] == "red–green"


def test_central_responses_are_those_of_the_middle_of_the_map():
    network = load("student", random_seed=0)
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        maps = network.layer("features.1")(network.layer("features.0")(network.normalise(images)))
    found = central_responses(up_to(network, "features.1"), images)
    torch.testing.assert_close(found, maps[:, :, maps.shape[2] // 2, maps.shape[3] // 2])
