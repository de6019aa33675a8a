"""Published figures as pixels, for thumbnails and social cards.

Plots are published as SVG. They are turned into pixels by resvg, a renderer that comes as a
package of the lock file: it needs no browser and no library of the system, and takes the
typeface from the same package as the drawings, so every machine gets the same picture.
"""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import resvg_py
from PIL import Image

from site_lib.common.errors import CourseError
from site_lib.common.files import atomic_path
from site_lib.common.packages import package_folder

FONTS = package_folder("font_source_sans_pro") / "files"
FONT_REGULAR = FONTS / "SourceSansPro-Regular.ttf"
FONT_SEMIBOLD = FONTS / "SourceSansPro-Semibold.ttf"
# The unit of length in drawings is a point, 1/72 inch; a browser takes 96 pixels for an inch.
PIXELS_PER_INCH = 96.0


def picture(path: Path, width: int) -> Image.Image:
    """A published picture as RGB, ``width`` pixels wide, in its own proportions.

    path: SVG or a format that Pillow reads. Raises CourseError for a missing or broken file.
    """
    try:
        if path.suffix == ".svg":
            drawn = resvg_py.svg_to_bytes(
                svg_string=path.read_text(encoding="utf-8"),
                width=width,
                dpi=PIXELS_PER_INCH,
                font_files=[str(FONT_REGULAR), str(FONT_SEMIBOLD)],
                skip_system_fonts=True,
            )
            return _on_own_background(Image.open(io.BytesIO(bytes(drawn))).convert("RGBA"))
        with Image.open(path) as image:
            height = max(1, round(width * image.height / image.width))
            return image.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot read the picture {path}: {error}") from error


def _on_own_background(drawn: Image.Image) -> Image.Image:
    """RGB; the last row, which a drawing may cover in part, gets the colour of the first pixel."""
    background = Image.new("RGBA", drawn.size, drawn.getpixel((0, 0)))
    return Image.alpha_composite(background, drawn).convert("RGB")


def fitted(width: float, height: float, box: tuple[int, int]) -> tuple[int, int]:
    """Largest size, in whole pixels, of the same proportions that fits into a box."""
    scale = min(box[0] / width, box[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def remembered(folder: Path, inputs: list[bytes], make: Callable[[], bytes]) -> bytes:
    """What ``make`` returns, from ``folder`` when it was made from the same inputs before.

    inputs: all that decides the result; the file is named after their hash.
    """
    digest = hashlib.sha256()
    for part in inputs:
        digest.update(hashlib.sha256(part).digest())
    path = folder / digest.hexdigest()
    if not path.is_file():
        with atomic_path(path) as temporary:
            temporary.write_bytes(make())
    return path.read_bytes()
