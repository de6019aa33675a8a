"""Downloads from a server on this machine: honest, slow, endless, hanging, lying."""

import io
import time
from dataclasses import dataclass

import pytest

from site_lib.common import downloads
from site_lib.common.downloads import NotThereError, download
from site_lib.common.errors import CourseError
from tests.web_server import Send, answer, serving


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy between this process and itself."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grace that a test can wait for, where every server deserves none."""
    monkeypatch.setattr(downloads, "SECONDS_OF_GRACE", 0.3)


def fetched(address: str, max_bytes: int = 1000) -> bytes:
    """What lies at an address."""
    file = io.BytesIO()
    download(address, file, max_bytes=max_bytes)
    return file.getvalue()


def test_a_file_arrives_whole() -> None:
    with serving(lambda path, send: send(answer(path.encode() * 100))) as address:
        assert fetched(f"{address}/nine") == b"/nine" * 100
        assert fetched(f"{address}/nine", max_bytes=500) == b"/nine" * 100


@dataclass
class Simulated:
    """A transfer of a file at a steady rate, on a clock of its own; without network."""

    bytes_per_second: float
    num_bytes: int
    pause: float = 0
    address: str = "http://example.org"
    given_up: bool = False
    now: float = 0

    @property
    def received(self) -> int:
        return min(self.num_bytes, int(max(0, self.now - self.pause) * self.bytes_per_second))

    def is_alive(self) -> bool:
        return self.received < self.num_bytes

    def join(self, timeout: float) -> None:
        self.now += timeout

    def wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(downloads.time, "monotonic", lambda: self.now)
        downloads._wait(self)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "transfer",
    [
        Simulated(bytes_per_second=1001, num_bytes=10**7),  # nearly three hours
        Simulated(bytes_per_second=100, num_bytes=6000),
        Simulated(bytes_per_second=2000, num_bytes=10**6, pause=50),
    ],
)
def test_a_slow_server_that_goes_on_sending_is_waited_for(
    transfer: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer.wait(monkeypatch)
    assert transfer.received == transfer.num_bytes


@pytest.mark.parametrize("rate", [0, 1, 900])
def test_a_server_that_is_too_slow_is_given_up_when_its_grace_is_used_up(
    rate: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    transfer = Simulated(bytes_per_second=rate, num_bytes=10**9)
    with pytest.raises(CourseError, match="is given up; try again later"):
        transfer.wait(monkeypatch)
    assert transfer.given_up
    grace = downloads.SECONDS_OF_GRACE / (1 - rate / downloads.BYTES_PER_SECOND)
    assert grace <= transfer.now <= grace + 2 * downloads.SECONDS_OF_GRACE / 20


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", answer(b"x" * 999)[:-999]])
@pytest.mark.parametrize("trickles", [True, False])
def test_a_server_without_progress_is_given_up(
    impatient: None, head: bytes, trickles: bool
) -> None:
    def respond(path: str, send: Send) -> None:
        send(head)
        for _ in range(600):  # longer than anybody should wait for this test
            time.sleep(0.1)
            send(b"x" if trickles else b"")

    with serving(respond) as address, pytest.raises(CourseError) as caught:
        fetched(address)
    assert str(caught.value).startswith(f"cannot read {address}: ")
    assert "given up; try again later" in str(caught.value) or "timed out" in str(caught.value)


def test_a_server_that_dies_down_after_a_burst_is_given_up(impatient: None) -> None:
    def respond(path: str, send: Send) -> None:
        send(answer(b"x" * 200_000)[:-100_000])
        for _ in range(600):
            time.sleep(0.1)
            send(b"x")

    with serving(respond) as address, pytest.raises(CourseError, match=r"bytes came in \d+ s, and"):
        fetched(address, max_bytes=200_000)


def test_no_more_is_read_than_asked_for() -> None:
    def endless(path: str, send: Send) -> None:
        send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            send(b"x" * 100_000)

    with serving(endless) as address, pytest.raises(CourseError, match="larger than 1000 bytes"):
        fetched(address)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (answer(b"x" * 50)[:-10], "it breaks off 10 bytes before its end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nxx", "IncompleteRead"),
        (answer(b"", "500 Oh \x1b[2J no"), "HTTP Error 500: Oh  [2J no"),
        (b"\x00\xff" * 100 + b"\r\n\r\n", ""),
        (b"", ""),
        (answer(b"", "302 Found", "Location: /again\r\n"), "redirects more than 5 times"),
        (answer(b"", "302 Found", "Location: ftp://127.0.0.1/x\r\n"), "unknown url type: ftp"),
        (answer(b"", "302 Found", "Location: file:///etc/passwd\r\n"), "unknown url type: file"),
        (answer(b"", "302 Found", "Location: data:,x\r\n"), "unknown url type: data"),
        (answer(b"", "302 Found", "Location: http://[x\r\n"), "Invalid IPv6 URL"),
    ],
)
def test_what_is_no_file_is_one_error(sent: bytes, words: str) -> None:
    with serving(lambda path, send: send(sent)) as address, pytest.raises(CourseError) as caught:
        fetched(address)
    assert str(caught.value).startswith("cannot read http://127.0.0.1:")
    assert words in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_redirection_is_followed_and_its_endless_body_is_not_read() -> None:
    def respond(path: str, send: Send) -> None:
        if path == "/new":
            send(answer(b"here"))
            return
        send(b"HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\n")
        while True:
            send(b"x" * 100_000)

    with serving(respond) as address:
        assert fetched(f"{address}/old") == b"here"


def test_a_file_that_is_not_there_is_told_apart() -> None:
    with (
        serving(lambda path, send: send(answer(b"<html>", "404 Not Found"))) as address,
        pytest.raises(NotThereError, match=r"there is no http://127\.0\.0\.1:\d+/x"),
    ):
        fetched(f"{address}/x")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/x", "http://[x", "http://a b/", "ftp://x/"]
)
def test_no_server_is_one_error(address: str) -> None:
    with pytest.raises(CourseError, match=r"cannot read (http|ftp)"):
        fetched(address)
