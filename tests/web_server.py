"""A web server on this machine whose answers tests write themselves, as bytes."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Send = Callable[[bytes], None]


def answer(body: bytes, status: str = "200 OK", headers: str = "") -> bytes:
    """A whole answer of HTTP."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close\r\n\r\n"
    return head.encode() + body


@contextmanager
def serving(respond: Callable[[str, Send], None]) -> Iterator[str]:
    """Serve while the block runs; yields the address, without a slash at its end.

    respond: gets the path that is asked for and a function that sends bytes; it raises OSError
    when the other side has gone.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    open_sockets: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = connection.recv(65536).decode()
            respond(request.split()[1], connection.sendall)
            connection.shutdown(socket.SHUT_WR)

    def listen() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                open_sockets.append(connection)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        # Wakes every thread that waits for this side.
        for one in [listener, *open_sockets]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
