"""Functions of the library as text, for pages that show the code beside the equation."""

import ast
import textwrap
from pathlib import Path

from site_lib.common.errors import CourseError, unknown_name

Definition = ast.FunctionDef | ast.ClassDef


def source_of(path: Path, name: str) -> str:
    """Source of a function or class without its decorators, indentation and docstring.

    name: as in the file, for instance ``project_back`` or ``Corpus.batches``. Nothing is run.
    Raises CourseError for a missing file or name.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"no source file {path}") from None
    found = _definitions(ast.parse(text))
    if name not in found:
        raise unknown_name(f"definition in {path.name}", name, found)
    node = found[name]
    lines = text.splitlines()
    kept = lines[node.lineno - 1 : node.end_lineno]
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        first, last = docstring.lineno - node.lineno, docstring.end_lineno or docstring.lineno
        del kept[first : last - node.lineno + 1]
    return textwrap.dedent("\n".join(kept))


def _definitions(tree: ast.Module) -> dict[str, Definition]:
    """Functions, classes and methods by name."""
    found: dict[str, Definition] = {}
    for node in tree.body:
        if isinstance(node, Definition):
            found[node.name] = node
        if isinstance(node, ast.ClassDef):
            methods = [n for n in node.body if isinstance(n, ast.FunctionDef)]
            found |= {f"{node.name}.{method.name}": method for method in methods}
    return found
