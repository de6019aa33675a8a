"""Where a result comes from: the commit that was checked out, and the machine."""

import os
import platform
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

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


def machine(gpu: str | None = None) -> str:
    """Processor architecture, number of cores, Python version, and a GPU, for the record.

    gpu: what it is called, where one took part.
    """
    parts = [platform.machine(), f"{os.cpu_count()} cores", f"Python {platform.python_version()}"]
    return ", ".join([*parts, gpu] if gpu else parts)


def computed_on(record: Mapping[str, Any]) -> str:
    """What a record says of the machine, in a word or two: its GPU, or how many cores."""
    _, cores, _, *gpu = record["machine"].split(", ", 3)
    return gpu[0] if gpu else cores
