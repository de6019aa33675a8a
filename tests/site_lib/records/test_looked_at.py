"""Looks: the same picture is known again however it is stored, another one is not."""

import io
import json
from datetime import date

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageOps

from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.records.looked_at import (
    RECORD,
    SENTENCES,
    TOLERANCE,
    Look,
    cells_of,
    distance,
    look_again,
    sights,
)
from tests.records import figure_record

PICTURES = ROOT / "figures_src/optimising_the_input/measured/super-stimuli"
SIDE, GAP, COLUMNS = 300, 60, 4


def gallery(changed=None, change=ImageOps.mirror):
    """Twelve super-stimuli as a figure shows them, one of them changed."""
    files = sorted(PICTURES.glob("*.webp"))
    rows = -(-len(files) // COLUMNS)
    whole = Image.new("RGB", (COLUMNS * (SIDE + GAP), rows * (SIDE + GAP)), "white")
    for index, file in enumerate(files):
        with Image.open(file) as picture:
            tile = picture.convert("RGB").resize((SIDE, SIDE))
        tile = change(tile) if index == changed else tile
        row, column = divmod(index, COLUMNS)
        whole.paste(tile, (column * (SIDE + GAP), row * (SIDE + GAP)))
    return whole


def stored(picture, kind, quality):
    """A picture after it was written in some format and read again."""
    file = io.BytesIO()
    picture.save(file, kind, quality=quality)
    return Image.open(file)


def noisy(picture, levels):
    pixels = np.asarray(picture).astype(int)
    pixels += np.random.default_rng(0).integers(-levels, levels + 1, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def whole():
    return gallery()


def test_the_same_picture_is_known_again(whole):
    cells = cells_of(whole)
    again = {
        "JPEG": stored(whole, "JPEG", 50),
        "WebP": stored(whole, "WEBP", 50),
        "noise": noisy(whole, 2),
        "half the side": whole.resize((whole.width // 2, whole.height // 2)),
    }
    found = {name: distance(cells, cells_of(one)) for name, one in again.items()}
    assert max(found.values()) <= TOLERANCE / 2, found


@pytest.mark.parametrize("changed", range(12))
def test_one_other_tile_makes_another_picture(whole, changed):
    """Even the mirror image, which has all its colours and is as sure a case of its class."""
    assert distance(cells_of(whole), cells_of(gallery(changed))) > TOLERANCE


def test_pictures_of_other_shapes_differ(whole):
    other = whole.resize((whole.width, whole.height + 200))
    assert distance(cells_of(whole), cells_of(other)) == np.inf


def test_a_look_keeps_the_cells(whole):
    look = Look.at(cells_of(whole), date(2026, 3, 4))
    again = msgspec.json.decode(msgspec.json.encode(look), type=Look)
    assert (again.cells == cells_of(whole)).all()
    assert again.looked == date(2026, 3, 4)


@pytest.fixture
def docs(tmp_path, whole):
    """Sources of a site with a sentence about one picture."""
    (tmp_path / "figures").mkdir()
    whole.save(tmp_path / "figures/zoo.webp")
    picture = {"file": "zoo.webp", "theme": "light", "layout": "wide", "width": whole.width,
               "height": whole.height, "scale": 1}  # fmt: skip
    record = json.dumps(figure_record("zoo", images=[picture]))
    (tmp_path / "figures/zoo.json").write_text(record)
    (tmp_path / SENTENCES).write_text('[ants]\nfigure = "zoo"\nsentence = """\nAnts,\nbananas."""')
    (tmp_path / RECORD).parent.mkdir(parents=True)
    (tmp_path / RECORD).write_text("{}")
    return tmp_path


def test_a_sentence_holds_for_the_picture_that_was_seen(docs):
    (sight,) = sights(docs)
    assert not sight.holds
    assert sight.test == "nobody has looked at this picture"
    assert look_again(docs, "zoo", date(2026, 3, 4)) == ["Ants, bananas."]
    (sight,) = sights(docs)
    assert sight.holds
    assert sight.test.startswith("looked at on 4 March 2026; since then it moved by 0 of 255")
    gallery(3).save(docs / "figures/zoo.webp")
    (sight,) = sights(docs)
    assert not sight.holds


def test_what_cannot_be_seen_is_one_clear_error(docs):
    with pytest.raises(CourseError, match=r"unknown figure with a sentence .* 'zo'; nearest: zoo"):
        look_again(docs, "zo", date(2026, 3, 4))
    (docs / RECORD).write_text('{"zoo": {"looked": "2026-03-04", "rows": ["00"]}}')
    with pytest.raises(CourseError, match=r"cannot read .*looked-at.json .* restore it"):
        sights(docs)
    (docs / RECORD).write_text("{}")
    (docs / "figures/zoo.json").write_text(json.dumps(figure_record("zoo")))
    with pytest.raises(CourseError, match="has no pixels"):
        look_again(docs, "zoo", date(2026, 3, 4))
    (docs / "figures/zoo.json").unlink()
    with pytest.raises(CourseError, match=r"unknown figure of ants in looked-at.toml"):
        sights(docs)


def test_every_sentence_of_the_course_stands_on_a_page():
    texts = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))
    named = msgspec.toml.decode((ROOT / "docs" / SENTENCES).read_bytes())
    assert [name for name in named if f'seen("{name}")' not in texts] == []
