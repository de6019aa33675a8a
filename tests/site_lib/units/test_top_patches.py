"""The search finds what was planted, and what a search over everything at once finds."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from site_lib.common.errors import CourseError
from site_lib.images.corpus import Box, folder_corpus
from site_lib.networks.classifier import Classifier
from site_lib.networks.registry import load
from site_lib.units import top_patches
from site_lib.units.receptive_fields import Field, theoretical_receptive_fields
from site_lib.units.top_patches import (
    cut_crops,
    cut_patches,
    find_top_patches,
    patch_corners,
    same_region,
    source_boxes,
)

SIDE = 32


def classifier_of(net):
    zero, one = (0.0,) * 3, (1.0,) * 3
    entry = SimpleNamespace(layers=(), input_side=SIDE, licence="", mean=zero, std=one)
    return Classifier(entry, net, name="small", weights_sha256="").eval()


def save(path, pixels):
    Image.fromarray(pixels.astype(np.uint8)).save(path)


TEMPLATE = np.array(
    [[0, 1, 0, 0, 1], [1, 1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 1, 1, 0, 1], [1, 0, 0, 1, 1]]
)


@pytest.fixture
def planted(tmp_path):
    """Three images with copies of a template at known places, each of its own contrast."""
    places = {
        "0.png": [(4, 20, 200), (22, 3, 120)],
        "1.png": [(0, 0, 240)],
        "2.png": [(27, 27, 160)],
    }
    for name, copies in places.items():
        image = np.zeros((SIDE, SIDE, 3))
        for top, left, contrast in copies:
            image[top : top + 5, left : left + 5] = contrast * TEMPLATE[..., None]
        save(tmp_path / name, image)
    return tmp_path


def template_net(stride=1, padding=2):
    net = nn.Sequential(nn.Conv2d(3, 1, 5, stride=stride, padding=padding, bias=False))
    weight = torch.tensor(TEMPLATE - TEMPLATE.mean(), dtype=torch.float32)
    net[0].weight.data = weight.expand(1, 3, 5, 5).clone()
    return net


def test_a_planted_template_is_found_at_its_places(planted):
    corpus = folder_corpus(planted, SIDE, scales=(1.0,))
    found = find_top_patches(classifier_of(template_net()), corpus, {"0": 5}, k=4).layers["0"]
    # One patch per crop: the fainter copy in 0.png loses to the stronger one.
    assert found.sources[0].tolist() == [1, 0, 2, -1]
    assert found.boxes[0, :3].tolist() == [[0, 0, 5], [4, 20, 5], [27, 27, 5]]
    assert found.positions[0, :3].tolist() == [[2, 2], [6, 22], [29, 29]]
    unit = 3 * (TEMPLATE * (TEMPLATE - TEMPLATE.mean())).sum() / 255
    assert found.scores[0].tolist() == pytest.approx([240 * unit, 200 * unit, 160 * unit, -np.inf])
    patches = cut_patches(corpus, found, [0])
    assert patches.shape == (1, 4, 3, 5, 5)
    expected = torch.tensor(TEMPLATE * 200 / 255, dtype=torch.float32).expand(3, 5, 5)
    torch.testing.assert_close(patches[0, 1], expected, rtol=0, atol=1e-5)
    assert (patches[0, 3] == 0.5).all()


def test_smaller_crops_find_the_second_copy_and_no_copy_twice(planted):
    corpus = folder_corpus(planted, SIDE, scales=(1.0, 0.71, 0.5))
    found = find_top_patches(classifier_of(template_net()), corpus, {"0": 5}, k=9).layers["0"]
    boxes, sources = found.boxes[0], found.sources[0]
    centres = boxes[:, :2] + boxes[:, 2:] / 2
    for source, top, left in [(0, 4, 20), (0, 22, 3), (1, 0, 0), (2, 27, 27)]:
        near = (centres - torch.tensor([top + 2.5, left + 2.5])).abs().amax(1) < 2.5
        assert ((sources == source) & near).sum() == 1


def brute_force(classifier, corpus, layer, patch_side, k):
    """Greedy choice over all crops of all sources at once, in plain Python."""
    field = theoretical_receptive_fields(classifier.net, corpus.side)[layer]
    module = classifier.layer(layer)
    maps, crops = [], []
    handle = module.register_forward_hook(lambda _m, _i, output: maps.append(output))
    for batch in corpus.batches(1):
        with torch.no_grad():
            classifier(batch.images)
        crops.append((int(batch.sources), *batch.boxes[0].tolist()))
    handle.remove()
    result = []
    for channel in range(maps[0].shape[1]):
        candidates = []
        for activation, (source, top, left, size) in zip(maps, crops, strict=True):
            unit = activation[0, channel]
            row, column = divmod(int(unit.argmax()), unit.shape[1])
            box = []
            for index, start in ((row, top), (column, left)):
                corner = np.floor(field.centre_of(index) - (patch_side - 1) / 2 + 0.5)
                corner = min(max(corner, 0), corpus.side - patch_side)
                box.append(start + corner * size / corpus.side)
            candidates.append((float(unit.max()), source, *box, patch_side * size / corpus.side))
        chosen = []
        for score, source, top, left, size in sorted(candidates, key=lambda c: -c[0]):
            for _, other, t, le, s in chosen:
                high = max(0, min(top + size, t + s) - max(top, t))
                wide = max(0, min(left + size, le + s) - max(left, le))
                if other == source and high * wide > 0.25 * min(size, s) ** 2:
                    break
            else:
                chosen.append((score, source, top, left, size))
        result.append(chosen[:k])
    return result


@pytest.fixture
def noisy(tmp_path):
    generator = np.random.default_rng(0)
    for index, (height, width) in enumerate([(40, 60), (48, 48), (64, 36), (33, 50), (40, 40)]):
        save(tmp_path / f"{index}.png", generator.integers(0, 256, (height, width, 3)))
    return tmp_path


@pytest.fixture
def small_classifier():
    torch.manual_seed(0)
    return classifier_of(
        nn.Sequential(
            nn.Conv2d(3, 6, 3, stride=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 11, 3, padding=1)
        )
    )


@pytest.mark.parametrize("k", [3, 9])
def test_streaming_equals_a_search_over_everything(noisy, small_classifier, k):
    corpus = folder_corpus(noisy, SIDE, scales=(1.0, 0.6, 0.4))
    sides = {"0": 5, "3": 11}
    found = find_top_patches(small_classifier, corpus, sides, k=k, batch_size=7).layers
    for layer, patch_side in sides.items():
        expected = brute_force(small_classifier, corpus, layer, patch_side, k)
        for channel, chosen in enumerate(expected):
            assert len(chosen) == k
            row = torch.tensor(chosen, dtype=torch.float32)
            assert found[layer].sources[channel].tolist() == [c[1] for c in chosen]
            torch.testing.assert_close(found[layer].scores[channel], row[:, 0])
            torch.testing.assert_close(found[layer].boxes[channel], row[:, 2:])


def test_the_batch_size_changes_nothing(noisy, small_classifier):
    corpus = folder_corpus(noisy, SIDE)
    runs = [
        find_top_patches(small_classifier, corpus, {"3": 11}, batch_size=size)
        for size in (1, 5, 1000)
    ]
    assert len({run.num_crops for run in runs}) == 1
    for run in runs[1:]:
        for name in ("sources", "crops", "positions", "corners"):
            first, other = (getattr(r.layers["3"], name) for r in (runs[0], run))
            assert torch.equal(first, other)
        torch.testing.assert_close(run.layers["3"].scores, runs[0].layers["3"].scores)


def test_patches_are_what_the_unit_answered_to(noisy, small_classifier):
    """Shown the cut crop, the net gives the recorded score at the recorded position; shown the
    patch alone, which is the unit's whole field of 3 pixels, it gives the score again."""
    corpus = folder_corpus(noisy, SIDE)
    found = find_top_patches(small_classifier, corpus, {"1": 3}, k=2).layers["1"]
    crops = cut_crops(corpus, found, [4])[0]
    patches = cut_patches(corpus, found, [4])[0]
    rows, columns = found.positions[4].T
    with torch.no_grad():
        first_layers = small_classifier.net[:2]
        at_place = first_layers(crops)[torch.arange(2), 4, rows, columns]
        alone = first_layers(patches)[:, 4, 0, 0]
    torch.testing.assert_close(at_place, found.scores[4])
    torch.testing.assert_close(alone, found.scores[4])


def test_patches_are_centred_on_fields_and_stay_inside():
    field = Field(size=7, jump=4, centre=1.0, map_side=8)
    positions = torch.tensor([[0, 3], [7, 7]])
    # Fields: pixels −2 … 4 and 10 … 16; the last ones reach to 32 in a crop of 32.
    assert patch_corners(field, positions, 7, 32).tolist() == [[0, 10], [25, 25]]
    assert patch_corners(field, positions, 32, 32).tolist() == [[0, 0], [0, 0]]
    # Middle at 13.75: pixels 11 … 17 are nearer than 10 … 16.
    between = Field(size=7, jump=4, centre=1.75, map_side=8)
    assert patch_corners(between, torch.tensor([3, 3]), 7, 32).tolist() == [11, 11]


def test_boxes_are_scaled_to_the_source():
    crops, corners = torch.tensor([[10, 20, 64]]), torch.tensor([[4, 8]])
    assert source_boxes(crops, corners, 16, 32).tolist() == [[18, 36, 32]]


@pytest.mark.parametrize(
    ("second", "same"),
    [
        ([0, 0, 10], True),
        ([0, 7, 10], True),  # 30 of 100
        ([0, 8, 10], False),  # 20 of 100
        ([6, 6, 10], False),
        ([2, 2, 3], True),  # inside: the same thing at another scale
        ([-20, -20, 60], True),
        ([0, 30, 10], False),
    ],
)
def test_which_patches_show_the_same_region(second, same):
    first, second = torch.tensor([0.0, 0, 10]), torch.tensor(second, dtype=torch.float32)
    assert bool(same_region(first, second)) is same
    assert bool(same_region(second, first)) is same


def test_kept_candidates_do_not_grow_with_the_corpus(tmp_path, small_classifier, monkeypatch):
    generator = np.random.default_rng(0)
    for index in range(40):
        save(tmp_path / f"{index:02}.png", generator.integers(0, 256, (40, 40, 3)))
    kept = []
    add = top_patches._Keeper.add

    def counting(keeper, *arguments):
        add(keeper, *arguments)
        held = [c.scores.shape[1] for c in (keeper.best, keeper.pending) if c is not None]
        kept.append(sum(held))

    monkeypatch.setattr(top_patches._Keeper, "add", counting)
    corpus = folder_corpus(tmp_path, SIDE)  # 14 crops of each
    search = find_top_patches(small_classifier, corpus, {"3": 11}, batch_size=8)
    assert search.num_crops == 40 * 14
    assert search.images_per_second > 0
    assert max(kept) <= 9 + 14
    # A score of 4 bytes and six whole numbers of 8 for each candidate of each channel.
    channels = len(search.layers["3"].scores)
    assert search.num_bytes == max(kept) * channels * (4 + 6 * 8)


def test_equal_scores_keep_the_order_of_the_corpus(tmp_path):
    for index in range(12):
        save(tmp_path / f"{index:02}.png", np.full((SIDE, SIDE, 3), 255))
    corpus = folder_corpus(tmp_path, SIDE, scales=(1.0,))
    net = nn.Sequential(nn.Conv2d(3, 2, 1), nn.ReLU6())
    net[0].weight.data.fill_(10.0)
    found = find_top_patches(classifier_of(net), corpus, {"1": 4}, k=5).layers["1"]
    assert found.sources.tolist() == [[0, 1, 2, 3, 4]] * 2
    assert (found.scores == 6).all()


def test_crops_are_read_back_exactly(noisy, small_classifier):
    corpus = folder_corpus(noisy, SIDE)
    found = find_top_patches(small_classifier, corpus, {"3": 11}, k=3).layers["3"]
    crops = cut_crops(corpus, found, [2, 7])
    source, box = int(found.sources[7, 1]), Box(*found.crops[7, 1].tolist())
    assert torch.equal(crops[1, 1], box.cut(corpus.sources[source].read(), SIDE)[0])
    with pytest.raises(CourseError, match="crops of 32 px, not 48"):
        cut_crops(folder_corpus(noisy, 48), found, [2])


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        ({"block.1": 9}, "unknown layer"),
        ({"classifier": 9}, "no spatial map"),
        ({"stem": 33}, "patches of stem are 33 px, but crops are 32 px"),
    ],
)
def test_mistakes_are_named(noisy, sides, message):
    classifier = load("efficientnet_lite0", random_seed=0)
    with pytest.raises(CourseError, match=message):
        find_top_patches(classifier, folder_corpus(noisy, SIDE), sides)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"k": 0}, "k must be a whole number from 1 on, not 0"),
        ({"batch_size": 0}, "batch size must be a whole number from 1 on, not 0"),
        ({"max_overlap": np.nan}, "max_overlap must be a number from 0 to 1, not nan"),
    ],
)
def test_a_search_for_nothing_is_refused(noisy, small_classifier, wrong, message):
    with pytest.raises(CourseError, match=message):
        find_top_patches(small_classifier, folder_corpus(noisy, SIDE), {"3": 11}, **wrong)


def test_one_patch_of_each_photograph(planted):
    corpus = folder_corpus(planted, SIDE, scales=(1.0, 0.75))
    search = find_top_patches(classifier_of(template_net()), corpus, {"0": 5}, k=3, per_source=1)
    found = search.layers["0"]
    assert found.sources[0].tolist() == [1, 0, 2]
    everything = find_top_patches(classifier_of(template_net()), corpus, {"0": 5}, k=20)
    scores = everything.layers["0"].scores[0]
    of_source = everything.layers["0"].sources[0]
    strongest = [float(scores[of_source == source].max()) for source in range(3)]
    assert found.by_photograph(3)[:, 0].tolist() == strongest
    assert found.scores[0].tolist() == sorted(strongest, reverse=True)


def test_the_best_among_some_photographs(planted):
    corpus = folder_corpus(planted, SIDE, scales=(1.0,))
    found = find_top_patches(
        classifier_of(template_net()), corpus, {"0": 5}, k=3, per_source=1
    ).layers["0"]
    some = found.best(2, among=torch.tensor([2, 0]))
    assert some.sources[0].tolist() == [0, 2]
    assert some.scores[0].tolist() == found.scores[0, 1:].tolist()
    assert some.boxes[0].tolist() == found.boxes[0, 1:].tolist()
    assert some.positions[0].tolist() == found.positions[0, 1:].tolist()
    assert found.best(1).sources[0].tolist() == [1]
    with pytest.raises(CourseError, match="fewer than 2 patches"):
        found.best(2, among=torch.tensor([1]))


def test_responses_by_photograph_need_one_patch_of_each(planted):
    corpus = folder_corpus(planted, SIDE, scales=(1.0,))
    found = find_top_patches(classifier_of(template_net()), corpus, {"0": 5}, k=2)
    with pytest.raises(CourseError, match="per_source=1"):
        found.layers["0"].by_photograph(3)
