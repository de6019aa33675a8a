"""The picture that stands for a page where a link to it is shared: 1200 × 630 pixels.

Title and part on the left, the page's first figure on the right, or its description where it has
none, in the site's colours and typeface. A card is remembered by what it shows, so only changed
ones are drawn.
"""

import io
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from site_lib.site.rasters import FONT_REGULAR, FONT_SEMIBOLD, fitted, picture, remembered

FOLDER = "assets/social"
WIDTH, HEIGHT = 1200, 630
# As the light theme of the site (docs/assets/extra.css).
BACKGROUND, TEXT, MUTED, ACCENT = "#ffffff", "#1f2328", "#525a65", "#00609a"
MARGIN = 64
TEXT_WIDTH = 400
# A picture is as wide as fits, between these; a tall one runs out of the card at its foot.
PICTURE_WIDTHS = (520, 608)
ACCENT_HEIGHT = 12
TITLE_SIZES = (68, 60, 52, 46, 40)
MOST_TITLE_LINES = 4
SMALL = 30
SPACING = 8


def name(folder: str) -> str:
    """Path below the site of the card of the page with this address."""
    return f"{FOLDER}/{folder.strip('/').replace('/', '-') or 'home'}.png"


@dataclass(frozen=True)
class Card:
    """What a card shows.

    section: part of the course, empty for a page of its own.   figure: the page's first picture,
    None for a page without one.
    """

    title: str
    section: str
    site_name: str
    description: str
    figure: Path | None


def write(target: Path, cache: Path, card: Card) -> None:
    """Write the card of a page.

    cache: folder of cards that were made before.   Raises CourseError when the picture cannot
    be read.
    """
    figure = card.figure.read_bytes() if card.figure else b""
    data = remembered(
        cache,
        [Path(__file__).read_bytes(), repr(replace(card, figure=None)).encode(), figure],
        lambda: draw(card),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def draw(card: Card) -> bytes:
    """PNG file of a card."""
    image = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, ACCENT_HEIGHT), fill=ACCENT)
    small = ImageFont.truetype(FONT_REGULAR, SMALL)
    room = TEXT_WIDTH if card.figure else WIDTH - 2 * MARGIN
    lines, font = fitting_title(card.title, room)
    title, place = "\n".join(lines), (MARGIN, MARGIN + 2 * SMALL)
    pen.text((MARGIN, MARGIN), card.section or card.site_name, font=small, fill=MUTED)
    pen.multiline_text(place, title, font=font, fill=TEXT, spacing=SPACING)
    if card.section:
        foot = (MARGIN, HEIGHT - MARGIN)
        pen.text(foot, card.site_name, font=small, fill=ACCENT, anchor="ls")
    if card.figure:
        _paste(image, card.figure)
    else:
        bottom = pen.multiline_textbbox(place, title, font=font, spacing=SPACING)[3]
        text = "\n".join(_wrapped(card.description, small, room))
        pen.multiline_text((MARGIN, bottom + SMALL), text, font=small, fill=MUTED, spacing=SPACING)
    buffer = io.BytesIO()
    image.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def fitting_title(title: str, room: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Lines of a title and the largest font in which they fit into ``room`` pixels."""
    for size in TITLE_SIZES:
        font = ImageFont.truetype(FONT_SEMIBOLD, size)
        lines = _wrapped(title, font, room)
        if len(lines) <= MOST_TITLE_LINES and all(font.getlength(line) <= room for line in lines):
            break
    return lines, font


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _paste(image: Image.Image, figure: Path) -> None:
    """Put a picture into the right part of a card, in the middle or out over its foot."""
    drawn = picture(figure, 2 * PICTURE_WIDTHS[1])
    top = ACCENT_HEIGHT + MARGIN
    size = fitted(drawn.width, drawn.height, (PICTURE_WIDTHS[1], HEIGHT - 2 * top))
    if size[0] < PICTURE_WIDTHS[0]:
        size = PICTURE_WIDTHS[0], round(PICTURE_WIDTHS[0] * drawn.height / drawn.width)
    left = WIDTH - MARGIN - (PICTURE_WIDTHS[1] + size[0]) // 2
    top = max(top, (HEIGHT + ACCENT_HEIGHT - size[1]) // 2)
    image.paste(drawn.resize(size, Image.Resampling.LANCZOS), (left, top))
