"""Directions, where the right ones are known."""

import numpy as np
import pytest
import torch
from sklearn.decomposition import NMF

from site_lib.common.errors import CourseError
from site_lib.interpretability.directions import (
    additive_parts,
    coherence,
    largest,
    principal_directions,
    sparse_features,
    without_direction,
)


def uniform(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_principal_directions_are_those_of_the_singular_values():
    samples = uniform(60, 5) * torch.tensor([5.0, 3, 2, 1, 0.5])
    found = principal_directions(samples, 3)
    expected = np.linalg.svd((samples - samples.mean(dim=0)).numpy())[2][:3]
    assert np.abs((found.numpy() * expected).sum(axis=1)) == pytest.approx([1, 1, 1], abs=1e-4)
    skew = ((samples - samples.mean(dim=0)) @ found.T).pow(3).mean(dim=0)
    assert (skew >= 0).all()


def test_parts_explain_as_much_as_those_of_a_reference():
    samples = uniform(80, 3) @ uniform(3, 12, seed=1)
    found = additive_parts(samples, 3, steps=400, generator=torch.Generator().manual_seed(0))
    assert found.shape == (3, 12)
    assert (found >= 0).all()
    left = samples - samples @ torch.linalg.pinv(found) @ found
    reference = NMF(3, init="nndsvda", max_iter=2000, tol=1e-6).fit(samples.numpy())
    assert float(left.norm()) < reference.reconstruction_err_ + 0.02 * float(samples.norm())


def test_parts_of_what_is_negative_are_refused():
    with pytest.raises(CourseError, match="samples"):
        additive_parts(uniform(4, 3) - 0.5, 2, steps=1, generator=torch.Generator())


def test_sparse_features_find_the_dictionary_that_made_the_samples():
    generator = torch.Generator().manual_seed(0)
    rows = torch.nn.functional.normalize(torch.randn(6, 16, generator=generator), dim=1)
    present = torch.rand(4000, 6, generator=generator) < 1 / 6
    samples = (present * (0.5 + torch.rand(4000, 6, generator=generator))) @ rows
    found = sparse_features(samples, 12, active=2, steps=600, generator=generator)
    assert float((rows @ found.T).max(dim=1).values.min()) > 0.9


def test_only_the_largest_positive_answers_are_kept():
    code = torch.tensor([[1.0, 3, 2], [-1, -2, 4]])
    assert largest(code, 2).tolist() == [[0, 3, 2], [0, 0, 4]]


def test_coherence_of_equal_opposite_and_unrelated_patches():
    same = torch.tensor([[1.0, 0], [2, 0]])
    opposite = torch.tensor([[1.0, 0], [-1, 0]])
    unrelated = torch.tensor([[1.0, 0], [0, 5]])
    found = coherence(torch.stack([same, opposite, unrelated]))
    assert found.tolist() == pytest.approx([1, -1, 0])


def test_what_is_left_has_the_mean_along_the_direction():
    maps, mean = uniform(2, 4, 3, 3), uniform(4, seed=1)
    direction = torch.nn.functional.normalize(uniform(4, seed=2), dim=0)
    left = without_direction(maps, direction, mean)
    along = torch.einsum("nchw,c->nhw", left, direction)
    torch.testing.assert_close(along, (mean @ direction).expand_as(along))
    axis = without_direction(maps, torch.eye(4)[1], mean)
    assert torch.equal(axis[:, [0, 2, 3]], maps[:, [0, 2, 3]])
    torch.testing.assert_close(axis[:, 1], mean[1].expand(2, 3, 3))
