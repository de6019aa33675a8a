"""Areas against blocks that were made to be like them."""

import numpy as np
import pytest

from figures_src.relations_with_biology.similarity_of_areas import (
    ceiling,
    likeness,
    mean_of_others,
    order_of_areas,
    range_of_blocks,
    shares_of_people,
    summarise,
)
from site_lib.biology.comparison import noise_ceiling, rank_correlations, resampled_correlations
from site_lib.biology.rdm import upper

NUM_STIMULI, NUM_LAYERS = 14, 4


def rdms(generator, *shape):
    """Symmetrical noise with a diagonal of zeros."""
    one = generator.random((*shape, NUM_STIMULI, NUM_STIMULI))
    one = one + one.swapaxes(-1, -2)
    return one * (1 - np.eye(NUM_STIMULI))


@pytest.fixture(scope="module")
def found():
    """Layer 1 is like early cortex and layer 3 like IT, whatever is taken away."""
    generator = np.random.default_rng(0)
    early, it = rdms(generator, 2)
    people = {"EVC": early + 0.5 * rdms(generator, 6), "IT": it + 0.5 * rdms(generator, 6)}
    networks = {
        "trained": rdms(generator, 1, 3, NUM_LAYERS),
        "random": rdms(generator, 2, 3, NUM_LAYERS),
        "shuffled": rdms(generator, 1, 3, NUM_LAYERS),
        "silhouette": rdms(generator, 1, 3, 1),
    }
    networks["trained"][0, :, 1] += 3 * early
    networks["trained"][0, :, 3] += 3 * it
    areas = {area: likeness(networks, one, number=60, seed=0) for area, one in people.items()}
    return summarise(areas), people


def test_the_best_blocks_and_their_order_are_found(found):
    arrays, _ = found
    assert arrays["EVC_best"].tolist() == [1, 1, 1]
    assert arrays["IT_best"].tolist() == [3, 3, 3]
    assert arrays["later"].tolist() == [2, 2, 2]
    assert (arrays["later_range"] == 2).all()
    assert (arrays["order"] > 0).all()


def test_training_is_above_controls_and_above_an_outline(found):
    arrays, _ = found
    assert (arrays["EVC_above_random_interval"][0] > 0).all()
    assert (arrays["EVC_above_shuffled_interval"][0] > 0).all()
    assert arrays["EVC_partial"][0, 1] == pytest.approx(arrays["EVC_trained"][0, 1], abs=0.1)


def test_ceilings_are_those_of_rsatoolbox(found):
    arrays, people = found
    assert np.allclose(arrays["IT_ceiling"], noise_ceiling(people["IT"], "spearman"), atol=1e-6)


def test_samples_of_the_ceiling_lie_around_it(found):
    _, people = found
    data = upper(people["EVC"])
    others = mean_of_others(data)
    drawn = resampled_correlations(others, data, num_stimuli=NUM_STIMULI, number=50, seed=0)
    bounds = ceiling(data, others, drawn, shares_of_people(len(data), 50, 0))
    assert bounds["lower_samples"].mean() == pytest.approx(bounds["ceiling"][0], abs=0.1)
    assert bounds["ceiling"][0] == pytest.approx(
        np.diagonal(rank_correlations(others, data)).mean()
    )


def test_shares_of_people_sum_to_one():
    assert np.allclose(shares_of_people(6, 20, 0).sum(axis=1), 1)


def test_exchanging_the_areas_turns_the_sign_of_their_order():
    early, it = np.random.default_rng(0).random((2, 3, NUM_LAYERS, 5))
    assert np.allclose(order_of_areas(early, it), -order_of_areas(it, early))


def test_ranges_of_blocks_are_whole_numbers():
    samples = np.tile(np.arange(100), (3, 1)).T
    assert range_of_blocks(samples).tolist() == [[2, 2, 2], [97, 97, 97]]
