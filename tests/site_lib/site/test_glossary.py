"""The glossary's file, and the marks that its terms leave on a page."""

from pathlib import Path

import markdown
import pytest

from site_lib.common.errors import CourseError
from site_lib.site.bibliography import read_references
from site_lib.site.glossary import FirstUses, Term, read_glossary

ROOT = Path(__file__).parents[3]
TERM = "[{}]\nname = {}\ndefinition = {}\npage = 'x'\n"
TERMS = {
    "field": Term("field", "receptive field", "What it sees.", "a.md",
                  forms=("receptive field", "receptive fields")),
    "effective": Term("effective", "effective receptive field", "What it uses.", "a.md",
                      forms=("effective receptive field",)),
    "it": Term("it", "IT", "An area.", "b.md", forms=("IT",)),
}  # fmt: skip


def rendered(text: str, terms=TERMS, address=lambda term: f"glossary#{term.id}") -> str:
    """HTML of a page on which terms are marked."""
    extensions = ["attr_list", "tables", FirstUses(terms, address)]
    return markdown.markdown(text, extensions=extensions)


def test_only_the_first_use_is_a_link_with_its_definition():
    page = rendered("A receptive field.\n\nReceptive fields, a receptive field, *IT* and IT.")
    assert page.count('class="term"') == 2
    assert ('<a class="term" data-definition="What it sees." href="glossary#field">'
            "receptive field</a>.") in page  # fmt: skip
    assert page.endswith("<em>"
                         '<a class="term" data-definition="An area." href="glossary#it">IT</a>'
                         "</em> and IT.</p>")  # fmt: skip


def test_a_page_that_is_written_in_pieces_marks_a_term_once():
    extension = FirstUses(TERMS, lambda term: f"glossary#{term.id}")
    writer = markdown.Markdown(extensions=[extension])
    pieces = [writer.convert("A receptive field."), writer.convert("A receptive field and IT.")]
    assert [piece.count('class="term"') for piece in pieces] == [1, 1]
    assert "IT</a>" in pieces[1]


def test_the_longest_term_wins():
    page = rendered("The effective receptive field is not the receptive field.")
    assert ">effective receptive field</a>" in page
    assert ">receptive field</a>" in page


def test_a_line_may_end_within_a_term():
    assert 'class="term"' in rendered("One receptive\nfield.")


def test_the_start_of_a_sentence_has_a_capital_and_an_abbreviation_keeps_its_own():
    page = rendered("Receptive fields are large. It is so. it too.")
    assert ">Receptive fields</a>" in page
    assert page.count('class="term"') == 1


@pytest.mark.parametrize(
    "text",
    [
        "# Receptive field",
        "`receptive field`",
        "[receptive field](x.md)",
        "What is a receptive field?\n{ .question }",
        "<p>receptive field</p>",
        'A <a href="x">receptive *field*, a receptive field</a> and no more.',
        "    receptive field",
        "Receptive fieldwork and a pre-receptive field",
        "| receptive field |\n|---|\n| a |",
    ],
)
def test_headings_links_code_questions_and_html_stay_as_they_are(text):
    assert 'class="term"' not in rendered(text)


def test_marks_go_on_behind_a_link_of_a_macro():
    page = rendered('An <a href="x">IT claim</a> about IT and <data>1</data> receptive field.')
    assert page.count('class="term"') == 2
    assert ">IT claim</a>" in page


def test_a_page_may_ask_for_no_marks():
    assert 'class="term"' not in rendered("A receptive field.", address=lambda term: None)


def test_text_around_marks_is_kept():
    text = "One receptive field & two, then IT, then *an effective receptive field* at last."
    words = rendered(text)
    for term in TERMS.values():
        words = words.replace(
            f'<a class="term" data-definition="{term.definition}" href="glossary#{term.id}">', ""
        )
    assert words.replace("</a>", "") == markdown.markdown(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nname = 'a'\n", "definition"),
        ("[a", "cannot read"),
        ("a = 'a'", "term 'a': Expected `object`, got `str`"),
        (TERM.format("a", "'a'", 3), r"term 'a': Expected `str`, got `int` - at `\$.definition`"),
        (TERM.format("a", "''", "'d'"), r"term 'a': Expected `str` of length >= 1"),
        (TERM.format("a", "'a'", "'d'") + "form = []", "term 'a': .* unknown field `form`"),
        (TERM.format("a", "'a'", "'d'") + "forms = 'a'", "Expected `array"),
        (TERM.format("a", "'Unit'", "'d'") + TERM.format("b", "'unit'", "'d'"),
         "'unit' is defined twice, as 'a' and 'b'"),
        (TERM.format("a", "'a'", "'d'") + TERM.format("b", "'b'", "'d'") + "forms = ['As']",
         "'As' stands for 'a' and 'b'"),
    ],
)  # fmt: skip
def test_mistakes_in_the_file_are_named(tmp_path, text, message):
    path = tmp_path / "glossary.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        read_glossary(path)


def test_terms_of_the_course_are_short_and_their_sources_exist():
    terms = read_glossary(ROOT / "docs/glossary.toml")
    references = read_references(ROOT / "docs/references.bib")
    assert list(terms) == [t.id for t in sorted(terms.values(), key=lambda t: t.name.casefold())]
    for term in terms.values():
        assert len(term.definition) <= 260, f"{term.id} is too long for a definition in the text"
        assert term.definition.endswith("."), term.id
        assert (ROOT / "docs" / term.page).is_file(), term.id
        assert set(term.sources) <= set(references), term.id


def test_every_form_is_used_somewhere():
    """A form that no page contains would be a mistake in spelling."""
    pages = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))
    text = " ".join(pages.split()).casefold()
    for term in read_glossary(ROOT / "docs/glossary.toml").values():
        if term.forms:
            assert any(form.casefold() in text for form in term.forms), term.id
