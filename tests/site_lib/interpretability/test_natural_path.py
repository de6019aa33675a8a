"""Similarity along the path, where it can be said without a network."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.interpretability.natural_path import path_similarity, standardised

# Two classes at opposite ends of one feature; a second feature tells nothing apart.
PHOTOGRAPHS = torch.tensor([[1.0, 5.0], [1.0, 5.0], [-1.0, 5.0], [-1.0, 5.0]])
LABELS = torch.tensor([7, 7, 9, 9])


def test_classes_that_are_opposites_have_similarities_of_one_and_minus_one():
    found = path_similarity(PHOTOGRAPHS[[0, 2]], torch.tensor([7, 9]), PHOTOGRAPHS, LABELS)
    assert found.same.tolist() == pytest.approx([1, 1])
    assert found.other.tolist() == pytest.approx([-1, -1])
    assert found.stimulus.tolist() == pytest.approx([1, 1])


def test_a_stimulus_of_the_other_class_is_told():
    found = path_similarity(PHOTOGRAPHS[[2]], torch.tensor([7]), PHOTOGRAPHS, LABELS)
    assert found.stimulus.tolist() == pytest.approx([-1])


def test_similarities_are_means_over_all_pairs():
    generator = torch.Generator().manual_seed(0)
    photographs = torch.randn(7, 5, generator=generator)
    stimuli = torch.randn(2, 5, generator=generator)
    labels = torch.tensor([0, 0, 0, 1, 1, 2, 2])
    found = path_similarity(stimuli, torch.tensor([0, 1]), photographs, labels)
    seen = standardised(photographs, photographs)
    cosine = lambda a, b: float(torch.cosine_similarity(a, b, dim=0))  # noqa: E731
    same = [cosine(seen[i], seen[j]) for i in range(3) for j in range(3) if i != j]
    other = [cosine(seen[i], seen[j]) for i in (3, 4) for j in (0, 1, 2, 5, 6)]
    made = [cosine(standardised(stimuli, photographs)[0], seen[i]) for i in range(3)]
    assert float(found.same[0]) == pytest.approx(sum(same) / 6, abs=1e-5)
    assert float(found.other[1]) == pytest.approx(sum(other) / 10, abs=1e-5)
    assert float(found.stimulus[0]) == pytest.approx(sum(made) / 3, abs=1e-5)


def test_a_class_needs_two_photographs_and_others():
    for labels in ([7, 9, 9, 9], [7, 7, 7, 7]):
        with pytest.raises(CourseError, match="every class needs two photographs"):
            path_similarity(PHOTOGRAPHS[[0]], torch.tensor([7]), PHOTOGRAPHS, torch.tensor(labels))
