"""Descriptions of pages and what a shared link shows."""

import pytest

from site_lib.site.page_heads import Head, description_of, first_figure, shortened, with_head

SITE = "What every page says."
PAGE = (
    '<head><meta name="description" content="{}"><title>x</title></head>'
    "<p>Not in the article, however long this paragraph may grow to be, and more.</p>"
    "<article><h1>Title</h1><p>Short.</p>"
    "<p><strong>What is this?</strong> A first\nparagraph "
    "&amp; a link to <a href='x'>elsewhere</a>.</p>"
    '<img src="assets/thumbnails/card-figure.light.webp">'
    '<figure class="course-figure" id="figure-own-figure"></figure></article>'
)


def test_a_stated_description_is_kept() -> None:
    """Entities are resolved."""
    assert description_of(PAGE.format("Said &amp; done."), SITE) == "Said & done."


@pytest.mark.parametrize("stated", ["", SITE])
def test_otherwise_the_text_begins_it(stated: str) -> None:
    """The first paragraph that is long enough, without its markup."""
    expected = "What is this? A first paragraph & a link to elsewhere."
    assert description_of(PAGE.format(stated), SITE) == expected


def test_long_text_ends_after_a_sentence_or_a_word() -> None:
    """Never more than 160 characters, never half a word."""
    sentence = "This sentence has more than fifty characters, as it should."
    assert shortened(f"{sentence} {'word ' * 40}") == sentence
    cut = shortened("word, " * 40)
    assert len(cut) <= 160
    assert cut.endswith("word…")
    assert shortened(sentence) == sentence


def test_first_figure_may_be_that_of_a_card() -> None:
    """A page without figures, such as the home page, has cards."""
    assert first_figure(PAGE) == "card-figure"
    assert first_figure(PAGE.replace("thumbnails", "")) == "own-figure"
    assert first_figure("<article></article>") is None


def test_head_is_stated_once_and_escaped() -> None:
    """With an image, the large card; without one, the small one and no address of an image."""
    head = Head('A "title"', "Site", "Text & more.", "https://e.org/a/", "https://e.org/a.png")
    page = with_head(PAGE.format(SITE), head)
    assert page.count('name="description"') == 1
    assert SITE not in page
    assert '<meta property="og:title" content="A &quot;title&quot;">' in page
    assert '<meta property="og:image" content="https://e.org/a.png">' in page
    assert "summary_large_image" in page
    assert page.index("og:title") < page.index("</head>")
    plain = with_head(PAGE.format(SITE), Head("A", "Site", "Text.", "", None))
    assert "og:image" not in plain
    assert "og:url" not in plain
    assert 'name="twitter:card" content="summary"' in plain
