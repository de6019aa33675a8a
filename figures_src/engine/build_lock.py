"""One build at a time: the lock that whoever writes or removes built files takes first.

Needs nothing but Python itself, so that what was built can be removed where nothing is installed.
"""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_lib.common.errors import CourseError

LOCK_FILE = Path(__file__).resolve().parents[2] / ".build.lock"


@contextmanager
def only_one_build() -> Iterator[None]:
    """Hold the build lock; CourseError that says who has it when a build is running.

    The kernel frees the lock of a process that ends in any way, so a killed build never
    blocks the next one. The file is never deleted: a second build would lock another one.
    """
    try:
        descriptor = os.open(LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise CourseError(
            f"cannot write {LOCK_FILE}: {error.strerror}; check its owner and permissions"
        ) from error
    with os.fdopen(descriptor, "r+", encoding="utf-8", errors="replace") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CourseError(
                f"a build is running, wait until it ends: {file.readline().strip()}"
            ) from error
        user = os.environ.get("USER", f"number {os.getuid()}")
        started = time.strftime("%Y-%m-%d %H:%M:%S")
        module = f"python -m figures_src.engine.{Path(sys.argv[0]).stem}"
        command = " ".join([module, *sys.argv[1:]])
        note = f"process {os.getpid()} of user {user}, started {started}: {command}\n"
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, note.encode(errors="replace"), 0)
        except OSError as error:
            raise CourseError(
                f"cannot write {LOCK_FILE}: {error.strerror}; check that the disk has room"
            ) from error
        yield
