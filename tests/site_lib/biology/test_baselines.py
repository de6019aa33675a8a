"""Silhouettes and Gabor energy of images whose answer is known."""

import torch

from site_lib.biology.baselines import NUM_ORIENTATIONS, WAVELENGTHS, gabor_energy, silhouettes

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


def test_phase_does_not_matter():
    x = torch.arange(SIDE).float().repeat(SIDE, 1)
    waves = [0.5 + 0.4 * torch.cos(2 * torch.pi * x / 8 + shift) for shift in (0, 1.3)]
    first, second = gabor_energy(torch.stack(waves)[:, None].expand(2, 3, SIDE, SIDE))
    assert abs(first.sum() / second.sum() - 1) < 0.05
