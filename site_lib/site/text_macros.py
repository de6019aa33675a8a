"""Macros for text: claims, citations, credits, code of the library, and the list of labs."""

import html
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from site_lib.common.errors import unknown_name
from site_lib.data.corpus_photographs import corpus_photographs
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.records.colab import colab_address
from site_lib.site import vendor
from site_lib.site.course import Course, as_markdown
from site_lib.site.figure_macros import CLAIMS_PAGE
from site_lib.site.source_code import source_of

REFERENCES_PAGE = "evidence/references.md"


# A number that no word, entity or name of a layer holds, with what it counts.
NUMBER = re.compile(
    r"(?<![\w&#.])\d(?:[\d.,]*\d)?(?P<counted> of \d+| ?%| ?×|-fold| times)?(?![\w])"
)


def around_result(sentence: str) -> tuple[str, str, str]:
    """What stands before its result, the result, and what stands behind it.

    The result is the first share or ratio of the sentence, else its first number, else all of it.
    """
    numbers = list(NUMBER.finditer(sentence))
    found = next((n for n in numbers if n["counted"]), next(iter(numbers), None))
    if found is None:
        return "", sentence, ""
    return sentence[: found.start()], found[0], sentence[found.end() :]


class TextMacros:
    """What a page can ask for within its text."""

    def __init__(self, course: Course) -> None:
        self.course = course

    @property
    def macros(self) -> tuple[Callable[..., str], ...]:
        """What pages can call."""
        return (
            self.claim,
            self.seen,
            self.cite,
            self.references,
            self.photograph_credits,
            self.corpus_credits,
            self.code,
            self.labs,
            self.exercises,
        )

    def claim(self, claim_id: str) -> str:
        """The sentence of a claim; its result is linked to its line in the ledger."""
        if claim_id not in self.course.ledger:
            raise unknown_name("claim", claim_id, self.course.ledger)
        entry = self.course.ledger[claim_id]
        link = self.course.address(f"{CLAIMS_PAGE}#claim-{claim_id}")
        before, result, after = around_result(as_markdown(entry.claim.sentence))
        result = result.replace(" %", "&nbsp;%")  # never on two lines
        if entry.claim.holds:
            return f'{before}<a class="claim" href="{link}">{result}</a>{after}'
        return (
            f'{before}<a class="claim claim--refuted" href="{link}">{result}</a>{after} '
            "<strong>(does not hold in this build)</strong>"
        )

    def seen(self, name: str) -> str:
        """The sentence that says what a picture shows; its end is linked to its line in the ledger.

        It says so when the picture is no longer the one that somebody looked at.
        """
        if name not in self.course.sights:
            raise unknown_name("sentence about a picture", name, self.course.sights)
        sight = self.course.sights[name]
        link = self.course.address(f"{CLAIMS_PAGE}#claim-{name}")
        before, _, last = as_markdown(sight.sentence).rpartition(" ")
        word = last.rstrip(".")
        stop = last.removeprefix(word)
        if sight.holds:
            return f'{before} <a class="claim" href="{link}">{word}</a>{stop}'
        return (
            f'{before} <a class="claim claim--refuted" href="{link}">{word}</a>{stop} '
            "<strong>(nobody has looked at the picture in this build)</strong>"
        )

    def cite(self, key: str, *, parentheses: bool = False) -> str:
        """``Tan and Le (2019)``, or ``(Tan and Le, 2019)``, linked to the reference."""
        if key not in self.course.bibliography:
            raise unknown_name("reference", key, self.course.bibliography)
        reference = self.course.bibliography[key]
        authors, year = as_markdown(reference.short_authors), reference.year
        link = self.course.address(f"{REFERENCES_PAGE}#{key}")
        text = f"({authors}, {year})" if parentheses else f"{authors} ({year})"
        # On one line: a macro's second line would end the fold that it stands in.
        cited = html.escape(" ".join(reference.text.split()))
        return f'<a class="citation" href="{link}" data-definition="{cited}">{text}</a>'

    def references(self) -> str:
        """The whole bibliography as a list."""
        return self.course.render("references.html", references=self.course.bibliography.values())

    def photograph_credits(self) -> str:
        """Every photograph of the course with its author, licence and source."""
        return self.course.render("photograph_credits.html", photographs=PHOTOGRAPHS.values(),
                           thumbnails=vendor.PHOTOGRAPHS_FOLDER)  # fmt: skip

    def corpus_credits(self) -> str:
        """Table of the photographs of the corpus, which need not be on this machine."""
        photographs = corpus_photographs().values()
        return self.course.render("corpus_credits.html", photographs=photographs)

    def code(self, path: str, *names: str) -> str:
        """Functions of a file of the project as a block of code, with the file as its title."""
        parts = [source_of(Path(self.course.env.project_dir) / path, name) for name in names]
        return f'```python title="{path}"\n' + "\n\n".join(parts) + "\n```"

    def labs(self) -> str:
        """List of the labs: what each asks, how long it takes, and its files."""
        colab = partial(colab_address, self.course.env.conf["repo_url"] or "")
        return self.course.render("labs.html", labs=self.course.labs_by_page.values(), colab=colab)

    def exercises(self) -> str:
        """Table of all exercises: points, and minutes that they are expected to take."""
        return self.course.render("exercises.html", labs=self.course.labs_by_page.values())
