"""A way to a service whose first connection is cut after so many bytes of answer; later ones are not."""

import contextlib
import socket
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def cutting_relay(port: int, cut_after: int) -> Iterator[int]:
    """The port that leads to `port` of loopback."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        left: float = cut_after
        with contextlib.suppress(OSError):
            while True:
                _join(listener.accept()[0], socket.create_connection(("127.0.0.1", port)), left)
                left = float("inf")

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _join(client: socket.socket, server: socket.socket, left: float) -> None:
    for taker, giver, limit in ((server, client, float("inf")), (client, server, left)):
        threading.Thread(target=_pass_on, args=(giver, taker, limit), daemon=True).start()


def _pass_on(giver: socket.socket, taker: socket.socket, left: float) -> None:
    with contextlib.suppress(OSError):
        while left > 0 and (data := giver.recv(int(min(left, 4096)))):
            taker.sendall(data)
            left -= len(data)
    for side in (giver, taker):
        with contextlib.suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
