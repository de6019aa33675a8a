"""When a site is built again: what counts as a change."""

import os
import re
from pathlib import Path

import pytest

from site_lib.site import site_stamp

INCLUDED = re.compile(r'^--8<-- "([^"]+)"|{{ code\("([^"]+)"', re.MULTILINE)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Sources of a course, and its site, stamped."""
    for name, text in {
        "mkdocs.yml": 'site_url: !ENV [SITE_URL, ""]\nrepo_url: !ENV REPO_URL\n',
        "CITATION.cff": "title: Toy",
        "docs/index.md": "# Toy",
        "docs/figures/toy.json": "{}",
        "docs/overrides/main.html": "<p>",
        "site_lib/site/pages.py": "x = 1",
        "figures_src/toy.py": "x = 1",
        "site/index.html": "<h1>Toy</h1>",
        "site/figures/toy.svg": "<svg/>",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    site_stamp.write(tmp_path / "site", site_stamp.inputs(tmp_path))
    return tmp_path


def is_current(root: Path) -> bool:
    """Whether the site need not be built."""
    return site_stamp.is_current(root / "site", site_stamp.inputs(root))


@pytest.mark.parametrize(
    "name",
    ["mkdocs.yml", "CITATION.cff", "docs/index.md", "docs/figures/toy.json",
     "docs/overrides/main.html", "site_lib/site/pages.py", "figures_src/toy.py"],
)  # fmt: skip
def test_contents_count_and_dates_do_not(root: Path, name: str) -> None:
    """A change of the same length in the same second is seen, a touched file is not."""
    path = root / name
    before, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    os.utime(path, (0, 0))
    assert is_current(root)
    path.write_bytes(before[:-1] + b"~")
    os.utime(path, ns=times)
    assert not is_current(root)


def test_a_file_that_comes_or_goes_counts(root: Path) -> None:
    (root / "docs/more.md").write_text("# More")
    assert not is_current(root)
    (root / "docs/more.md").unlink()
    assert is_current(root)
    (root / "docs/index.md").rename(root / "docs/home.md")
    assert not is_current(root)


@pytest.mark.parametrize("name", ["site_lib/__pycache__/pages.pyc", "docs/labs/.ruff_cache/0.17/1"])
def test_what_programs_keep_for_themselves_does_not_count(root: Path, name: str) -> None:
    (root / name).parent.mkdir(parents=True)
    (root / name).write_bytes(b"\0")
    assert is_current(root)


@pytest.mark.parametrize("variable", ["SITE_URL", "REPO_URL"])
def test_the_environment_that_the_configuration_names_counts(
    root: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("ANOTHER", "value")
    assert is_current(root)
    monkeypatch.setenv(variable, "https://e.org/")
    assert not is_current(root)


def test_versions_of_packages_count(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = site_stamp.installed()
    assert any(name.startswith("mkdocs-1") for name in packages)
    monkeypatch.setattr(site_stamp, "installed", lambda: [*packages, "mkdocs-9.dist-info"])
    assert not is_current(root)


@pytest.mark.parametrize("name", ["index.html", "figures/toy.svg", site_stamp.STAMP])
def test_a_site_with_a_file_missing_is_built_again(root: Path, name: str) -> None:
    (root / "site" / name).unlink()
    assert not is_current(root)


@pytest.mark.parametrize("stamp", ["", "[1", "3", '{"inputs": "x"}'])
def test_a_damaged_stamp_is_none(root: Path, stamp: str) -> None:
    (root / "site" / site_stamp.STAMP).write_text(stamp)
    assert not is_current(root)


def test_everything_that_pages_include_counts() -> None:
    """Files named in pages as code or as a snippet lie where the stamp looks."""
    root = Path(__file__).parents[3]
    counted = {path.relative_to(root).as_posix() for path in site_stamp.sources(root)}
    pages = "".join(path.read_text("utf-8") for path in (root / "docs").rglob("*.md"))
    included = {name for found in INCLUDED.findall(pages) for name in found if name}
    assert {"CONTRIBUTING.md", "site_lib/units/receptive_fields.py"} <= included <= counted
