"""Cutting a typeface down to the letters that are needed."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from fontTools import subset


def subset_as_woff2(path: Path, letters: Iterable[int], features: Sequence[str]) -> bytes:
    """WOFF2 file with only some characters of a TrueType font.

    letters: Unicode code points; those that the font lacks are left out.   features: OpenType
    layout features to keep, such as ``"kern"``.
    """
    options = subset.Options(flavor="woff2", layout_features=list(features))
    with subset.load_font(str(path), options) as font:
        chooser = subset.Subsetter(options)
        chooser.populate(unicodes=letters)
        chooser.subset(font)
        buffer = io.BytesIO()
        subset.save_font(font, buffer, options)
    return buffer.getvalue()
