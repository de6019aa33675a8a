"""The course in one text file."""

from site_lib.records.claims import Claim, StatedClaim
from site_lib.site import llms
from site_lib.site.contents import Entry

FIGURE = {"id": "toy", "title": "Toy", "alt": "Bars.", "data": ["toy.csv", "more.csv"]}
HOLDS = StatedClaim(Claim("toy-holds", "17 are tall.", 17.0, at_least=8), "toy")
FAILS = StatedClaim(Claim("toy-fails", "All are tall.", 17.0, at_least=32), "toy")


def overview(address: str) -> str:
    """The file for a course of three pages."""
    return llms.text(
        site_name="Course",
        summary="What it\nis.",
        address=address,
        entries=[
            Entry("", "Home", "index.md"),
            Entry("Part", "One", "part/one.md"),
            Entry("Part", "Two", "part/two.md"),
        ],
        descriptions={"part/one.md": "The first."},
        sidecars={"toy": FIGURE},
        ledger=[HOLDS, FAILS],
    )


def test_every_page_is_linked_under_its_part() -> None:
    """With its description where it has one."""
    lines = overview("https://e.org/").splitlines()
    assert lines[:3] == ["# Course", "", "> What it is."]
    part = lines.index("## Part")
    assert lines[part + 2 : part + 4] == [
        "- [One](https://e.org/part/one/): The first.",
        "- [Two](https://e.org/part/two/)",
    ]
    assert "- [Home](https://e.org/)" in lines


def test_without_an_address_links_are_relative() -> None:
    """They then work from a copy of the site."""
    text = overview("")
    assert "[Home](./)" in text
    assert "[One](part/one/)" in text
    assert "https" not in text


def test_figures_and_claims_can_be_checked() -> None:
    """Data of each figure; value, bound and verdict of each claim."""
    text = overview("")
    assert "[Toy](figures/toy.json)" in text
    assert "[more.csv](figures/more.csv)" in text
    assert "17 are tall. (measured 17, true if ≥ 8, holds; figure toy" in text
    assert "All are tall. (measured 17, true if ≥ 32, does not hold; figure toy" in text
