"""Downloads that end: never more bytes than asked for, and never without progress for long.

A slow server is waited for as long as it sends something; one that sends next to nothing is given
up, in whichever phase: looking up its name, its first answer, or the file itself.
"""

import threading
import time
import urllib.error
import urllib.request
from typing import Any, BinaryIO
from urllib.parse import urljoin

from site_lib.common.errors import CourseError

# A server may pause this long, and sooner or later has to send so much on average.
SECONDS_OF_GRACE = 60.0
BYTES_PER_SECOND = 1000
PIECE = 1 << 16
REDIRECTIONS, MAX_REDIRECTIONS = (301, 302, 303, 307, 308), 5
NOT_THERE = (404, 410)


class NotThereError(CourseError):
    """The server answers, and has no such file."""


def download(address: str, file: BinaryIO, *, max_bytes: int) -> None:
    """Write what lies at an address, ``http://…`` or ``https://…``, into an open file.

    Raises NotThereError when the server has no such file, and CourseError for a server that cannot
    be reached, sends more than ``max_bytes``, breaks off, or makes no progress. The file may hold
    a part of it then.
    """
    transfer = _Transfer(address, file, max_bytes)
    transfer.start()
    _wait(transfer)
    error = transfer.error
    if isinstance(error, urllib.error.HTTPError) and error.code in NOT_THERE:
        raise NotThereError(f"there is no {address}") from error
    if error is not None:
        reason = error.reason if type(error) is urllib.error.URLError else error
        letters = (letter if letter.isprintable() else " " for letter in str(reason)[:200])
        raise CourseError(f"cannot read {address}: {''.join(letters)}") from error


def _wait(transfer: "_Transfer") -> None:
    """Wait for a transfer to end; CourseError when it makes no progress."""
    start, seen = time.monotonic(), 0
    deadline = start + SECONDS_OF_GRACE
    while transfer.is_alive():
        transfer.join(timeout=SECONDS_OF_GRACE / 20)
        now, received = time.monotonic(), transfer.received
        # What has come buys time, and never more than the grace.
        deadline = min(deadline + (received - seen) / BYTES_PER_SECOND, now + SECONDS_OF_GRACE)
        seen = received
        if now > deadline and transfer.is_alive():
            transfer.given_up = True
            raise CourseError(
                f"cannot read {transfer.address}: {received} bytes came in {now - start:.0f} s, "
                "and it is given up; try again later"
            )


class _Transfer(threading.Thread):
    """Copies from an address to a file, and can be left alone when it hangs.

    Only a thread of its own can be given up in every phase: a server that sends one letter of its
    answer at a time never exceeds a timeout of the socket.
    """

    def __init__(self, address: str, file: BinaryIO, max_bytes: int) -> None:
        super().__init__(daemon=True)
        self.address, self.file, self.max_bytes = address, file, max_bytes
        self.received = 0
        self.given_up = False
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self._copy()
        except Exception as error:
            self.error = error

    def _copy(self) -> None:
        with _opened(self.address) as response:
            while not self.given_up and (piece := response.read1(PIECE)):
                self.received += len(piece)
                if self.received > self.max_bytes:
                    raise ValueError(f"it is larger than {self.max_bytes} bytes")
                self.file.write(piece)
            if response.length:
                raise ValueError(f"it breaks off {response.length} bytes before its end")


def _opened(address: str) -> Any:
    """The open answer at an address, or where it is redirected to; URLError, ValueError."""
    # Nothing here opens files, FTP or data: addresses, wherever a redirection leads.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):
        opener.add_handler(handler())
    for _ in range(MAX_REDIRECTIONS + 1):
        try:
            return opener.open(address, timeout=2 * SECONDS_OF_GRACE)
        except urllib.error.HTTPError as error:
            # Its body is not read: it may be endless.
            error.close()
            target = error.headers.get("Location")
            if error.code not in REDIRECTIONS or target is None:
                raise
            address = urljoin(address, target)
    raise ValueError(f"it redirects more than {MAX_REDIRECTIONS} times")
