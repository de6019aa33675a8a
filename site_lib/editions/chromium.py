"""The Chromium of this machine, for what only a browser can do: print the course, read it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from site_lib.common.errors import CourseError

# Milliseconds that a page may take, on a busy machine too: only one that never comes is given up.
PATIENCE = 300_000
# The first has no windows and opens a page in half the time; it sets letters a little wider.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # No name is ever looked up: a page that asks another host gets an error at once.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@contextmanager
def launched() -> Iterator[Any]:
    """A headless browser; CHROMIUM names another executable than the one that is found.

    Raises CourseError that says what to install where there is none, or where Playwright, which
    steers it, cannot start.
    """
    found = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES)]
    executable = next((path for path in found if path), None)
    if executable is None:
        raise CourseError(
            "no Chromium here; install it (apt-get install chromium-headless-shell) or set CHROMIUM"
        )
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import sync_playwright

    # Where a library of its Node.js is missing, Playwright only says that a connection closed.
    node, _ = compute_driver_executable()
    started = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    if started.returncode:
        raise CourseError(f"Playwright's Node.js does not start: {started.stderr.strip()}")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
