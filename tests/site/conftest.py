"""The built site, a server for it, and a browser to read it with."""

import functools
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from site_lib.common.errors import CourseError
from site_lib.editions import chromium
from tests.site.visits import PIXELS_PER_CSS_PIXEL, SITE, VARIANTS, Visit, size_of


@pytest.fixture(scope="session")
def site() -> Path:
    """Folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.skip("the site has not been built; run make site")
    return SITE


class _Handler(SimpleHTTPRequestHandler):
    """Serves the site as a static host does: unknown addresses get 404.html, status 404."""

    def log_message(self, *_: Any) -> None:
        """Keep the output of the tests readable."""

    def send_error(self, code: int, *_: Any, **__: Any) -> None:
        body = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Address of a server for the site, on a free port of this machine."""
    handler = functools.partial(_Handler, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser(site: Path) -> Iterator[Any]:
    """Chromium of this machine, one for all tests; CHROMIUM names another executable."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium.launched())
        except CourseError as error:
            pytest.skip(str(error))
        yield browser


def patient(browser: Any, **options: Any) -> Any:
    """A browser context in which nothing is given up because the machine is slow."""
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(chromium.PATIENCE)
    return context


@pytest.fixture
def new_context(browser: Any) -> Iterator[Any]:
    """Function that makes a browser context with options of Playwright; closed after the test."""
    contexts: list[Any] = []

    def made(**options: Any) -> Any:
        contexts.append(patient(browser, **options))
        return contexts[-1]

    yield made
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def contexts(browser: Any) -> Iterator[dict[tuple[str, str], Any]]:
    """One browser context for each variant."""
    opened = {
        (scheme, device): patient(
            browser,
            color_scheme=scheme,
            viewport=size_of(device),
            device_scale_factor=PIXELS_PER_CSS_PIXEL[device],
        )
        for scheme, device in VARIANTS
    }
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def visit(contexts: dict[tuple[str, str], Any], address: str) -> Iterator[Any]:
    """Function that opens a page in a variant; the page is closed after the test."""
    visits: list[Visit] = []

    def opened(path: str, scheme: str = "light", device: str = "desktop") -> Visit:
        visits.append(Visit(contexts[scheme, device], address, path))
        return visits[-1]

    yield opened
    for one in visits:
        one.page.close()
