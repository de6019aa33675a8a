"""Sentences about what a picture shows, tied to the picture that somebody looked at.

No number can refute such a sentence, so it holds only for the picture that was seen. Sentences
stand in ``docs/looked-at.toml``; what their pictures looked like, coarsely, and on which day, in
:data:`RECORD`, which ``make looked NAME=<figure>`` writes after a look.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from PIL import Image

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import write_text
from site_lib.common.toml_files import read_toml
from site_lib.records.sidecars import largest_picture, sidecars

SENTENCES = "looked-at.toml"
RECORD = "evidence/measured/looked-at.json"
# Cells in a row. As many more rows as the picture is higher than wide.
COLUMNS = 16
# Largest difference of a cell's mean colour, of 255 levels. Measured on the course's figures: the
# same picture stored as JPEG of quality 75 differs by 4, of quality 40 by 6, a dream under other
# arithmetic (AVX2) by 3; another seed's super-stimulus in one of twelve tiles by 44 at least, the
# end of a climb of 80 steps under other arithmetic by 37.
TOLERANCE = 16.0


class Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a picture shows, in words.   figure: id of the figure that shows it."""

    figure: str
    sentence: str


class Look(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was seen of a figure: the day, and the mean colours of its cells, a row in each line."""

    looked: date
    rows: tuple[str, ...]

    @classmethod
    def at(cls, cells: np.ndarray, day: date) -> Self:
        """A look at a picture of these cells, (rows, columns, 3) uint8."""
        return cls(day, tuple(row.tobytes().hex() for row in cells))

    @property
    def cells(self) -> np.ndarray:
        """Mean colours: (rows, COLUMNS, 3) uint8. ValueError when damaged."""
        values = np.frombuffer(bytes.fromhex("".join(self.rows)), dtype=np.uint8)
        return values.reshape(len(self.rows), COLUMNS, 3)


@dataclass(frozen=True)
class Sight:
    """A sentence, and whether its picture is still the one that somebody looked at.

    looked: the day, None for a picture that nobody has looked at.   distance: of the picture as it
    is now from the one of that day, in levels of 255; infinite for one of another shape.
    """

    id: str
    figure: str
    sentence: str
    looked: date | None
    distance: float
    # What a claim says beside its test.
    interval_of = reason = ""
    bound = f"≤ {TOLERANCE:g}"

    @property
    def holds(self) -> bool:
        """True when somebody looked at this picture."""
        return self.looked is not None and self.distance <= TOLERANCE

    @property
    def test(self) -> str:
        """What was compared, in words."""
        if self.looked is None:
            return "nobody has looked at this picture"
        day = f"{self.looked.day} {self.looked:%B %Y}"
        if not np.isfinite(self.distance):
            return f"looked at on {day}; the picture has another shape now"
        moved = f"{self.distance:.0f} of 255 levels"
        return f"looked at on {day}; since then it moved by {moved} (bound: {TOLERANCE:g})"


def cells_of(picture: Image.Image) -> np.ndarray:
    """Mean colours of a picture's cells: (rows, COLUMNS, 3) uint8."""
    rows = max(1, round(COLUMNS * picture.height / picture.width))
    small = picture.convert("RGB").resize((COLUMNS, rows), Image.Resampling.BOX)
    return np.asarray(small)


def distance(cells: np.ndarray, others: np.ndarray) -> float:
    """Largest difference between two pictures' cells, in levels; infinite for another shape."""
    if cells.shape != others.shape:
        return np.inf
    return float(np.abs(cells.astype(int) - others.astype(int)).max())


def cells_of_figure(sidecar: Mapping[str, Any], figures: Path) -> np.ndarray:
    """Cells of a figure as a wide page shows it in light; CourseError unless it has pixels."""
    file = figures / largest_picture(sidecar, "light")["file"]
    if file.suffix == ".svg":
        raise CourseError(f"{file.name} has no pixels; let a claim say what it shows")
    try:
        with Image.open(file) as picture:
            return cells_of(picture)
    except OSError as error:
        raise CourseError(f"cannot read {file} ({error}); run `make figures`") from error


def sights(docs: Path) -> list[Sight]:
    """All sentences about pictures of a site's sources, in the order of their file.

    Raises CourseError for a damaged file and for a figure that has not been drawn.
    """
    figures, sentences = docs / "figures", read_sentences(docs)
    looks, drawn = read_looks(docs) if sentences else {}, sidecars(figures)
    found = []
    for name, said in sentences.items():
        if said.figure not in drawn:
            raise unknown_name(f"figure of {name} in {SENTENCES}", said.figure, drawn)
        look, away = looks.get(said.figure), np.inf
        if look:
            away = distance(look.cells, cells_of_figure(drawn[said.figure], figures))
        words = " ".join(said.sentence.split())
        found.append(Sight(name, said.figure, words, look.looked if look else None, away))
    return found


def read_sentences(docs: Path) -> dict[str, Sentence]:
    """What is said of pictures, by id; nothing where the file is missing."""
    path = docs / SENTENCES
    return read_toml(path, dict[str, Sentence]) if path.is_file() else {}


def read_looks(docs: Path) -> dict[str, Look]:
    """What was seen, by figure; CourseError for a damaged record."""
    path = docs / RECORD
    try:
        looks = msgspec.json.decode(path.read_bytes(), type=dict[str, Look])
        for look in looks.values():
            look.cells  # noqa: B018 - a damaged one is found now
    except (OSError, ValueError) as error:
        raise CourseError(f"cannot read {path} ({error}); restore it from the sources") from error
    return looks


def look_again(docs: Path, figure: str, day: date) -> list[str]:
    """Record that somebody looked at a figure; the sentences that this makes true again.

    Raises CourseError for a figure that no sentence is about.
    """
    about = read_sentences(docs).values()
    sentences = [" ".join(said.sentence.split()) for said in about if said.figure == figure]
    if not sentences:
        raise unknown_name(f"figure with a sentence in {SENTENCES}", figure,
                           {said.figure for said in about})  # fmt: skip
    drawn = sidecars(docs / "figures")
    if figure not in drawn:
        raise unknown_name("figure that has been drawn", figure, drawn)
    look = Look.at(cells_of_figure(drawn[figure], docs / "figures"), day)
    looks = dict(sorted((read_looks(docs) | {figure: look}).items()))
    text = json.dumps(msgspec.to_builtins(looks), indent=1)
    write_text(docs / RECORD, text + "\n")
    return sentences
