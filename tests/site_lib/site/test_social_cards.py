"""Pictures for shared links."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from site_lib.site import social_cards
from site_lib.site.social_cards import Card


@pytest.fixture
def card(tmp_path: Path) -> Card:
    """A card with a red picture that is taller than the card."""
    figure = tmp_path / "figure.webp"
    Image.new("RGB", (300, 600), "#ff0000").save(figure, lossless=True)
    return Card("A title of several words", "Part", "Site", "What the page says.", figure)


def pixels(card: Card) -> np.ndarray:
    """The card as numbers, (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(social_cards.draw(card))).convert("RGB"))


def test_size_and_sides(card: Card) -> None:
    """1200 × 630; the picture stays on the right, letters on the left, neither on the other."""
    found = pixels(card)
    assert found.shape == (630, 1200, 3)
    red = (found == [255, 0, 0]).all(axis=-1)
    left, right = np.flatnonzero(red.any(axis=0))[[0, -1]]
    assert left > social_cards.MARGIN + social_cards.TEXT_WIDTH
    assert right - left + 1 >= social_cards.PICTURE_WIDTHS[0]
    assert red[-1].any(), "a tall picture runs out over the foot"
    letters = (found[social_cards.ACCENT_HEIGHT + 1 :, :left] < 128).all(axis=-1)
    assert np.flatnonzero(letters.any(axis=0)).max() < social_cards.MARGIN + social_cards.TEXT_WIDTH


def test_without_a_picture_the_description_is_written(card: Card) -> None:
    """A longer description leaves more ink."""
    short = replace(card, figure=None)
    long = replace(short, description="What the page says, and more of it. " * 3)
    assert (pixels(long) < 200).sum() > 1.2 * (pixels(short) < 200).sum()


def test_long_titles_get_smaller_letters() -> None:
    """Every line fits into the room that it has."""
    _, large = social_cards.fitting_title("Short", 400)
    lines, small = social_cards.fitting_title("A very long title with internationalisation", 400)
    assert small.size < large.size
    assert len(lines) <= social_cards.MOST_TITLE_LINES
    assert all(small.getlength(line) <= 400 for line in lines)


def test_a_card_is_drawn_again_only_when_it_changes(
    card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another title makes another card; the same one comes from the cache."""
    drawn = []
    monkeypatch.setattr(social_cards, "draw", lambda card: drawn.append(card) or b"png")
    for one in (card, card, replace(card, title="Another"), card):
        social_cards.write(tmp_path / "card.png", tmp_path / "cache", one)
    assert [one.title for one in drawn] == [card.title, "Another"]
