"""Terms of the field: one file for the glossary page and for the definitions within the text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from xml.etree.ElementTree import Element

import msgspec
from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE, AtomicString

from site_lib.common.errors import CourseError
from site_lib.common.toml_files import checked, read_toml

# Text in these is no running text, or a link already.
UNMARKED_TAGS = {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "th", "summary", "button"}
UNMARKED_CLASSES = {"arithmatex", "question", "hero", "part", "admonition-title"}


@dataclass(frozen=True)
class Term:
    """A term, its definition, and where to go on.

    name: as the glossary writes it.   definition: plain text, one or two sentences.
    page: page of the course that uses it, as a path below ``docs``.   sources: keys of the
    bibliography.   forms: words in the text of a page that stand for the term.
    """

    id: str
    name: str
    definition: str
    page: str
    sources: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


Text = Annotated[str, msgspec.Meta(min_length=1)]


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """A term as the file has it, under its id."""

    name: Text
    definition: Text
    page: Text
    sources: tuple[str, ...] = ()
    forms: tuple[Text, ...] | None = None


def read_glossary(path: Path) -> dict[str, Term]:
    """Terms by id, in alphabetical order of their names.

    A term without ``forms`` is looked for under its name and the name's plural. CourseError when
    the file cannot be read, or two terms have one name or claim the same words.
    """
    table = read_toml(path, dict[str, Any])
    terms = [_term(key, checked(entry, _Entry, f"{path}, term {key!r}"))
             for key, entry in table.items()]  # fmt: skip
    names: dict[str, str] = {}
    owners: dict[str, str] = {}
    for term in terms:
        other = names.setdefault(term.name.casefold(), term.id)
        if other != term.id:
            raise CourseError(
                f"{path}: {term.name!r} is defined twice, as {other!r} and {term.id!r}; delete one"
            )
        for form in term.forms:
            owner = owners.setdefault(_folded(form), term.id)
            if owner != term.id:
                raise CourseError(
                    f"{path}: {form!r} stands for {owner!r} and {term.id!r}; "
                    "take it from the forms of one"
                )
    return {term.id: term for term in sorted(terms, key=lambda term: term.name.casefold())}


def _term(term_id: str, entry: _Entry) -> Term:
    forms = (entry.name, f"{entry.name}s") if entry.forms is None else entry.forms
    return Term(term_id, entry.name, entry.definition, entry.page, entry.sources, forms)


class FirstUses(Extension):
    """Markdown extension: the first use of each term on a page becomes a link to its definition.

    ``<a class="term" href="…" data-definition="…">``; without scripts it is an ordinary link, and
    assets/terms.js shows the definition to pointer, keyboard and touch.
    """

    def __init__(self, terms: Mapping[str, Term], address: Callable[[Term], str | None]) -> None:
        """address: the link for a term from the page being written, None to leave it unmarked."""
        super().__init__()
        self.terms, self.address = terms, address

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # After the processor of MkDocs that checks links to Markdown files: these are final.
        md.treeprocessors.register(_FirstUses(md, self), "first-uses-of-terms", -10)


class _FirstUses(Treeprocessor):
    def __init__(self, md: Markdown, extension: FirstUses) -> None:
        super().__init__(md)
        self.extension = extension
        forms = {form: term for term in extension.terms.values() for form in term.forms}
        self.owners = {_folded(form): term for form, term in forms.items()}
        # The longest form first: "effective receptive field" before "receptive field".
        longest_first = sorted(forms, key=len, reverse=True)
        # A line of the page may end within a term.
        words = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
        term = rf"(?<![\w-])(?:{words})(?![\w-])"
        self.pattern = re.compile(rf"{HTML_PLACEHOLDER_RE.pattern}|{term}", re.IGNORECASE)

        # A page has one writer, also where that writes it in pieces.
        self.seen: set[str] = set()

    def run(self, root: Element) -> None:
        self.within_link = False
        self._walk(root)

    def _walk(self, element: Element) -> None:
        if _unmarked(element):
            return
        children = list(element)
        element.text, links = self._split(element.text)
        _insert(element, 0, links)
        for child in children:
            self._walk(child)
            child.tail, links = self._split(child.tail)
            _insert(element, list(element).index(child) + 1, links)

    def _split(self, text: str | None) -> tuple[str | None, list[Element]]:
        """Text before the first link, and the links, each followed by the text behind it."""
        if not text or isinstance(text, AtomicString):
            return text, []
        before: str | None = None
        links: list[Element] = []
        start = 0
        for match in self.pattern.finditer(text):
            if match[1]:
                self._note_tag(self.md.htmlStash.rawHtmlBlocks[int(match[1])])
                continue
            link = None if self.within_link else self._link(match[0])
            if link is None:
                continue
            between = text[start : match.start()]
            if links:
                links[-1].tail = between
            else:
                before = between
            links.append(link)
            start = match.end()
        if not links:
            return text, []
        links[-1].tail = text[start:]
        return before, links

    def _note_tag(self, tag: Any) -> None:
        """Macros write links as HTML; Markdown puts a placeholder for each of its tags."""
        if re.match(r"</?a\b", str(tag)):
            self.within_link = not str(tag).startswith("</")

    def _link(self, words: str) -> Element | None:
        term = self.owners.get(_folded(words))
        if term is None or term.id in self.seen:
            return None
        address = self.extension.address(term)
        if address is None:
            return None
        self.seen.add(term.id)
        attributes = {"class": "term", "href": address, "data-definition": term.definition}
        link = Element("a", attributes)
        link.text = AtomicString(words)
        return link


def _folded(form: str) -> str:
    """How a form is compared: capitals count in abbreviations, not at the start of a sentence."""
    form = " ".join(form.split())
    return form if form[1:] != form[1:].lower() else form.lower()


def _unmarked(element: Element) -> bool:
    classes = set(element.get("class", "").split())
    return element.tag in UNMARKED_TAGS or bool(classes & UNMARKED_CLASSES)


def _insert(parent: Element, position: int, children: list[Element]) -> None:
    for offset, child in enumerate(children):
        parent.insert(position + offset, child)
