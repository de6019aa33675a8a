"""RDMs against numpy, rsatoolbox and closed forms."""

import numpy as np
import pytest
import torch
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm

from site_lib.biology.conventions import CONVENTIONS
from site_lib.biology.rdm import (
    correlation_rdm,
    layer_rdms,
    percentiles,
    rdms_by_convention,
    upper,
)
from site_lib.common.errors import CourseError


def test_distances_are_those_of_rsatoolbox():
    patterns = torch.randn(12, 300, generator=torch.Generator().manual_seed(0)) + 3
    theirs = calc_rdm(Dataset(patterns.double().numpy()), method="correlation")
    ours = correlation_rdm(patterns.double()).numpy()
    assert np.allclose(upper(ours), theirs.get_vectors()[0], atol=1e-6)
    assert np.allclose(ours, theirs.get_matrices()[0], atol=1e-6)


def test_single_precision_is_enough():
    patterns = torch.randn(12, 50_000, generator=torch.Generator().manual_seed(0)) + 3
    assert np.allclose(
        correlation_rdm(patterns).numpy(), correlation_rdm(patterns.double()).numpy(), atol=1e-5
    )


def test_a_batch_is_the_same_as_one_by_one():
    patterns = torch.randn(3, 5, 40, generator=torch.Generator().manual_seed(0))
    together = correlation_rdm(patterns)
    assert torch.allclose(together, torch.stack([correlation_rdm(one) for one in patterns]))


def test_layers_are_stacked():
    patterns = [torch.randn(5, n, generator=torch.Generator().manual_seed(n)) for n in (7, 40)]
    assert layer_rdms(patterns).shape == (2, 5, 5)


def test_opposite_patterns_are_two_apart_and_flat_ones_one():
    patterns = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [5.0, 5.0, 5.0]])
    expected = torch.tensor([[0.0, 2.0, 1.0], [2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    assert torch.allclose(correlation_rdm(patterns), expected)


def test_conventions_take_away_nothing_the_background_or_the_mean():
    generator = torch.Generator().manual_seed(0)
    patterns, background = torch.randn(6, 30, generator=generator), torch.randn(30)
    found = dict(zip(CONVENTIONS, rdms_by_convention(patterns, background), strict=True))
    assert torch.allclose(found["raw"], correlation_rdm(patterns))
    assert torch.allclose(found["background"], correlation_rdm(patterns - background))
    assert torch.allclose(found["centred"], correlation_rdm(patterns - patterns.mean(dim=0)))


def test_a_shared_background_hides_opposite_objects_until_it_is_taken_away():
    # x = b + e and x = b − e, with e orthogonal to b, both of mean 0, and |e| = s |b|: raw
    # patterns correlate at (1 − s²) / (1 + s²), the rest at −1.
    background = torch.tensor([1.0, -1.0, 1.0, -1.0])
    own, share = torch.tensor([1.0, 1.0, -1.0, -1.0]), 0.5
    patterns = torch.stack([background + share * own, background - share * own])
    raw, subtracted, centred = rdms_by_convention(patterns, background)
    assert raw[0, 1] == pytest.approx(1 - (1 - share**2) / (1 + share**2))
    assert subtracted[0, 1] == pytest.approx(2)
    assert centred[0, 1] == pytest.approx(2)


def test_centred_patterns_do_not_know_what_all_stimuli_share():
    generator = torch.Generator().manual_seed(0)
    patterns, shared = torch.randn(6, 30, generator=generator), 9 * torch.randn(30)
    first, second = (rdms_by_convention(one, shared)[2] for one in (patterns, patterns + shared))
    assert torch.allclose(first, second, atol=1e-5)


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf])
def test_patterns_that_are_not_finite_are_refused(wrong):
    patterns = torch.rand(5, 20, generator=torch.Generator().manual_seed(0))
    patterns[3, 7] = wrong
    with pytest.raises(CourseError, match="patterns must be finite; 1 of 100 values is not"):
        correlation_rdm(patterns)


def test_an_rdm_is_square():
    with pytest.raises(CourseError, match=r"an RDM is square, but these have .*\(2, 4, 5\)"):
        upper(np.zeros((2, 4, 5)))


def test_percentiles_are_ranks_among_all_pairs():
    rdm = np.array([[0.0, 7, 1, 1], [7, 0, 2, 3], [1, 2, 0, 9], [1, 3, 9, 0]])
    found = percentiles(rdm)
    assert np.array_equal(found, found.T)
    assert np.diag(found).tolist() == [0, 0, 0, 0]
    # Six pairs, of which the two that are most alike share ranks 1 and 2.
    assert upper(found).tolist() == [80, 10, 10, 40, 60, 100]


def test_percentiles_need_pairs_and_numbers():
    with pytest.raises(CourseError, match="number of stimuli must be a number from 3 on"):
        percentiles(np.zeros((2, 2)))
    with pytest.raises(CourseError, match="rdm must be finite"):
        percentiles(np.full((4, 4), np.nan))
