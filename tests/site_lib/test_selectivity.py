"""The rule that chooses units to show."""

import torch
from PIL import Image

from site_lib.corpus import folder_corpus
from site_lib.models import freeze_for_inference, load
from site_lib.selectivity import most_selective, usual_maxima


def test_units_come_by_falling_selectivity_without_repetitions():
    sources = torch.tensor([[0, 1, 2, 3], [0, 1, 2, 3], [0, 4, 5, 6], [7, 7, 7, 7], [8, 9, 8, -1]])
    selectivity = torch.tensor([3.0, 4.0, 2.0, 9.0, 8.0])
    # 3 sees one photograph only and 4 has too few patches; 0 repeats 1, and 2 shares just one.
    assert most_selective(selectivity, sources, 3) == [1, 2]
    assert most_selective(selectivity, sources, 1) == [1]


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
