"""The site is the old one or the new one, whatever happens while pages are built."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from figures_src.engine import build_lock, build_site
from site_lib.common.errors import CourseError
from site_lib.site import vendor, write_pages

ROOT = Path(__file__).parents[3]
FILES = {".built.json", "index.html", "sitemap.xml", "sitemap.xml.gz", "old.txt", "new.txt"}
# A build that ends without a word right behind one of its steps.
KILLED = """
import os, signal
import mkdocs.utils
from pathlib import Path
from figures_src.engine import build_site
from site_lib.site import site_stamp, vendor, write_pages

vendor.update = lambda docs: 0
if not {can_exchange}:
    build_site._exchange = lambda one, other: False
step = {owner}.{name}

def last_step(*arguments):
    step(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

{owner}.{name} = last_step
build_site.build(Path.cwd())
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one page, with its site, of which the source has changed since."""
    monkeypatch.setattr(vendor, "update", lambda docs: 0)
    (tmp_path / "docs").mkdir()
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme/main.html").write_text("{{ page.content }}")
    theme = "{name: null, custom_dir: theme}"
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: Toy\ntheme: {theme}\nplugins: []\nvalidation: {{links: {{anchors: warn}}}}\n"
    )
    revise(tmp_path, "old")
    assert build_site.build(tmp_path)
    (tmp_path / "docs/old.txt").unlink()
    revise(tmp_path, "new")
    return tmp_path


def revise(root: Path, edition: str, more: str = "") -> None:
    """Write the page, and a file, of an edition."""
    (root / "docs/index.md").write_text(f"# The {edition} edition\n\n{more}\n")
    (root / "docs" / f"{edition}.txt").write_text("")


def edition(root: Path) -> str:
    """Which site a course has: its page and its file say the same, and nothing else is there."""
    names = {path.name for path in (root / "site").iterdir()}
    found = "new" if "new.txt" in names else "old"
    assert names == FILES - {"new.txt", "old.txt"} | {f"{found}.txt"}
    assert f"The {found} edition" in (root / "site/index.html").read_text()
    return found


def test_a_site_is_built_where_something_changed(root: Path) -> None:
    """And only there; nothing stays behind."""
    assert build_site.build(root)
    assert edition(root) == "new"
    before = (root / "site/index.html").stat()
    assert not build_site.build(root)
    assert (root / "site/index.html").stat() == before
    assert list((root / ".cache").iterdir()) == []
    (root / "site/index.html").unlink()
    assert build_site.build(root), "a site that lacks a file"
    assert edition(root) == "new"


@pytest.mark.parametrize(
    ("more", "message"),
    [("[link](no.md)", "1 mistake in the pages"), ("[a](no.md) [b](#no)", "2 mistakes")],
)
def test_a_mistake_leaves_the_site_as_it_was(
    root: Path, more: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    revise(root, "new", more)
    with pytest.raises(CourseError, match=message):
        build_site.build(root)
    assert "error: Doc file 'index.md' contains a link 'no.md'" in capsys.readouterr().err
    assert edition(root) == "old"
    assert list((root / ".cache").iterdir()) == []
    revise(root, "new")
    assert build_site.build(root)
    assert edition(root) == "new"


def test_a_full_disk_leaves_the_site_as_it_was(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "index.html")

    monkeypatch.setattr(write_pages, "build", full)
    with pytest.raises(CourseError, match=r"No space left on device.*disk has room"):
        build_site.build(root)
    assert edition(root) == "old"


@pytest.mark.parametrize(
    ("step", "can_exchange", "left"),
    [
        ("mkdocs.utils.write_file", True, "old"),
        ("write_pages.write", True, "old"),
        ("site_stamp.write", True, "old"),
        ("build_site._exchange", True, "old or new"),  # not every disk can exchange folders
        ("Path.rename", False, ""),
        ("build_site.put_in_place", False, "new"),
    ],
)
def test_a_kill_leaves_the_old_site_or_the_new_one(
    root: Path, step: str, can_exchange: bool, left: str
) -> None:
    """Where two folders cannot be exchanged, the site is away for a moment; it comes back."""
    owner, _, name = step.rpartition(".")
    script = KILLED.format(owner=owner, name=name, can_exchange=can_exchange)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = subprocess.run([sys.executable, "-c", script], cwd=root, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    if left:
        assert edition(root) in left.split(" or ")
    else:
        build_site.sweep(root)
        assert edition(root) == "old"
    build_site.build(root)
    assert edition(root) == "new"
    assert list((root / ".cache").iterdir()) == []


def test_the_first_site_needs_no_old_one(root: Path) -> None:
    """Also beside what a build on another system left."""
    (root / "site").rename(root / build_site.NEW)
    assert build_site.build(root)
    assert edition(root) == "new"


def test_a_site_that_is_a_link_stays_one(root: Path) -> None:
    (root / "site").rename(root / "elsewhere")
    (root / "site").symlink_to("elsewhere")
    assert build_site.build(root)
    assert edition(root) == "new"
    assert (root / "site").is_symlink()
    assert list((root / ".cache").iterdir()) == []


def test_the_command_says_what_it_did(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build_site, "ROOT", root)
    monkeypatch.setattr(build_lock, "LOCK_FILE", root / ".build.lock")
    monkeypatch.setattr(sys, "argv", ["build_site"])
    build_site.main()
    build_site.main()
    assert capsys.readouterr().out == "the site is in site/\nthe site in site/ is up to date\n"
    revise(root, "new", "[link](no.md)")
    with pytest.raises(SystemExit, match="1"):
        build_site.main()
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "error: 1 mistake in the pages, see above; site/ is as it was"


def test_two_builds_exclude_each_other(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second refuses while the first runs, and the site is the first's."""
    monkeypatch.setattr(build_site, "ROOT", root)
    monkeypatch.setattr(build_lock, "LOCK_FILE", root / ".build.lock")
    monkeypatch.setattr(sys, "argv", ["build_site"])
    second = (
        "import sys\nfrom pathlib import Path\n"
        "from figures_src.engine import build_lock, build_site\n"
        "build_lock.LOCK_FILE = Path('.build.lock').resolve()\n"
        "build_site.ROOT = Path.cwd()\nbuild_site.main()\n"
    )
    results = []

    def while_building(*_: object) -> list[str]:
        results.append(subprocess.run(
            [sys.executable, "-c", second], cwd=root, check=False, capture_output=True, text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ))  # fmt: skip
        return ["a mistake"]

    monkeypatch.setattr(write_pages, "write", while_building)
    with pytest.raises(SystemExit):
        build_site.main()
    assert results[0].returncode == 1
    assert results[0].stderr.startswith("error: a build is running, wait until it ends: process")
    assert edition(root) == "old"
