"""Docstrings of the library as Markdown, for the pages that list its functions.

The library names parameters within the text (``side: in pixels.   seed: of the noise.``), which
reads well beside the code. mkdocstrings shows Markdown; this extension of griffe, its reader of
source code, puts each parameter on a line of its own and examples into blocks of code.
"""

import inspect
import re
from collections.abc import Collection
from typing import Any

import griffe

ROLE = re.compile(r":\w+:`~?([^`]+)`")
LINE_BREAK = "  \n"  # two blanks, in Markdown
LISTED = re.compile(r"\s*([-*+]|\d+\.) ")


class CourseDocstrings(griffe.Extension):
    """Rewrites every docstring that griffe reads."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """A function's docstring names its parameters."""
        _rewrite(func, [parameter.name for parameter in func.parameters])

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """A class's docstring names its fields, or the parameters of its constructor."""
        names = [name for name, member in cls.members.items() if member.is_attribute]
        constructor = cls.members.get("__init__")
        if isinstance(constructor, griffe.Function):
            names += [parameter.name for parameter in constructor.parameters]
        _rewrite(cls, names)

    def on_module(self, *, mod: griffe.Module, **_: Any) -> None:
        """A module's docstring is text and examples."""
        _rewrite(mod, [])

    def on_attribute(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """A property's docstring is a sentence."""
        _rewrite(attr, [])


def _rewrite(thing: griffe.Object, names: Collection[str]) -> None:
    if thing.docstring:
        thing.docstring.value = as_markdown(thing.docstring.value, names)


def as_markdown(docstring: str, names: Collection[str]) -> str:
    """A docstring as Markdown.

    names: parameters or fields; where one of them begins a line or follows a wide gap, with a
    colon behind it, it is set in bold on a line of its own.
    """
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(docstring))
    return "\n\n".join(_paragraph(paragraph, names) for paragraph in paragraphs)


def _paragraph(text: str, names: Collection[str]) -> str:
    if text.lstrip().startswith(">>>"):
        return f"```pycon\n{inspect.cleandoc(text)}\n```"
    if text.startswith("    "):
        return text  # a block of code already
    text = ROLE.sub(r"`\1`", text)
    if names:
        one = "|".join(map(re.escape, names))
        named = re.compile(rf"(^|\n|\s\s+)((?:{one})(?:, (?:{one}))*):(?=\s)")
        text = named.sub(lambda m: f"{LINE_BREAK if m[1] else ''}**{m[2]}**:", text)
    if LISTED.match(text):
        return text
    return re.sub(r"<(?=[\w/])", "&lt;", text)
