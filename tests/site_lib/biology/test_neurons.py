"""Neurons whose images are known to drive them: the right layer predicts them, splits are blind."""

import numpy as np
import pytest

from site_lib.biology.encoding import poisson_ceiling, principal_components
from site_lib.biology.neurons import (
    median_samples,
    neurons_of,
    predictions_by_layer,
    resampled_scores,
    scores_by_layer,
    stages_to_read,
)
from site_lib.biology.sites import cell_means
from site_lib.data.neurons import V4Session
from site_lib.networks.loading import load_frozen

SIDE, NUM_IMAGES = 64, 60
LAYERS = ["features.2", "features.10"]


@pytest.fixture(scope="module")
def student():
    return load_frozen("student")


@pytest.fixture(scope="module")
def images():
    generator = np.random.default_rng(0)
    coarse = generator.integers(256, size=(NUM_IMAGES, 8, 8, 3))
    pictures = coarse.repeat(8, axis=1).repeat(8, axis=2).astype(np.uint8)
    pictures[1] = pictures[0] // 2 + 60  # the first one again, with less contrast
    return pictures


def test_near_duplicates_share_a_group_and_ceilings_are_chosen(images):
    counts = np.random.default_rng(0).poisson(3, size=(10, NUM_IMAGES, 4)).astype(float)
    mean = counts.mean(axis=0)
    plain = neurons_of(V4Session(images, mean, 10, None), SIDE, seed=0)
    assert plain.groups[0] == plain.groups[1]
    assert len(np.unique(plain.groups)) == NUM_IMAGES - 1
    assert np.array_equal(plain.ceilings, poisson_ceiling(mean, 10))
    repeated = neurons_of(V4Session(images, mean, 10, counts), SIDE, seed=0)
    # Counts that no image drives.
    assert repeated.ceilings.max() < 0.6
    assert plain.images.shape == (NUM_IMAGES, 3, SIDE, SIDE)


def test_a_layer_predicts_what_is_made_of_it(images, student):
    session = V4Session(images, np.zeros((NUM_IMAGES, 2)), 1, None)
    neurons = neurons_of(session, SIDE, seed=0)
    answers = cell_means(student, neurons.images, LAYERS)[LAYERS[0]].flatten(1).numpy()
    neurons.responses[:] = principal_components(answers, 2)
    predicted = predictions_by_layer(student, LAYERS, neurons, num_components=40, num_folds=3)
    assert predicted.shape == (2, NUM_IMAGES, 2)
    first, second = scores_by_layer(predicted, neurons.responses)
    assert (first > 0.9).all()
    assert (first > second).all()
    samples = resampled_scores(predicted, neurons, number=20, seed=0)
    assert samples.shape == (20, 2, 2)
    assert np.abs(samples.mean(axis=0) - [first, second]).max() < 0.1


def test_medians_vary_with_images_and_neurons():
    samples = np.tile(np.arange(5.0), (200, 1, 1))  # images do not matter, neurons do
    medians = median_samples(samples, generator=np.random.default_rng(0))
    assert medians.shape == (200, 1)
    assert set(medians.ravel()) <= set(range(5))
    assert medians.mean() == pytest.approx(2, abs=0.3)
    assert medians.std() > 0.5


def test_long_lists_of_stages_are_read_by_halves(student):
    lite = load_frozen("efficientnet_lite0")
    assert stages_to_read(lite) == ["stem", *(f"blocks.{index}" for index in range(1, 16, 2))]
    assert stages_to_read(student) == student.stages
