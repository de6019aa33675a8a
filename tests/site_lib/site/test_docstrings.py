"""Docstrings as Markdown, and the pages of the library that show them."""

import re
from pathlib import Path

import griffe
import pytest

from site_lib.site.docstrings import CourseDocstrings, as_markdown

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "docs/reference/library"
PRESCRIBED = ("forward", "is_leaf_module", "extendMarkdown")
DIRECTIVE = re.compile(r"^::: ([\w.]+)$", re.MULTILINE)


def test_parameters_stand_on_lines_of_their_own():
    text = "Do it.\n\nside: in pixels.   seed: of the noise.\nnum, size: both. Raises an error.\n"
    names = ["side", "seed", "num", "size"]
    assert as_markdown(text, names) == (
        "Do it.\n\n**side**: in pixels.  \n**seed**: of the noise.  \n"
        "**num, size**: both. Raises an error."
    )


def test_words_with_a_colon_that_are_no_parameters_stay():
    assert as_markdown("Two things: a side and a seed.", ["side", "seed"]) == (
        "Two things: a side and a seed."
    )


def test_examples_are_code_and_roles_are_names():
    text = "See :func:`load` and :class:`~a.B`.\n\n    >>> load(1)\n    2"
    assert as_markdown(text, []) == "See `load` and `a.B`.\n\n```pycon\n>>> load(1)\n2\n```"


def test_nothing_becomes_html():
    assert as_markdown("As <id>.json, if a < b.", []) == "As &lt;id>.json, if a < b."


# ---------------------------------------------------------------- the library's pages


@pytest.fixture(scope="module")
def library():
    """The library, read without running it."""
    return griffe.load(
        "site_lib",
        search_paths=[str(ROOT)],
        extensions=griffe.Extensions(CourseDocstrings()),
    )


def shown() -> list[str]:
    """Modules that the pages of the library show, in order."""
    pages = sorted(LIBRARY.glob("*.md"))
    return [name for page in pages for name in DIRECTIVE.findall(page.read_text("utf-8"))]


def modules(package: griffe.Module) -> dict[str, griffe.Module]:
    """Every module below a package, by its full name."""
    found = {}
    for module in package.modules.values():
        if module.is_alias:  # imported from elsewhere
            continue
        found |= {module.path: module} | modules(module)
    return found


def public(module: griffe.Module) -> list[griffe.Object]:
    """Functions and classes that a module defines, and the methods of the classes."""
    members = [
        m
        for m in module.members.values()
        if not m.is_alias and not m.name.startswith("_") and (m.is_function or m.is_class)
    ]
    methods = [m for c in members if c.is_class for m in c.members.values()
               if m.is_function and not m.name.startswith("_")]  # fmt: skip
    return [*members, *methods]


def test_every_module_is_on_one_page_of_the_library(library):
    """Add a new module to the page where a reader would look for it."""
    names = shown()
    assert sorted(names) == sorted({*names}), "a module is on two pages"
    missing = sorted({*modules(library)} - {*names})
    assert not missing, f"no page in docs/reference/library shows {', '.join(missing)}"
    assert not {*names} - {*modules(library)}, "a page shows a module that does not exist"


def test_every_public_function_has_a_docstring(library):
    """Methods that a base class prescribes say nothing that their class does not."""
    silent = [
        member.path
        for module in modules(library).values()
        for member in public(module)
        if not member.docstring and member.name not in PRESCRIBED
    ]
    assert not silent, silent


def test_parameters_of_real_functions_are_found(library):
    for name, text in {
        "adversarial.lbfgs.minimise": "  \n**start**: (N, 3, H, W).  \n**scale**: (N,)",
        "adversarial.attack.Goal": "**labels**: (N,), the right classes.",
        "networks.activations.record_activations": "```pycon\n>>> with record_activations(",
    }.items():
        assert text in library[name].docstring.value
