"""The rule by which units are chosen."""

import pytest
import torch
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.images.corpus import folder_corpus
from site_lib.networks.freezing import freeze_for_inference
from site_lib.networks.registry import load
from site_lib.units.selectivity import Maxima, mean_by_group, most_selective, usual_maxima
from site_lib.units.top_patches import TopPatches


def found(scores, sources):
    places = torch.zeros(*scores.shape, 3)
    return TopPatches(scores, sources, places, places[..., :2], places[..., :2], 1, 8)


def test_selectivity_counts_spreads_above_the_usual_maximum():
    values = torch.tensor([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0]])
    maxima = Maxima({"layer": values}, torch.tensor([0, 0, 1]))
    best = found(torch.tensor([[9.0, 7.0], [6.0, 6.0]]), torch.zeros(2, 2))
    # Mean 3 and standard deviation 2; a channel that never changes is divided by 0.001.
    assert maxima.selectivity("layer", best).tolist() == pytest.approx([2, 1000])
    assert maxima.by_photograph("layer").tolist() == [[2, 5], [5, 5]]


def test_means_of_groups_keep_the_groups_in_order():
    values = torch.tensor([[1.0], [2.0], [10.0], [4.0]])
    assert mean_by_group(values, torch.tensor([5, 2, 5, 2])).tolist() == [[3.0], [5.5]]


def test_the_most_selective_units_do_not_repeat_each_other():
    sources = torch.tensor(
        [
            [0, 1, 2],
            [0, 1, 3],  # two of three photographs are those of the first
            [0, 3, 4],  # one is
            [5, 5, 5],  # all from one photograph
            [6, 7, -1],  # fewer patches than asked for
            [6, 7, 8],
        ]
    )
    selectivity = torch.tensor([6.0, 5.0, 4.0, 9.0, 8.0, 1.0])
    assert most_selective(selectivity, sources, 9) == [0, 2, 5]
    assert most_selective(selectivity, sources, 2) == [0, 2]


def test_usual_maxima_are_those_of_whole_photographs(tmp_path):
    for grey in (0, 128, 255):
        Image.new("RGB", (40, 40), (grey,) * 3).save(tmp_path / f"{grey}.png")
    classifier = freeze_for_inference(load("student"))
    layer = "features.0"
    corpus = folder_corpus(tmp_path, 64)
    maxima = usual_maxima(classifier, corpus, [layer])
    uniform = torch.stack([torch.full((3, 64, 64), grey / 255) for grey in (0, 128, 255)])
    strongest = classifier.layer(layer)(classifier.normalise(uniform)).amax(dim=(2, 3))
    found = maxima.by_photograph(layer)
    order = strongest[:, 0].argsort()
    assert torch.allclose(found[found[:, 0].argsort()], strongest[order], atol=1e-4)


def test_a_single_square_has_no_spread():
    maxima = Maxima({"layer": torch.ones(1, 2)}, torch.tensor([0]))
    with pytest.raises(CourseError, match="two photographs or more"):
        maxima.selectivity("layer", found(torch.ones(2, 2), torch.zeros(2, 2)))


def test_what_cannot_be_ordered_or_counted_is_refused():
    sources = torch.tensor([[0, 1], [2, 3]])
    for selectivity, number, message in (
        (torch.tensor([torch.nan, 1.0]), 1, "a selectivity is NaN"),
        (torch.ones(2), 0, "number of units must be a whole number from 1 on"),
        (torch.ones(3), 1, r"sources must have the shape \(channels, k\) with channels = 3"),
    ):
        with pytest.raises(CourseError, match=message):
            most_selective(selectivity, sources, number)
    with pytest.raises(CourseError, match=r"groups must have the shape \(N\) with N = 4"):
        mean_by_group(torch.ones(4, 1), torch.tensor([0, 1]))
