"""What a survey says of a layer is what its parts say."""

import numpy as np
import pytest
import torch
from PIL import Image

from site_lib.images.corpus import folder_corpus
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.units.receptive_fields import theoretical_receptive_fields
from site_lib.units.selectivity import most_selective, usual_maxima
from site_lib.units.survey import survey_layers, survey_photographs
from site_lib.units.top_patches import find_top_patches

SIDES = {"features.0": 11, "features.4": 33}


@pytest.fixture(scope="module")
def network():
    return freeze_for_inference(load("student", random_seed=0))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    generator = np.random.default_rng(0)
    for index in range(4):
        pixels = generator.integers(256, size=(80, 80, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")
    return folder_corpus(folder, 64)


def test_layers_are_told_as_their_parts_tell_them(network, corpus):
    survey = survey_layers(network, corpus, SIDES, k=3)
    search = find_top_patches(network, corpus, SIDES, k=3)
    maxima = usual_maxima(network, corpus, list(SIDES))
    assert survey.search.num_crops == search.num_crops
    for layer in SIDES:
        found, patches = survey.layers[layer], search.layers[layer]
        assert torch.equal(found.patches.scores, patches.scores)
        assert torch.equal(found.selectivity, maxima.selectivity(layer, patches))
        assert torch.equal(found.by_photograph, maxima.by_photograph(layer))
        assert found.field == theoretical_receptive_fields(network.net, 64)[layer]


def test_units_come_in_the_order_of_selectivity(network, corpus):
    found = survey_layers(network, corpus, {"features.0": 11}, k=2).layers["features.0"]
    assert found.by_selectivity() == found.selectivity.argsort(descending=True).tolist()
    units = found.most_selective(3)
    assert (np.diff(found.selectivity[units]) <= 0).all()
    arrays = found.arrays(units)
    assert arrays["units"].tolist() == units
    assert arrays["scores"].tolist() == found.patches.scores[units].tolist()
    assert arrays["boxes"].shape == (len(units), 2, 3)
    assert arrays["sources"].shape == (len(units), 2)


def test_a_part_of_a_network_is_surveyed_alike(network, corpus):
    sides = {"features.0": 11}
    whole = survey_layers(network, corpus, sides, k=2).layers["features.0"]
    part = survey_layers(up_to(network, "features.0"), corpus, sides, k=2).layers["features.0"]
    assert torch.equal(part.patches.sources, whole.patches.sources)
    torch.testing.assert_close(part.selectivity, whole.selectivity, rtol=1e-3, atol=1e-3)


def test_by_photograph_each_patch_is_of_another_one(network, corpus):
    survey = survey_photographs(network, corpus, SIDES, k=3)
    for layer in SIDES:
        found, whole = survey.layers[layer], survey.search.layers[layer]
        assert found.patches.scores.shape[1] == 3
        assert all(len(set(sources)) == 3 for sources in found.patches.sources.tolist())
        # The best patch of all needs no other rule.
        best = find_top_patches(network, corpus, {layer: SIDES[layer]}, k=1).layers[layer]
        assert torch.equal(found.patches.scores[:, 0], best.scores[:, 0])
        assert torch.equal(found.by_photograph, whole.by_photograph(4))
        spread = found.by_photograph.std(dim=0).clamp(min=1e-3)
        expected = (whole.scores[:, 2] - found.by_photograph.mean(dim=0)) / spread
        torch.testing.assert_close(found.selectivity, expected)
        chosen = found.most_selective(2)
        assert chosen == most_selective(found.selectivity, whole.sources[:, :3], 2)
