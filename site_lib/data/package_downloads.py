"""Packages brought into a folder, to be opened there: nothing is installed, no root is needed.

Each function returns the path of the package, and raises CourseError with the reason when it
cannot be had. Whoever calls it deletes the folder.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from site_lib.common.downloads import download
from site_lib.common.errors import CourseError
from site_lib.common.files import check_sha256

SECONDS_WITHOUT_ANSWER = 30


def wheel_by_pip(package: str, version: str, sha256: str, folder: Path) -> Path:
    """A wheel as this Python's pip is set up to get it; pip checks its hash, and keeps no copy."""
    wish = folder / "requirements.txt"
    wish.write_text(f"{package}=={version} --hash=sha256:{sha256}\n", encoding="utf-8")
    _run([sys.executable, "-m", "pip", "download", *_PIP_OPTIONS, f"--requirement={wish}"], folder)
    return _only(folder, "*.whl")


def package_by_apt(package: str, folder: Path) -> Path:
    """A Debian package as this machine's apt is set up to get it; apt checks what it gets.

    Where the machine's lists of packages are empty or old, lists of its own are fetched first.
    """
    try:
        _run(["apt-get", *_APT_OPTIONS, "download", package], folder)
    except CourseError:
        own = [*_APT_OPTIONS, *_own_lists(folder / "apt")]
        _run(["apt-get", *own, "-o", "APT::Update::Error-Mode=any", "update"], folder)
        _run(["apt-get", *own, "download", package], folder)
    return _only(folder, "*.deb")


def package_by_npm(package: str, version: str, sha256: str, folder: Path) -> Path:
    """A package of JavaScript as this machine's npm is set up to get it; no script of it runs."""
    _run(["npm", "pack", *_NPM_OPTIONS, f"{package}@{version}"], folder)
    path = _only(folder, "*.tgz")
    check_sha256(path, sha256)
    return path


def file_by_address(address: str, sha256: str, num_bytes: int, folder: Path) -> Path:
    """A file at an address whose size and hash are known."""
    path = folder / "package"
    with open(path, "wb") as file:
        download(address, file, max_bytes=num_bytes)
    check_sha256(path, sha256)
    return path


_PIP_OPTIONS = (
    *("--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir"),
    *("--no-deps", "--only-binary=:all:", "--require-hashes"),
    *("--retries=1", f"--timeout={SECONDS_WITHOUT_ANSWER}"),
)
_NPM_OPTIONS = (
    *("--silent", "--ignore-scripts", "--no-update-notifier", "--fetch-retries=1"),
    f"--fetch-timeout={1000 * SECONDS_WITHOUT_ANSWER}",
)
_APT_OPTIONS = ("-q", "-o", f"Acquire::http::Timeout={SECONDS_WITHOUT_ANSWER}")


def _own_lists(folder: Path) -> list[str]:
    """Options that let apt keep its lists in a folder instead of the machine's."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'cache'}"]


def _run(command: Sequence[str], folder: Path) -> None:
    """Run a program in a folder; CourseError with what it says when it fails."""
    environment = os.environ | {"LC_ALL": "C"}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise CourseError(f"cannot run {command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in lines if line.startswith(("E:", "ERROR:"))]
        raise CourseError((errors or lines[-1:] or ["it failed without a word"])[0])


def _only(folder: Path, pattern: str) -> Path:
    """The one file of a kind in a folder."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise CourseError(f"{len(found)} files {pattern} came instead of one")
    return found[0]
