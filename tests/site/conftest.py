"""The built site, a server for it, and a browser to read it with."""

import functools
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from site_lib import chromium
from site_lib.errors import CourseError

SITE = Path(__file__).parents[2] / "site"
NO_SUCH_PAGE = "no/such/page/"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes ``page_path`` for every page of the site, and for a missing one."""
    if "page_path" in metafunc.fixturenames:
        folders = (page.parent.relative_to(SITE) for page in SITE.rglob("index.html"))
        paths = ("" if folder == Path() else f"{folder.as_posix()}/" for folder in folders)
        metafunc.parametrize("page_path", [*sorted(paths), NO_SUCH_PAGE])


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
