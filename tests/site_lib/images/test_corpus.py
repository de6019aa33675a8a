"""Crops cover their photographs, arrive in order, and take no memory of their own."""

import gc
import itertools
import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.data.corpus_photographs import corpus_photographs
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.images.corpus import (
    CATEGORISED,
    COURSE,
    OVERLAP,
    Box,
    Source,
    categorised_corpus,
    corpus_named,
    crop_boxes,
    default_corpus,
    folder_corpus,
)


def save(path, height=24, width=32, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


@pytest.fixture
def folder(tmp_path):
    save(tmp_path / "b.png", seed=1)
    save(tmp_path / "a" / "z.PNG", 20, 20, seed=2)
    save(tmp_path / "c.png", 40, 18, seed=3)
    (tmp_path / "notes.txt").write_text("not an image")
    save(tmp_path / ".hidden.png")
    return tmp_path


@pytest.mark.parametrize(("height", "width"), [(300, 451), (512, 512), (97, 31), (1, 5)])
@pytest.mark.parametrize("scale", [1.0, 0.71, 0.3])
def test_crops_cover_the_source_and_overlap(height, width, scale):
    boxes = crop_boxes(height, width, [scale])
    size = boxes[0].size
    assert size == max(1, round(scale * min(height, width)))
    covered = np.zeros((height, width), dtype=int)
    for box in boxes:
        assert box.size == size
        assert 0 <= box.top <= height - size
        assert 0 <= box.left <= width - size
        covered[box.top : box.top + size, box.left : box.left + size] += 1
    assert covered.min() >= 1
    lefts = sorted({box.left for box in boxes})
    # Starts are rounded to whole pixels.
    assert all(b - a <= (1 - OVERLAP) * size + 1 for a, b in itertools.pairwise(lefts))
    assert len(set(boxes)) == len(boxes)


def test_a_square_photograph_gives_one_four_and_nine_crops():
    assert [len(crop_boxes(512, 512, [scale])) for scale in (1.0, 0.71, 0.5)] == [1, 4, 9]


def test_a_crop_is_the_square_of_its_source(folder):
    pixels = Source("b", folder / "b.png").read()
    crop = Box(top=3, left=5, size=12).cut(pixels, 12)
    torch.testing.assert_close(crop, pixels[..., 3:15, 5:17], rtol=0, atol=1e-6)


def test_batches_are_the_same_crops_for_every_batch_size(folder):
    corpus = folder_corpus(folder, side=16)
    assert [source.name for source in corpus.sources] == ["a/z.PNG", "b.png", "c.png"]
    single = list(corpus.batches(1))
    sevens = list(corpus.batches(7))
    assert {len(batch.images) for batch in sevens[:-1]} == {7}
    for name in ("images", "sources", "boxes"):
        joined = [torch.cat([getattr(batch, name) for batch in run]) for run in (single, sevens)]
        assert torch.equal(*joined)
    sources = torch.cat([batch.sources for batch in sevens])
    assert sources.unique_consecutive().tolist() == [0, 1, 2]
    assert sevens[0].images.shape == (7, 3, 16, 16)
    images = torch.cat([batch.images for batch in sevens])
    assert images.min() >= 0
    assert images.max() <= 1


def test_one_photograph_at_a_time_is_in_memory(folder, monkeypatch):
    alive = weakref.WeakSet()
    read = Source.read

    def watched(source):
        gc.collect()
        assert not alive
        pixels = read(source)
        alive.add(pixels)
        return pixels

    monkeypatch.setattr(Source, "read", watched)
    for number in range(12):
        save(folder / f"more{number}.png", seed=number)
    assert sum(len(batch.images) for batch in folder_corpus(folder, 8).batches(4)) > 15


def test_the_default_corpus_holds_every_photograph():
    corpus = default_corpus(32, scales=(1.0,))
    names = [source.name for source in corpus.sources]
    assert len(set(names)) == len(names) == len(PHOTOGRAPHS) + 20
    assert set(PHOTOGRAPHS) < set(names)
    assert all(source.path.is_file() for source in corpus.sources)


def test_a_corpus_is_chosen_by_name_or_by_folder(folder):
    assert corpus_named(COURSE, 32) == default_corpus(32)
    assert corpus_named(str(folder), 16, (1.0,)) == folder_corpus(folder, 16, (1.0,))


def test_the_record_follows_the_files(folder):
    before = folder_corpus(folder, 16).record()
    assert before["name"] == "corpus: 3 photographs"
    assert folder_corpus(folder, 16).record() == before
    save(folder / "b.png", seed=9)
    assert folder_corpus(folder, 16).record()["sha256"] != before["sha256"]


def test_an_unreadable_image_is_named(folder):
    (folder / "d.jpg").write_bytes(b"\xff\xd8 cut off")
    with pytest.raises(CourseError, match=r"d\.jpg"):
        list(folder_corpus(folder, 16).batches(4))


def test_a_folder_without_images(tmp_path):
    with pytest.raises(CourseError, match="no images in"):
        folder_corpus(tmp_path, 16)
    with pytest.raises(CourseError, match="no folder"):
        folder_corpus(tmp_path / "nowhere", 16)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"side": 0}, "side must be a whole number from 1 on"),
        ({"side": -16}, "side must be a whole number from 1 on"),
        ({"scales": ()}, "a corpus needs a photograph and a scale"),
        ({"scales": (1.0, 0.0)}, "scale must be a number above 0 and up to 1"),
        ({"scales": (1.5,)}, "scale must be a number above 0 and up to 1"),
        ({"sources": ()}, "a corpus needs a photograph and a scale"),
    ],
)
def test_a_corpus_of_no_crops_is_refused(folder, wrong, message):
    with pytest.raises(CourseError, match=message):
        replace(folder_corpus(folder, 16), **wrong)


def test_a_batch_holds_a_crop(folder):
    with pytest.raises(CourseError, match="batch size must be a whole number from 1 on, not 0"):
        next(folder_corpus(folder, 16).batches(0))


def test_the_categorised_corpus_is_that_of_the_table():
    found = corpus_named(CATEGORISED, 32, (1.0,))
    assert found == categorised_corpus(32, (1.0,))
    assert [source.name for source in found.sources] == list(corpus_photographs())
