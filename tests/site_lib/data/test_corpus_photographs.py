"""The corpus: credits as the package has them, labels that exist, and a part held out for good."""

import re
from collections import Counter
from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.data import carriers, corpus_photographs, recordings
from site_lib.data.corpus_photographs import (
    LICENCES,
    SOURCE,
    categories,
    corpus_photograph,
    fetch_corpus,
    labelled_corpus,
)
from site_lib.data.imagenet import class_names
from site_lib.data.photographs import PHOTOGRAPHS, read_pixels

CORPUS = list(corpus_photographs.corpus_photographs().values())
needs_corpus = pytest.mark.skipif(
    not carriers.at_hand(SOURCE), reason="the corpus is not on this machine; run make data"
)


def test_there_are_as_many_as_the_course_says():
    assert len(CORPUS) == 217
    assert len(categories()) == 12
    assert min(Counter(one.category for one in CORPUS).values()) >= 5
    assert sum(one.imagenet_class is not None for one in CORPUS) == 74


def test_forty_are_held_out_of_every_category_in_proportion():
    held_out = Counter(one.category for one in CORPUS if one.held_out)
    assert held_out.total() == 40
    for category, number in Counter(one.category for one in CORPUS).items():
        assert abs(held_out[category] - 40 * number / len(CORPUS)) < 1


def test_names_are_their_own_and_no_photograph_is_there_twice():
    names = [one.name for one in CORPUS]
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert len({*names, *PHOTOGRAPHS}) == len(names) + len(PHOTOGRAPHS)
    for field in ("subject", "file", "sha256", "source_url"):
        assert len({getattr(one, field) for one in CORPUS}) == len(CORPUS), field


def test_every_one_has_its_credit():
    for one in CORPUS:
        assert one.credit, one.name
        assert one.licence in LICENCES, one.name
        assert one.licence_url.startswith("https://creativecommons.org/")
        assert one.source_url.startswith("https://"), one.name


def test_every_class_is_one_of_imagenet_by_its_name():
    for one in CORPUS:
        number = one.imagenet_class
        assert one.imagenet_name == ("" if number is None else class_names()[number]), one.name


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(CourseError, match="nearest: koala"):
        corpus_photograph("kola")


def test_a_damaged_table_is_named_with_its_line(tmp_path, monkeypatch):
    lines = corpus_photographs.TABLE.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(",fish,,", ",fish,1000,")
    (tmp_path / "corpus.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(corpus_photographs, "TABLE", tmp_path / "corpus.csv")
    with pytest.raises(CourseError, match=r"corpus.csv, line 3: .*999"):
        corpus_photographs.corpus_photographs.__wrapped__()


def test_without_files_the_corpus_is_known_and_fetching_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.delenv(recordings.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(recordings, "cache_folder", lambda: tmp_path)

    def offline(*_):
        raise CourseError("no network")

    monkeypatch.setattr(carriers, "_WAYS", {"Debian package": {"apt-get": offline}})
    assert not corpus_photograph("koala").path.exists()
    with pytest.raises(CourseError, match=r"gcompris-qt-data 3\.1-2 \(apt-get: no network\).*copy"):
        fetch_corpus()


@needs_corpus
def test_every_photograph_is_there_in_colour_and_large_enough():
    for one in fetch_corpus():
        height, width, channels = read_pixels(one.path).shape
        assert channels == 3
        assert max(height, width) >= 300, one.name
        assert min(height, width) >= 100, one.name


@needs_corpus
def test_parts_of_the_corpus():
    kept, held_out = fetch_corpus(held_out=False), fetch_corpus(held_out=True)
    assert len(kept) + len(held_out) == len(fetch_corpus()) == len(CORPUS)
    assert not {one.name for one in kept} & {one.name for one in held_out}
    labelled = labelled_corpus(held_out)
    assert {one.name for one in labelled} < {one.name for one in held_out}
    koala = corpus_photograph("koala")
    (again,) = labelled_corpus([koala])
    assert again.record()["sha256"] == koala.record()["sha256"]


# ------------------------------------------------- credits, against the package

# How the lists of the package call files that are called otherwise.
MISSPELT = {"screDriver.webp": "screwDriver.webp", "audaPalatina.webp": "aulaPalatina.webp"}
NAMELESS = {"Anonymous", "anonymous", "Contributor", "el.wikipedia"}


def credits_of(readme: Path) -> dict[str, dict[str, str]]:
    """What a list of the package says of each file that it names: field → text."""
    found = {}
    for block in re.split(r"\n\s*\n", readme.read_text(encoding="utf-8")):
        fields = dict(re.findall(r"^(Copyright|Source|License): *(.+?) *$", block, re.M))
        for name in re.findall(r"\S+\.webp", block):
            folder, _, file = name.rpartition("/")
            found[str(Path(folder) / MISSPELT.get(file, file))] = fields
    return found


@needs_corpus
def test_credits_are_those_of_the_lists_in_the_package():
    readmes = [each for each in carriers.source(SOURCE).members if each.file.endswith("README")]
    stated = {
        str(Path(each.file).parent / name): fields
        for each in readmes
        for name, fields in credits_of(recordings.source_folder(SOURCE) / each.file).items()
    }
    for one in CORPUS:
        fields = stated[one.file]
        assert fields["Source"] == one.source_url
        licence = fields["License"].lower().replace("-", " ").removesuffix(" 1.0")
        assert licence == one.licence.lower().removesuffix(" 1.0")
        author = re.sub(r"^\(WT-\w+\) ", "", fields["Copyright"])
        assert author == one.credit or author in NAMELESS
