"""Where a result comes from: the commit that was checked out, and the machine."""

import os
import platform
import subprocess
from functools import cache
from pathlib import Path

from site_lib.common.files import ROOT


@cache
def git_commit(root: Path = ROOT) -> str:
    """Commit that is checked out, marked ``+changes`` when the tree differs from it."""
    try:
        head = _git(root, "rev-parse", "HEAD")
        changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head + ("+changes" if changes else "")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def machine() -> str:
    """Processor architecture, number of cores and Python version, for the record."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
