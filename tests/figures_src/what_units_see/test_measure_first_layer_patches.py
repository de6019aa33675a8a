"""Patches of first-layer filters: away from borders, one a photograph, and the pixels they say."""

import runpy

import pytest
import torch
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.images.corpus import folder_corpus
from site_lib.images.images import as_bytes, pink_noise, to_tensor
from site_lib.networks.registry import load
from site_lib.networks.truncation import up_to
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.top_patches import TopPatches, find_top_patches

SCRIPT = ROOT / "figures_src" / "what_units_see" / "measure_first_layer_patches.py"
# Fields of 5 pixels, 4 apart, the first of which begins two pixels before a crop of 30.
FIELD = Field(size=5, jump=4, centre=0.0, map_side=8)


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def found(sources, positions):
    number = len(sources)
    return TopPatches(
        scores=torch.arange(number, 0, -1.0)[None],
        sources=torch.tensor([sources]),
        crops=torch.zeros(1, number, 3, dtype=torch.long),
        positions=torch.tensor([positions]),
        corners=torch.zeros(1, number, 2, dtype=torch.long),
        patch_side=7,
        crop_side=30,
    )


def test_the_best_of_each_photograph_that_lies_inside_its_crop(script):
    sources = [0, 0, 1, 1, *range(2, 10), -1]
    positions = [[3, 3], [4, 4], [0, 3], [3, 1], *[[2, 2]] * 8, [-1, -1]]
    chosen = script["Chosen"](found(sources, positions), FIELD)
    # The first of photograph 1 begins above its crop.
    assert chosen.first_pixels[0, :4].tolist() == [[10, 10], [14, 14], [-2, 10], [10, 2]]
    assert chosen.columns().tolist() == [[0, 3, 4, 5, 6, 7, 8, 9, 10]]


def test_a_field_beyond_the_last_row_does_not_count(script):
    # The field of unit 7 would end at pixel 30, and the crop ends at 29.
    positions = [[7, 3], *[[2, 2]] * 9]
    assert script["Chosen"](found(range(10), positions), FIELD).columns()[0].tolist() == [
        *range(1, 10)
    ]


def test_too_few_photographs_are_refused(script):
    with pytest.raises(CourseError, match="patches from only 8 photographs"):
        script["Chosen"](found([*range(8), 7], [[2, 2]] * 9), FIELD).columns()


def test_what_lies_in_the_field_gives_the_response(script, tmp_path):
    for index, image in enumerate(pink_noise(20, 96, generator=torch.Generator().manual_seed(0))):
        Image.fromarray(as_bytes(image)).save(tmp_path / f"{index}.png")
    network = load("student", random_seed=0)
    short = up_to(network, "features.1")
    script["without_padding"](short, "features.0")
    corpus = folder_corpus(tmp_path, 64, (0.67,))
    search = find_top_patches(short, corpus, {"features.1": 15}, k=60)
    field = theoretical_receptive_fields(short.net, 64)["features.1"]
    assert field.centre == 5
    arrays = script["Chosen"](search.layers["features.1"], field).arrays(corpus)
    conv, norm = network.layer("features.0"), network.layer("features.1")
    for unit in (0, 40):
        assert len(set(arrays["sources"][unit])) == 9
        for rank in (0, 8):
            top, left = arrays["fields"][unit, rank]
            patch = to_tensor(arrays["patches"][unit, rank])[..., top : top + 11, left : left + 11]
            with torch.no_grad():
                # Nothing of the padding: the weights on the pixels, and no more.
                sums = torch.nn.functional.conv2d(network.normalise(patch), conv.weight)
                response = float(norm(sums)[0, unit])
            assert response == pytest.approx(float(arrays["scores"][unit, rank]), abs=0.05)
