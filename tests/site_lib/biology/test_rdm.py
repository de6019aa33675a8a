"""RDMs against numpy, rsatoolbox and closed forms."""

import numpy as np
import pytest
import torch
from rsatoolbox.data import Dataset
from rsatoolbox.rdm import calc_rdm

from site_lib.biology.rdm import (
    activations_of,
    correlation_rdm,
    layer_rdms,
    mean_within_groups,
    upper,
)
from site_lib.common.errors import CourseError
from site_lib.networks.registry import load


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


def test_opposite_patterns_are_two_apart_and_flat_ones_one():
    patterns = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [5.0, 5.0, 5.0]])
    expected = torch.tensor([[0.0, 2.0, 1.0], [2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    assert torch.allclose(correlation_rdm(patterns), expected)


def test_activations_do_not_depend_on_the_batch():
    network = load("student", random_seed=0)
    images = torch.rand(5, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    layers = ["features.2", "classifier"]
    one, other = (activations_of(network, images, layers, batch=batch) for batch in (2, 5))
    assert one["classifier"].shape == (5, 1000)
    assert one["features.2"].shape == (5, 64 * 16 * 16)
    for layer in layers:
        assert torch.allclose(one[layer], other[layer], atol=1e-5)
    assert layer_rdms(one.values()).shape == (2, 5, 5)


def test_means_of_groups():
    rdm = np.array([[0.0, 1, 2, 3], [1, 0, 4, 5], [2, 4, 0, 6], [3, 5, 6, 0]])
    found = mean_within_groups(rdm, np.array([0, 0, 0, 1]))
    assert found[0, 0] == pytest.approx((1 + 2 + 4) / 3)
    assert found[0, 1] == found[1, 0] == pytest.approx((3 + 5 + 6) / 3)
    assert np.isnan(found[1, 1])


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf])
def test_patterns_and_distances_that_are_not_finite_are_refused(wrong):
    patterns = torch.rand(5, 20, generator=torch.Generator().manual_seed(0))
    patterns[3, 7] = wrong
    with pytest.raises(CourseError, match="patterns must be finite; 1 of 100 values is not"):
        correlation_rdm(patterns)
    with pytest.raises(CourseError, match="rdm must be finite"):
        mean_within_groups(np.full((4, 4), float(wrong)), np.arange(4) // 2)


def test_an_rdm_is_square_and_has_a_group_for_each_stimulus():
    with pytest.raises(CourseError, match=r"an RDM is square, but these have .*\(2, 4, 5\)"):
        upper(np.zeros((2, 4, 5)))
    with pytest.raises(CourseError, match=r"groups must have the shape \(N\) with N = 4"):
        mean_within_groups(np.zeros((4, 4)), np.arange(3))


@pytest.mark.parametrize(
    ("images", "batch", "message"),
    [
        (torch.full((2, 3, 64, 64), torch.nan), 16, "images must be finite"),
        (torch.zeros(2, 3, 64, 64), 0, "batch must be a whole number from 1 on"),
        (torch.zeros(0, 3, 64, 64), 16, r"images must have the shape \(N, 3, H, W\)"),
    ],
)
def test_images_that_nothing_can_answer_to_are_refused(images, batch, message):
    with pytest.raises(CourseError, match=message):
        activations_of(load("student", random_seed=0), images, ["classifier"], batch=batch)
