"""The question that each page of the argument opens with."""

import re

# An argument page opens with a paragraph of this class.
QUESTION = re.compile(r"^(?:{{ slides\(\) }}\s*)?((?:[^\n]+\n)+?){ \.question }$", re.MULTILINE)


def question_of(source: str) -> str | None:
    """The question that an argument page opens with, from the page's Markdown."""
    found = QUESTION.search(source)
    return " ".join(found[1].split()) if found else None
