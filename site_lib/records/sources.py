"""What a script's code means, and which packages it uses: the part of its inputs that is code.

A module's meaning is its syntax tree without docstrings and comments, in which an import of ours
names the module and not the folder that it lies in. So a sentence that is mended, or a module that
moves to another room, repeats no experiment; a number that changes does.
"""

import ast
import hashlib
import importlib.metadata
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from site_lib.common.files import ROOT

OURS = ("site_lib", "figures_src")
# Packages that are installed under another name than they are imported by.
INSTALLED_AS = {
    "PIL": "pillow",
    "_pytask": "pytask",
    "bs4": "beautifulsoup4",
    "griffe": "griffelib",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
# Functions that find a package by its name, for the data inside it.
FINDERS = {b"package_folder"}
HAS_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# Fields of a statement that hold lists of statements, or of what has a list of these.
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class _Module:
    """meaning: empty for a module that does nothing.   imports: files of ours that importing it
    runs.   packages: top-level names of what else it imports, without the standard library.
    """

    meaning: str
    imports: frozenset[Path] = frozenset()
    packages: frozenset[str] = frozenset()


def imported_files(script: Path, root: Path = ROOT) -> list[Path]:
    """The script and every file of ours that it imports, directly or not, sorted.

    Found by reading the source (nothing is run), so that an experiment depends on exactly
    the code that it uses.
    """
    return sorted(_modules(script, root))


def source_hashes(script: Path, root: Path = ROOT) -> dict[str, str]:
    """SHA-256 of what the script and each module that it imports mean, by the modules' names."""
    meanings: dict[str, list[str]] = defaultdict(list)
    for path, module in _modules(script, root).items():
        if module.meaning:
            meanings[path.stem].append(module.meaning)
    return {
        name: hashlib.sha256("\0".join(sorted(texts)).encode()).hexdigest()
        for name, texts in sorted(meanings.items())
    }


def packages_of(script: Path, root: Path = ROOT) -> list[str]:
    """Installed packages that the script and the modules which it imports use, sorted.

    Those that are not installed are left out: running the script will say so.
    """
    names = {name for module in _modules(script, root).values() for name in module.packages}
    installed = (INSTALLED_AS.get(name, name.lower().replace("_", "-")) for name in names)
    return sorted(name for name in installed if _is_installed(name))


def package_versions(names: Iterable[str]) -> dict[str, str]:
    """Installed version of each package, without importing it."""
    return {name: _version(name) for name in names}


# Reading a package's record takes longer than all else here.
_version = cache(importlib.metadata.version)


def _is_installed(name: str) -> bool:
    try:
        return bool(_version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


def _modules(script: Path, root: Path) -> dict[Path, _Module]:
    """What each file says that running the script runs."""
    root = root.resolve()
    found: dict[Path, _Module] = {}
    queue = [script.resolve()]
    while queue:
        path = queue.pop()
        if path not in found:
            found[path] = _read(path.read_bytes(), root)
            queue.extend(found[path].imports)
    return found


@cache
def _read(source: bytes, root: Path) -> _Module:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return _Module(source.decode(errors="replace"))  # running the file will show the mistake
    files: set[Path] = set()
    packages: set[str] = set()
    ours: set[tuple[str, str]] = set()
    if any(finder in source for finder in FINDERS):
        packages |= {name for node in ast.walk(tree) for name in _sought(node)}
    for node in _statements(tree):
        _drop_docstring_and_imports(node)
        for module, name, alias in _imports(node, root):
            if module.split(".")[0] in OURS:
                files |= _files_run_by(module, root)
                ours.add((f"{module.split('.')[-1]} {name}", alias))
            else:
                packages.add(module.split(".")[0])
    body = ast.unparse(tree)
    meaning = f"{sorted(ours)}\n{body}" if ours or body else ""
    return _Module(meaning, frozenset(files), frozenset(packages - sys.stdlib_module_names))


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """The module, its statements, and those within them. All other nodes, most of them, hold none.

    What is within a statement also comes when the statement has lost it meanwhile.
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for block in BLOCKS:
            inside = getattr(node, block, None)
            if isinstance(inside, list):  # the body of a lambda is an expression
                waiting.extend(inside)
        yield node


def _imports(node: ast.AST, root: Path) -> list[tuple[str, str, str]]:
    """Module, name in it (empty for the module itself), and what it is called here."""
    if isinstance(node, ast.Import):
        return [(alias.name, "", alias.asname or alias.name) for alias in node.names]
    if not isinstance(node, ast.ImportFrom) or not node.module:
        return []
    found = []
    for alias in node.names:
        whole, called = f"{node.module}.{alias.name}", alias.asname or alias.name
        is_module = node.module.split(".")[0] in OURS and _files_of(whole, root)
        found.append((whole, "", called) if is_module else (node.module, alias.name, called))
    return found


def _sought(node: ast.AST) -> set[str]:
    """Packages whose data a call looks for by a name written out."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return set()
    if node.func.id.encode() not in FINDERS:
        return set()
    return {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}


def _drop_docstring_and_imports(node: ast.AST) -> None:
    """Take a node's docstring out, and the imports of ours, which are noted apart."""
    if isinstance(node, HAS_DOCSTRING) and ast.get_docstring(node, clean=False) is not None:
        del node.body[0]
    for block in ("body", "orelse", "finalbody"):
        statements = getattr(node, block, None)
        if isinstance(statements, list):
            statements[:] = [s for s in statements if not _imports_from_ours(s)]


def _imports_from_ours(statement: ast.AST) -> bool:
    return isinstance(statement, ast.ImportFrom) and (statement.module or "").split(".")[0] in OURS


def _files_run_by(module: str, root: Path) -> set[Path]:
    """Files of a module and of every package that it lies in, whose ``__init__`` runs too."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
    return {path for name in names for path in _files_of(name, root)}


def _files_of(module: str, root: Path) -> list[Path]:
    base = root.joinpath(*module.split("."))
    return [path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()]
