"""The bibliography file and its entries in words."""

from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.bibliography import read_references

ROOT = Path(__file__).parents[3]


def written(folder: Path, text: str) -> Path:
    """A bibliography file with this text."""
    path = folder / "references.bib"
    path.write_text(text, encoding="utf-8")
    return path


def test_entry_in_words(tmp_path: Path) -> None:
    """Names, initials, particles, braces, pages and links."""
    path = written(
        tmp_path,
        """@article{key,
  author = {van der Walt, Stéfan and Fei-Fei, Li and Tan, Jean-Paul M.},
  title = {A {CNN} in {Python}}, journal = {PeerJ}, volume = {2}, number = {1},
  pages = {10--12}, year = {2014}, doi = {10.1/x}, eprint = {1234.5678}}""",
    )
    entry = read_references(path)["key"]
    assert entry.short_authors == "van der Walt et al."
    assert entry.full_authors == "van der Walt, S., Fei-Fei, L. and Tan, J.-P. M."
    assert entry.title == "A CNN in Python"
    assert entry.venue == "PeerJ 2(1), 10–12"
    assert entry.links == [
        ("doi:10.1/x", "https://doi.org/10.1/x"),
        ("arXiv:1234.5678", "https://arxiv.org/abs/1234.5678"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@book{a, author = {B, C}, title = {D}}", "'a' has no year"),
        ("@book{a, author={B, C}, title={D}, year={1}}\n" * 2, "'a' occurs twice"),
        ("@book{a,\n author={B, C}\n title={D},\n year={1}}", "the entry '@book{a,' is broken"),
        ("@book{a,\n author={B, C},\n title={D", "the entry '@book{a,' is broken"),
        ("% Books\n@Book{a b, title={D}}", "the entry '@Book{a b, title={D}}' is broken"),
        ("@book{a, author={B, C and }, title={D}, year={1}}", "authors of 'a' cannot be read"),
        ("@book{a, author={B, C, D, E}, title={D}, year={1}}", "authors of 'a' cannot be read"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    """An incomplete or repeated entry is an error with its key."""
    with pytest.raises(CourseError, match=message):
        read_references(written(tmp_path, text))


def test_what_stands_between_entries_is_a_comment(tmp_path: Path) -> None:
    """Also with an at sign in it."""
    text = "% To a@b.org @ 9.\n@comment{c}\n@book{a, author={B, C}, title={D}, year={1}}\n% The end"
    assert list(read_references(written(tmp_path, text))) == ["a"]


def test_the_file_has_to_be_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_bytes("% Größe".encode("latin-1"))
    with pytest.raises(CourseError, match="no text in UTF-8"):
        read_references(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    """No file, no references."""
    with pytest.raises(CourseError, match="no bibliography"):
        read_references(tmp_path / "references.bib")


def test_every_entry_of_the_course_can_be_found() -> None:
    """Each reference has a lasting address or says where it appeared."""
    for entry in read_references(ROOT / "docs/references.bib").values():
        assert entry.links or entry.venue, entry.key
