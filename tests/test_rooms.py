"""Who may import whom: the rooms of the library by rank, and where torch and matplotlib stop."""

import ast
from pathlib import Path

import pytest

from figures_src.engine.catalogue import load_catalogue
from site_lib.common.files import ROOT
from site_lib.records.sources import packages_of

# Imports lead to a lower rank. Rooms of one rank never import each other.
RANK = {
    "common": 0,
    "records": 1,
    "statistics": 1,
    "data": 2,
    "drawing": 2,
    "measuring": 2,
    "images": 3,
    "site": 3,
    "networks": 4,
    "editions": 4,
    "units": 5,
    "feature_visualisation": 5,
    "adversarial": 5,
    "biology": 5,
    "interpretability": 6,
    "labs": 7,
}
# Packages that a room must not need, directly or through what it imports.
WITHOUT = {
    "records": {"torch", "matplotlib", "scipy"},
    "drawing": {"torch"},
    "site": {"torch", "matplotlib", "scipy"},
    "editions": {"torch", "matplotlib", "scipy"},
}
MODULES = sorted((ROOT / "site_lib").rglob("*.py"))


def room(path: Path) -> str:
    """Room of a module of the library, by its path."""
    return path.relative_to(ROOT / "site_lib").parts[0]


def imported_rooms(path: Path) -> set[str]:
    """Rooms that a module imports from."""
    nodes = [n for n in ast.walk(ast.parse(path.read_bytes())) if isinstance(n, ast.ImportFrom)]
    modules = [f"{n.module}.{a.name}" for n in nodes for a in n.names]
    return {m.split(".")[1] for m in modules if m.startswith("site_lib.")}


def test_nothing_lies_flat_and_every_room_says_what_it_is_for():
    assert [path.name for path in (ROOT / "site_lib").glob("*.py")] == ["__init__.py"]
    assert {room(path) for path in MODULES} == {"__init__.py", *RANK}
    for name in RANK:
        assert ast.get_docstring(ast.parse((ROOT / "site_lib" / name / "__init__.py").read_bytes()))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_go_down(path: Path):
    own = room(path)
    upwards = {other for other in imported_rooms(path) - {own} if RANK[other] >= RANK[own]}
    assert not upwards


@pytest.mark.parametrize("name", WITHOUT)
def test_rooms_that_draw_and_write_need_no_science(name: str):
    needed = {
        path: set(packages_of(path)) & WITHOUT[name] for path in MODULES if room(path) == name
    }
    assert not {path.name: packages for path, packages in needed.items() if packages}


def test_drawings_need_no_torch():
    catalogue = load_catalogue()
    drawings = {figure.script for figure in (catalogue.figures | catalogue.on_demand).values()}
    assert len(drawings) > 30
    assert not [path.name for path in drawings if "torch" in packages_of(path)]
