"""Silhouettes and Gabor energy of images whose answer is known."""

import torch

from site_lib.biology.baselines import (
    NUM_ORIENTATIONS,
    WAVELENGTHS,
    gabor_energy,
    pooled_gabor_energy,
    silhouettes,
)

SIDE, GREY = 64, 128 / 255


def test_a_silhouette_is_where_something_lies_on_the_ground():
    images = torch.full((1, 3, 4, 4), GREY)
    images[0, 1, 2, 3] = 1  # in one channel only
    images[0, :, 0, 0] += 2 / 255  # less than an object
    expected = torch.zeros(4, 4)
    expected[2, 3] = 1
    assert torch.equal(silhouettes(images, GREY)[0].view(4, 4), expected)


def test_uniform_ground_has_no_energy():
    assert gabor_energy(torch.full((2, 3, SIDE, SIDE), GREY)).abs().max() < 1e-3


def test_energy_is_highest_at_the_grating_s_own_wavelength_and_orientation():
    x = torch.arange(SIDE).float().repeat(SIDE, 1)
    waves = 0.5 + 0.4 * torch.cos(2 * torch.pi * x / 8)
    energy = gabor_energy(waves.expand(1, 3, SIDE, SIDE))[0]
    means, start = [], 0
    for wavelength in WAVELENGTHS:
        places = len(range(0, SIDE, round(wavelength / 2))) ** 2
        block = energy[start : start + NUM_ORIENTATIONS * places].view(NUM_ORIENTATIONS, places)
        means.append(block.mean(dim=1) / wavelength**2)  # area of the filters
        start += NUM_ORIENTATIONS * places
    assert start == len(energy)
    assert torch.stack(means).argmax() == WAVELENGTHS.index(8) * NUM_ORIENTATIONS


def test_pooled_energy_is_the_mean_over_places_and_knows_the_cell():
    images = torch.full((2, 3, SIDE, SIDE), GREY)
    half = torch.cos(torch.arange(SIDE // 2).float() * 2 * torch.pi / 8)
    images[1, ..., : SIDE // 2] += 0.4 * half  # a grating in the left half
    cells = pooled_gabor_energy(images, 2).view(2, len(WAVELENGTHS), NUM_ORIENTATIONS, 2, 2)
    assert cells[0].abs().max() < 1e-3
    at_eight = cells[1, WAVELENGTHS.index(8), 0]
    assert (at_eight[:, 0] > 5 * at_eight[:, 1]).all()
    every, start = gabor_energy(images)[1], 0
    for index, whole in enumerate(pooled_gabor_energy(images, 1)[1].view(len(WAVELENGTHS), -1)):
        number = NUM_ORIENTATIONS * len(range(0, SIDE, round(WAVELENGTHS[index] / 2))) ** 2
        block = every[start : start + number].view(NUM_ORIENTATIONS, -1)
        torch.testing.assert_close(whole, block.mean(dim=1))
        start += number


def test_phase_does_not_matter():
    x = torch.arange(SIDE).float().repeat(SIDE, 1)
    waves = [0.5 + 0.4 * torch.cos(2 * torch.pi * x / 8 + shift) for shift in (0, 1.3)]
    first, second = gabor_energy(torch.stack(waves)[:, None].expand(2, 3, SIDE, SIDE))
    assert abs(first.sum() / second.sum() - 1) < 0.05
