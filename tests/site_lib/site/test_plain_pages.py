"""Plain Markdown: macros have been run, labs are text, and addresses are those of files."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown import Markdown

from site_lib.site import plain_pages
from tests.course import FIGURE, ROOT, Course

CHAPTER = f"""---
description: What a chapter is about.
---

# Chapter

See [the lab](labs/1-toy.ipynb#toy) and <a href="../evidence/claims/#claim-toy-holds">the claim</a>.

{FIGURE}
"""


@pytest.fixture
def written(course: Course) -> Path:
    """Folder of the plain pages of a course with a chapter and a lab."""
    course.write_lab()
    course.write("docs/index.md", '# Home\n\n{{ number("toy-figure", "count") }}\n\n{{ labs() }}\n')
    course.write("docs/chapter.md", CHAPTER)
    course.configure("chapter.md", "labs/1-toy.ipynb")
    plain_pages.write(course.root, course.root / "plain")
    return course.root / "plain"


def page(written: Path, name: str) -> str:
    return (written / "docs" / name).read_text(encoding="utf-8")


def test_macros_have_been_run(written: Path) -> None:
    assert ">17</data>" in page(written, "index.md")
    chapter = page(written, "chapter.md")
    assert "{{" not in chapter
    assert chapter.startswith("---\ndescription: What a chapter is about.\n---\n\n# Chapter")
    assert "(labs/1-toy.md#toy)" in chapter


def test_addresses_are_those_from_the_file_except_for_what_scripts_read(written: Path) -> None:
    chapter = page(written, "chapter.md")
    assert 'href="evidence/claims/#claim-toy-holds">the claim' in chapter
    assert 'srcset="figures/toy-figure.dark.narrow.svg 1x"' in chapter
    assert 'src="figures/toy-figure.dark.wide.svg"' in chapter
    assert 'data-narrow="../figures/toy-figure.light.narrow.svg"' in chapter


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("part/page.md", 'a href="../../other/#there"', 'a href="../other/#there"'),
        ("part/page.md", 'a href="./#here"', 'a href="page/#here"'),
        ("part/page.md", 'a href="#here"', 'a href="#here"'),
        ("part/page.md", 'a href="../../"', 'a href="../"'),
        ("part/page.md", 'a href="page.bib"', 'a href="page/page.bib"'),
        ("part/page.md", 'img src="../../a.webp"', 'img src="../a.webp"'),
        ("part/page.md", 'a href="https://example.org/x/"', 'a href="https://example.org/x/"'),
        ("part/page.md", 'source srcset="../../a 1x, ../b 2x"', 'source srcset="../a 1x, b 2x"'),
        ("part/index.md", 'a href="../other/"', 'a href="../other/"'),
        ("part/index.md", "[lab](../labs/1-toy.ipynb)", "[lab](../labs/1-toy.md)"),
        ("part/page.md", "[copy](https://example.org/a.ipynb)", "[copy](https://example.org/a.ipynb)"),
    ],
)  # fmt: skip
def test_addresses_are_moved_from_the_folder_of_the_page_to_that_of_the_source(
    source: str, before: str, after: str
) -> None:
    assert plain_pages.from_source(before, source) == after


def test_labs_are_markdown_with_their_outputs_and_folds(written: Path) -> None:
    assert not (written / "docs/labs/1-toy.ipynb").exists()
    assert (written / "docs/labs/downloads/1-toy-student.ipynb").is_file()
    settings = json.loads((written / "mkdocs.yml").read_text(encoding="utf-8"))
    extensions = [one for one in settings["markdown_extensions"] if "smarty" not in one]
    names = [name for one in extensions for name in ([one] if isinstance(one, str) else one)]
    configured = {k: v for one in extensions if isinstance(one, dict) for k, v in one.items()}
    ours = [name for name in names if "site_lib" not in name]
    html = Markdown(extensions=ours, extension_configs=configured).convert(
        page(written, "labs/1-toy.md")
    )
    assert '<h1 id="lab-1-toy">' in html
    assert r"\(x^{{2}}\)" in html
    assert "&lt;17&gt;" in html
    assert "<strong>17</strong> units" in html
    assert "<p>Taller than <em>wide</em>.</p>" in html
    assert html.count("<summary>Solution</summary>") == 1
    assert html.count('<div class="highlight">') == 3
    assert 'href="downloads/1-toy-student.ipynb"' in html
    assert "markdown=" not in html


def test_the_configuration_names_only_what_the_other_builder_knows(written: Path) -> None:
    settings = json.loads((written / "mkdocs.yml").read_text(encoding="utf-8"))
    plugins = {name for one in settings["plugins"] for name in one}
    assert plugins == {"search", "mkdocstrings", "glightbox"}
    assert not {"hooks", "watch", "INHERIT"} & settings.keys()
    assert settings["nav"][-2:] == ["chapter.md", "labs/1-toy.md"]
    assert (written / "docs" / settings["extra_javascript"][0]).is_file()
    assert Path(settings["theme"]["custom_dir"], "main.html").is_file()


def test_what_follows_the_pages_works_on_what_another_builder_wrote(
    course: Course, written: Path
) -> None:
    configuration = plain_pages.write(course.root, written)
    site = written / "site"
    for name in ("", "chapter", "labs/1-toy", "evidence/claims", "evidence/references",
                 "evidence/image-credits"):  # fmt: skip
        (site / name).mkdir(parents=True, exist_ok=True)
        (site / name / "index.html").write_text("<head></head><article></article>")
    configuration.site_dir = str(site)
    configuration.plugins.on_post_build(config=configuration)
    assert "og:description" in (site / "chapter/index.html").read_text()
    assert (site / "chapter/page.bib").is_file()
    assert (site / "llms.txt").is_file()


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("a/b.md", "../reference/glossary/#receptive-field"),
        ("b.md", "reference/glossary/#receptive-field"),
        ("reference/b.md", None),
    ],
)
def test_terms_are_marked_by_an_extension_that_has_a_name(path: str, link: str | None) -> None:
    name = f"{plain_pages.__name__}:Terms"
    writer = Markdown()
    # As Zensical registers it, before the extensions of a site.
    context = SimpleNamespace(page=SimpleNamespace(path=path))
    writer.preprocessors.register(context, "rendering_context", 0)
    context.run = lambda lines: lines
    writer.registerExtensions([name], {name: {"docs": str(ROOT / "docs")}})
    html = writer.convert("A receptive field, and receptive fields again.")
    assert html.count('class="term"') == (link is not None)
    assert link is None or f'href="{link}"' in html
