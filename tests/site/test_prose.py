"""What every page of the argument has, read from its source: it needs no built site."""

import re
from pathlib import Path

import pytest

from site_lib.site.contents import contents, read_configuration
from site_lib.site.questions import question_of

ROOT = Path(__file__).parents[2]
AROUND = ("Home", "Labs", "Evidence", "Reference")
PAGES = [entry.source for entry in contents(read_configuration(ROOT)["nav"])
         if (entry.section or entry.title) not in AROUND]  # fmt: skip
CLAIM = re.compile(r'{{\s*claim\("([\w-]+)"\)')
PREDICTION = '??? question "What do you expect?"'
FIGURE = re.compile(r"^{{ figure\(", re.MULTILINE)
TAKEAWAYS = re.compile(r'^!!! abstract "Take away"\n((?: {4}.*\n)+)', re.MULTILINE)
CHECKS = re.compile(r"^## Check yourself\n(.*?)(?=^\S(?!\?\? question)|\Z)", re.M | re.S)
QUESTION = re.compile(r'^\?\?\? question ".+\?"\n(?: {4}.+\n)+', re.MULTILINE)


@pytest.fixture(params=PAGES)
def text(request: pytest.FixtureRequest) -> str:
    """Source of one page."""
    return (ROOT / "docs" / request.param).read_text(encoding="utf-8")


def test_a_page_asks_and_lets_its_reader_guess(text: str) -> None:
    """The question comes right after the title, a prediction before the first result."""
    assert question_of(text)
    first = f"\n{text}".partition("\n# ")[2].split("\n\n")[1]
    assert first.endswith("{ .question }")
    assert text.count(PREDICTION) == 1
    figure = FIGURE.search(text)
    assert figure is None or text.index(PREDICTION) < figure.start()


def test_a_page_ends_with_three_takeaways(text: str) -> None:
    """In plain words: no claim, no measured number and no formula among them."""
    (points,) = TAKEAWAYS.findall(text)
    assert len(re.findall(r"^ {4}- ", points, re.MULTILINE)) == 3
    assert not re.search(r"{{|\$", points)


def test_a_page_has_three_questions_with_folded_answers(text: str) -> None:
    """In its last section."""
    (part,) = CHECKS.findall(text)
    assert "\n## " not in text.partition(part)[2]
    assert len(QUESTION.findall(part)) == 3


def test_no_claim_is_made_twice_on_a_page(text: str) -> None:
    claims = CLAIM.findall(text)
    assert sorted(claims) == sorted(set(claims))
