"""The same pages written by Zensical, which is to follow MkDocs and Material: what it leaves out.

Zensical passes over a plugin that it does not know without a word. So each plugin of ``mkdocs.yml``
is asked for by an effect that only it has, under both builders; the table below is what the page on
reproducibility says. A row that changes is news: correct both.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from site_lib.site.contents import contents, read_configuration

pytestmark = pytest.mark.nightly

ROOT = Path(__file__).parents[2]
# By make zensical, apart from the packages that the course itself runs on.
INSTALLED = ROOT / ".cache/zensical"
PAGE = "what-units-see/first-layer/index.html"


def text(site: Path, page: str = PAGE) -> str:
    """HTML of a page, or nothing where it was not written."""
    path = site / page
    return path.read_text(encoding="utf-8") if path.is_file() else ""


# What a plugin does, and whether Zensical does it, too.
EFFECTS: dict[str, tuple[Callable[[Path], bool], bool]] = {
    "search": (
        lambda site: any((site / name).is_file() for name in ("search.json", "search/pages.json")),
        True,
    ),
    "macros": (lambda site: 'class="course-figure' in text(site), True),
    "mkdocs-jupyter": (lambda site: "lab-solution" in text(site, "labs/1-first-layer/index.html"),
                       False),
    "mkdocstrings": (lambda site: "doc-object" in text(site, "reference/library/units/index.html"),
                     True),
    "glightbox": (lambda site: "glightbox.min.js" in text(site), False),
    "hooks": (lambda site: "labs/downloads" in text(site, "labs/1-first-layer/index.html"), False),
    "first uses of terms": (lambda site: 'class="term"' in text(site), False),
    "what follows the pages": (lambda site: (site / "llms.txt").is_file(), False),
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the pages as Zensical writes them."""
    if not (INSTALLED / "zensical").is_dir():
        pytest.skip("Zensical is not installed; run make zensical")
    folder = tmp_path_factory.mktemp("zensical")
    # The one tag of the configuration that Zensical does not read.
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (folder / "mkdocs.yml").write_text(
        settings.replace("[!relative $config_dir]", '["."]'), encoding="utf-8"
    )
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name in ("site_lib", "figures_src", "CITATION.cff"):
        (folder / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "zensical", "build"]
    environment = os.environ | {"PYTHONPATH": f"{INSTALLED}:{folder}"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_both_write_the_same_pages(site: Path, written: Path) -> None:
    """All of the navigation but the labs, which are notebooks."""
    pages = {entry.file for entry in contents(read_configuration(ROOT)["nav"])}
    assert {page for page in pages if not (site / page).is_file()} == set()
    missing = {page for page in pages if not (written / page).is_file()}
    assert all(page.startswith("labs/") and page != "labs/index.html" for page in missing)


@pytest.mark.parametrize("plugin", EFFECTS)
def test_each_plugin_has_its_effect_or_is_known_not_to(
    plugin: str, site: Path, written: Path
) -> None:
    effect, under_both = EFFECTS[plugin]
    assert effect(site)
    assert effect(written) == under_both
