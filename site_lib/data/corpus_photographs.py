"""The corpus: photographs of animals, buildings, tools and household objects, with categories.

They come with GCompris, a collection of games for children, whose Debian package carries them
(``site_lib.data.carriers``). ``corpus.csv`` lists those that are CC0, in the public domain or
CC BY: who took each, where it is from, what it shows. Authors, licences and sources are those of
the README files beside the photographs in the package; labels were given by eye, before any
network had seen the photographs. Left out are thirteen pictures whose origin is not clear, that
show recognisable people or a young work of art, or are no photographs, and three that are there
twice.

Knowing the corpus needs neither the files nor the network; showing it to a network needs both
once. A photograph has a class of ImageNet only where one names its main subject.
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from site_lib.common.errors import unknown_name
from site_lib.common.toml_files import checked
from site_lib.data.carriers import fetch
from site_lib.data.photographs import CC0, CC_BY_2, PUBLIC_DOMAIN, LabelledPhotograph
from site_lib.data.recordings import source_folder

TABLE = Path(__file__).with_name("corpus.csv")
SOURCE = "gcompris"
CC_BY_3 = ("CC BY 3.0", "https://creativecommons.org/licenses/by/3.0/")
LICENCES = dict((CC0, PUBLIC_DOMAIN, CC_BY_2, CC_BY_3))

ImagenetClass = Annotated[int, msgspec.Meta(ge=0, le=999)]


class CorpusPhotograph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A photograph of the corpus and what must be said when it is shown.

    category: one of ``categories()``.   imagenet_class, imagenet_name: None and empty when no class
    names the subject.   held_out: never trained on, nor chosen by.   changes: what GCompris did to
    it beside making it smaller.   file, sha256: below the cache's folder of its source.
    """

    name: str
    subject: str
    category: str
    imagenet_class: ImagenetClass | None
    imagenet_name: str
    held_out: bool
    credit: str
    licence: str
    changes: str
    source_url: str
    file: str
    sha256: str

    @property
    def licence_url(self) -> str:
        """Where the licence can be read."""
        return LICENCES[self.licence]

    @property
    def path(self) -> Path:
        """File in the cache, there or not (``fetch_corpus``)."""
        return source_folder(SOURCE) / self.file

    def record(self) -> dict[str, str]:
        """Name and SHA-256 of its file, for provenance."""
        return {"name": f"photograph: {self.name}", "sha256": self.sha256}


@cache
def corpus_photographs() -> dict[str, CorpusPhotograph]:
    """All of them by name, in a fixed order; their files need not be there.

    Raises CourseError that names the line when the table is damaged.
    """
    with open(TABLE, encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        found = [_photograph(row, f"{TABLE}, line {reader.line_num}") for row in reader]
    return {one.name: one for one in found}


def _photograph(row: dict[str, str], where: str) -> CorpusPhotograph:
    number = row["imagenet_class"]
    values = row | {
        "imagenet_class": int(number) if number.isdigit() else None,
        "held_out": row["held_out"] == "yes",
    }
    return checked(values, CorpusPhotograph, where)


def corpus_photograph(name: str) -> CorpusPhotograph:
    """One of them by name; CourseError lists the nearest names."""
    if name not in corpus_photographs():
        raise unknown_name("photograph of the corpus", name, corpus_photographs())
    return corpus_photographs()[name]


def categories() -> tuple[str, ...]:
    """The broad categories, in the order in which the corpus first shows them."""
    return tuple(dict.fromkeys(one.category for one in corpus_photographs().values()))


def fetch_corpus(*, held_out: bool | None = None) -> list[CorpusPhotograph]:
    """Photographs whose files are at hand now: downloaded once, and checked.

    held_out: only those that are (True) or are not (False); None for all. Raises CourseError when
    they cannot be had, with what to put where by hand.
    """
    fetch(SOURCE)
    every = corpus_photographs().values()
    return [one for one in every if held_out is None or one.held_out == held_out]


def labelled_corpus(photographs: Iterable[CorpusPhotograph]) -> list[LabelledPhotograph]:
    """Those with a class of ImageNet, as experiments on classes take them."""
    return [
        LabelledPhotograph(one.name, one.path, one.imagenet_class)
        for one in photographs
        if one.imagenet_class is not None
    ]
