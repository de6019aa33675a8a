"""What a script depends on: what its code means, wherever it lies, and the packages it uses."""

import ast
import sys
from pathlib import Path

import pytest

from site_lib.common.files import ROOT, fingerprint
from site_lib.records import sources


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose script imports a → b → a (a circle) and the package c, but not d."""
    files = {
        "script.py": '"""Says."""\nimport numpy\nfrom site_lib import a\nfrom PIL import Image\n',
        "site_lib/__init__.py": '"""Empty."""\n',
        "site_lib/a.py": "def f():\n    import site_lib.b as late\n",
        "site_lib/b.py": "from site_lib.c.inner import x\nimport site_lib.a\n",
        "site_lib/c/__init__.py": "",
        "site_lib/c/inner.py": "x = 1\n\n\ndef g(k=2):\n    '''Old.'''\n    return k\n",
        "site_lib/c/other.py": "",
        "site_lib/d.py": "import torch\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def meaning(root: Path) -> str:
    return fingerprint(sources.source_hashes(root / "script.py", root))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_imports_are_followed_and_nothing_else(project: Path) -> None:
    found = sources.imported_files(project / "script.py", project)
    assert {path.relative_to(project).as_posix() for path in found} == {
        "script.py",
        "site_lib/__init__.py",
        "site_lib/a.py",
        "site_lib/b.py",
        "site_lib/c/__init__.py",
        "site_lib/c/inner.py",
    }


@pytest.mark.parametrize(
    "text",
    [
        "import site_lib.d",
        "class C:\n    async def f(self):\n        from site_lib import d",
        "if 1:\n    pass\nelse:\n    from site_lib import d",
        "for i in ():\n    pass\nelse:\n    from site_lib import d",
        "try:\n    pass\nexcept OSError:\n    from site_lib import d",
        "try:\n    pass\nfinally:\n    from site_lib import d",
        "with open('x'):\n    while 1:\n        from site_lib import d",
        "match 1:\n    case 1:\n        from site_lib import d",
        "f = lambda: 1\nif f():\n    from site_lib import d",
    ],
)
def test_imports_are_found_in_every_kind_of_block(project: Path, text: str) -> None:
    (project / "script.py").write_text(text + "\n")
    assert project / "site_lib/d.py" in sources.imported_files(project / "script.py", project)
    assert "torch" in sources.packages_of(project / "script.py", project)


def test_modules_that_do_nothing_have_no_meaning(project: Path) -> None:
    hashes = sources.source_hashes(project / "script.py", project)
    assert set(hashes) == {"script", "a", "b", "inner"}


def test_every_deed_counts_in_the_files_that_are_used(project: Path) -> None:
    before = meaning(project)
    used = set(sources.imported_files(project / "script.py", project))
    for path in sorted(project.rglob("*.py")):
        original = path.read_bytes()
        path.write_bytes(original + b"\ny = 2\n")
        assert (meaning(project) != before) == (path in used), path
        path.write_bytes(original)
        assert meaning(project) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("'''Old.'''", "'''New,\n    and longer.'''"),
        ("'''Old.'''", ""),
        ("x = 1", "x = 1  # because"),
        ("x = 1", "x = (\n    1\n)"),
    ],
)
def test_words_and_layout_mean_nothing(project: Path, old: str, new: str) -> None:
    before = meaning(project)
    edit(project / "site_lib/c/inner.py", old, new)
    assert meaning(project) == before


@pytest.mark.parametrize(
    ("old", "new"), [("x = 1", "x = 1.0"), ("k=2", "k=3"), ("return k", "return -k")]
)
def test_numbers_and_deeds_do(project: Path, old: str, new: str) -> None:
    before = meaning(project)
    edit(project / "site_lib/c/inner.py", old, new)
    assert meaning(project) != before


def test_a_module_that_moves_means_the_same(project: Path) -> None:
    before = meaning(project)
    (project / "site_lib/rooms").mkdir()
    (project / "site_lib/rooms/__init__.py").write_text('"""A room."""\n')
    (project / "site_lib/c/inner.py").rename(project / "site_lib/rooms/inner.py")
    edit(project / "site_lib/b.py", "site_lib.c.inner", "site_lib.rooms.inner")
    assert meaning(project) == before


def test_a_module_moves_from_the_top_into_a_room(project: Path) -> None:
    edit(project / "script.py", "from site_lib import a", "from site_lib import a, d")
    before = meaning(project)
    (project / "site_lib/d.py").rename(project / "site_lib/c/d.py")
    edit(project / "script.py", "import a, d", "import a\nfrom site_lib.c import d")
    assert meaning(project) == before


def test_another_name_from_the_same_module_is_another_meaning(project: Path) -> None:
    before = meaning(project)
    edit(project / "site_lib/b.py", "import x", "import g as x")
    assert meaning(project) != before


def test_sources_with_a_syntax_error_can_still_be_hashed(project: Path) -> None:
    (project / "script.py").write_text("def (:")
    assert set(sources.source_hashes(project / "script.py", project)) == {"script"}


def test_packages_are_those_that_are_imported_or_looked_for(project: Path) -> None:
    assert sources.packages_of(project / "script.py", project) == ["numpy", "pillow"]
    edit(project / "script.py", "from site_lib import a", "from site_lib import a, d")
    (project / "site_lib/d.py").write_text("package_folder('skimage')\n")
    assert sources.packages_of(project / "script.py", project) == [
        "numpy", "pillow", "scikit-image",
    ]  # fmt: skip


def test_every_package_that_the_course_imports_is_found() -> None:
    """One that is not would be left out of what decides whether an experiment runs again."""
    for path in [*(ROOT / "site_lib").rglob("*.py"), *(ROOT / "figures_src").rglob("*.py")]:
        tree = ast.parse(path.read_bytes())
        names = {n.name for i in ast.walk(tree) if isinstance(i, ast.Import) for n in i.names}
        names |= {i.module or "" for i in ast.walk(tree) if isinstance(i, ast.ImportFrom)}
        tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
        others = {name.lower().replace("_", "-") for name in tops - set(sources.OURS) - {""}}
        known = {
            name.lower().replace("_", "-"): installed
            for name, installed in sources.INSTALLED_AS.items()
        }
        missing = {known.get(name, name) for name in others} - set(sources.packages_of(path))
        assert not missing, path


def test_experiments_do_not_depend_on_how_figures_look() -> None:
    experiment = sources.imported_files(ROOT / "site_lib" / "measuring" / "experiment.py")
    drawing = sources.imported_files(ROOT / "site_lib" / "drawing" / "figure.py")
    assert {"figure_style", "claims", "figure"}.isdisjoint(path.stem for path in experiment)
    assert {"devices", "registry", "experiment"}.isdisjoint(path.stem for path in drawing)
